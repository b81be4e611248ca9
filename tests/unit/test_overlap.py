"""What two texts share: runs of words whatever they look like, house text left out, series told apart."""

import pytest

from db.copies.overlap import Headed, Overlap, overlap, turned, weighed
from db.copies.shingles import MOST_KEPT, SHORT, shingled
from db.words import Bar, Relation
from newsstand.agency import HOUSES, MONTHS, Agency, Copy

AGENCY = Agency(11)
SENTENCES = AGENCY.sentences(24)
BODY = " ".join(SENTENCES[:16])
HOUSE_TEXT = {hash_ for house in HOUSES for hash_ in shingled(house).hashes if hash_ % 8 == 0}


def compared(one: Copy, other: Copy) -> Overlap:
    return overlap(
        *(weighed(Headed(title=copy.title, text=shingled(copy.body)), HOUSE_TEXT) for copy in (one, other))
    )


def titled(body: str, title: str = "A title") -> Copy:
    return Copy(title=title, body=body)


def test_a_shingle_is_the_same_in_every_archive():
    # Kept in databases: another number for the same words would find nothing of what is there.
    assert shingled("The trust opened two new wards").hashes == (7964686186592083350, 1398362095883045187)


def test_looks_make_no_difference():
    plain = shingled('"It\'s done" - the trust opened two wards')
    assert plain.hashes == shingled("\u201cIt\u2019s done\u201d \u2013 the TRUST  opened\n\ntwo wards").hashes
    assert compared(titled(BODY), titled(BODY.upper())).relation is Relation.IDENTICAL


def test_of_short_texts_all_is_kept_of_long_ones_an_eighth_and_never_too_much():
    short, long = shingled(" ".join(BODY.split()[: SHORT - 1])), shingled(BODY)
    assert len(short.kept) == SHORT - 1 - 4
    assert 0 < len(long.kept) < len(long.hashes) / 4
    assert set(long.kept) <= set(long.hashes)
    huge = shingled(" ".join(str(number) for number in range(20_000)))
    assert len(huge.kept) == MOST_KEPT


@pytest.mark.parametrize("text", ["", "one", "one two three four"])
def test_texts_too_short_for_a_run_share_nothing(text):
    assert shingled(text).kept == ()
    assert compared(titled(text), titled(text)).barred_by is Bar.UNLIKE


def test_how_one_text_stands_to_the_other():
    excerpt, more = titled(" ".join(SENTENCES[:7])), titled(" ".join(SENTENCES))
    near = titled(" ".join([*SENTENCES[:15], *SENTENCES[20:21]]))
    assert compared(titled(BODY), excerpt).relation is Relation.EXCERPT
    assert compared(excerpt, titled(BODY)).relation is Relation.SUPERSET
    assert compared(titled(BODY), more).relation in {Relation.SUPERSET, Relation.NEAR}
    assert compared(titled(BODY), near).relation is Relation.NEAR
    assert compared(titled(BODY), titled(" ".join(AGENCY.sentences(16)))).relation is None
    assert [turned(one) for one in (Relation.EXCERPT, Relation.SUPERSET, Relation.NEAR, None)] == [
        Relation.SUPERSET,
        Relation.EXCERPT,
        Relation.NEAR,
        None,
    ]


def test_what_is_shared_is_counted_without_house_text():
    found = compared(titled(f"{BODY}\n\n{HOUSES[0]}"), titled(f"{BODY}\n\n{HOUSES[0]}"))
    words = len(shingled(BODY).words)
    assert words <= found.words[0] <= words + 16  # where the footer begins is known to eight words or so
    assert found.shared == found.words


def test_phrases_that_anybody_uses_are_nothing_shared():
    phrase = "for the first time in years"
    one, other = (
        titled(" ".join(f"{sentence} {place} {phrase}" for place, sentence in several))
        for several in (enumerate(SENTENCES[:8]), enumerate(SENTENCES[8:16], 100))
    )
    found = compared(one, other)
    assert found.jaccard > 0
    assert found.shared == (0, 0)


def test_a_footer_alone_is_nothing_shared():
    one, other = AGENCY.brief(HOUSES[0]), AGENCY.brief(HOUSES[0])
    assert compared(one, other).relation is None


@pytest.mark.parametrize(
    ("one", "other", "barred"),
    [
        ("Figures for March", "Figures for April", True),
        ("Figures in May", "Figures in June", True),
        ("Trust may close ward", "Trust to close ward in June", False),
        ("Budget 2025 explained", "What the budget of 2026 means", True),
        ("Monday's cabinet meeting", "Tuesday's cabinet meeting", True),
        ("Trust opens 12 wards", "Trust opens 15 wards", True),
        ("Trust opens 12 wards", "Trust opens wards", False),
        ("Trust opens 12 wards", "12 wards for 3 towns", False),
    ],
)
def test_titles_that_name_other_dates_or_figures_tell_a_series(one, other, barred):
    nearly = " ".join(SENTENCES[:15])
    assert (compared(titled(BODY, one), titled(nearly, other)).barred_by is Bar.SERIES) == barred
    # The very same text is a copy whatever stands over it.
    assert compared(titled(BODY, one), titled(BODY, other)).barred_by is None


def test_other_figures_in_the_same_words_tell_a_series():
    one, other = (titled(AGENCY.monthly(month, "").body, "New figures published") for month in MONTHS[:2])
    assert compared(one, other).barred_by is Bar.SERIES
    corrected = titled(BODY.replace(next(word for word in BODY.split() if word.isdigit()), "17"))
    assert compared(titled(BODY), corrected).barred_by is None
