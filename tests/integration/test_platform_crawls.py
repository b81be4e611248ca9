"""Unverified outlets crawled from invented sites on their platforms: all stories, all comments."""

import pytest

from newsstand.platforms import Platform, serve
from newsstand.platforms.dotnet import DotnetSite
from newsstand.platforms.drupal import DrupalSite
from newsstand.platforms.stories import STORIES
from newsstand.platforms.webvision import WebvisionSite, is_walled
from tests.integration.archive import Archive

IN_FEED = 12  # of the .NET site, whose outlet knows no listing


@pytest.mark.parametrize(
    ("outlet", "site", "stories"),
    [
        ("healthbusiness", DrupalSite(), STORIES),
        ("localgov", DotnetSite(), STORIES[:IN_FEED]),
        ("pulse", WebvisionSite(), tuple(story for story in STORIES if not is_walled(story))),
    ],
    ids=["drupal", "dotnet", "webvision"],
)
def test_an_outlet_is_collected_from_its_platform(tmp_path, outlet: str, site: Platform, stories):
    archive = Archive(tmp_path / "home", f"sqlite:///{tmp_path / 'cuttings.db'}")
    with serve(site) as served:
        archive.crawl(outlet, served.address)
    articles = archive.rows("SELECT title, published_on, byline FROM articles")
    told = {(row["title"], str(row["published_on"]), row["byline"]) for row in articles}
    assert told == {(story.title, str(story.stamp.date()), story.author) for story in stories}
    shown = () if isinstance(site, DotnetSite) else stories
    comments = archive.rows("SELECT body, commenter_name FROM comments_named")
    assert sorted((row["commenter_name"], row["body"]) for row in comments) == sorted(
        (remark.author, "\n\n".join(remark.paragraphs)) for story in shown for remark in story.remarks
    )
