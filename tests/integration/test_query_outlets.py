"""From the address of a site whose articles only a query tells apart to a crawl, with no edit by hand."""

import pytest

from newsstand.platforms import Platform, serve
from newsstand.platforms.queries import QuerySite, StoryPageSite
from newsstand.platforms.stories import STORIES
from tests.integration.archive import Archive


@pytest.mark.parametrize(
    "site",
    [QuerySite(), QuerySite("/?p=", feed=False), StoryPageSite()],
    ids=["article.php?id=12", "?p=12", "story.aspx?id=7&section=2"],
)
def test_all_articles_are_kept_once_each(site: Platform, tmp_path):
    archive = Archive(tmp_path, f"sqlite:///{tmp_path / 'cuttings.db'}")
    with serve(site) as served:
        where = ("--base-url", served.address, "--timezone", "Europe/London")
        done = archive.command("outlets", "new", "http://www.weighbridge.example/", *where)
        assert done.returncode == 0, done.stdout + done.stderr
        first = archive.crawl("weighbridge", served.address)
        again = archive.crawl("weighbridge", served.address)
    assert (first["verdict"], first["new"]) == ("ok", len(STORIES))
    assert (again["verdict"], again["new"], again["changed"]) == ("ok", 0, 0)
    titles = [row["title"] for row in archive.rows("SELECT title FROM articles")]
    assert sorted(titles) == sorted(story.title for story in STORIES)
    assert len(list((tmp_path / "samples" / "weighbridge").glob("*/*.html"))) == 5
