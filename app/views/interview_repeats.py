"""The rows of an interview on the survey engine: told apart, added, taken out and put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.forms import Session
from app.forms.paths import place_path
from app.i18n import _
from app.views.interview import is_open, written
from app.views.interview_course import Crumb
from app.views.interview_rows import Row, Rows
from app.views.marked import plain

if TYPE_CHECKING:
    from app.views.interview_session import SessionInterview

_TELLING: Final = frozenset({"text", "integer", "decimal", "barcode", "date"})
"""Kinds of answers that tell one row from another."""
_LONGEST: Final = 32


@dataclass(frozen=True, slots=True)
class _Gone:
    """A row that was taken out: its repeat, its number, what it was known by, and the answers by
    path inside the row."""

    repeat: str
    number: int
    tag: str
    answers: Mapping[str, Any]


class SessionRows:
    """The `Repeats` of one interview."""

    def __init__(self, session: Session, interview: SessionInterview) -> None:
        self._session = session
        self._interview = interview
        self._gone: _Gone | None = None

    def grows(self, stop: str) -> bool:
        return stop in self._interview.course.growing

    def at(self, path: str) -> Rows:
        rows = self._interview.course.growing[path]
        return Rows(path, self._name(path), self._interview.section(path), rows)

    def row(self, path: str) -> Row:
        asked = list(self._interview.course.known[path].questions())
        stands = [self._interview.standing(one) for one in asked]
        open_ = sum(is_open(self._interview, one) for one in asked)
        return Row(path, self.words(path), stands.count("answered"), open_)

    def words(self, path: str) -> str:
        return self._interview.say(self._interview.course.crumbs[path])

    def worded(self, crumb: Crumb) -> str:
        """Work out what a repeat, or one of its rows, is called."""
        label = self._name(crumb.path)
        if not crumb.number:
            return label or _("Rows")
        if not label and (own := self._session.state(crumb.path).label):
            # The form itself tells its rows apart, by quoting answers.
            return f"{crumb.number}. {plain(own)}"
        text = _("{label} {number} of {total}") if crumb.of else _("{label} {number}")
        said = text.format(label=label or _("Row"), number=crumb.number, total=crumb.of)
        told = self._telling(crumb.path)
        return f"{said} ({told})" if told else said

    def _name(self, path: str) -> str:
        """The label of a repeat where it is the same for every row, else nothing."""
        form = self._session.definition
        words = form.group(place_path(path)).label
        phrase = words.phrase(self._session.language, form.default_language)
        said = [part for part in phrase if isinstance(part, str)]
        return plain("".join(said)).strip() if len(said) == len(phrase) else ""

    def _telling(self, row: str) -> str:
        """Return the first answer of a row that is a word, a number or a day."""
        questions = self._session.definition.questions
        for knot in self._interview.course.known[row].inside:
            if knot.kind != "question" or self._interview.standing(knot.path) != "answered":
                continue
            kind = questions[place_path(knot.path)].kind
            if kind in _TELLING:
                told = " ".join(written(kind, self._session.value(knot.path)).split())
                return told if len(told) <= _LONGEST else f"{told[:_LONGEST].rstrip()}…"
        return ""

    def add(self, path: str) -> str:
        self._interview.note(self._session.add_repeat(path))
        added = self._interview.course.growing[path][-1]
        return self.first_in(added) or path

    def first_in(self, path: str) -> str:
        asked = self._interview.course.known[path].questions()
        return next((one for one in asked if self._interview.applies(one)), "")

    def remove(self, row: str) -> None:
        crumb = self._interview.course.crumbs[row]
        repeat = row[: row.rindex("[")]
        inside = {
            path[len(row) :]: value
            for path, value in self._session.draft().items()
            if path.startswith(f"{row}/")
        }
        tag = self._session.tag(row)
        outcome = self._session.remove_repeat(row)
        self._gone = _Gone(repeat, crumb.number, tag, inside)
        self._interview.renumber(repeat, crumb.number + 1, -1)
        self._interview.note(outcome)

    def restore(self) -> str:
        gone, self._gone = self._gone, None
        if gone is None:
            return ""
        number = min(gone.number, len(self._session.rows(gone.repeat)) + 1)
        row = f"{gone.repeat}[{number}]"
        self._interview.renumber(gone.repeat, number, 1)
        self._interview.note(self._session.add_repeat(gone.repeat, number, gone.tag))
        # Outer ones first: what is inside may need the rows that follow from them.
        for depth in sorted({path.count("[") for path in gone.answers} | {0}):
            self._regrow(row, gone.answers, depth)
            self._answer(row, gone.answers, depth)
        return row

    def _regrow(self, row: str, answers: Mapping[str, Any], depth: int) -> None:
        """Give the repeats inside a row as many rows as they had, where people decide it."""
        for inner, wanted in answers.items():
            path = row + inner
            if inner.count("[") != depth or path not in self._interview.course.growing:
                continue
            while len(self._session.rows(path)) > wanted:
                self._interview.note(self._session.remove_repeat(self._session.rows(path)[-1]))
            while (count := len(self._session.rows(path))) < wanted:
                tag = str(answers.get(f"{inner}[{count + 1}]", ""))
                self._interview.note(self._session.add_repeat(path, tag=tag))

    def _answer(self, row: str, answers: Mapping[str, Any], depth: int) -> None:
        for path in list(self._open_to(row, depth)):
            value = answers.get(path[len(row) :])
            if self._session.value(path) != value:
                self._interview.set(path, value)

    def _open_to(self, row: str, depth: int) -> Iterator[str]:
        for path in self._interview.course.known[row].questions():
            if path[len(row) :].count("[") == depth and not self._session.state(path).readonly:
                yield path
