"""Serving inside a loop that is there already."""

import asyncio
import signal
import socket

import pytest
from starlette.applications import Starlette

from core.errors import SetupError
from core.settings import Settings
from tests.web.site import served
from tests.web.stage import Stage
from web import serve as serving_module
from web.app import create_app
from web.serve import serving


def settings(**facts: object) -> Settings:
    return Settings(**{"web_port": 0} | facts)


def pages(stage: Stage) -> Starlette:
    return create_app(stage.engine, stage.settings, stage, software_version="0.1.0", source=stage.status)


def to_its_end(connection: socket.socket) -> bytes:
    """Read until the other side ends it, in good order or not."""
    got = b""
    try:
        while part := connection.recv(65536):
            got += part
    except ConnectionResetError:
        pass
    return got


def test_the_address_answers_while_it_lasts_and_not_after():
    with served(Starlette(), settings()) as site:
        assert site.address == f"http://127.0.0.1:{site.port}"
        assert site.ask("/").status == 404
    with pytest.raises(ConnectionRefusedError):
        site.ask("/")


def test_ipv6_has_its_address_in_brackets():
    with served(Starlette(), settings(web_host="::1")) as site:
        assert site.address == f"http://[::1]:{site.port}"


def test_a_port_in_use_names_the_setting():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        wanted = rf"127\.0\.0\.1:{port}.*in use.*CUTTINGS_WEB_PORT"
        with pytest.raises(SetupError, match=wanted), served(Starlette(), settings(web_port=port)):
            pass


@pytest.mark.parametrize("host", ["192.0.2.7", "no-such-host.invalid"])
def test_an_address_of_another_machine_names_the_setting(host):
    with pytest.raises(SetupError, match="CUTTINGS_WEB_HOST"), served(Starlette(), settings(web_host=host)):
        pass


def test_the_signals_of_the_process_are_left_alone():
    async def handlers() -> list[object]:
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        async with serving(Starlette(), settings()):
            return [*before, *(signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM))]

    found = asyncio.run(handlers())
    assert found[:2] == found[2:]


def test_it_ends_with_connections_open(stage):
    """One that keeps alive, one in the middle of asking, one that does not read what it asked for."""
    run = stage.run()
    stage.log(run, *({"event": "x" * 1000} for _ in range(20_000)))
    with served(pages(stage), stage.settings) as site:
        opened = [socket.create_connection(("127.0.0.1", site.port), timeout=60) for _ in range(3)]
        opened[0].sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert opened[0].recv(12) == b"HTTP/1.1 200"
        opened[1].sendall(b"GET / HTTP/1.1\r\nHost: local")
        opened[2].sendall(f"GET /runs/{run}/log HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert opened[2].recv(12) == b"HTTP/1.1 200"
    for connection in opened:
        assert len(to_its_end(connection)) < 20_000_000, "cut, not served to its end"
        connection.close()


def test_one_that_does_not_finish_asking_is_cut_off(monkeypatch):
    monkeypatch.setattr(serving_module, "SECONDS_TO_ASK", 0.05)
    with served(Starlette(), settings()) as site:
        for sent in (b"", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow"):
            with socket.create_connection(("127.0.0.1", site.port), timeout=60) as connection:
                connection.sendall(sent)
                assert to_its_end(connection) == b""


def test_no_connection_is_kept_for_ever(monkeypatch):
    monkeypatch.setattr(serving_module, "SECONDS_CONNECTED", 0.2)
    with (
        served(Starlette(), settings()) as site,
        socket.create_connection(("127.0.0.1", site.port), timeout=60) as connection,
    ):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nabc")
        assert to_its_end(connection).startswith(b"HTTP/1.1 404")


def test_a_response_nobody_fetches_is_given_up(stage, monkeypatch):
    monkeypatch.setattr("web.guard.SECONDS_PER_RESPONSE", 0.2)
    monkeypatch.setattr(serving_module, "SECONDS_CONNECTED", 0.5)
    run = stage.run()
    stage.log(run, *({"event": "x" * 1000} for _ in range(20_000)))
    with (
        served(pages(stage), stage.settings) as site,
        socket.create_connection(("127.0.0.1", site.port), timeout=60) as connection,
    ):
        connection.sendall(f"GET /runs/{run}/log HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 200"
        while site.ask("/healthz").status != 200:
            pass
        assert len(to_its_end(connection)) < 20_000_000


def test_headers_without_end_are_refused(monkeypatch):
    monkeypatch.setattr(serving_module, "SECONDS_TO_ASK", 3600)  # so that only their length can end it
    with (
        served(Starlette(), settings()) as site,
        socket.create_connection(("127.0.0.1", site.port), timeout=60) as connection,
    ):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 20_000)
        assert to_its_end(connection)[:12] in {b"HTTP/1.1 400", b""}
