"""Recovery codes that survive being copied by hand and read aloud over a bad line.

A code is 140 random bits in Crockford's base32: a letter that says which paper it is, then seven
groups of five, each ending in a check character of its own, so that a slip is found and named by
its group. The check depends on the paper and on the group's place: a group written in the wrong
place, or on the other paper, does not pass either.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from enum import Enum

from sync.errors import Param, SyncError

GROUPS = 7
SECRET_BYTES = 18
_GROUP = 5
_SECRET_BITS = 140
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_SEPARATORS = re.compile(r"[\s\-‐-―−._/]+")


class Paper(Enum):
    """Which of the two papers a code is printed on; the value is its first letter."""

    LAPTOP = "L"
    PROJECT = "P"


class CodeError(SyncError):
    """A typed code cannot be right; ``params`` says where."""


class CodeEmpty(CodeError):
    """Nothing was typed."""

    default_code = "code-empty"


class CodeOfOtherPaper(CodeError):
    """A sound start, but of the other paper: params ``typed`` and ``wanted`` (L or P)."""

    default_code = "code-other-paper"


class CodeWithoutLetter(CodeError):
    """The first letter, which tells the papers apart, is neither L nor P."""

    default_code = "code-letter"


class CodeLength(CodeError):
    """Too few or too many characters: params ``typed``, ``wanted`` and ``group`` (or 0)."""

    default_code = "code-length"


class CodeCharacter(CodeError):
    """A character no code has: params ``group`` (1-7) and ``character``."""

    default_code = "code-character"


class CodeGroup(CodeError):
    """Groups whose check character does not fit: params ``groups`` ("2, 5") and ``count``."""

    default_code = "code-group"


def new(paper: Paper) -> str:
    """Return a fresh code, such as ``L-3K7QD-…`` (43 characters with its hyphens)."""
    return write(paper, secrets.randbits(_SECRET_BITS).to_bytes(SECRET_BYTES, "big"))


def write(paper: Paper, secret: bytes) -> str:
    """Return the code that stands for ``secret``: 18 bytes of which the first four bits are 0."""
    number = int.from_bytes(secret, "big")
    if len(secret) != SECRET_BYTES or number >> _SECRET_BITS:
        raise ValueError("a recovery secret has 140 bits in 18 bytes")
    groups = []
    for index in range(GROUPS):
        bits = number >> (20 * (GROUPS - 1 - index))
        values = [bits >> shift & 31 for shift in (15, 10, 5, 0)]
        values.append(_check(values, paper, index))
        groups.append("".join(_ALPHABET[value] for value in values))
    return "-".join([paper.value, *groups])


def read(text: str, paper: Paper) -> bytes:
    """Return the 18 secret bytes of a typed code.

    Lower case, O for 0, I and L for 1, any blanks and hyphens are understood. Raises a CodeError
    that names the wrong paper, the wrong group or the wrong character.
    """
    groups = _split(text, paper)
    values = [_values(group, index) for index, group in enumerate(groups)]
    wrong = [i + 1 for i, group in enumerate(values) if not _fits(group, paper, i)]
    if wrong:
        other = _other(paper)
        if all(_fits(group, other, i) for i, group in enumerate(values)):
            raise _fault(CodeOfOtherPaper, typed=other.value, wanted=paper.value)
        raise _fault(CodeGroup, groups=", ".join(map(str, wrong)), count=len(wrong))
    number = 0
    for group in values:
        for value in group[:-1]:
            number = number << 5 | value
    return number.to_bytes(SECRET_BYTES, "big")


def groups_to_confirm() -> list[int]:
    """Return two different groups (1-7, rising) for the person to type back from the paper."""
    return sorted(secrets.SystemRandom().sample(range(1, GROUPS + 1), 2))


def confirm(code: str, groups: Mapping[int, str]) -> bool:
    """Tell whether every group typed back ({3: "7qd2m"}) is what ``code`` says in its place."""
    parts = code.split("-")[1:]
    return bool(groups) and all(
        1 <= place <= GROUPS and _canonical(typed) == parts[place - 1]
        for place, typed in groups.items()
    )


def _split(text: str, paper: Paper) -> list[str]:
    """Return the seven groups of five characters, once the first letter says the right paper."""
    parts = [part for part in _SEPARATORS.split(text.upper()) if part]
    typed = "".join(parts)
    if not typed:
        raise _fault(CodeEmpty)
    _check_letter(typed[0], paper)
    body, wanted = typed[1:], GROUPS * _GROUP
    if len(body) != wanted:
        raise _fault(CodeLength, group=_odd_group(parts), typed=len(body), wanted=wanted)
    return [body[start : start + _GROUP] for start in range(0, wanted, _GROUP)]


def _check_letter(letter: str, paper: Paper) -> None:
    letter = "L" if letter in "I1" else letter
    if letter == paper.value:
        return
    if letter == _other(paper).value:
        raise _fault(CodeOfOtherPaper, typed=letter, wanted=paper.value)
    raise _fault(CodeWithoutLetter, wanted=paper.value)


def _odd_group(parts: list[str]) -> int:
    """Return the one group that was written with another number of characters, 0 if unclear."""
    odd = [place for place, part in enumerate(parts[1:], 1) if len(part) != _GROUP]
    return odd[0] if len(parts) == GROUPS + 1 and len(odd) == 1 else 0


def _values(group: str, index: int) -> list[int]:
    for character in group:
        if character not in _VALUES:
            raise _fault(CodeCharacter, group=index + 1, character=character)
    return [_VALUES[character] for character in group]


def _canonical(typed: str) -> str:
    joined = _SEPARATORS.sub("", typed.upper())
    return "".join(_ALPHABET[_VALUES[c]] if c in _VALUES else c for c in joined)


def _other(paper: Paper) -> Paper:
    return Paper.PROJECT if paper is Paper.LAPTOP else Paper.LAPTOP


def _fits(group: list[int], paper: Paper, index: int) -> bool:
    return group[-1] == _check(group[:-1], paper, index)


def _check(values: list[int], paper: Paper, index: int) -> int:
    """Return the check value: a sum in GF(32) whose weights differ and are neither 0 nor 1.

    Every single wrong character and every two swapped ones change it.
    """
    total = index + (8 if paper is Paper.PROJECT else 0)
    for weight, value in enumerate(values, start=2):
        total ^= _times(weight, value)
    return total


def _times(left: int, right: int) -> int:
    """Multiply in GF(32), the remainders modulo x^5 + x^2 + 1."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 32:
            left ^= 0b100101
        right >>= 1
    return product


def _fault(kind: type[CodeError], **params: Param) -> CodeError:
    said = (kind.__doc__ or kind.default_code).partition(":")[0]
    return kind(said, None, **params)
