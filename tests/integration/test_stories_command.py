"""`cuttings stories` on both databases: looked for, listed, shown with differences, joined and split."""

import json

import pytest

from cli.main import run
from db.withdrawing import withdraw
from newsstand.agency import Agency, Copy
from tests.integration.copies import COURIER, GAZETTE, HERALD, Press


@pytest.fixture
def press(engine):
    return Press(engine)


@pytest.fixture
def command(database_url, monkeypatch, tmp_path, capsysbinary):
    """Give a function that runs `cuttings stories` as a person does; what it says on stdout and stderr."""
    monkeypatch.setenv("CUTTINGS_DATABASE_URL", database_url)
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "160")

    def cuttings(*words: object, code: int = 0) -> tuple[str, str]:
        assert run(["stories", *(str(word) for word in words)]) == code
        shown = capsysbinary.readouterr()
        return shown.out.decode(), " ".join(shown.err.decode().split())

    return cuttings


def test_from_looking_for_stories_to_taking_one_apart(press, command):
    agency = Agency(3)
    sentences = agency.sentences(16)
    first = press.one(GAZETTE, Copy(title="The roof leaks", body=" ".join(sentences)), 1)
    body = " ".join(["Here\x1b[2J is our own beginning.", *sentences[:12]])
    copied = press.one(COURIER, Copy(title="Rain\x1b[2J in the hall", body=body), 30)
    other = press.one(HERALD, agency.story(agency.sentences(16)), 80)

    assert "`cuttings stories link` looks for them" in command("list")[1]
    assert "3 articles looked at, 1 pair compared, 1 story is otherwise now" in command("link")[1]
    assert json.loads(command("link", "--json")[0]) == {"articles": 0, "pairs": 0, "stories": 0}
    assert json.loads(command("link", GAZETTE, "--all", "--json")[0]) == {
        "articles": 1,
        "pairs": 1,
        "stories": 0,
    }

    listed, _ = command("list")
    (line,) = [line for line in listed.splitlines() if "The roof leaks" in line]
    assert line.split()[:4] == ["1", "2026-03-02", "10:00", GAZETTE]
    assert "courier 7" in line
    (story,) = json.loads(command("list", "--json")[0])
    assert [member["article_id"] for member in story["members"]] == [first, copied]
    for wish, left in (("--since", "2026-03-02"), ("--until", "2026-03-02")):
        assert len(json.loads(command("list", wish, left, "--json")[0])) == 1
    for wish, left in (("--since", "2026-03-03"), ("--until", "2026-03-01")):
        assert json.loads(command("list", wish, left, "--json")[0]) == []

    shown, _ = command("show", 1)
    for part in ("Story 1: The roof leaks", "published 2026-03-02 10:00 UTC: the first", "29 hours after"):
        assert part in shown
    assert "of the first kept" in shown
    assert "\x1b" not in shown
    shown, _ = command("show", 1, "--diff")
    assert "{+Here" in shown
    assert sentences[-1].split()[-1] + "-]" in shown
    assert "\x1b" not in shown

    assert f"articles {other} and {first} are one story" in command("join", other, first)[1]
    shown = json.loads(command("show", 1, "--json")[0])
    assert [(member["article_id"], member["decided_by"]) for member in shown["members"]] == [
        (first, "rule"),
        (copied, "rule"),
        (other, "person"),
    ]
    assert "not like the first, 0% of the first kept (0 words), joined by a person" in command("show", 1)[0]
    assert f"article {copied} is not of story 1" in command("split", 1, copied)[1]
    shown, _ = command("show", 1)
    assert f"articles {first} and {copied} are not one story" in shown
    assert COURIER not in shown
    command("split", 1, other)
    assert "story 1 has no articles any more" in command("show", 1, code=1)[1]
    assert "no story 9" in command("show", 9, code=1)[1]
    assert "no outlet 'nowhere'" in command("link", "nowhere", code=1)[1]


def test_a_withdrawn_first_is_not_shown_by_what_others_kept_of_it(press, command):
    agency = Agency(3)
    sentences = agency.sentences(16)
    first = press.one(GAZETTE, Copy(title="The roof leaks", body=" ".join(sentences)), 1)
    for number, outlet in enumerate((COURIER, HERALD), start=2):
        press.one(outlet, Copy(title="Rain in the hall", body=" ".join(sentences[:12])), number)
    command("link")
    last = sentences[-1].split()[-3:]
    assert " ".join(last) in " ".join(command("show", 1, "--diff")[0].replace("-]", "").split())
    withdraw(press.engine, reason="complaint 7", article_id=first)
    shown = " ".join(command("show", 1, "--diff")[0].replace("-]", "").split())
    assert " ".join(last) not in shown
    assert "the article that was first is withdrawn" in shown
    assert ": the first" not in shown
    assert "1 hour after the first" in shown
