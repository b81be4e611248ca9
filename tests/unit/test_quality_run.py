"""The quality benchmark's protocol: readers in processes of their own that hang, die, talk, are missing."""

import gzip
import json
import sys
from pathlib import Path

import pytest

from benchmarks.quality import command, peers
from benchmarks.quality.pages import pages
from benchmarks.quality.peers import Peer
from benchmarks.quality.process import NoReaderError, Reader
from benchmarks.quality.run import run
from core.errors import SetupError

ADAPTER = """\
import os, socket, sys, time

def read(html, url):
    print("talk that is no answer")
    if "hang" in html:
        time.sleep(60)
    if "die" in html:
        os._exit(3)
    if "fail" in html:
        raise ValueError("no such page")
    if "ask" in html:
        socket.create_connection(("example.com", 80))
    return {"title": url, "body": html, "comments": [], "paths": sys.path}
"""
SHOWN = "<p>words of a small page</p>"
PYTHON = Path(sys.executable)


@pytest.fixture
def adapter(tmp_path):
    path = tmp_path / "adapter.py"
    path.write_text(ADAPTER)
    return path


@pytest.fixture
def beside(tmp_path):
    """Data sets of invented pages: four, of which two sets share one."""
    root = tmp_path / "eval"
    (root / "data" / "index").mkdir(parents=True)
    sets = {"one": [SHOWN, "<p>die</p>", "<p>fail</p>"], "two": [SHOWN, "<p>more</p>"]}
    for name, texts in sets.items():
        rows = []
        for number, text in enumerate(texts):
            path = f"data/{'shared' if text == SHOWN else f'{name}{number}'}.gz"
            (root / path).write_bytes(gzip.compress(text.encode()))
            truth = {"body": text, "title": "http://a.example/"}
            rows.append({"id": f"p{number}", "url": "http://a.example/", "html": path, "truth": truth})
        (root / "data" / "index" / f"{name}.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return root


def test_a_reader_answers_and_outlives_what_it_cannot_read(adapter):
    with Reader(PYTHON, adapter, seconds=2) as reader:
        assert reader.read(SHOWN, "http://a.example/é").reading["title"] == "http://a.example/é"
        assert reader.read("fail", "").error == "ValueError: no such page"
        assert reader.read("ask", "").error == "OSError: readers are measured without a network"
        assert "more than 2 s" in reader.read("hang", "").error
        assert "died" in reader.read("die", "").error
        answer = reader.read(SHOWN, "")
        assert answer.reading["body"] == SHOWN
        assert answer.cpu >= 0


def test_a_reader_sees_nothing_of_where_the_command_runs(adapter, monkeypatch):
    here = str(Path(command.__file__).parent)
    monkeypatch.setenv("PYTHONPATH", here)
    with Reader(PYTHON, adapter) as reader:
        assert here not in reader.read(SHOWN, "").reading["paths"]


def test_a_reader_that_cannot_begin_says_why(tmp_path):
    missing = tmp_path / "adapter.py"
    missing.write_text("import a_library_nobody_installed")
    with pytest.raises(NoReaderError, match="a_library_nobody_installed"), Reader(PYTHON, missing):
        pass
    with pytest.raises(NoReaderError), Reader(tmp_path / "python", missing):
        pass


def test_each_page_is_read_once_and_scored_in_every_set_that_holds_it(adapter, beside):
    told = []
    with Reader(PYTHON, adapter) as first, Reader(PYTHON, adapter) as second:
        found = run({"a": first, "b": second}, pages(("one", "two"), root=beside), told.append)
    assert told == [1, 2, 3, 4, 5]
    for result in found.values():
        assert len(result.cpu) == 4
        assert [score.pages for score in result.scores.values()] == [3, 2]
        assert result.scores["one"].crashed == 2
        assert result.scores["two"].facts()["body_f1"] == 1
        assert result.crashes[0].startswith("one/p1: the reading process died")


def test_every_nth_page_of_each_set(beside):
    assert [page.name for page in pages(("one", "two"), every=2, root=beside)] == ["p0", "p2", "p0"]


def test_sets_that_are_not_there_are_a_sentence(tmp_path, beside):
    with pytest.raises(SetupError, match=r"beside the repository"):
        next(pages(root=tmp_path / "nowhere"))
    with pytest.raises(SetupError, match="no set 'three'"):
        next(pages(("three",), root=beside))


def test_a_peer_that_is_not_installed_has_a_row_that_says_so(adapter, beside, monkeypatch, capsys):
    missing = Peer(name="elsewhere", adapter="elsewhere.py", pins=("no-such-thing==1",))
    ours = Peer(name=peers.OURS, adapter=str(adapter))
    monkeypatch.setattr(command, "READERS", (ours, missing))
    monkeypatch.setattr(command, "pages", lambda _, every: pages(("two",), every=every, root=beside))
    assert command.main(["--json"]) == 0
    told = json.loads(capsys.readouterr().out)["readers"]
    assert told["elsewhere"]["absent"] == "not installed: --peers does it"
    assert told[peers.OURS]["sets"]["two"]["body_f1"] == 1
