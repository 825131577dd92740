"""How hard a new passphrase is to guess, estimated here and offline, without a lying meter.

A guesser does not try all letters: it tries the commonest passwords, names of the people and places
at hand, dates, runs of keys, and words of the dictionary. So a passphrase is taken apart into the
cheapest pieces it can be put together from, and the guesses each piece costs are multiplied. What
comes out is an upper bound in good faith: nobody can know from outside that a line is from a song.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import log10
from typing import Final, Literal

Found = Literal["common", "name", "repeat", "sequence", "keyboard", "date"]
Piece = tuple[int, int, float, "Found | None"]
"""Where it begins and ends, the guesses it costs as a power of ten, and what it is."""

LONGEST: Final = 100
"""Characters looked at; what follows can only make it better."""
GUESSES_A_SECOND: Final = 10_000
"""Of somebody with many machines, against the slow hash each vault has (Argon2id, half a second)."""

_KEYBOARD: Final = (
    "qwertyuiop", "asdfghjklñ", "asdfghjkl", "zxcvbnm", "1234567890",
    "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm",
)  # fmt: skip
_LEET: Final = str.maketrans("4@301!57$8", "aaeoiistsb")
_VOCABULARY: Final = log10(20_000)
"""What a guesser tries for a word of a passphrase: the words people think of."""
_YEAR: Final = re.compile(r"(19|20)\d\d")
_DATE: Final = re.compile(r"(\d{1,2}[-/.]){2}(\d{4}|\d{2})|\d{8}|\d{6}")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Estimate:
    """``digits``: guesses needed, as a power of ten. ``found``: what made it cheaper."""

    digits: float
    found: frozenset[Found]

    @property
    def seconds(self) -> float:
        """How long a well-equipped guesser needs for half of them."""
        return float(10**self.digits) / 2 / GUESSES_A_SECOND


def estimate(passphrase: str, known: Iterable[str] = ()) -> Estimate:
    """Return what a passphrase is worth. ``known`` are words a thief would try first: the names of
    the person, the project and its places."""
    # Blanks in a row are one: nobody remembers how many they were.
    passphrase = " ".join(passphrase.split())
    text = unicodedata.normalize("NFC", passphrase)[:LONGEST].casefold()
    names = frozenset(_plain(word) for one in known for word in _WORD.findall(one.casefold()))
    cheapest: list[tuple[float, frozenset[Found]]] = [(0.0, frozenset())]
    pieces = list(_pieces(text, names))
    for end in range(1, len(text) + 1):
        cost, found = cheapest[end - 1]
        best = (cost + _one(text[end - 1]), found)
        for begins, ends, guesses, kind in pieces:
            before, known_before = cheapest[begins] if begins < end else (0.0, found)
            if ends == end and before + guesses < best[0]:
                best = (before + guesses, known_before | ({kind} if kind else frozenset()))
        cheapest.append(best)
    digits, found = cheapest[-1]
    # Capitals in odd places cost a guesser a little; one at the beginning costs nothing.
    odd = any(letter.isupper() for letter in passphrase[1:])
    return Estimate(digits + (0.5 if odd else 0.0), found)


def _pieces(text: str, names: frozenset[str]) -> Iterator[Piece]:
    yield from _words(text, names)
    yield from _runs(text)
    yield from _repeats(text)
    # A longer stretch that comes again is worth what it is worth once, and how often; the search goes
    # by the shortest at each place, so that all of it twice is asked for by itself.
    again = [*re.finditer(r"(.{3,}?)\1+", text), re.fullmatch(r"(.{3,}) ?\1", text)]
    for match in filter(None, again):
        times = len(match[0]) / len(match[1])
        yield match.start(), match.end(), estimate(match[1], names).digits + log10(times), "repeat"
    for match in _YEAR.finditer(text):
        yield match.start(), match.end(), log10(140), "date"
    for match in _DATE.finditer(text):
        # A day of the last hundred years, in either order.
        yield match.start(), match.end(), min(log10(365 * 100 * 2), float(len(match[0]))), "date"


def _words(text: str, names: frozenset[str]) -> Iterator[Piece]:
    """Every stretch that is a name at hand, a common password, or could be a word."""
    ranks, plain = _common(), _plain(text)
    straight = plain.translate(_LEET)
    for begin in range(len(text)):
        for end in range(begin + 2, min(begin + 20, len(text)) + 1):
            for spelled in {plain[begin:end], straight[begin:end]}:
                if spelled in names:
                    yield begin, end, 1.0, "name"
                elif spelled in ranks:
                    yield begin, end, log10(ranks[spelled] + 1), "common"
    for match in _WORD.finditer(text):
        if _could_be_a_word(match[0]):
            yield match.start(), match.end(), min(_VOCABULARY, 1.42 * len(match[0])), None


def _runs(text: str) -> Iterator[Piece]:
    """Neighbours on the keyboard, in the alphabet or among the numbers, forwards and backwards."""
    for begin in range(len(text)):
        for end in range(begin + 3, len(text) + 1):
            piece = text[begin:end]
            if any(piece in row or piece[::-1] in row for row in _KEYBOARD):
                # Three neighbours happen within words.
                if len(piece) > 3:
                    yield begin, end, log10(40 * len(piece)), "keyboard"
            elif abs(_step(piece)) == 1:
                yield begin, end, log10(30 * len(piece)), "sequence"
            else:
                break


def _repeats(text: str) -> Iterator[Piece]:
    """A character, or a short stretch, that comes again and again."""
    for match in re.finditer(r"(.{1,6}?)\1+", text):
        unit = match[1]
        if len(match[0]) < 3:
            continue
        cost = min(sum(_one(letter) for letter in unit), _VOCABULARY)
        yield match.start(), match.end(), cost + log10(len(match[0]) / len(unit)), "repeat"


def _step(piece: str) -> int:
    """By how much each character follows the one before, 0 when that differs."""
    steps = {ord(b) - ord(a) for a, b in pairwise(piece)}
    return steps.pop() if len(steps) == 1 else 0


def _one(letter: str) -> float:
    """The guesses of one character by itself."""
    if letter.isdigit():
        return 1.0
    if letter.isspace():
        return 0.3
    return log10(30) if letter.isalpha() else log10(33)


def _could_be_a_word(text: str) -> bool:
    """Whether it can be spoken: vowels among not too many consonants."""
    plain = _plain(text)
    vowels = sum(plain.count(vowel) for vowel in "aeiouy")
    return len(plain) <= 14 and vowels * 4 >= len(plain) and not re.search("[^aeiouy]{5}", plain)


def _plain(text: str) -> str:
    """Without accents, character for character."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text)


@cache
def _common() -> dict[str, int]:
    """The commonest passwords and words of both languages, by rank."""
    text = (files("resources") / "words" / "common.txt").read_text("utf-8")
    ranks: dict[str, int] = {}
    for rank, word in enumerate(text.split(), start=1):
        ranks.setdefault(_plain(word), rank)
    return ranks
