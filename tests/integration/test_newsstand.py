"""The newsstand serves what its plan says, and from day to day nothing else changes."""

import gzip
import html
import http.client
import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest

from newsstand import Answer, Newsstand, plan, scale, serve
from newsstand.articles import Role

TITLES = tuple(plan.TITLES)
NEW = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture(scope="module")
def stand() -> Iterator[Newsstand]:
    with serve(Newsstand()) as running:
        yield running


@pytest.fixture(autouse=True)
def _first_day(request: pytest.FixtureRequest) -> None:
    if "stand" in request.fixturenames:
        request.getfixturevalue("stand").set_day(1)


@dataclass(frozen=True)
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    def text(self) -> str:
        """The page as a browser would decode it: by the header's charset, else the meta element's."""
        kind = self.headers["content-type"] + self.body[:600].decode("latin-1")
        found = re.search(r"charset=\"?([\w-]+)", kind)
        assert found
        return self.body.decode(found[1])


def get(base: str, target: str, **headers: str) -> Got:
    parts = urlsplit(base)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", target, headers=names)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Got(response.status, found, response.read())
    finally:
        connection.close()


def shown(page: str) -> str:
    """The visible words of a page on one line."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", bare)).split())


def core(page: str) -> str:
    """The part of a page that is not its daily surroundings."""
    if "<form" not in page:
        return page[page.index("</header>") : page.index("<aside")]
    opening = page.index("</title>")
    end = re.search(r"the (ward round|town clerk|pointsman) tv", page)
    assert end
    return re.sub(r'value="[^"]*"', "", page[opening : end.start()])


def sidebar_links(page: str) -> list[str]:
    """Where the sidebar leads."""
    _, _, side = page.rpartition("<aside" if "<aside" in page else "more videos")
    return re.findall(r'href="([^"]+)"', side)


@pytest.mark.parametrize("day", [1, 2, 3])
@pytest.mark.parametrize("title", TITLES)
def test_every_address_shows_every_planned_word_in_order(stand: Newsstand, title: str, day: int):
    stand.set_day(day)
    base = stand.address(title)
    for article in plan.expected(title, day):
        for address in article.addresses:
            got = get(base, address.path)
            if address.role is Role.FORMER:
                assert (got.status, got.headers["location"]) == (301, base + article.path)
                continue
            assert got.status == 200
            page = shown(got.text())
            place = 0
            parts = [article.published_raw if address.dated else None, article.title, *article.paragraphs]
            for comment in article.comments:
                parts += [" ".join(comment.author.split()), comment.posted_raw, *comment.paragraphs]
            for part in filter(None, parts):
                found = page.find(part, place)
                assert found >= 0, f"{address.path} does not show {part!r} after position {place}"
                place = found + len(part)


@pytest.mark.parametrize("title", TITLES)
def test_the_comment_section_says_what_the_plan_says(stand: Newsstand, title: str):
    for article in plan.expected(title, 1):
        page = get(stand.address(title), article.path).text()
        none = "There are no comments. Why not be the first?" in page
        assert none is (article.comment_state == "none")
        assert ("Add your comment" in page) is (article.comment_state != "unknown")


@pytest.mark.parametrize("title", TITLES)
def test_pages_without_banner_show_no_date(stand: Newsstand, title: str):
    for article in plan.expected(title, 1):
        for address in article.addresses:
            if article.generation == "legacy" and not address.dated and address.role is not Role.FORMER:
                assert not re.search(r">\d\d\.\d\d\.\d\d<", get(stand.address(title), address.path).text())


@pytest.mark.parametrize(("earlier", "later"), [(1, 2), (2, 3)])
@pytest.mark.parametrize("title", TITLES)
def test_days_differ_in_bytes_everywhere_but_in_text_only_as_planned(
    stand: Newsstand, title: str, earlier: int, later: int
):
    def pages(day: int) -> dict[str, Got]:
        stand.set_day(day)
        return {a.key: get(stand.address(title), a.path) for a in plan.expected(title, day)}

    before, after = pages(earlier), pages(later)
    planned = plan.changes(title, earlier, later)
    touched = {changed.key for changed in planned.changed} | set(planned.cosmetic)
    touched |= set(planned.comments_reordered)
    for pairs in (planned.comments_added, planned.comments_edited, planned.comments_removed):
        touched |= {key for key, _ in pairs}
    for key in before.keys() & after.keys():
        assert before[key].headers["etag"] != after[key].headers["etag"]
        assert before[key].body != after[key].body
        assert sidebar_links(before[key].text()) != sidebar_links(after[key].text()), key
        same = core(before[key].text()) == core(after[key].text())
        assert same is (key not in touched), key
    assert after.keys() - before.keys() == {*planned.new, *planned.returned}
    assert before.keys() - after.keys() == {key for key, _ in planned.removed}


def test_the_second_day_of_the_ward_round_is_the_one_agreed():
    changes = plan.changes("wardround", 1, 2)
    assert set(changes.new) == {"ward-cat", "new-lifts", "prescribing-trial"}
    rewritten = {key: {"body"} for key in ("theatre-lists", "pharmacy-hatch", "winter-beds")}
    assert {c.key: c.fields for c in changes.changed} == rewritten | {"linen-scanner": {"title"}}
    assert changes.cosmetic == ("hearing-clinic",)
    assert set(changes.removed) == {("car-park", 410), ("roof-garden", 404)}
    assert changes.comments_added == (("night-porters", "c2"),)
    assert changes.comments_edited == (("tea-round", "c1"),)
    assert changes.comments_removed == (("boiler-fund", "c3"),)
    assert changes.comments_reordered == ("vending",)


def test_the_third_day_takes_back_an_edit_and_brings_back_an_article():
    first = {article.key: article for article in plan.expected("wardround", 1)}
    third = {article.key: article for article in plan.expected("wardround", 3)}
    assert third["linen-scanner"].title == first["linen-scanner"].title
    assert plan.changes("wardround", 2, 3).returned == ("roof-garden",)


def test_clock_change_comments_are_noted_and_read_with_the_earlier_offset():
    comments = {
        (article.key, comment.key): comment
        for article in plan.expected("wardround", 1)
        for comment in article.comments
    }
    ambiguous, skipped = comments["tea-round", "c1"], comments["fog-ambulance", "c1"]
    assert (ambiguous.posted_at.isoformat(), ambiguous.note) == ("2015-10-25T00:30:00+00:00", "ambiguous")
    assert (skipped.posted_at.isoformat(), skipped.note) == ("2015-03-29T01:30:00+00:00", "nonexistent")
    assert comments["linen-scanner", "c1"].posted_at.isoformat() == "2018-08-13T19:33:00+00:00"


@pytest.mark.parametrize("title", TITLES)
def test_removed_articles_answer_with_their_status(stand: Newsstand, title: str):
    stand.set_day(2)
    found = plan.gone(title, 2)
    assert found
    for article, status in found:
        assert get(stand.address(title), article.path).status == status


def test_validators_spare_the_body_until_the_next_day(stand: Newsstand):
    base, path = stand.address("wardround"), "/articles/theatre-lists-start-time-after-breakfast-moved"
    first = get(base, path)
    tag, modified = first.headers["etag"], first.headers["last-modified"]
    for headers in (
        {"If_None_Match": tag},
        {"If_None_Match": f'"x", W/{tag}'},
        {"If_Modified_Since": modified},
    ):
        again = get(base, path, **headers)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
    assert get(base, path, If_None_Match='"x"', If_Modified_Since=modified).status == 200
    stand.set_day(2)
    assert get(base, path, If_None_Match=tag).status == 200
    assert get(base, path, If_Modified_Since=modified).status == 200


def test_paths_ignore_case_and_campaign_parameters(stand: Newsstand):
    base = stand.address("wardround")
    plain = get(base, "/Health-Care-News/boiler-fund-to-be-spent-on-boilers")
    for section, query in (("health-care-NEWS", ""), ("Health-Care-News", "?utm_source=x")):
        other = get(base, f"/{section}/boiler-fund-to-be-spent-on-boilers{query}")
        assert core(other.text()) == core(plain.text())
    assert get(base, "/Health-Care-News/never-written").status == 404


def test_legacy_pages_come_in_cp1252_with_the_charset_in_either_place(stand: Newsstand):
    base = stand.address("wardround")
    told = get(base, "/Health-Care-News/boiler-fund-to-be-spent-on-boilers")
    meta = get(base, "/Health-Care-News/tea-round-restored-on-all-wards")
    assert told.headers["content-type"] == "text/html; charset=windows-1252"
    assert meta.headers["content-type"] == "text/html"
    assert "\u201ctaken as a suggestion\u201d".encode("cp1252") in told.body
    assert b"charset=windows-1252" in meta.body


def test_current_pages_are_squeezed_for_those_who_take_gzip(stand: Newsstand):
    base, path = stand.address("townclerk"), "/articles/flood-ledger-1852-used-set-insurance-rates"
    plain, squeezed = get(base, path), get(base, path, Accept_Encoding="gzip, deflate")
    assert squeezed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(squeezed.body) == plain.body


@pytest.mark.parametrize(
    ("title", "number"), [("wardround", 10442), ("townclerk", 11025), ("townclerk", 11979)]
)
def test_the_legacy_feed_has_all_its_traps(stand: Newsstand, title: str, number: int):
    got = get(stand.address(title), f"/CoreCode/rss/rssdisplay.aspx?pageid={number}")
    assert got.body.startswith(b'<?xml version="1.0" encoding="iso-8859-1"?>\r\n')
    assert not re.search(rb"(?<!\r)\n", got.body)
    assert not re.search(rb"[\x80-\x9f]", got.body)  # what iso-8859-1 lacks stands as a reference
    assert (b"\xa3" in got.body) is (number != 11979)
    items = ET.fromstring(got.body).findall("channel/item")
    assert " ".join(child.tag for child in items[0]) == "title description link category guid pubDate"
    texts = [(item.findtext("description") or "").strip() for item in items]
    assert any("&rsquo;" in text for text in texts)
    assert any(text.endswith("...") for text in texts)
    assert all(len(html.unescape(text)) <= 350 for text in texts)
    for item in items:
        path = urlsplit(item.findtext("link") or "").path
        assert item.findtext("guid") == f"http://127.0.0.1:80{path}"


def test_some_feed_items_have_only_the_home_page_for_an_address(stand: Newsstand):
    base = stand.address("townclerk")
    feed = ET.fromstring(get(base, "/corecode/rss/rssdisplay.aspx?PageID=11025").body)
    homeless = [item for item in feed.iter("item") if item.findtext("link") == base]
    assert len(homeless) == 3
    assert len({(item.findtext("title"), item.findtext("pubDate")) for item in homeless}) == 3
    assert {item.findtext("category") for item in homeless} == {"437,452,455"}
    stamps = {item.findtext("title"): item.findtext("pubDate") for item in feed.iter("item")}
    assert stamps["Council buys railway halt for £1 to save its ferry"] == "Mon, 19 Jun 2017 09:40:00 GMT"


def links(base: str, target: str) -> set[str]:
    """The addresses a page, feed or sitemap leads to, as a crawler would find them."""
    got = get(base, target)
    if got.status != 200 or "image" in got.headers["content-type"]:
        return set()
    body = gzip.decompress(got.body) if target.endswith(".gz") else got.body
    if target == "/robots.txt":
        return {line.partition(": ")[2] for line in body.decode().splitlines() if line.startswith("Sitemap")}
    if body.startswith(b"<?xml"):
        tree = ET.fromstring(body)
        found = {(element.text or "").strip() for element in tree.iter() if element.tag in {NEW, "link"}}
        return found | {
            element.get("href") or "" for element in tree.iter("{http://www.w3.org/2005/Atom}link")
        }
    return {html.unescape(link) for link in re.findall(r'(?i)href="?([^">\s]+)', body.decode("latin-1"))}


@pytest.mark.parametrize("day", [1, 2])
@pytest.mark.parametrize("title", TITLES)
def test_every_planned_address_is_reached_from_home_and_robots(stand: Newsstand, title: str, day: int):
    stand.set_day(day)
    base = stand.address(title)
    waiting, seen = ["/", "/robots.txt"], {"/", "/robots.txt"}
    while waiting:
        target = waiting.pop()
        for link in links(base, target):
            parts = urlsplit(urljoin(base + target, link))
            path = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if f"{parts.scheme}://{parts.netloc}" == base and path not in seen:
                seen.add(path)
                waiting.append(path)
    planned = {a.path for article in plan.expected(title, day) for a in article.addresses}
    planned |= {article.path for article, _ in plan.gone(title, day)}
    assert planned <= seen
    assert "/private/proofs" in seen


def test_listings_turn_their_pages_by_link_and_by_parameter(stand: Newsstand):
    base = stand.address("wardround")
    target, pages = "/Health-Care-News", []
    while target:
        page = get(base, target).text()
        pages.append(page)
        following = re.search(r'<link rel="next" href="([^"]+)"', page)
        target = following[1] if following else ""
    assert len(pages) > 1
    assert get(base, f"/Health-Care-News?page={len(pages) - 1}").text() == pages[-1]
    assert get(base, f"/Health-Care-News?page={len(pages)}").status == 404
    listed = "".join(pages)
    section = [a for a in plan.expected("wardround", 1) if a.section == "Health-Care-News"]
    assert all(f'"{article.path}"' in listed for article in section)


def test_the_same_story_in_two_titles_shares_its_opening():
    for first, second in plan.SAME_STORIES:
        (one,) = [a for a in plan.expected(first[0], 1) if a.key == first[1]]
        (two,) = [a for a in plan.expected(second[0], 1) if a.key == second[1]]
        assert one.paragraphs[:2] == two.paragraphs[:2]
        assert len(one.paragraphs) > len(two.paragraphs)


def test_requests_are_kept_and_answers_can_be_planted(stand: Newsstand):
    stand.forget_requests()
    stand.plant("pointsman", "/Rail-News/broken", Answer(status=503, headers=(("Retry-After", "1"),)))
    assert get(stand.address("pointsman"), "/Rail-News/broken", User_Agent="a test").status == 503
    (request,) = stand.requests("pointsman")
    assert (request.target, request.status, request.headers["user-agent"]) == (
        "/Rail-News/broken",
        503,
        "a test",
    )


def test_one_connection_serves_many_requests(stand: Newsstand):
    parts = urlsplit(stand.address("wardround"))
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    for method in ("GET", "HEAD", "GET"):
        connection.request(method, "/")
        response = connection.getresponse()
        body = response.read()
        assert response.status == 200
        assert len(body) == (0 if method == "HEAD" else int(response.headers["content-length"]))
    connection.request("POST", "/", body=b"x=1")
    assert connection.getresponse().status == 405
    connection.close()


def test_invented_hosts_can_stand_in_the_pages():
    with serve(Newsstand(named=True)) as named:
        body = get(named.address("townclerk"), "/CoreCode/rss/rssdisplay.aspx?pageid=11979").body
    assert b"<guid>http://www.townclerk.example:80/Inbox/leave-our-benches-where-they-are</guid>" in body


def test_generated_pages_are_all_listed_weigh_as_real_ones_and_say_what_is_expected():
    total = 120
    with serve(Newsstand(scale=total)) as stand:
        base = stand.address("wardround")
        listed = "".join(get(base, f"/News?page={number}").text() for number in range(3))
        assert get(base, "/News?page=3").status == 404
        sizes = []
        for path in scale.paths(total):
            assert f'"{path}"' in listed
            got = get(base, path)
            sizes.append(len(got.body))
            page, expected = shown(got.text()), scale.expected(total, 1, path)
            assert expected.title in page
            assert all(part in page for part in expected.paragraphs)
            assert all(comment.body.split("\n\n")[0] in page for comment in expected.comments)
        assert 30_000 < sum(sizes) / total < 45_000


def test_generated_pages_are_the_same_in_every_process_and_edited_where_planned():
    assert scale.expected(500, 1, scale.paths(500)[3]) == scale.expected(500, 1, scale.paths(500)[3])
    differing = [p for p in scale.paths(500) if scale.expected(500, 1, p) != scale.expected(500, 2, p)]
    assert len(differing) == 6


def test_as_a_process_it_tells_its_addresses_turns_the_clock_and_stops_when_told():
    command = [sys.executable, "-m", "newsstand", "--day", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            addresses = json.loads(process.stdout.readline())
            assert set(addresses) == {*TITLES, "control"}
            base, path = addresses["wardround"], "/articles/roof-garden-grows-its-own-lunch-patients"
            assert get(base, path).status == 200
            with urllib.request.urlopen(f"{addresses['control']}/-/day/2", timeout=10) as answer:
                assert json.load(answer) == {"day": 2}
            assert get(base, path).status == 404
            assert get(addresses["control"], "/-/day/none").status == 400
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
