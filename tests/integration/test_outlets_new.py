"""`cuttings outlets new`: from the address of a site to a crawl of it, with no edit by hand."""

import json
import re
from pathlib import Path

import pytest

from cli.main import run
from core.settings import Settings
from newsstand import Answer, Request
from newsstand.platforms import serve
from newsstand.platforms.wordpress import WordPressSite
from tests.integration.archive import Archive
from tests.integration.forking import command

URL = "http://www.apothecary.example/"


@pytest.fixture(scope="module")
def site():
    with serve(WordPressSite()) as served:
        yield served


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    return Archive(home, f"sqlite:///{home / 'cuttings.db'}")


def new(archive: Archive, *words: str, **settings: str):
    return archive.command("outlets", "new", *words, **settings)


@pytest.fixture(scope="module")
def written(archive, site):
    """Give what the command said; the module is in the archive's home from then on."""
    done = new(archive, URL, "--base-url", site.address, "--timezone", "Europe/London")
    assert done.returncode == 0, done.stderr
    return done


def test_the_report_tells_what_was_found_and_what_is_next(written, archive):
    for words in ("WordPress", "/feed/", "wp-json", "Europe/London", "cuttings crawl apothecary --limit 5"):
        assert words in written.stdout
    assert str(archive.home / "outlets" / "apothecary.py") in written.stdout
    assert "1/30 the home page" in written.stderr


@pytest.mark.usefixtures("written")
def test_it_asks_politely(site):
    asked = [request for request in site.requests if "cuttings/" in request.headers["user-agent"]]
    assert asked[0].target == "/robots.txt"
    assert len(asked) <= 31
    assert len({request.target for request in asked}) == len(asked)


@pytest.mark.usefixtures("written")
def test_the_samples_are_saved_with_what_was_read_from_them(archive):
    saved = sorted((archive.home / "samples" / "apothecary").glob("*/*.html"))
    assert len(saved) == 5
    for path in saved:
        record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        assert record["layout"] == path.parent.name
        assert record["url"].startswith(URL)
        assert path.with_suffix(".meta").read_text(encoding="utf-8").startswith(f"url: {record['url']}\n")


@pytest.mark.usefixtures("written")
def test_a_crawl_of_the_new_outlet_gets_every_article(archive, site):
    stories = WordPressSite().stories
    report = archive.crawl("apothecary", site.address)
    assert (report["verdict"], report["new"]) == ("ok", len(stories))
    titles = {row["title"] for row in archive.rows("SELECT title FROM articles")}
    assert titles == {story.title for story in stories}


LAYOUT = """

@dataclass(frozen=True, kw_only=True)
class OwnLayout(WordPressLayout):
    \"\"\"Its pages.\"\"\"

    version: int = 77


OUTLET = Outlet("""


@pytest.mark.usefixtures("written")
def test_a_layout_of_ones_own_reads_in_a_crawl(archive, site, tmp_path):
    text = (archive.home / "outlets" / "apothecary.py").read_text(encoding="utf-8")
    text = text.replace("\n\nOUTLET = Outlet(", LAYOUT).replace(
        "        WordPressLayout(", "        OwnLayout("
    )
    mine = Archive(tmp_path, f"sqlite:///{tmp_path / 'cuttings.db'}")
    (tmp_path / "outlets").mkdir()
    imports = "from dataclasses import dataclass\n"
    (tmp_path / "outlets" / "apothecary.py").write_text(imports + text, encoding="utf-8")
    assert mine.crawl("apothecary", site.address, "--limit", "1")["new"] == 1
    assert mine.rows("SELECT layout_version FROM article_versions") == [{"layout_version": 77}]


@pytest.mark.usefixtures("written")
def test_saved_pages_are_read_again_and_compared_with_their_records(archive, site):
    def outcomes(*options: str, code: int = 0) -> dict[str, str]:
        done = archive.command("outlets", "samples", "apothecary", "--json", *options)
        assert done.returncode == code, done.stderr
        return {case["case"]: case["outcome"] for case in json.loads(done.stdout)}

    assert set(outcomes().values()) == {"same"}
    case, *_ = outcomes()
    record = archive.home / "samples" / "apothecary" / f"{case}.json"
    before = record.read_text(encoding="utf-8")
    record.write_text(before.replace('"title": "', '"title": "Not '), encoding="utf-8")
    assert outcomes(code=1)[case] == "changed"
    assert outcomes("--accept")[case] == "changed"
    assert record.read_text(encoding="utf-8") == before
    oldest = WordPressSite().stories[-7]
    path = f"/{oldest.stamp:%Y/%m}/{oldest.slug}/"
    added = outcomes("--add", f"{URL}{path.lstrip('/')}", "--base-url", site.address)
    assert len(added) == 6
    assert f"wordpress/{oldest.slug[:60]}" in added


@pytest.mark.usefixtures("written")
def test_it_is_listed_and_shown_as_unverified(archive):
    shown = json.loads(archive.command("outlets", "show", "apothecary", "--json").stdout)
    assert shown["unverified"] is True
    assert shown["posts"] == ["/wp-json/wp/v2/posts"]


@pytest.mark.usefixtures("written")
def test_a_module_is_not_written_over_unless_told(archive, site):
    path = archive.home / "outlets" / "apothecary.py"
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}# mine\n", encoding="utf-8")
    done = new(archive, URL, "--base-url", site.address, "--timezone", "Europe/London")
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert path.read_text(encoding="utf-8").endswith("# mine\n")
    done = new(archive, URL, "--base-url", site.address, "--timezone", "Europe/London", "--force")
    assert done.returncode == 0
    assert path.read_text(encoding="utf-8") == before


