"""`cuttings articles` on both databases: what waits for a decision, merged and split by a person."""

import json

import pytest

from cli.main import run
from tests.integration.moved import LEGACY, MIGRATED, TEXT, Harbour, Page

OLD = Page(legacy=True, year=2014)
NEW = Page(legacy=False, year=2021, day=None, title="The ferry sinks", text=f"{TEXT}\n\nA\x1b[2J line more.")


@pytest.fixture
def harbour(engine):
    return Harbour(engine)


@pytest.fixture
def command(database_url, monkeypatch, tmp_path, capsysbinary):
    """Give a function that runs `cuttings` as a person does; what it says on stdout and on stderr."""
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", database_url)
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")

    def cuttings(*words: object, code: int = 0) -> tuple[str, str]:
        assert run([str(word) for word in words]) == code
        shown = capsysbinary.readouterr()
        return shown.out.decode(), " ".join(shown.err.decode().split())

    return cuttings


def test_from_the_proposal_to_the_merge_and_back(harbour, command):
    harbour.serve(OLD)
    harbour.serve(NEW)
    harbour.match()
    old, new = harbour.article(OLD), harbour.article(NEW)

    shown, _ = command("articles", "proposals")
    for part in ("a date is lacking", "The ferry sinks", "2014-05-02", "not stated", LEGACY, MIGRATED):
        assert part in shown
    assert f"cuttings articles merge {old} {new}" in shown
    assert "0 only here" in shown
    assert "4 only here" in shown
    (proposal,) = json.loads(command("articles", "proposals", "--json")[0])
    assert (proposal["first"]["article_id"], proposal["second"]["url"]) == (old, MIGRATED)
    assert 0.9 < proposal["share"] < 1

    assert f"article {new} is merged into article {old}" in command("articles", "merge", new, old)[1]
    assert "no pair" in command("articles", "proposals")[1]
    shown, said = command("article", new)
    assert f"article {new} was merged into article {old}, which is shown instead" in said
    assert MIGRATED in shown
    assert (
        f"that address was article {new}'s, now merged into article {old}" in command("article", MIGRATED)[1]
    )
    assert command("article", LEGACY)[1] == ""
    shown, _ = command("article", new, "--json")
    assert json.loads(shown)["article"]["article_id"] == old
    assert (
        f"article {new} is merged into article {old} already"
        in command("articles", "merge", old, new, code=1)[1]
    )

    assert f"articles {old} and {new} are two" in command("articles", "split", old, new)[1]
    shown, said = command("article", new)
    assert (MIGRATED in shown, LEGACY in shown, said) == (True, False, "")
    assert "no pair" in command("articles", "proposals")[1]


def test_what_cannot_be_done_is_said_in_a_sentence(harbour, command):
    harbour.serve(OLD)
    harbour.serve(NEW)
    harbour.match()
    old, new = harbour.article(OLD), harbour.article(NEW)
    for words, said in (
        (("merge", 4711, old), "the archive has no article 4711"),
        (("merge", old, 4711), "article 4711 is not one of gazette"),
        (("merge", old, old), "name two"),
        (("split", old, 4711), "neither merged nor proposed"),
        (("proposals", "--outlet", "gazette"), "gazette"),
    ):
        assert said in command("articles", *words, code=1)[1]
    assert "are two" in command("articles", "split", new, old)[1]
    assert "no pair" in command("articles", "proposals")[1]
    assert harbour.match() == []
