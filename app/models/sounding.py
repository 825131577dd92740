"""How names sound, so that one person written in two ways is recognised as one.

Spelling in the field follows the ear: Velásquez and Belazques, Jiménez and Giménez, Huaorani and
Waorani. Accents, capitals, silent letters and the small words of compound surnames do not tell
people apart, nor does the order in which names and surnames are given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

PARTICLES: Final = frozenset({"de", "del", "la", "las", "los", "el", "y", "e", "da", "do", "van"})
"""Words of names that people leave out and put in."""
_WORDS = re.compile(r"[^\W\d_]+|\d+")
_LONG_ENOUGH: Final = 5
_RULES: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("ph", "f"),
        ("[ck]?qu(?=[ei])|ck|q", "k"),
        ("(?:h|g)u(?=[ao])|hu(?=[ei])|gü", "w"),
        ("gu(?=[ei])", "G"),
        ("g(?=[ei])", "j"),
        ("G", "g"),
        ("ch", "C"),
        ("c(?=[ei])|z", "s"),
        ("c", "k"),
        ("v", "b"),
        ("ll", "y"),
        ("y$|y(?=[^aeiou])", "i"),
        ("h", ""),
        ("n(?=[bp])", "m"),
        (r"(.)\1+", r"\1"),
    )
)


def bare(text: str) -> str:
    """Return ``text`` in small letters without marks; ü stays, for it is heard."""
    small = text.casefold().replace("ü", "\0")
    letters = unicodedata.normalize("NFKD", small)
    kept = "".join(char for char in letters if not unicodedata.combining(char))
    return kept.replace("\0", "ü")


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """Return how one word is heard; words that are spelled apart and heard alike become one."""
    heard = bare(word)
    for pattern, becomes in _RULES:
        heard = pattern.sub(becomes, heard)
    return heard.replace("ü", "u") or bare(word)


def sounds(name: str) -> tuple[str, ...]:
    """Return the words of a name as they are heard, small words left out, in a fixed order."""
    found = [word for word in _WORDS.findall(name) if bare(word) not in PARTICLES]
    return tuple(sorted({sound(word) for word in found}))


def shared(one: Sequence[str], other: Sequence[str]) -> float:
    """Return how many words two names have in common; one letter amiss counts nearly whole."""
    same = set(one) & set(other)
    count = float(len(same))
    rest = [word for word in other if word not in same]
    for word in one:
        if word in same:
            continue
        close = next((found for found in rest if _one_letter_apart(word, found)), None)
        if close is not None:
            rest.remove(close)
            count += 0.9
    return count


def _one_letter_apart(one: str, other: str) -> bool:
    """Tell whether a letter added, dropped, changed or swapped with its neighbour parts them."""
    if min(len(one), len(other)) < _LONG_ENOUGH or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) != len(right):
        shorter, longer = sorted((left, right), key=len)
        return longer[1:] == shorter
    return left[1:] == right[1:] or (left[1::-1] + left[2:]) == right
