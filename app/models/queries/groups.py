"""A focus group as its desk shows it: who sits where, what was said, and the sitting under way.

Everything here speaks of aliases. A quote leaves with the traits of the group, never of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from app.models import drafts
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import lists, records
from app.models.queries.lists import Listing, Row
from app.models.sitting import Sitting, halted
from sync.values import Value

KEYS: Final = "123456789abcdefghijklmnopqrstuvwxyz"
"""The key of each chair, from chair 1."""
DRAFT: Final = "focus_group"


@dataclass(frozen=True, slots=True)
class Seat:
    """Someone of the group under an alias; without a chair they sit at the table no more.

    Consents are True, False, or None for not asked.
    """

    key: RecordKey
    alias: str
    chair: int | None
    hotkey: str
    takes_part: bool | None
    recording: bool | None
    quotes: bool | None
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.key.id.hex()


@dataclass(frozen=True, slots=True)
class Turn:
    """What one voice said; seconds count from the start of the talk, None where nobody timed it.

    ``speaker`` is a participant's id; it is empty for the moderator and for voices nobody told
    apart, who have an alias only.
    """

    key: RecordKey
    speaker: str
    alias: str
    starts_s: float | None
    ends_s: float | None
    text: str
    language: str
    quotable: bool
    question: int | None

    @property
    def seconds(self) -> float:
        """How long it lasted; 0 where that is not known."""
        if self.starts_s is None or self.ends_s is None:
            return 0.0
        return max(self.ends_s - self.starts_s, 0.0)


@dataclass(frozen=True, slots=True)
class Table:
    """Everything the desk of one group shows."""

    key: RecordKey
    title: str
    values: Mapping[str, Value]
    seats: tuple[Seat, ...]
    turns: tuple[Turn, ...]
    sitting: Sitting
    kept_ms: int | None

    @property
    def questions(self) -> tuple[str, ...]:
        return questions(self.values)

    @property
    def is_over(self) -> bool:
        """Whether the talk was finished."""
        return self.values.get("status") in ("held", "transcribed", "coded")

    @property
    def length_s(self) -> float:
        """The seconds of talk its turns tell of."""
        return _last_second(self.turns)

    def seated(self) -> list[Seat]:
        """Those at the table, by chair."""
        return seated(self.seats)


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that may be quoted, with the traits of the group it was said in and no person's."""

    text: str
    language: str
    profile: str
    topic: str
    date: str
    place: str


def find(project: Project, name: str) -> RecordKey:
    """The group of this id. Raises KipuError when there is none, or it is deleted."""
    return records.standing(project, name, "focus_group")


def table(project: Project, group: RecordKey, resuming: bool = False) -> Table:
    """Read a group. ``resuming`` stops a clock that a closed window left running."""
    draft = drafts.find(project, group.id)
    sitting = Sitting.from_body(draft.body) if draft else Sitting()
    if draft is not None and resuming:
        sitting = halted(sitting, draft.kept_ms)
    values, said = records.values(project, group), tuple(turns(project, group))
    if draft is None:
        # Held before, or on another laptop: more talk comes after what was said.
        sitting = replace(sitting, spent_s=_last_second(said))
    return Table(
        group,
        records.title(project, group.kind, group.id.hex()),
        values,
        tuple(seats(project, group)),
        said,
        sitting,
        draft.kept_ms if draft else None,
    )


def _last_second(said: Iterable[Turn]) -> float:
    return max((one.ends_s or one.starts_s or 0.0 for one in said), default=0.0)


def seats(project: Project, group: RecordKey) -> list[Seat]:
    """Everybody of a group, those at the table first and by chair."""
    found = [_seat(row) for row in _rows(project, "participant", group)]
    return sorted(found, key=lambda one: (one.chair is None, one.chair or 0, one.alias))


def seated(everybody: Iterable[Seat]) -> list[Seat]:
    """Those of them who have a chair."""
    return [one for one in everybody if one.chair is not None]


def turns(project: Project, group: RecordKey) -> list[Turn]:
    """The turns in the order they are to be read."""
    aliases = {one.id: one.alias for one in seats(project, group)}
    return [_turn(row, aliases) for row in _rows(project, "turn", group)]


def _rows(project: Project, kind: str, group: RecordKey) -> Iterable[Row]:
    return lists.every(project, Listing(kind, space=group.space, owner=group.id, sort="position"))


def _seat(row: Row) -> Seat:
    values = row.values
    chair = values.get("chair")
    return Seat(
        row.key,
        _text(values, "alias"),
        chair if isinstance(chair, int) else None,
        _text(values, "hotkey"),
        _consent(values.get("consent_take_part")),
        _consent(values.get("consent_recording")),
        _consent(values.get("consent_quotes")),
        values,
    )


def _turn(row: Row, aliases: Mapping[str, str]) -> Turn:
    values = row.values
    speaker = _text(values, "speaker")
    spoken = values.get("language")
    question = values.get("question")
    return Turn(
        row.key,
        speaker,
        aliases.get(speaker) or _text(values, "speaker_alias"),
        _number(values.get("starts_at")),
        _number(values.get("ends_at")),
        _text(values, "text"),
        str(spoken[0]) if isinstance(spoken, list) and spoken else "",
        values.get("quotable") is True,
        question if isinstance(question, int) else None,
    )


def _consent(value: Value) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: Value) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None  # type: ignore[arg-type]


def _text(values: Mapping[str, Value], name: str) -> str:
    found = values.get(name)
    return found if isinstance(found, str) else ""


# -- what follows from them --------------------------------------------------------------------------


def questions(values: Mapping[str, Value]) -> tuple[str, ...]:
    """The guide's questions: its lines that say anything."""
    lines = (line.strip() for line in _text(values, "guide").splitlines())
    return tuple(line for line in lines if line)


def shares(everything: Sequence[Turn]) -> dict[str, float]:
    """Each speaker's share of what participants said, by id, from 0 to 1.

    By time where turns were timed, else by letters. The moderator has none.
    """
    spoken = [one for one in everything if one.speaker]
    timed = any(one.seconds for one in spoken)
    total: dict[str, float] = {}
    for one in spoken:
        weight = one.seconds if timed else float(len(one.text))
        total[one.speaker] = total.get(one.speaker, 0.0) + weight
    whole = sum(total.values())
    return {id_: part / whole for id_, part in total.items()} if whole else {}


def quotes(project: Project, group: RecordKey) -> list[Quote]:
    """The passages of a group that may be quoted.

    Only while their speakers' consent stands, and under no alias: the group's profile is all that
    travels with them.
    """
    values = records.values(project, group)
    willing = {one.id for one in seats(project, group) if one.takes_part and one.quotes}
    place = _text(values, "place")
    return [
        Quote(
            one.text, one.language, _text(values, "profile"), _text(values, "topic"),
            _text(values, "date"), records.title(project, "place", place) if place else "",
        )
        for one in turns(project, group)
        if one.quotable and one.speaker in willing and one.text
    ]  # fmt: skip
