"""What a service manager hears: real datagrams on a real socket."""

import socket

import pytest

from scheduler import notify


@pytest.fixture(params=["path", "abstract"])
def manager(request, tmp_path, monkeypatch):
    """Give the socket of a service manager that listens."""
    name = str(tmp_path / "notify") if request.param == "path" else f"@cuttings-{tmp_path.name}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(name.replace("@", "\0", 1))
        listening.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        yield listening


def test_facts_come_as_lines(manager):
    assert notify.tell(READY=1, STATUS="4 schedules")
    assert manager.recv(4096) == b"READY=1\nSTATUS=4 schedules"


def test_a_line_break_cannot_forge_a_fact(manager):
    notify.tell(STATUS="a\nWATCHDOG=0")
    assert manager.recv(4096) == b"STATUS=a WATCHDOG=0"


def test_a_reload_names_its_instant(manager):
    notify.reloading()
    first, second = manager.recv(4096).decode().splitlines()
    assert first == "RELOADING=1"
    assert int(second.removeprefix("MONOTONIC_USEC=")) > 0


@pytest.mark.parametrize("name", ["", "/nobody/listens/here", "no address"])
def test_nobody_to_tell_is_no_reason_to_end(name, monkeypatch):
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    assert notify.tell(READY=1) is False
