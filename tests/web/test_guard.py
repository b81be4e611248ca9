"""Who is answered, what may be asked, and the headers on every answer."""

import socket
import threading

import pytest

from web.guard import HEADERS

PATHS = ("/", "/runs/1", "/runs/1/log", "/healthz", "/readyz", "/metrics", "/static/cuttings.css")


@pytest.mark.parametrize(
    "host", ["localhost", "127.0.0.1:8765", "[::1]", "[::1]:80", "LOCALHOST:1", "archive.example:8443"]
)
def test_known_hosts_are_answered_whatever_the_port(stage, serve, host):
    settings = stage.settings.model_copy(update={"web_hosts": ["Archive.Example"]})
    assert serve(settings=settings).ask("/", Host=host).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8765", "evil.example:localhost", ""],
)
def test_a_foreign_host_is_refused_and_told_nothing(site, stage, host):
    for path in PATHS:
        answer = site.ask(path, Host=host)
        assert answer.status == 400
        assert "CUTTINGS_WEB_HOSTS" in answer.text
        assert stage.titles["gazette"] not in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    ],
)
def test_no_host_and_two_hosts_are_refused(site, asked):
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as connection:
        connection.sendall(asked)
        assert connection.recv(1000).split()[1] == b"400"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
def test_only_reading_is_allowed(site, method):
    for path in PATHS:
        answer = site.ask(path, method)
        assert answer.status == 405
        assert answer.headers["allow"] == "GET, HEAD"


def test_head_gives_the_headers_alone(stage, site):
    stage.log(stage.run(), {"event": "one"})
    for path in PATHS:
        answer = site.ask(path, "HEAD")
        assert (answer.status, answer.text) == (200, "")


def test_every_answer_has_the_headers(stage, serve):
    stage.run()

    def break_down() -> None:
        raise RuntimeError("a secret of the code")

    site, broken = serve(), serve(source=break_down)
    answers = [site.ask(path) for path in PATHS]
    answers += [site.ask("/nothing"), site.ask("/", "POST"), site.ask("/", Host="evil.example")]
    answers += [broken.ask("/")]
    assert [answer.status for answer in answers] == [200, 200, 404, 200, 200, 200, 200, 404, 405, 400, 500]
    assert "a secret of the code" not in answers[-1].text
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "server" not in answer.headers
    policy = HEADERS["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_an_archive_that_hangs_is_not_waited_for(stage, serve, monkeypatch):
    monkeypatch.setattr("web.guard.SECONDS_PER_RESPONSE", 0.2)
    over = threading.Event()
    site = serve(source=lambda: over.wait(60) and stage.status())
    try:
        answer = site.ask("/")
        assert (answer.status, answer.text) == (503, "The archive takes too long to answer.\n")
        assert HEADERS.items() <= answer.headers.items()
        assert site.ask("/healthz").status == 200
    finally:
        over.set()


@pytest.mark.parametrize("name", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "app.py", "", "cuttings.css/"])
def test_nothing_but_the_own_files_is_given_out(site, name):
    assert site.ask(f"/static/{name}").status == 404
