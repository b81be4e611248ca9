"""Pages whose text a browser shows otherwise than it comes: streamed, hidden, for readers without scripts."""

import pytest

from crawlers.page import Page
from crawlers.reading import read

SENTENCE = "The harbour board met on Monday and agreed to mend the north quay before the autumn storms come. "
TEXT = "".join(f"<p>{number}: {SENTENCE * 2}</p>" for number in range(4))
TITLE = "<h1>Quay to be mended</h1>"
SCRIPT = '<script>$RC("{0}B:0","{0}S:0")</script>'


def page(body: str) -> Page:
    return Page.from_bytes(f"<html><body>{body}</body></html>".encode(), "https://www.example.org/news/quay")


def shown(body: str) -> list[str]:
    return [block.text for block in page(body).blocks]


@pytest.mark.parametrize("prefix", ["", ":R1:"])
def test_what_is_streamed_is_read_in_its_place(prefix: str):
    """The invented page sends its article after its footer, and the article's end after that."""
    source = (
        f'<header>Courier</header><main><template id="{prefix}B:0"></template></main><footer>Imprint</footer>'
        f'<div hidden id="{prefix}S:0">{TITLE}{TEXT}<template id="{prefix}P:1"></template><p>End.</p></div>'
        f'after<div hidden="" id="{prefix}S:1"><p>Nearly.</p></div>{SCRIPT.format(prefix)}'
    )
    texts = shown(source)
    assert texts[:2] == ["Courier", "Quay to be mended"]
    assert texts[-4:] == ["Nearly.", "End.", "Imprint", "after"]
    assert read(page(source), None).body.count("autumn storms") == 8


def test_a_part_without_a_place_is_read_where_it_stands():
    assert shown('<p>Before.</p><div hidden id="S:1"><p>Here.</p></div>') == ["Before.", "Here."]


def test_a_place_within_its_own_part_is_no_trap():
    assert shown('<div hidden id="S:0"><p>Here.</p><template id="B:0"></template></div>') == ["Here."]


def test_a_shadow_root_is_shown():
    assert shown('<x-story><template shadowrootmode="open"><p>Inside.</p></template></x-story>') == [
        "Inside."
    ]
    assert shown("<p>Out.</p><template><p>Inside.</p></template>") == ["Out."]


def test_other_hidden_parts_stay_hidden():
    assert shown('<p>Shown.</p><div hidden id="S:note"><p>No.</p></div><p hidden>No.</p>') == ["Shown."]


@pytest.mark.parametrize("hiding", ["style='display:none'", "style='visibility: hidden'", "hidden"])
def test_a_page_that_hides_all_of_itself_is_shown_by_its_scripts(hiding: str):
    source = f"<html><body {hiding}>{TITLE}{TEXT}</body></html>".encode()
    assert "autumn storms" in read(Page.from_bytes(source, "https://www.example.org/news/quay"), None).body
    assert shown(f"<div id='app' {hiding}>{TITLE}</div>") == ["Quay to be mended"]


@pytest.mark.parametrize(
    "left_open",
    ["<div id='none'>", "<p>Turn on scripts<section>", "<DIV><img src='x'><span>x</span>"],
)
def test_what_scriptless_readers_get_does_not_swallow_the_page(left_open: str):
    assert shown(f"<noscript>{left_open}</noscript><p>Here.</p>") == ["Here."]
    assert shown(f"<script>w('<noscript>{left_open}')</script><p>Here.</p><noscript>x</noscript>") == [
        "Here."
    ]


@pytest.mark.parametrize("whole", ["<img src='x'>", "<div>x</div>", "<iframe/>", "x"])
def test_what_scriptless_readers_get_is_not_shown(whole: str):
    assert shown(f"<p>Here.</p><noscript>{whole}</noscript><p>There.</p>") == ["Here.", "There."]
