"""The store on both databases: one article at several addresses is one, two articles stay two."""

import pytest

from core.records import Change
from tests.integration.desk import HOME, Desk, at, attempt, document, record

URL = f"{HOME}/articles/one"
A = document("Bins to be emptied", "The council will empty the bins on Monday.")
B = document("Another story", "Of which the first one knows nothing at all.")


@pytest.fixture
def desk(engine):
    return Desk(engine)


def addresses(desk, article_id):
    found = desk.ask(
        "SELECT url, role FROM addresses WHERE article_id = :a AND valid_to IS NULL", a=article_id
    )
    return {row["url"].removeprefix(HOME): row["role"] for row in found}


def test_the_outlet_s_identity_joins_two_addresses(desk):
    first = desk.show(f"{HOME}/News/bins", 0, A, identity="legacy/bins")
    again = desk.show(f"{HOME}/Inbox/bins/4711", 1, A, identity="legacy/bins")
    assert first.article_id == again.article_id
    assert again.change is Change.UNCHANGED
    assert addresses(desk, first.article_id) == {"/News/bins": "canonical", "/Inbox/bins/4711": "alias"}


def test_two_addresses_of_one_article_in_one_batch_are_one_article_with_two_addresses(desk):
    visits = [attempt(f"{HOME}/{name}", hour, served=name) for hour, name in enumerate(("News/b", "Inbox/b"))]
    batch = [*visits, *(record(visit, A, identity="legacy/b") for visit in visits)]
    stored = [result for result in desk.store.write(batch) if result]
    assert [result.change for result in stored] == [Change.NEW, Change.UNCHANGED]
    assert len({result.article_id for result in stored}) == 1
    assert len(addresses(desk, stored[0].article_id)) == 2


@pytest.mark.parametrize(
    "other",
    [
        "http://www.example.org/articles/one",
        "https://example.org/articles/one",
        "http://www.example.org:80/articles/one",
        "https://www.example.org/articles/one/",
    ],
)
def test_spellings_of_one_address_are_one_article(desk, other):
    first = desk.show(URL, 0, A, identity="from/one")
    again = desk.show(other, 1, B, identity="to/one")
    assert (again.article_id, again.change) == (first.article_id, Change.CHANGED)


def test_rel_canonical_joins_and_is_the_address_shown(desk):
    first = desk.show(f"{HOME}/articles/one?view=print", 0, A, canonical_url=URL)
    again = desk.show(URL, 1, A)
    assert first.article_id == again.article_id
    assert desk.one("SELECT url FROM articles")["url"] == URL
    assert addresses(desk, first.article_id) == {
        "/articles/one": "canonical",
        "/articles/one?view=print": "alias",
    }


def test_a_canonical_address_stated_later_takes_the_place_of_the_first_one(desk):
    first = desk.show(f"{HOME}/articles/one?view=print", 0, A)
    desk.show(f"{HOME}/articles/one?view=print", 1, A, canonical_url=URL)
    assert desk.one("SELECT article_id, url FROM articles") == {"article_id": first.article_id, "url": URL}
    assert addresses(desk, first.article_id) == {
        "/articles/one": "canonical",
        "/articles/one?view=print": "alias",
    }


def test_redirects_are_addresses_too_and_keep_the_history_when_an_article_moves(desk):
    first = desk.show(f"{HOME}/old/one", 0, A, identity="legacy/one")
    moved = desk.show(URL, 1, A, identity="current/one", aliases=(f"{HOME}/old/one",))
    assert moved.article_id == first.article_id
    assert addresses(desk, first.article_id)["/articles/one"] == "alias"


def test_identities_of_one_form_that_differ_are_never_joined(desk):
    first = desk.show(f"{HOME}/News/one", 0, A, identity="legacy/one")
    other = desk.show(f"{HOME}/News/two", 1, A, identity="legacy/two", aliases=(f"{HOME}/News/one",))
    assert first.article_id != other.article_id
    # The address leads to the other one now; that it led to the first one before stays on record.
    told = desk.ask(
        "SELECT article_id, valid_to FROM addresses WHERE url = :u ORDER BY valid_from", u=f"{HOME}/News/one"
    )
    assert [(row["article_id"], row["valid_to"]) for row in told] == [
        (first.article_id, at(1)),
        (other.article_id, None),
    ]


def test_a_page_s_word_does_not_take_another_article_s_address(desk):
    first = desk.show(f"{HOME}/News/one", 0, A, identity="legacy/one")
    other = desk.show(f"{HOME}/News/two", 1, B, identity="legacy/two", canonical_url=f"{HOME}/News/one")
    assert other.change is Change.NEW
    urls = {row["article_id"]: row["url"] for row in desk.ask("SELECT article_id, url FROM articles")}
    assert urls == {first.article_id: f"{HOME}/News/one", other.article_id: f"{HOME}/News/two"}


def test_a_tracking_parameter_joins_when_the_text_is_the_same(desk):
    first = desk.show(URL, 0, A)
    again = desk.show(f"{URL}?utm_source=feed", 1, A)
    assert first.article_id == again.article_id


def test_a_tracking_parameter_does_not_join_other_texts(desk):
    first = desk.show(URL, 0, A)
    other = desk.show(f"{URL}?utm_source=feed", 1, B)
    assert first.article_id != other.article_id


def test_another_parameter_is_another_page_even_with_the_same_text(desk):
    first = desk.show(f"{URL}?gallery=1", 0, A)
    other = desk.show(f"{URL}?gallery=2", 1, A)
    assert first.article_id != other.article_id


def test_two_tracked_addresses_in_one_batch_are_one_article(desk):
    visits = [attempt(f"{URL}?utm_source={n}", n, served=str(n)) for n in range(3)]
    stored = desk.store.write([*visits, *(record(visit, A) for visit in visits)])
    assert len({result.article_id for result in stored if result}) == 1


def test_an_address_longer_than_an_index_takes_is_kept_by_its_beginning_and_a_hash(desk):
    long = f"{HOME}/{'a' * 6000}"
    desk.visit(URL, 0, redirect_to=long + "1")
    desk.visit(URL, 1, redirect_to=long + "2")
    kept = desk.ask("SELECT url FROM url WHERE url <> :u", u=URL)
    assert len(kept) == 2
    assert all(row["url"].startswith(f"{HOME}/aaa") and len(row["url"]) < 2083 for row in kept)


def test_impossible_ports_and_control_characters_in_headers_do_no_harm(desk):
    desk.visit(URL, 0, redirect_to="http://example.org:99999/", etag='"a\x00b"', error="bad \udc80 header")
    assert desk.one("SELECT etag FROM fetch_attempt")["etag"] == '"ab"'
