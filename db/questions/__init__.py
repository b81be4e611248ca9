"""Questions to the archive that analysts ask first, one .sql file each, in one text for both databases."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.errors import CuttingsError

FOLDER = Path(__file__).parent


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A question in a sentence, what its answer means and does not mean, and the SQL that answers it."""

    name: str
    sentence: str
    means: str
    caveats: str
    sql: str


@cache
def questions() -> tuple[Question, ...]:
    """Give all questions, by name."""
    return tuple(_read(file) for file in sorted(FOLDER.glob("*.sql")))


def question(name: str) -> Question:
    """Give the question of a name; CuttingsError, with the names there are, for another."""
    found = {one.name: one for one in questions()}
    if name not in found:
        raise CuttingsError(f"there is no question {name}; there are {', '.join(found)}")
    return found[name]


def _read(file: Path) -> Question:
    """Read a file: a comment (the question, an empty line, Means:, Caveats:), then one statement."""
    lines = file.read_text(encoding="utf-8").splitlines()
    said = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    notes = " ".join(said[1:]).strip()
    means, _, caveats = notes.partition("Caveats:")
    return Question(
        name=file.stem,
        sentence=said[0],
        means=_begun(means.strip().removeprefix("Means:")),
        caveats=_begun(caveats),
        sql="\n".join(lines[len(said) :]).strip(),
    )


def _begun(sentence: str) -> str:
    """Give a sentence with the capital letter that it lacks after its label."""
    sentence = sentence.strip()
    return sentence[:1].upper() + sentence[1:]
