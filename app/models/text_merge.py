"""Merging two texts that grew from one, word by word, for people to look at before they take it.

What only one side changed is taken from that side; what both changed the same way is taken once;
where they changed the same words differently both stand in the proposal, marked, and somebody
chooses. Nothing either side wrote is ever left out unseen. Without the text both began with, words
that only one side has are kept, since nobody can tell an addition from a deletion.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

Origin = Literal["same", "left", "right", "both", "conflict"]
OPEN, MIDDLE, CLOSE = "{{1:", "| 2:", "}}"
"""How the two versions of a passage stand in a proposal."""

_WORDS: Final = re.compile(r"\s*\S+|\s+")
_LINES: Final = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_WORDS: Final = 2_000
"""Beyond that many words, texts are merged by lines: comparing every word would take too long."""
_Edit = tuple[int, int, int, int]
"""Where a side differs from the base: begin and end there, begin and end here."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text and where it comes from. ``left`` and ``right`` differ in conflicts only."""

    origin: Origin
    left: str
    right: str

    @property
    def text(self) -> str:
        """The piece as it stands in a proposal."""
        if self.origin != "conflict":
            return self.left
        lead = self.left[: len(self.left) - len(self.left.lstrip())]
        return f"{lead}{OPEN} {self.left.strip()} {MIDDLE} {self.right.strip()} {CLOSE}"


@dataclass(frozen=True, slots=True)
class Merged:
    """A proposal, piece by piece."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The proposal as it is offered for editing, with every conflict marked."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def conflicts(self) -> int:
        """How many passages somebody has to choose."""
        return sum(piece.origin == "conflict" for piece in self.pieces)


def has_marks(text: str) -> bool:
    """Tell whether a proposal still holds a passage nobody has chosen."""
    return OPEN in text and CLOSE in text


def merge(base: str | None, left: str, right: str) -> Merged:
    """Merge two texts that grew from ``base``; None where nobody knows what it was."""
    pattern = _pattern(base or "", left, right)
    ours, theirs = pattern.findall(left), pattern.findall(right)
    if base is None:
        return Merged(tuple(_two_way(ours, theirs)))
    return Merged(tuple(_three_way(pattern.findall(base), ours, theirs)))


def _pattern(*texts: str) -> re.Pattern[str]:
    return _LINES if any(text.count(" ") > _MOST_WORDS for text in texts) else _WORDS


def _two_way(left: Sequence[str], right: Sequence[str]) -> list[Piece]:
    pieces = []
    for kind, start, end, begin, stop in SequenceMatcher(None, left, right, False).get_opcodes():
        ours, theirs = "".join(left[start:end]), "".join(right[begin:stop])
        if kind == "equal":
            pieces.append(Piece("same", ours, ours))
        elif ours and theirs:
            pieces.append(Piece("conflict", ours, theirs))
        else:
            pieces.append(Piece("left" if ours else "right", ours or theirs, ours or theirs))
    return pieces


def _three_way(base: Sequence[str], left: Sequence[str], right: Sequence[str]) -> list[Piece]:
    ours, theirs = _edits(base, left), _edits(base, right)
    pieces: list[Piece] = []
    at = 0
    for our, their in _regions(ours, theirs):
        begin = min(edit[0] for edit in (*our, *their))
        end = max(edit[1] for edit in (*our, *their))
        if at < begin:
            pieces.append(_kept(base[at:begin]))
        said = _said(base, left, our, begin, end), _said(base, right, their, begin, end)
        pieces.append(_piece(*said, bool(our), bool(their)))
        at = end
    if at < len(base):
        pieces.append(_kept(base[at:]))
    return pieces


def _kept(words: Sequence[str]) -> Piece:
    text = "".join(words)
    return Piece("same", text, text)


def _piece(left: str, right: str, ours: bool, theirs: bool) -> Piece:
    if not theirs:
        return Piece("left", left, left)
    if not ours:
        return Piece("right", right, right)
    if left == right:
        return Piece("both", left, left)
    return Piece("conflict", left, right)


def _edits(base: Sequence[str], side: Sequence[str]) -> list[_Edit]:
    codes = SequenceMatcher(None, base, side, False).get_opcodes()
    return [(b0, b1, s0, s1) for kind, b0, b1, s0, s1 in codes if kind != "equal"]


def _regions(
    ours: Sequence[_Edit], theirs: Sequence[_Edit]
) -> list[tuple[list[_Edit], list[_Edit]]]:
    """Part the edits into runs that do not bear on each other, in the order of the base."""
    waiting = sorted([(edit, 0) for edit in ours] + [(edit, 1) for edit in theirs])
    regions: list[tuple[list[_Edit], list[_Edit]]] = []
    begin = end = -1
    for edit, side in waiting:
        if regions and _meets(edit, begin, end):
            regions[-1][side].append(edit)
            end = max(end, edit[1])
        else:
            regions.append(([edit], []) if side == 0 else ([], [edit]))
            begin, end = edit[0], edit[1]
    return regions


def _meets(edit: _Edit, begin: int, end: int) -> bool:
    """Whether an edit bears on a run of the base: it overlaps, or one is put in at its edge."""
    if edit[0] == edit[1] or begin == end:
        return edit[0] <= end
    return edit[0] < end


def _said(
    base: Sequence[str], side: Sequence[str], edits: Sequence[_Edit], begin: int, end: int
) -> str:
    """What a side has where the base has its words from ``begin`` to ``end``."""
    if not edits:
        return "".join(base[begin:end])
    start = edits[0][2] - (edits[0][0] - begin)
    stop = edits[-1][3] + (end - edits[-1][1])
    return "".join(side[start:stop])
