"""A layout that reads otherwise must bear a new version: else an edit of ours passes for the outlet's."""

import pytest

from tests.outlets import layout_versions
from tests.outlets.layout_versions import Output, altered, completed, lost, outputs, recorded, unrecorded


@pytest.fixture(scope="module")
def now() -> tuple[Output, ...]:
    return outputs()


def _told(problems: list[str]) -> None:
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def test_no_layout_reads_a_saved_page_otherwise_under_an_old_version(now):
    _told(altered(recorded(), now))


def test_every_version_has_its_outputs_on_record(now):
    _told(unrecorded(recorded(), now))


def test_no_page_on_record_is_gone(now):
    _told(lost(recorded(), now))


def test_two_readings_of_a_saved_page_are_the_same(now):
    assert outputs() == now


def output(case: str = "one", sha256: str = "aa", version: int = 1) -> Output:
    return Output(layout="nhe/legacy", version=version, case=case, sha256=sha256)


KEPT = {"nhe/legacy": {"1": {"one": "aa"}}}


def test_a_changed_output_is_told_with_what_to_do():
    (problem,) = altered(KEPT, [output(sha256="bb")])
    assert "raise `version` in crawlers/families/legacy.py" in problem
    assert f"run `{layout_versions.COMMAND}`" in problem


def test_a_changed_output_under_a_new_version_wants_recording_only():
    now = [output(sha256="bb", version=2)]
    assert altered(KEPT, now) == []
    assert len(unrecorded(KEPT, now)) == 1
    whole = completed(KEPT, now)
    assert whole == {"nhe/legacy": {"1": {"one": "aa"}, "2": {"one": "bb"}}}
    assert unrecorded(whole, now) == altered(whole, now) == []


def test_an_added_page_wants_recording_and_no_new_version():
    now = [output(), output("two", "cc")]
    assert altered(KEPT, now) == []
    assert len(unrecorded(KEPT, now)) == 1
    assert completed(KEPT, now) == {"nhe/legacy": {"1": {"one": "aa", "two": "cc"}}}


def test_a_version_that_went_back_is_told():
    (problem,) = altered({"nhe/legacy": {"1": {"one": "aa"}, "2": {"one": "bb"}}}, [output()])
    assert "version 1, but 2 is on record" in problem


def test_a_page_that_went_is_told():
    assert len(lost(KEPT, [output("two")])) == 1


def test_recording_never_replaces_an_output(tmp_path, monkeypatch, capsys, now):
    record = tmp_path / "layout_versions.json"
    monkeypatch.setattr(layout_versions, "RECORD", record)
    assert layout_versions.main() == 0
    before = record.read_text()
    assert layout_versions.main() == 0
    assert record.read_text() == before
    forged = before.replace(now[0].sha256, "0" * 64)
    record.write_text(forged)
    assert layout_versions.main() == 1
    assert record.read_text() == forged
    assert "raise `version`" in capsys.readouterr().err
