"""Stems of English words by Porter's rules of 1980, as both databases' full-text indexes hold them."""

import re
import unicodedata
from functools import lru_cache

_VOWELS = frozenset("aeiou")
_MARKS = re.compile("[\u0300-\u036f]+")
_LONGEST = 64  # bytes of a word that SQLite's stemmer still looks at
_SHORTEST = 3
_LATER = re.compile(r"([aeiouy][b-df-hj-np-tv-z]\w*)(log|bl)(?:y|ies)\Z")

_SECOND = {
    "ational": "ate", "tional": "tion", "enci": "ence", "anci": "ance", "izer": "ize", "bli": "ble",
    "alli": "al", "entli": "ent", "eli": "e", "ousli": "ous", "ization": "ize", "ation": "ate",
    "ator": "ate", "alism": "al", "iveness": "ive", "fulness": "ful", "ousness": "ous", "aliti": "al",
    "iviti": "ive", "biliti": "ble", "logi": "log",
}  # fmt: skip # a table
_THIRD = {
    "icate": "ic", "ative": "", "alize": "al", "iciti": "ic", "ical": "ic", "ful": "", "ness": "",
}  # fmt: skip # a table
_FOURTH = dict.fromkeys(
    (
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism",
        "ate", "iti", "ous", "ive", "ize",
    ),
    "",
)  # fmt: skip # a table


def folded(word: str) -> str:
    """Give a word in small letters and without accents."""
    return _MARKS.sub("", unicodedata.normalize("NFD", word.lower()))


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    """Give the stem under which a word, in any letters, stands in the index."""
    found = folded(word)
    if len(found) < _SHORTEST or len(found.encode("utf-8", "replace")) > _LONGEST:
        return found
    found = _past(_plural(found))
    if found.endswith("y") and _has_vowel(found[:-1]):
        found = found[:-1] + "i"
    for endings in (_SECOND, _THIRD):
        found = _replaced(found, endings, 0)
    return _tidied(_replaced(found, _FOURTH, 1))


def later_rules(word: str) -> str:
    """Give a word so that a stemmer without Porter's two later rules finds the same stem.

    PostgreSQL's is such a one: migration 20261122_1310 does the same to the texts.
    """
    return _LATER.sub(r"\1\2e", word)


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _past(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        if word.endswith(ending):
            rest = word.removesuffix(ending)
            return _mended(rest) if _has_vowel(rest) else word
    return word


def _mended(rest: str) -> str:
    """Give what -ed or -ing stood after, as it was before them."""
    if rest.endswith(("at", "bl", "iz")):
        return rest + "e"
    if _ends_double(rest) and rest[-1] not in "lsz":
        return rest[:-1]
    return rest + "e" if _measure(rest) == 1 and _ends_short(rest) else rest


def _replaced(word: str, endings: dict[str, str], above: int) -> str:
    """Give a word with its longest known ending replaced, where enough of the word stands before it."""
    for length in range(min(len(word), 7), 0, -1):
        ending = word[-length:]
        if ending in endings:
            rest = word[:-length]
            fits = _measure(rest) > above and (ending != "ion" or rest.endswith(("s", "t")))
            return rest + endings[ending] if fits else word
    return word


def _tidied(word: str) -> str:
    if word.endswith("e"):
        measure = _measure(word[:-1])
        if measure > 1 or (measure == 1 and not _ends_short(word[:-1])):
            word = word[:-1]
    return word[:-1] if word.endswith("ll") and _measure(word[:-1]) > 1 else word


def _shape(word: str) -> str:
    """Give a word as vowels and consonants; y is a consonant at the beginning and after a vowel."""
    shape = ""
    for letter in word:
        is_vowel = letter in _VOWELS or (letter == "y" and shape.endswith("c"))
        shape += "v" if is_vowel else "c"
    return shape


def _measure(word: str) -> int:
    """Give how many times vowels are followed by consonants."""
    return _shape(word).count("vc")


def _has_vowel(word: str) -> bool:
    return "v" in _shape(word)


def _ends_double(word: str) -> bool:
    return len(word) > 1 and word[-1] == word[-2] and _shape(word).endswith("c")


def _ends_short(word: str) -> bool:
    """Say whether a word ends consonant, vowel, consonant, the last one not w, x or y."""
    return _shape(word).endswith("cvc") and word[-1] not in "wxy"
