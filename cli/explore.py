"""`cuttings explore`: the archive in a browser, with Datasette; nothing can be written."""

import socket
import webbrowser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.talk import examples, talk
from core.errors import SetupError

if TYPE_CHECKING:
    from starlette.types import ASGIApp

HOST = "127.0.0.1"
SECONDS_TO_STOP = 1


@click.command(epilog=examples("cuttings explore --open", "cuttings explore --port 9000 --with-names"))
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Port on this machine; 0: any free one.",
)
@click.option("--open", "opens", is_flag=True, help="Open the browser there.")
@click.option("--with-names", is_flag=True, help="Show comments_named too: names of people.")
def explore(*, port: int, opens: bool, with_names: bool) -> None:
    """Look through the archive in a browser: views, facets, full text, questions (extra: explore).

    Datasette shows it on this machine alone, until Ctrl-C. Only the views and the full text are shown, a
    question of your own may take ten seconds, and nothing can be written; a crawl may go on meanwhile.
    """
    from core.settings import load_settings

    settings = load_settings()
    path = _file(settings.database())
    if find_spec("datasette") is None:
        raise SetupError(
            "the archive is shown by Datasette, which is not installed: pip install 'cuttings[explore]'"
        )
    from web.explorer import explorer

    with explorer(settings, path, with_names=with_names) as app, _listening(port) as listening:
        address = f"http://{HOST}:{listening.getsockname()[1]}/"
        talk().print(f"the archive is shown at {address} (Ctrl-C ends it)", markup=False, soft_wrap=True)
        if opens and not webbrowser.open(address):
            talk().print("no browser could be opened here: open that address in one")
        _serve(app, listening)


def _file(url: str) -> Path:
    """Give the SQLite file of a database's address; on PostgreSQL say what there is instead."""
    from sqlalchemy.engine import make_url

    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        raise SetupError(
            "Datasette reads SQLite files, and this archive lies in PostgreSQL: open it with psql, DBeaver, "
            "Metabase or pandas under a role of `cuttings db grant-analyst` (docs/analysts.md)"
        )
    return Path(address.database or "")


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        said = error.strerror or str(error)
        raise SetupError(
            f"{HOST}:{port} cannot be listened on ({said}): choose another with --port, or 0 for any free one"
        ) from error


def _serve(app: "ASGIApp", listening: socket.socket) -> None:
    """Serve until a signal asks to stop; Ctrl-C is how it is meant to end."""
    import uvicorn

    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=SECONDS_TO_STOP,
    )
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:  # which uvicorn passes on once it has stopped
        return
