"""`cuttings outlets new` on a site that means ill: nothing it says steers a terminal or becomes code."""

import ast
import runpy

import pytest

from tests.integration.archive import Archive
from tests.integration.hostile import Reply, serving

STEERING = "\u202e\x1b[31m\u2066"
BREAKING = '"""\nraise SystemExit("taken over")\n"""' + STEERING + "\\"
YEARS = range(2013, 2021)


def page(year: int) -> Reply:
    told = "".join(
        f"<p>Paragraph {part} of the year {year}: the ferry was late again, and nobody on the quay could"
        " say why, though the harbour board had promised in January that it would not be.</p>"
        for part in range(4)
    )
    day = f"<meta property='article:published_time' content='{year}-02-01T09:00:00Z'>"
    title = f"The year {year} {BREAKING}"
    return Reply(
        body=f"<html><head><title>{title}</title>{day}</head><body><article><h1>{title}</h1>{told}".encode()
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    links = "".join(f"<li><a href='/{year}/the-quay-looks-back-at-it'>{year}</a>" for year in YEARS)
    front = f"<html><head><title>{BREAKING}</title></head><body>{links}</body></html>"
    site = {f"/{year}/the-quay-looks-back-at-it": page(year) for year in YEARS}
    site |= {"/": Reply(body=front.encode()), "/robots.txt": Reply(status=404)}
    with serving(site) as server:
        where = ("--base-url", server.address, "--timezone", "Europe/London")
        ended = Archive(home, "sqlite://").command("outlets", "new", "http://www.quay.example/", *where)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return home, ended


def test_what_it_says_of_itself_stays_text(done):
    home, _ = done
    path = home / "outlets" / "quay.py"
    outlet = runpy.run_path(str(path))["OUTLET"]  # running it would end the test
    assert outlet.title.startswith('""" raise SystemExit("taken over")')
    assert path.read_text(encoding="utf-8").replace("\n", "").isprintable()
    assert len(ast.parse(path.read_text(encoding="utf-8")).body) == 6  # line, imports, form and outlet


def test_nothing_it_says_steers_the_terminal(done):
    _, ended = done
    assert r"\u202e" in ended.stdout
    assert not set(STEERING.replace("[31m", "")) & set(ended.stdout + ended.stderr)


def test_samples_whose_last_words_are_alike_are_all_saved(done):
    home, _ = done
    assert len(list((home / "samples" / "quay").glob("*/*.html"))) == 5
