"""docs/notebook.ipynb and the examples of docs/analysts.md: they run on the demo's archive and are true."""

import ast
import json
import re
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

from tests.integration.demonstration import Demonstration
from tests.repo.tree import ROOT

NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
EXAMPLES = (ROOT / "docs" / "analysts.md").read_text(encoding="utf-8")
CELLS = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def shown(demonstration: Demonstration) -> dict[str, Any]:
    """Run the cells as Jupyter would; give what each shows, by the heading it stands under."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARCHIVE_FILE", str(demonstration.database))
        patch.chdir(NOTEBOOK.parent)
        mpl.use("Agg")
        space: dict[str, Any] = {}
        found: dict[str, list[Any]] = {}
        heading = ""
        for cell in CELLS:
            text = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                heading = re.match(r"#+ (.*)", text)[1]
                continue
            tree = ast.parse(text)
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, heading, "exec"), space)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), heading, "eval"), space)
                found.setdefault(heading, []).append(value)
        space["archive"].close()
        return found | {"space": space}


def test_ten_questions_are_answered(shown):
    assert [name for name in shown if re.match(r"\d+\. ", name)] == [
        "1. How much was published?",
        "2. How much of it is known? Zero is not unknown",
        "3. Which articles were edited, and when?",
        "4. What kinds of edits, and how late?",
        "5. Which headlines changed, and which corrections were stated?",
        "6. What did an article say before it was edited?",
        "7. What was taken down?",
        "8. Who was discussed most?",
        "9. Who was first with a story?",
        "10. Which texts contain words?",
    ]
    dictionary = shown["What is in it, and what does a column mean?"][1]
    assert "Headline." in set(dictionary["description"])


def test_the_answers_are_what_the_outlets_did(shown):
    """The demo's outlets are invented: what they published, edited and removed is known."""
    space = shown["space"]
    kinds = shown["4. What kinds of edits, and how late?"][0]
    edits = shown["3. Which articles were edited, and when?"][0]
    assert kinds.to_numpy().sum() == (edits["kind"] != "cosmetic").sum() > 0
    assert (edits["window"].dt.total_seconds() > 0).all()
    gone, comments = shown["7. What was taken down?"]
    assert (len(gone), len(comments)) == (2, 2)
    undated = shown["1. How much was published?"][0]["articles"].sum()
    assert space["dated"].to_numpy(na_value=0).sum() + undated == space["per_month"]["articles"].sum()
    assert shown["Citing it"][0]["articles"].iloc[0] == space["per_month"]["articles"].sum()


def test_what_nobody_looked_at_stays_a_gap(shown):
    coverage = shown["space"]["coverage"]
    assert coverage.loc[coverage["looked"] == "no", "expected"].isna().all()
    assert (coverage["looked"] == "no").sum() > 0


def test_the_full_text_finds_stems(shown):
    found = shown["10. Which texts contain words?"][0]["found"]
    assert found.str.contains(r"\[bench", regex=True, case=False).any()


def test_the_plots_are_drawn(shown):
    plt = shown["space"]["plt"]
    titles = {axes.get_title() for number in plt.get_fignums() for axes in plt.figure(number).axes}
    plt.close("all")
    assert {
        "Articles by year of publication",
        "Months of each outlet, by how anybody looked",
        "Edits by kind and delay after publication",
    } <= titles


def test_the_notebook_is_kept_without_what_it_showed():
    code = [cell for cell in CELLS if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def blocks(language: str) -> list[str]:
    """Give the examples in a language."""
    found = re.findall(rf"^```{language}\n(.*?)^```", EXAMPLES, re.MULTILINE | re.DOTALL)
    assert found
    return found


@pytest.fixture
def opened(
    demonstration: Demonstration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> sqlite3.Connection:
    """Give the archive where the examples look for it."""
    (tmp_path / "var").symlink_to(demonstration.home)
    monkeypatch.chdir(tmp_path)
    return sqlite3.connect("file:var/cuttings.db?mode=ro", uri=True)


def test_the_example_in_pandas_runs(opened):
    [text] = blocks("python")
    space: dict[str, Any] = {}
    exec(text, space)
    expected = opened.execute("SELECT count(*) FROM article_changes WHERE kind <> 'cosmetic'").fetchone()[0]
    assert len(space["changes"]) == expected > 0
    assert str(space["changes"]["changed_by"].dtype).endswith("UTC]")


def test_the_example_in_r_runs(opened):
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("no R was found: install Debian's (as root: .ci/programs)")
    Path("db").symlink_to(ROOT / "db")
    [snippet] = blocks("r")
    wanted = """
        first <- format(min(changes$changed_by), "%Y-%m-%d %H:%M:%S")
        cat(nrow(changes), class(changes$changed_by)[1], first, "")
        cat(sum(per_month$articles), sum(per_month$articles == trunc(per_month$articles)), nrow(per_month))
    """
    command = [program, "--vanilla", "-e", snippet + wanted]
    told = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (told.returncode, told.stderr) == (0, "")
    edits, first = opened.execute(
        "SELECT count(*), substr(min(changed_by), 1, 19) FROM article_changes WHERE kind <> 'cosmetic'"
    ).fetchone()
    [articles] = opened.execute("SELECT count(*) FROM articles").fetchone()
    said = told.stdout.split()
    assert said[:5] == [str(edits), "POSIXct", *first.split(), str(articles)]
    assert said[5] == said[6] != "0"
    assert Path("Rplots.pdf").read_bytes().startswith(b"%PDF"), "R draws there when nobody looks"


def test_the_sql_of_the_examples_is_right(opened):
    """What DuckDB and PostgreSQL are asked there is asked of SQLite, without what is theirs alone."""
    said = "\n".join(blocks("sql")).replace("'articles.parquet'", "articles").replace("archive.", "main.")
    in_sql = [one.strip() for one in re.split(r";[^\n]*\n|\n\n", said) if one.strip().startswith("SELECT")]
    assert len(in_sql) == 4
    for statement in in_sql:
        assert opened.execute(statement).fetchall(), statement
    named = re.findall(r"db/questions/\w+\.sql", EXAMPLES)
    assert named
    assert all((ROOT / name).is_file() for name in named)
