"""What a site says of itself as Python literals: whatever a name or address holds, it stays a text."""


def text(value: str) -> str:
    """Give a text as a literal the formatter leaves as it is."""
    written = repr(value)
    if written.startswith("'") and '"' not in value:
        written = '"' + written[1:-1] + '"'
    return written


def raw(pattern: str) -> str:
    """Give a pattern as a raw literal; as a plain one where a raw one would end early or break its line."""
    plain = '"' in pattern or pattern.endswith("\\") or not pattern.isprintable()
    return text(pattern) if plain else f'r"{pattern}"'


def comment(value: str) -> str:
    """Give a text for behind a ``#``: what is not printed, as the end of a line, as its escape."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in value)


def docstring(value: str) -> str:
    """Give a text for between three quotes, without quotes, backslashes and what is not printed."""
    return "".join(one for one in value if one.isprintable() and one not in '"\\')
