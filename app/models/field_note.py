"""The field note of a focus group, as its document says it: aliases, totals, what was said.

A person's traits never stand beside an alias: they are counted, and small counts put together, since
"1 Waorani woman" among nine is a name. Who withdrew is left out with all they said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time
from typing import Final

from app.i18n import _, current
from app.models import practice, project_settings
from app.models.fields import Choice
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import groups as reading
from app.models.queries import records
from app.models.queries.groups import Seat
from app.models.queries.groups import Turn as Said
from app.models.records import kind
from app.reports.documents.content import (
    Country,
    FieldNote,
    Letterhead,
    Participant,
    Setting,
    Tally,
    Turn,
)
from sync.values import Value

FEWEST: Final = 3
"""A total below this is put together with others."""
_COUNTED: Final = ("sex", "age_band", "ethnicity")


def field_note(project: Project, group: RecordKey) -> FieldNote:
    """Gather what the field note of a group says."""
    table = reading.table(project, group)
    values = table.values
    present = [one for one in table.seats if one.takes_part]
    spoken = _printable(table.turns, table.seats)
    return FieldNote(
        setting=_setting(project),
        topic=_words(values, "topic"),
        profile=_words(values, "profile"),
        date=_date(values, "date"),
        starts=_time(values, "starts"),
        ends=_time(values, "ends"),
        place=_place(project, values),
        moderator=_moderator(project, values),
        note_taker=_words(values, "note_taker"),
        languages=_shown("focus_group", "languages", values),
        recording=recording(values),
        participants=tuple(map(_participant, present)),
        tallies=tuple(tallies(present)),
        guide=_words(values, "guide"),
        turns=tuple(map(_turn, spoken)),
        notes=_words(values, "notes"),
        summary=_words(values, "summary"),
    )


def _setting(project: Project) -> Setting:
    codes: dict[str, Country] = {"ec": "EC", "pa": "PA"}
    return Setting(
        letterhead=Letterhead(project=project.name),
        language=current(),
        country=codes.get(project_settings.country_of(project), ""),
        practice=practice.is_practice(project),
    )


def recording(values: Mapping[str, Value]) -> str:
    """Whether a group was recorded and until when that is kept, as a sentence."""
    if values.get("recorded") is not True:
        return _("Not recorded.")
    until = _shown("focus_group", "delete_recording_by", values)
    if not until:
        return _("Recorded.")
    return _("Recorded; the recording is to be deleted by {day}.").format(day=until)


def tallies(present: Sequence[Seat]) -> list[Tally]:
    """How many there were by each trait, small totals put together."""
    found = []
    for name in _COUNTED:
        declared = kind("participant").field(name)
        assert isinstance(declared, Choice)
        counts = Counter(str(one.values.get(name) or "undisclosed") for one in present)
        rows, hidden = merged(counts)
        shown: list[tuple[str, int | str]] = [(declared.format(one), n) for one, n in rows]
        if hidden and rows:
            shown.append((_("Others, or not said"), hidden))
        if rows:
            note = _("Totals below {count} are put together.").format(count=FEWEST)
            found.append(Tally(title=str(declared.label), rows=tuple(shown), note=note))
    return found


def merged(counts: Mapping[str, int]) -> tuple[list[tuple[str, int]], int]:
    """Part counts into those large enough to print and the sum of the others.

    The sum is never small itself: the smallest of the large ones joins it then. Without any left,
    nothing is printed.
    """
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    large = [one for one in ordered if one[1] >= FEWEST]
    hidden = sum(n for _code, n in ordered if n < FEWEST)
    while 0 < hidden < FEWEST and large:
        hidden += large.pop()[1]
    return large, hidden


def _printable(turns: Iterable[Said], seats: Iterable[Seat]) -> list[Said]:
    """The turns with any words, without those of people who do not take part (any more).

    Whose seat was taken off the list is not known to take part either.
    """
    known = {one.id for one in seats if one.takes_part is True} | {""}
    return [one for one in turns if one.text and one.speaker in known]


def _participant(seat: Seat) -> Participant:
    return Participant(
        alias=seat.alias,
        chair=seat.chair,
        takes_part=seat.takes_part,
        recording=seat.recording,
        quotes=seat.quotes,
    )


def _turn(said: Said) -> Turn:
    language = kind("turn").field("language")
    return Turn(
        text=said.text,
        speaker=said.alias,
        second=said.starts_s,
        language=language.format([said.language]) if said.language else "",
        quotable=said.quotable,
    )


def _words(values: Mapping[str, Value], name: str) -> str:
    found = values.get(name)
    return found if isinstance(found, str) else ""


def _shown(kind_name: str, name: str, values: Mapping[str, Value]) -> str:
    return kind(kind_name).field(name).format(values.get(name))


def _place(project: Project, values: Mapping[str, Value]) -> str:
    place = _words(values, "place")
    title = records.title(project, "place", place) if place else ""
    return ", ".join(part for part in (_words(values, "venue"), title) if part)


def _moderator(project: Project, values: Mapping[str, Value]) -> str:
    person = _words(values, "facilitator")
    title = records.title(project, "person", person) if person else ""
    return title or _words(values, "facilitator_name")


def _date(values: Mapping[str, Value], name: str) -> date | None:
    try:
        return date.fromisoformat(_words(values, name))
    except ValueError:
        # Nobody said, or a newer Kipu says it otherwise.
        return None


def _time(values: Mapping[str, Value], name: str) -> time | None:
    try:
        return time.fromisoformat(_words(values, name))
    except ValueError:
        return None
