"""What the interview page needs of an interview, whatever engine stands behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from app.errors import KipuError
from app.i18n import Language, lazy
from app.models.fields import Date, DateTime, Decimal, Field, Integer, LongText, Text, Time

Standing = Literal["missing", "answered", "refused", "not_applicable", "note"]
MARKS: Final[dict[Standing, str]] = {
    "answered": "✓",
    "missing": "○",
    "refused": "✕",
    "not_applicable": "–",
    "note": "·",
}
DONT_KNOW: Final = frozenset({"ns", "no_sabe", "nosabe", "dk", "dont_know", "98", "-98"})
REFUSED: Final = frozenset(
    {"nr", "no_responde", "ref", "refused", "rf", "pnd", "prefiere_no", "undisclosed", "99", "-99"}
)
"""The codes by which forms mean "does not know" and "does not answer"; each has a key of its own."""
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

    ``kind`` is text, longtext, integer, decimal, date, time, dateTime, geopoint, geotrace, geoshape,
    select_one, select_multiple, rank, range, upload, barcode or note; ``choices`` are (code, label).
    ``error`` says why the value is refused. ``appearance`` and ``attributes`` are the form's wishes
    for its control, as written. ``media`` are the files that go with the label, ``choice_media``
    those of each choice by its code: kind (image, audio, video, big-image) → reference.
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
    guidance: str = ""
    appearance: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
    choice_media: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

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

    def section_of(self, path: str) -> Sequence[str]:
        """Return the questions of the section this one stands in that apply, itself among them,
        in order: what is shown together to whoever prefers whole sections."""

    def question(self, path: str) -> Question: ...

    def set(self, path: str, value: Any) -> str:
        """Take an answer and return why it is refused, empty when it is not.

        Text that is no value of the question's kind is kept as typed, and refused.
        """

    def refusal(self, path: str) -> str:
        """Return why one question, as it stands, keeps the interview from being finished."""

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


def tongue(language: str) -> Language | None:
    """Return the language of Kipu's own words that fits a form's ("Español (es)", "English"); None
    where Kipu does not speak it."""
    name, _bracket, code = language.casefold().partition("(")
    known: dict[str, Language] = {"es": "es", "español": "es", "spanish": "es", "castellano": "es",
                                  "en": "en", "english": "en", "inglés": "en"}  # fmt: skip
    return known.get(code.strip(" )")) or known.get(name.strip())


def read(kind: str, typed: str) -> Any:
    """Return what was typed for a question of ``kind`` as a value; blank is None.

    Raises KipuError when it cannot be one. A point stays as typed: the form itself reads it.
    """
    try:
        return _TYPED.get(kind, _TYPED["text"]).parse(typed)
    except KipuError as error:
        # The question stands right above: the name of the field says nothing more.
        raise KipuError(error.message.removeprefix(f"{_ANSWER}: ")) from error


def written(kind: str, value: Any) -> str:
    """Return a value as the person would type it."""
    if kind == "geopoint":
        return _point(str(value or ""))
    field = _TYPED.get(kind, _TYPED["text"])
    shown = field.format(value)
    try:
        return shown if field.parse(shown) == value else field.format(value, labels=False)
    except KipuError:
        return field.format(value, labels=False)


def _point(kept: str) -> str:
    """Return latitude, longitude and accuracy as people write them; anything else as it is."""
    parts = kept.split()
    if len(parts) != 4:
        return kept
    exact = float(parts[3])
    return f"{parts[0]} {parts[1]}" + (f" ±{exact:g}" if exact else "")
