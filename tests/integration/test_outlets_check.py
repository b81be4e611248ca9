"""`cuttings outlets check` as a person types it."""

import json
from datetime import datetime

import pytest

from cli.main import run
from cli.outlets_check import noted
from core.settings import load_settings
from crawlers.checkup.judging import Grade
from crawlers.registry import find
from db.outlets import checks
from newsstand.answer import Answer
from newsstand.platforms import serve
from newsstand.platforms.dotnet import DotnetSite
from tests.integration.archive import Archive
from tests.newcomers import add_outlet


class Shut(DotnetSite):
    """A site that wants nobody; ``status`` is what its robots.txt answers."""

    status = 200

    def answer(self, request):
        if request.target != "/robots.txt":
            return super().answer(request)
        kind = (("Content-Type", "text/plain"),)
        return Answer(status=self.status, headers=kind, body=b"User-agent: *\nDisallow: /\n")


class Silent(Shut):
    """A site whose robots.txt cannot be had."""

    status = 503


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'home' / 'cuttings.db'}")


def test_a_site_in_order_gets_its_card_and_nothing_is_stored(archive):
    with serve(DotnetSite()) as site:
        done = archive.command("outlets", "check", "localgov", "--base-url", site.address, "--json")
        agents = {request.headers.get("user-agent", "") for request in site.requests}
        asked = [request.target for request in site.requests]
    assert done.returncode == 0, done.stderr
    card = json.loads(done.stdout)
    assert card["verdict"] == "usable with gaps"
    assert (card["live"], card["verified_at"]) == (False, None)
    assert "not from the live site" in card["said"]
    assert (card["robots"]["answer"], card["robots"]["allowed"]) == ("read", True)
    assert {source["kind"] for source in card["sources"]} == {"home", "feed", "sitemap"}
    assert len(card["articles"]) == 5
    assert all(article["read_by"]["published"] == "selector" for article in card["articles"])
    assert card["shares"]["published"] == 1
    assert any("mend or remove it" in finding["sentence"] for finding in card["findings"])
    assert asked[0] == "/robots.txt"
    assert len(asked) == len(set(asked))
    assert all(agent.startswith("cuttings/") for agent in agents)
    assert "localgov: article" in done.stderr
    assert not (archive.home / "cuttings.db").exists()


@pytest.mark.parametrize(("site", "told"), [(Shut(), "forbids the home page"), (Silent(), "cannot be had")])
def test_a_site_that_wants_nobody_is_broken_and_left_alone(archive, site, told):
    with serve(site) as served:
        done = archive.command(
            "outlets", "check", "localgov", "--base-url", served.address, CUTTINGS_RETRIES="0"
        )
        asked = {request.target for request in served.requests}
    assert done.returncode == 1
    assert told in done.stdout
    assert "broken" in done.stdout
    assert asked == {"/robots.txt"}


@pytest.fixture
def gazette(tmp_path, monkeypatch, engine):
    """Have an archive in whose home there is one unverified outlet more."""
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    add_outlet(tmp_path / "home")
    return find("gazette")


def told(capsys, *words: str):
    capsys.readouterr()
    assert run(words) == 0
    return capsys.readouterr().out


def test_a_live_outlet_in_order_is_noted_and_told_of(gazette, capsys):
    assert json.loads(told(capsys, "outlets", "show", "gazette", "--json"))["checked_at"] is None
    assert "unverified" in told(capsys, "outlets", "list")
    at, said = noted(gazette, load_settings(), Grade.GAPS, None)
    assert "the daemon crawls it from now on" in said
    shown = json.loads(told(capsys, "outlets", "show", "gazette", "--json"))
    assert datetime.fromisoformat(shown["checked_at"]) == at
    assert (shown["unverified"], f"checked on {at:%Y-%m-%d}" in told(capsys, "outlets", "list")) == (
        True,
        True,
    )


@pytest.mark.parametrize(
    ("grade", "base_url", "said"),
    [
        (Grade.BROKEN, None, "mend it and run `cuttings outlets check gazette` again"),
        (Grade.GOOD, "http://127.0.0.1:8000", "this verifies nothing"),
    ],
)
def test_what_is_broken_or_not_live_is_not_noted(gazette, engine, grade, base_url, said):
    at, why = noted(gazette, load_settings(), grade, base_url)
    assert at is None
    assert said in why
    with engine.connect() as connection:
        assert not checks(connection)


def test_without_an_archive_nothing_is_made(empty_home):
    at, why = noted(find("nhe"), load_settings(), Grade.GOOD, None)
    assert at is None
    assert "`cuttings db upgrade`" in why
    assert list(empty_home.iterdir()) == []


@pytest.fixture
def empty_home(tmp_path, monkeypatch):
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    monkeypatch.delenv("CUTTINGS_CONTACT", raising=False)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "Missing argument"),
        (("nhe", "--articles", "0"), 2, "--articles"),
        (("herald",), 1, "there is no outlet 'herald'"),
        (("wardround",), 1, "is an invented outlet"),
        (("nhe",), 1, "set CUTTINGS_CONTACT"),
    ],
)
@pytest.mark.usefixtures("empty_home")
def test_what_cannot_be_checked_is_said(words, code, said, capsys):
    assert run(("outlets", "check", *words)) == code
    assert said in " ".join(capsys.readouterr().err.split())


def test_the_list_needs_no_archive(empty_home, capsys):
    assert "checked on" not in told(capsys, "outlets", "list")
    assert list(empty_home.iterdir()) == []
    (empty_home / "cuttings.db").write_text("no database at all")
    assert "checked on" not in told(capsys, "outlets", "list")
    at, why = noted(find("nhe"), load_settings(), Grade.GOOD, None)
    assert at is None
    assert "could not be noted" in why