def test_a_dry_run_prints_the_module_and_writes_nothing(tmp_path, site):
    archive = Archive(tmp_path / "home", "sqlite://")
    options = ("--base-url", site.address, "--timezone", "Europe/London", "--dry-run")
    done = new(archive, URL, *options)
    assert done.returncode == 0
    compile(done.stdout, "module", "exec")
    assert "OUTLET = Outlet(" in done.stdout
    told = json.loads(new(archive, URL, *options, "--json").stdout)
    assert told["module"] == done.stdout
    assert (told["platform"], told["missing"], told["written"]) == ("wordpress", [], None)
    assert not (tmp_path / "home").exists()


class Nothing:
    """A site with a home page and no more."""

    def at(self, origin: str) -> None:
        """Stand anywhere."""

    def answer(self, request: Request) -> Answer:
        body = b"<html lang='en'><title>Soon</title><p>Under construction.</p></html>"
        return (
            Answer(body=body, headers=(("Content-Type", "text/html"),))
            if request.target == "/"
            else Answer(status=404)
        )


def test_a_site_without_articles_ends_with_1_and_what_is_missing(tmp_path):
    archive = Archive(tmp_path, "sqlite://")
    with serve(Nothing()) as served:
        done = new(archive, URL, "--base-url", served.address, "--timezone", "Europe/London", "--json")
        assert done.returncode == 1
        assert "article addresses" in json.loads(done.stdout)["missing"][0]
        done = new(archive, URL, "--base-url", served.address)
    assert done.returncode == 1
    assert "--timezone" in done.stdout
    assert not (tmp_path / "outlets").exists()


def test_an_address_that_leads_inwards_is_not_asked(tmp_path, site):
    before = len(site.requests)
    environment = Archive(tmp_path, "sqlite://").environment(CUTTINGS_CONTACT="https://archive.example/")
    done = command(("outlets", "new", site.address), environment=environment)
    assert done.returncode == 1
    assert "leads inwards" in done.stdout
    assert len(site.requests) == before


def test_a_live_site_needs_a_contact(tmp_path):
    done = new(Archive(tmp_path, "sqlite://"), "https://www.example.com/")
    assert done.returncode == 1
    assert "CUTTINGS_CONTACT" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ftp://x.example/"], "no address of a site"),
        (["https:///path"], "no address of a site"),
        (["https://www.example.com:99999/"], "no address of a site"),
        (["http://[::1"], "no address of a site"),
        (["https://me:secret@www.example.com/"], "without a name and a password"),
        ([URL, "--timezone", "Europe/Lundon"], "no time zone"),
        ([URL, "--key", "The Key"], "cannot be a key"),
        ([URL, "--key", "nhe"], "there is an outlet 'nhe' already"),
        (["www.nationalhealthexecutive.com"], "of the outlet 'nhe' already"),
    ],
)
def test_wrong_usage_ends_with_2_before_anything_is_asked(words, told, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    assert run(["outlets", "new", *words]) == 2
    assert told in " ".join(re.sub(r"[│╭╰─╮╯]", "", capsys.readouterr().err).split())


def test_a_folder_that_cannot_be_written_is_told_with_the_way_out(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path / "file"))
    assert run(["outlets", "new", URL]) == 1
    assert "--to" in capsys.readouterr().err


def test_an_outlet_without_saved_pages_is_told_how_to_save_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CUTTINGS_HOME", str(tmp_path))
    assert run(["outlets", "samples", "nhe"]) == 1
    assert "--add URL" in capsys.readouterr().err


def test_the_folder_of_own_outlets_lies_in_the_home():
    assert Settings(home=Path("/archive")).own_outlets == Path("/archive/outlets")


class Ruled(WordPressSite):
    """A site whose robots.txt answers with a status of its own."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status

    def answer(self, request: Request) -> Answer:
        return Answer(status=self.status) if request.target == "/robots.txt" else super().answer(request)


@pytest.mark.parametrize("status", [429, 503])
def test_a_robots_txt_that_cannot_be_read_is_weather_and_no_refusal(status, tmp_path):
    archive = Archive(tmp_path, "sqlite://")
    quick = {"CUTTINGS_RETRIES": "0"}
    with serve(Ruled(status)) as served:
        done = new(archive, URL, "--base-url", served.address, "--timezone", "Europe/London", **quick)
        asked = {request.target for request in served.requests}
    assert (done.returncode, done.stdout, asked) == (1, "", {"/robots.txt"})
    assert f"could not be read (it answers {status})" in done.stderr
    assert "forbids" not in done.stderr
    assert done.stderr.endswith("try again later\n")


@pytest.mark.parametrize("status", [403, 410])
def test_a_robots_txt_that_is_not_given_allows_everything(status, tmp_path):
    archive = Archive(tmp_path, "sqlite://")
    with serve(Ruled(status)) as served:
        done = new(
            archive, URL, "--base-url", served.address, "--timezone", "Europe/London", "--dry-run", "--json"
        )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["missing"] == []


def test_a_host_that_is_silent_is_weather(tmp_path):
    with serve(Nothing()) as served:
        address = served.address
    quick = {"CUTTINGS_RETRIES": "0"}
    done = new(Archive(tmp_path, "sqlite://"), URL, "--base-url", address, **quick)
    assert done.returncode == 1
    assert "could not be read" in done.stderr
    assert "try again later" in done.stderr
