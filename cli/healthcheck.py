"""`cuttings healthcheck`: an exit code for machines, quick enough to be asked every half minute."""

from typing import TYPE_CHECKING

import click

from cli.talk import examples, print_json

if TYPE_CHECKING:
    from sqlalchemy import Engine

HEALTHY, UNHEALTHY = 0, 1
_PATIENCE = 5  # seconds a PostgreSQL server has to take the connection: who asks does not wait for ever


@click.command(
    epilog=examples("cuttings healthcheck", "cuttings healthcheck --strict", "cuttings healthcheck --json")
)
@click.option("--strict", is_flag=True, help="Fail for warnings as well.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def healthcheck(*, strict: bool, as_json: bool) -> int:
    """Say what is wrong: exit code 0 when nothing critical is, 1 otherwise."""
    from core.clock import now
    from core.settings import load_settings
    from db.words import Severity
    from scheduler import health
    from scheduler.facts import gather

    settings = load_settings()
    found = health.problems(gather(_engine(settings.database()), settings, now()))
    healthy = not any(strict or problem.severity is Severity.CRITICAL for problem in found)
    if as_json:
        print_json({"healthy": healthy, "problems": found})
    else:
        for problem in found:
            click.echo(f"{problem.severity}: {problem.message}")
        if not found:
            click.echo("healthy")
    return HEALTHY if healthy else UNHEALTHY


def _engine(url: str) -> "Engine":
    from sqlalchemy.engine import make_url

    from db.engine import open_engine

    address = make_url(url)
    if address.get_backend_name() == "postgresql" and "connect_timeout" not in address.query:
        address = address.update_query_dict({"connect_timeout": str(_PATIENCE)})
    return open_engine(address.render_as_string(hide_password=False))
