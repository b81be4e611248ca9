"""Invented texts of some 450 words: sentences of words as unequal as those of a language."""

import random
from collections import Counter
from functools import cached_property
from itertools import accumulate, pairwise

ENDINGS = ("a", "e", "i", "o", "u", "an", "er", "on", "ist", "ed")
SYLLABLES = [first + rest for first in "bcdfghjklmnprstvw" for rest in ENDINGS]
WORDS = 100_000  # of the vocabulary; the n-th most frequent is used 1/n times as often as the first (Zipf)
SENTENCES = 200_000  # at most, of which all texts are made
SHORT, LONG = 8, 22  # words of a sentence
FEW, MANY = 18, 42  # sentences of a text
PARAGRAPH = 5  # sentences
HEADLINE = 7  # words


class Texts:
    """Gives the text of any article in any of its wordings; the same for the same numbers."""

    def __init__(self, articles: int) -> None:
        """Invent the vocabulary and the sentences: fewer of either for a small archive."""
        chance = random.Random(0)
        words = _vocabulary(chance, min(WORDS, 2_000 + articles * 10))
        weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
        self._sentences = []
        for _ in range(min(SENTENCES, 500 + articles)):
            used = chance.choices(words, cum_weights=weights, k=chance.randint(SHORT, LONG))
            self._sentences.append((len(used), " ".join(used).capitalize() + "."))

    def sentences(self, article: int, wording: int, original: int | None = None) -> list[int]:
        """Give the numbers of the sentences; of a copy, half of the original's or more are in it."""
        chosen = self._first(article)
        if original is not None:
            kept, chance = self._first(original), random.Random(article)
            share = chance.uniform(0.5, 1)
            chosen = [
                one if chance.random() < share else chosen[at % len(chosen)] for at, one in enumerate(kept)
            ]
        for number in range(1, wording + 1):
            for at, one in self.edit(article, number):
                chosen[at % len(chosen)] = one
        return chosen

    def edit(self, article: int, wording: int) -> list[tuple[int, int]]:
        """Give which sentences a wording has in place of the one before: up to three, none for a headline."""
        chance = random.Random(article * 64 + wording)
        several = chance.choice((0, 1, 1, 1, 2, 3))
        return [(chance.randrange(MANY), chance.randrange(len(self._sentences))) for _ in range(several)]

    def body(self, chosen: list[int]) -> tuple[int, str]:
        """Give how many words sentences have, and the sentences in paragraphs."""
        found = [self._sentences[one] for one in chosen]
        texts = [text for _, text in found]
        paragraphs = (" ".join(texts[at : at + PARAGRAPH]) for at in range(0, len(texts), PARAGRAPH))
        return sum(count for count, _ in found), "\n\n".join(paragraphs)

    def title(self, article: int, wording: int) -> str:
        """Give the headline: another one where no sentence was changed."""
        changed = sum(not self.edit(article, number) for number in range(1, wording + 1))
        sentence = self._sentences[(article * 31 + changed * 7_919) % len(self._sentences)][1]
        return " ".join(sentence.rstrip(".").split()[:HEADLINE])

    def comment(self, chance: random.Random) -> tuple[int, str]:
        """Give a comment of one to four sentences, with its number of words."""
        return self.body([chance.randrange(len(self._sentences)) for _ in range(chance.randint(1, 4))])

    def word_in(self, share: float) -> str:
        """Give the word that stands in about this share of the texts."""
        average = (FEW + MANY) / 2
        number = len(self._sentences) * (1 - (1 - share) ** (1 / average))
        return min(self._counted.items(), key=lambda counted: (abs(counted[1] - number), counted[0]))[0]

    def phrase_in(self, share: float) -> str:
        """Give two frequent words that stand side by side in about this share of the texts."""
        frequent = {word for word, _ in self._counted.most_common(200)}
        pairs = Counter(
            pair
            for _, text in self._sentences
            for pair in pairwise(_plain(text))
            if frequent.issuperset(pair) and pair[0] != pair[1]
        )
        number = len(self._sentences) * share / ((FEW + MANY) / 2)
        return " ".join(min(pairs.items(), key=lambda counted: (abs(counted[1] - number), counted[0]))[0])

    @cached_property
    def _counted(self) -> Counter[str]:
        return Counter(word for _, text in self._sentences for word in set(_plain(text)))

    def _first(self, article: int) -> list[int]:
        chance = random.Random(article)
        return [chance.randrange(len(self._sentences)) for _ in range(chance.randint(FEW, MANY))]


def _plain(text: str) -> list[str]:
    return text.lower().rstrip(".").split()


def _vocabulary(chance: random.Random, size: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < size:
        found["".join(chance.choices(SYLLABLES, k=chance.choice((1, 2, 2, 2, 3, 3, 4))))] = None
    return list(found)
