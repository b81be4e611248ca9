"""The measuring programs say what they take, and what was wrong with what they were given."""

import runpy
import sys

import pytest

from tests.repo.tree import ROOT

OURS = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__main__")
    for path in (ROOT / "benchmarks").rglob("*.py")
    if "\nif __name__ == " in path.read_text(encoding="utf-8")
)


@pytest.fixture
def run(monkeypatch, capsys):
    """Run a program in this process, as ``python -m`` does; give its exit code and what it said."""

    def ran(module: str, *words: str) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", [module, *words])
        monkeypatch.delitem(sys.modules, module, raising=False)  # else runpy warns that it is there already
        with pytest.raises(SystemExit) as ended:
            runpy.run_module(module, run_name="__main__", alter_sys=True)
        told = capsys.readouterr()
        return ended.value.code, told.out, told.err

    return ran


@pytest.mark.parametrize("module", OURS)
def test_each_program_has_help_and_refuses_wrong_arguments_in_a_sentence(module, run):
    code, out, _ = run(module, "--help")
    assert code == 0
    assert out.startswith("usage: ")
    code, out, err = run(module, "--no-such-thing")
    assert (code, out) == (2, "")
    assert "error: " in err


def test_numbers_and_parts_that_are_none_are_named(run):
    code, out, err = run("benchmarks.copies", "many")
    assert (code, out) == (2, "")
    assert "many is no whole number above 0" in err
    assert "no such part: speed" in run("benchmarks", "speed")[2]
