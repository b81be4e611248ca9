"""The command line: the group of all commands, and how errors come back to a person."""

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import click

from cli.names import check_names, release
from core.errors import CuttingsError

COMMANDS = {
    "demo": "cli.demo:demo",
    "crawl": "cli.crawl:crawl",
    "backfill": "cli.backfill:backfill",
    "reextract": "cli.reextract:reextract",
    "extract": "cli.extract:extract",
    "article": "cli.article:article",
    "articles": "cli.articles:articles",
    "stories": "cli.stories:stories",
    "search": "cli.search:search",
    "sql": "cli.sql:sql",
    "stats": "cli.stats:stats",
    "explore": "cli.explore:explore",
    "export": "cli.export:export",
    "daemon": "cli.daemon:daemon",
    "worker": "cli.worker:worker",
    "outlets": "cli.outlets:outlets",
    "status": "cli.status:status",
    "healthcheck": "cli.healthcheck:healthcheck",
    "schedule": "cli.schedule:schedule",
    "runs": "cli.runs:runs",
    "versions": "cli.versions:versions",
    "erase": "cli.erase:erase",
    "withdraw": "cli.withdraw:withdraw",
    "db": "cli.database:database",
    "config": "cli.config:config",
}
"""Where each command lives, in the order of the help; imported when asked for."""

FAILED = 1
WRONG_USAGE = 2
INTERRUPTED = 130  # what shells give a process that Ctrl-C ended
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What is heard of a full disk, or of one's share of it."""


class Commands(click.Group):
    """The group of all commands, each imported only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Give the names in the order of the help."""
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a misspelt one name those that look like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx) from error

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Give the command of a name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


def _say_version(context: click.Context, _option: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 - click's signature
    if wanted and not context.resilient_parsing:
        click.echo(f"cuttings {release()}")
        context.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=(
        "Begin with `cuttings demo`. Settings come from CUTTINGS_* variables and cuttings.toml "
        "(`cuttings config` shows them). Exit codes: 0 done, 1 failed, 2 wrong usage."
    ),
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_say_version,
    help="Show the version and exit.",
)
@click.option("--debug", is_flag=True, help="On an error, show where in the code it came from.")
def cli(*, debug: bool) -> None:
    """Keep press cuttings: every article, comment, edit and disappearance of the outlets you follow."""


def main() -> NoReturn:
    """Run the command of this process's arguments and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line; give its exit code. Errors become one clear sentence on stderr."""
    try:
        check_names()
        result = cli.main(args=list(arguments), prog_name="cuttings", standalone_mode=False)
        _flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("cuttings: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has seen enough
        _drop_output()
        return FAILED
    except CuttingsError as error:
        if _debugging(arguments):
            raise
        click.echo(f"cuttings: {error}", err=True)
        return FAILED
    except Exception as error:
        if _debugging(arguments):
            raise
        _say_unexpected(error)
        return FAILED
    return result if isinstance(result, int) else 0


def _say_unexpected(error: Exception) -> None:
    if isinstance(error, OSError) and error.errno in FULL:
        _drop_output()
        click.echo(
            f"cuttings: the output is not complete, nothing more goes there: {error.strerror}", err=True
        )
        return
    said = " ".join(str(error).split()) or "no message"
    click.echo(
        f"cuttings: unexpected {type(error).__name__}: {said[:500]}\n"
        "This is a fault of the program; `cuttings --debug ...` shows where it is.",
        err=True,
    )


def _flush() -> None:
    """Hear now, not at the end of the process, of what standard output does not take."""
    if not sys.stdout:
        return  # closed by whoever began the process
    sys.stdout.flush()


def _drop_output() -> None:
    """Let what standard output did not take go nowhere: it would be tried, and complained of, again."""
    with suppress(OSError):
        _flush()
        return
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _debugging(arguments: Sequence[str]) -> bool:
    return "--debug" in arguments or os.environ.get("CUTTINGS_LOG_LEVEL", "").upper() == "DEBUG"
