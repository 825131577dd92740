"""What the interview page needs of an interview, whatever engine stands behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from app.errors import KipuError
from app.i18n import lazy
from app.models.fields import Date, DateTime, Decimal, Field, Integer, LongText, Text, Time

Standing = Literal["missing", "answered", "refused", "not_applicable", "note"]
MARKS: Final[dict[Standing, str]] = {
    "answered": "✓",
    "missing": "○",
    "refused": "✕",
    "not_applicable": "–",
    "note": "·",
}
_ANSWER = lazy("Answer")
_TYPED: Final[dict[str, Field]] = {
    "integer": Integer("answer", _ANSWER),
    "decimal": Decimal("answer", _ANSWER),
    "date": Date("answer", _ANSWER),
    "time": Time("answer", _ANSWER),
    "dateTime": DateTime("answer", _ANSWER),
    "text": Text("answer", _ANSWER, limit=100_000),
    "longtext": LongText("answer", _ANSWER),
}


@dataclass(frozen=True, slots=True)
class Question:
    """One question as it stands now, in the language of the interview.

    ``kind`` is text, longtext, integer, decimal, date, time, dateTime, select_one,
    select_multiple or note; ``choices`` are (code, label). ``error`` says why the value is refused.
    """

    path: str
    kind: str
    label: str
    hint: str = ""
    section: str = ""
    required: bool = False
    readonly: bool = False
    choices: Sequence[tuple[str, str]] = ()
    value: Any = None
    error: str = ""
    relevant: bool = True

    @property
    def standing(self) -> Standing:
        """Return where the question stands, for the outline."""
        if not self.relevant:
            return "not_applicable"
        if self.error:
            return "refused"
        if self.kind == "note":
            return "note"
        return "missing" if self.value in (None, "", []) else "answered"


class Interview(Protocol):
    """An interview under way; every call answers from memory within a few milliseconds."""

    @property
    def title(self) -> str: ...

    @property
    def languages(self) -> Sequence[str]: ...

    @property
    def language(self) -> str: ...

    def set_language(self, language: str) -> None: ...

    def paths(self) -> Sequence[str]:
        """Return every question in the form's order, those that do not apply too."""

    def page_of(self, path: str) -> Sequence[str]:
        """Return the questions to show together with this one, itself among them, in order."""

    def question(self, path: str) -> Question: ...

    def set(self, path: str, value: Any) -> str:
        """Take an answer and return why it is refused, empty when it is not.

        Text that is no value of the question's kind is kept as typed, and refused.
        """

    def problems(self) -> dict[str, str]:
        """Return all that keeps the interview from being finished: the reason, by path."""


def relevant(interview: Interview) -> list[Question]:
    """Return the questions that apply as the answers stand, in order."""
    questions = map(interview.question, interview.paths())
    return [question for question in questions if question.relevant]


def after(interview: Interview, path: str) -> str:
    """Return the next question that applies, empty after the last."""
    paths = list(interview.paths())
    later = paths[paths.index(path) + 1 :]
    return next((one for one in later if interview.question(one).relevant), "")


def _open(interview: Interview) -> list[str]:
    return [one.path for one in relevant(interview) if one.standing in ("missing", "refused")]


def first_open(interview: Interview) -> str:
    """Return the first question without a good answer; where all have one it is the page after
    the last, and where nothing needs one the first that applies."""
    applying = relevant(interview)
    is_begun = any(one.standing == "answered" for one in applying)
    others = [] if is_begun else [one.path for one in applying]
    return next(iter([*_open(interview), *others]), "")


def next_open(interview: Interview, path: str) -> str:
    """Return the next question after ``path`` without a good answer, from the start again after
    the last; empty when there is no other."""
    order = list(interview.paths())
    here = order.index(path) if path else -1
    found = [one for one in _open(interview) if one != path]
    return next((one for one in found if order.index(one) > here), next(iter(found), ""))


def read(kind: str, typed: str) -> Any:
    """Return what was typed for a question of ``kind`` as a value; blank is None.

    Raises KipuError when it cannot be one.
    """
    try:
        return _TYPED.get(kind, _TYPED["text"]).parse(typed)
    except KipuError as error:
        # The question stands right above: the name of the field says nothing more.
        raise KipuError(error.message.removeprefix(f"{_ANSWER}: ")) from error


def written(kind: str, value: Any) -> str:
    """Return a value as the person would type it."""
    field = _TYPED.get(kind, _TYPED["text"])
    shown = field.format(value)
    try:
        return shown if field.parse(shown) == value else field.format(value, labels=False)
    except KipuError:
        return field.format(value, labels=False)
