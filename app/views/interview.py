"""What the interview page needs of an interview, whatever engine stands behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from app.errors import KipuError
from app.i18n import Language, lazy
from app.models.fields import Date, DateTime, Decimal, Field, Integer, LongText, Text, Time
from app.views.interview_rows import Knot, Repeats

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
    def wishes(self) -> frozenset[str]:
        """Return the words of the appearance."""
        return frozenset(self.appearance.casefold().split())

    @property
    def standing(self) -> Standing:
        """Return where the question stands, for the outline."""
        if not self.relevant:
            return "not_applicable"
        if self.error:
            return "refused"
        if self.kind == "note" or heads_only(self.kind, self.appearance):
            return "note"
        return "missing" if self.value in (None, "", []) else "answered"


def heads_only(kind: str, appearance: str) -> bool:
    """Tell whether a question only shows its choices, above the rows of a table (appearance
    "label"): nobody answers it."""
    return kind.startswith("select_") and "label" in appearance.casefold().split()


class Interview(Protocol):
    """An interview under way; every call answers from memory within a few milliseconds.

    It goes from stop to stop: its questions, and after the rows of a repeat that may grow the
    path of that repeat, where the page asks whether there is another.
    """

    @property
    def title(self) -> str: ...

    @property
    def languages(self) -> Sequence[str]: ...

    @property
    def language(self) -> str: ...

    @property
    def repeats(self) -> Repeats | None:
        """The rows of questions asked several times; None where the form has none."""

    def set_language(self, language: str) -> None: ...

    def paths(self) -> Sequence[str]:
        """Return every question in the form's order, those that do not apply too. Rows that come
        and go bring and take theirs."""

    def stops(self) -> Sequence[str]:
        """Return questions and growing repeats in order, those that do not apply too."""

    def applies(self, stop: str) -> bool:
        """Tell whether a stop is to be shown as the answers stand."""

    def standing(self, path: str) -> Standing:
        """Return where a question stands, without reading its texts."""

    def counts(self) -> tuple[int, int]:
        """Return how many questions are answered, of how many that apply."""

    def tree(self) -> Sequence[Knot]:
        """Return the outline: the same object until rows come or go."""

    def page_of(self, path: str) -> Sequence[str]:
        """Return the questions to show together with this one, itself among them, in order."""

    def section_of(self, path: str) -> Sequence[str]:
        """Return the questions of the section this one stands in that apply, itself among them,
        in order: what is shown together to whoever prefers whole sections. A row is a section."""

    def question(self, path: str) -> Question: ...

    def set(self, path: str, value: Any) -> str:
        """Take an answer and return why it is refused, empty when it is not.

        Text that is no value of the question's kind is kept as typed, and refused.
        """

    def refusal(self, path: str) -> str:
        """Return why one question, as it stands, keeps the interview from being finished."""

    def problems(self) -> dict[str, str]:
        """Return all that keeps the interview from being finished: the reason, by path."""


class Straight:
    """The part of an ``Interview`` that is the same for all that ask nothing several times."""

    repeats: Repeats | None = None

    def paths(self) -> Sequence[str]:
        raise NotImplementedError

    def question(self, path: str) -> Question:
        raise NotImplementedError

    def stops(self) -> Sequence[str]:
        return self.paths()

    def applies(self, stop: str) -> bool:
        return self.question(stop).relevant

    def standing(self, path: str) -> Standing:
        return self.question(path).standing

    def counts(self) -> tuple[int, int]:
        return counted(map(self.standing, self.paths()))

    def tree(self) -> Sequence[Knot]:
        return tuple(Knot(path, "question") for path in self.paths())


def counted(standings: Iterable[Standing]) -> tuple[int, int]:
    """Return how many questions are answered, of how many that apply."""
    return totals(Counter(standings))


def totals(many: Counter[Standing]) -> tuple[int, int]:
    """Return how many questions are answered, of how many that apply, by how many stand where."""
    answered = many["answered"]
    return answered, answered + many["missing"] + many["refused"]


class FileBench(Protocol):
    """Keeps the files people answer with, and reads those that came with the form.

    Every answer comes back on the window's thread, at once or later; a bench that asks a worker
    need not mind whether the control is still there.
    """

    def put(
        self,
        path: str,
        name: str,
        media_type: str,
        data: bytes,
        on_done: Callable[[str], object],
    ) -> None:
        """Keep what was chosen or drawn for the question at ``path``; ``on_done`` gets the
        reference that is its answer, such as "foto-3f2a.jpg", empty when it could not be kept."""

    def get(self, reference: str, on_done: Callable[[bytes | None], object]) -> None:
        """Call ``on_done`` with what was kept under a reference; None when it is not here."""

    def get_media(self, reference: str, on_done: Callable[[bytes | None], object]) -> None:
        """Call ``on_done`` with a file of the form itself ("jr://images/map.svg"); None when it
        did not come with it."""


def after(interview: Interview, stop: str) -> str:
    """Return the next stop that applies, empty after the last."""
    stops = interview.stops()
    return next((one for one in stops[stops.index(stop) + 1 :] if interview.applies(one)), "")


def before(interview: Interview, stop: str) -> str:
    """Return the stop before that applies, the last of all when ``stop`` is empty; empty before
    the first."""
    stops = interview.stops()
    earlier = stops[: stops.index(stop)] if stop else stops
    return next((one for one in reversed(earlier) if interview.applies(one)), "")


def is_open(interview: Interview, path: str) -> bool:
    """Whether a question applies and has no good answer."""
    return interview.standing(path) in ("missing", "refused")


def first_open(interview: Interview) -> str:
    """Return the first question without a good answer; where all have one it is the page after
    the last, and where nothing needs one the first stop that applies."""
    is_begun, _total = interview.counts()
    found = next((one for one in interview.paths() if is_open(interview, one)), "")
    if found or is_begun:
        return found
    return next((one for one in interview.stops() if interview.applies(one)), "")


def next_open(interview: Interview, stop: str) -> str:
    """Return the next question after ``stop`` without a good answer, from the start again after
    the last; empty when there is no other."""
    stops, asked = interview.stops(), frozenset(interview.paths())
    here = stops.index(stop) if stop else -1
    others = (*stops[here + 1 :], *stops[: max(here, 0)])
    return next((one for one in others if one in asked and is_open(interview, one)), "")


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
