"""What the measuring programs are told on their command lines."""

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter


def parser(name: str, description: str | None) -> ArgumentParser:
    """Give the parser of ``python -m NAME``, which ends with 2 and a sentence on wrong arguments."""
    return ArgumentParser(
        prog=f"python -m {name}", description=description, formatter_class=RawDescriptionHelpFormatter
    )


def positive(given: str) -> int:
    """Give a whole number above 0."""
    if not given.isascii() or not given.isdecimal() or not int(given):
        raise ArgumentTypeError(f"{given} is no whole number above 0")
    return int(given)
