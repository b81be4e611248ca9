"""Logs: one record is one line, whatever a page or an address contains."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from core import logs
from core.settings import Settings

FORGED = "fine\n2026-01-01T00:00:00Z critical the archive was deleted\r\x1b[31m\u2028\ud800"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logs.bind(run=None, outlet=None)
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


def written(log_format="auto", stream=None, log_level="INFO"):
    out = stream if stream is not None else io.StringIO()
    logs.set_up(Settings(log_format=log_format, log_level=log_level), out)
    return out


def test_a_value_cannot_forge_a_line_of_text():
    out = written("text")
    logging.getLogger("pipelines.x").warning("title: %s", FORGED, extra={"url": FORGED})
    assert len(out.getvalue().splitlines()) == 1
    assert "\x1b" not in out.getvalue()
    out.getvalue().encode()  # a lone surrogate would fail here


def test_a_traceback_cannot_pass_for_records():
    out = written("text")
    try:
        int(FORGED)
    except ValueError:
        logging.getLogger("pipelines.x").exception("it failed")
    first, *rest = out.getvalue().splitlines()
    assert "it failed" in first
    assert rest
    assert all(line.startswith("    | ") for line in rest)
    assert any("ValueError" in line for line in rest)


def test_json_lines_carry_run_and_outlet_whoever_logs():
    out = written("json")
    logs.bind(run=7, outlet="nhe")
    logging.getLogger("scrapy.core").warning("from Scrapy: %s", FORGED)
    structlog.get_logger("pipelines.x").warning("from structlog", pages=3)
    records = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [record["event"] for record in records] == [f"from Scrapy: {FORGED}", "from structlog"]
    assert all((record["run"], record["outlet"]) == (7, "nhe") for record in records)
    assert records[1]["pages"] == 3


@pytest.mark.parametrize(("stream", "as_json"), [(Terminal, False), (io.StringIO, True)])
def test_a_terminal_gets_text_and_a_pipe_gets_json(stream, as_json):
    out = written(stream=stream())
    logging.getLogger("pipelines.x").info("hello")
    assert out.getvalue().startswith("{") is as_json


def test_libraries_talk_of_themselves_only_when_asked():
    out = written("text")
    for name in ("scrapy.middleware", "alembic.runtime", "pipelines.x"):
        logging.getLogger(name).info("from %s", name)
    assert "pipelines.x" in out.getvalue()
    assert "scrapy" not in out.getvalue()
    assert "alembic" not in out.getvalue()
    debug = written("text", log_level="DEBUG")
    logging.getLogger("scrapy.middleware").info("enabled extensions")
    assert "enabled extensions" in debug.getvalue()


def test_the_bound_facts_can_be_taken_back():
    out = written("text")
    logs.bind(run=7)
    logs.bind(run=None)
    logging.getLogger("pipelines.x").info("hello")
    assert "run=" not in out.getvalue()


def test_no_line_shows_a_password():
    out = io.StringIO()
    settings = Settings(
        database_url="postgresql+psycopg://keeper:p%40ss-word@db.example/cuttings",
        smtp_url="smtp://me:mail-pass@mail.example",
        pseudonym_key="the key of all names",
    )
    logs.set_up(settings, out)
    for secret in ("p%40ss-word", "p@ss-word", "mail-pass", "the key of all names"):
        logging.getLogger("pipelines.x").warning("refused: %s", secret, extra={"why": [secret]})
    assert not any(part in out.getvalue() for part in ("ss-word", "mail-pass", "of all names"))
    assert out.getvalue().count("***") == 8
    logging.getLogger("pipelines.x").warning("db.example/cuttings is away")
    assert "db.example/cuttings is away" in out.getvalue()


def test_a_file_gets_what_a_terminal_does_not(tmp_path):
    settings = Settings(log_level="INFO")
    logs.set_up(settings.model_copy(update={"log_level": "WARNING"}), terminal := Terminal())
    file = logs.run_file(tmp_path / "logs", "nhe", 7)
    end = logs.also_to(file, settings)
    logging.getLogger("pipelines.x").info("counted")
    logging.getLogger("twisted.x").info("chatter")
    end()
    logging.getLogger("pipelines.x").info("too late")
    assert terminal.getvalue() == ""
    assert file == tmp_path / "logs" / "nhe" / "7.jsonl"
    assert [json.loads(line)["event"] for line in file.read_text().splitlines()] == ["counted"]
    assert logs.end_files() == [file]
    assert logs.end_files() == []


def test_a_file_that_is_standard_error_already_gets_each_record_once(tmp_path, monkeypatch):
    file = tmp_path / "7.jsonl"
    with file.open("a") as stream:
        monkeypatch.setattr("sys.stderr", stream)
        logs.set_up(Settings())
        logs.also_to(file, Settings())
        logging.getLogger("pipelines.x").info("once")
    assert len(file.read_text().splitlines()) == 1
    assert logs.end_files() == []


def test_a_log_that_cannot_be_written_costs_no_more_than_a_warning(tmp_path):
    (tmp_path / "logs").write_text("a file in the way")
    out = written("text")
    logs.also_to(tmp_path / "logs" / "nhe" / "7.jsonl", Settings())
    assert "this run has no log file" in out.getvalue()
