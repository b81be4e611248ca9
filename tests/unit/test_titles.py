"""What an article is called, on pages whose headings and metadata say more, less or something else."""

import pytest

from crawlers.page import Page
from crawlers.reading import read

SENTENCE = "The harbour board met on Monday and agreed to mend the north quay before the autumn storms come. "
TEXT = "".join(f"<p>{SENTENCE * 2}</p>" for _ in range(4))
TITLE = "North quay to be mended before the autumn storms"


def title(head: str, headings: str) -> str:
    source = f"<html><head>{head}</head><body><main>{headings}{TEXT}</main></body></html>"
    return read(
        Page.from_bytes(source.encode(), "https://www.example.org/news/quay", "text/html"), None
    ).title


def og(text: str, name: str = "title") -> str:
    return f"<meta property='og:{name}' content='{text}'>"


@pytest.mark.parametrize(
    ("head", "headings"),
    [
        pytest.param(
            f"<title>{TITLE}</title>{og(TITLE, 'site_name')}",
            f"<a href='/'>Home</a><h1>{TITLE}</h1>",
            id="the page calls itself its site",
        ),
        pytest.param(
            f"<title>{TITLE} | Courier</title>{og(TITLE)}",
            f"<h1>{TITLE} | Courier of the coast</h1>",
            id="the heading ends with the site's name",
        ),
        pytest.param(
            f"<title>{TITLE}</title>{og(TITLE)}",
            f"<h1>{TITLE}<br><small>02.02.2022 - Board, Quays</small></h1>",
            id="the heading ends with a day",
        ),
        pytest.param(
            f"<title>{TITLE}</title>{og(TITLE)}",
            f"<h1><span>Harbours</span> {TITLE}</h1>",
            id="the heading begins with a section",
        ),
        pytest.param(
            og(f"{TITLE} | Courier - Opinion Analysis News"),
            f"<h1><a href='/opinion'>Opinion</a></h1><h2>{TITLE}</h2>",
            id="the title is a lower heading",
        ),
        pytest.param(
            f"<title>{TITLE} - Courier</title>{og('What the board decided of the quay')}",
            f"<h1>{TITLE}</h1>",
            id="what is stated describes it",
        ),
        pytest.param(
            f"<title>{TITLE}</title>{og('Media releases')}",
            f"<h1>{TITLE}</h1>",
            id="all pages state one title",
        ),
        pytest.param(
            f"<title>{TITLE} | Courier of the coast - News of harbours</title>",
            f"<h1>Courier of the coast - News of harbours</h1><h1>{TITLE}</h1>",
            id="the site's name has parts",
        ),
        pytest.param(
            f"<title>{TITLE} - Courier</title>",
            f"<a href='#text'>Skip to content</a><h1>{TITLE}</h1><h2>Courier</h2>",
            id="the site's name is a lower heading",
        ),
    ],
)
def test_the_title_is_the_articles_own(head: str, headings: str):
    assert title(head, headings) == TITLE


@pytest.mark.parametrize(
    ("stated", "shown"),
    [
        ("Quay mended", "Board: quay mended at last"),
        ("North quay to be mended", "North quay to be mended before the autumn storms"),
        ("Quay to be mended soon", "Exclusive: Quay to be mended soon"),
        ("Best quays of the coast", "The Best quays of the coast"),
    ],
)
def test_the_fuller_headline_that_readers_see_stays(stated: str, shown: str):
    assert title(f"<title>{stated}</title>{og(stated)}", f"<h1>{shown}</h1>") == shown
