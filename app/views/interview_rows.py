"""What the interview page needs of questions that are asked several times, row after row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Knot:
    """A line of the outline and what stands under it: a question, a repeat's rows, or one row."""

    path: str
    kind: Literal["question", "rows", "row"]
    inside: tuple[Knot, ...] = ()

    def questions(self) -> Iterator[str]:
        """Yield the paths of all questions in it, its own among them, in order."""
        if self.kind == "question":
            yield self.path
        for one in self.inside:
            yield from one.questions()


@dataclass(frozen=True, slots=True)
class Row:
    """One row as people tell it from the others: "Member 2 (Ana)"; ``open`` says how many of its
    questions want an answer yet."""

    path: str
    words: str
    answered: int
    open: int


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one repeat that people add to, by their paths; ``label`` is empty where the
    form has no name that fits every row."""

    path: str
    label: str
    section: str
    rows: Sequence[str]


class Repeats(Protocol):
    """The rows of an interview. A repeat that may grow has a page of its own after its last row,
    at the path of the repeat."""

    def grows(self, stop: str) -> bool:
        """Tell whether a stop is a repeat that people may add to, and no question."""

    def at(self, path: str) -> Rows:
        """Return the rows of the repeat at ``path``, one that people may add to."""

    def row(self, path: str) -> Row:
        """Return how a row stands; a list of a thousand reads only those in sight."""

    def words(self, path: str) -> str:
        """Return what a row, or a repeat as a whole, is called."""

    def add(self, path: str) -> str:
        """Add a row to the end and return where to go on: its first question that applies, the
        repeat itself where none does."""

    def first_in(self, path: str) -> str:
        """Return the first question that applies in a row or a repeat, empty when none does."""

    def remove(self, row: str) -> None:
        """Take a row out with its answers; the rows after it move up."""

    def restore(self) -> str:
        """Put back the row taken out last, answers and all; return its path. Empty when there is
        none, or when it was put back already."""
