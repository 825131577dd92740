"""Reads everything one meeting is made of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.errors import KipuError
from app.i18n import _
from app.models.ledger import RecordKey
from app.models.ledger.registers import State
from app.models.meetings.rules import Rules, in_force, rules_from
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.meetings.closed_acts import Then, signed
from app.models.queries.meetings.rows import Names, Row, by_field, by_ids, children, owned, row_of


@dataclass(frozen=True)
class Source:
    """Everything read of one meeting, before it is put in order."""

    meeting: Row
    committee: Row
    seats: list[Row]
    rules: Rules
    rows: dict[str, list[Row]]
    made_here: list[Row]
    carried: dict[bytes, Row]
    siblings: list[Row]
    names: Names
    then: Mapping[str, Any] = field(default_factory=dict)
    """What a closed act took from the register (`meetings.register`); empty for an open one."""
    signed: Then | None = None
    """A closed act to which something was admitted, as it was signed: so it is read here."""


def read(project: Project, meeting: RecordKey) -> Source:
    """Everything a meeting is made of, a closed one as it was closed.

    Raises KipuError when it is no meeting that is here.
    """
    if meeting.kind != "meeting":
        raise KipuError(_("There is no record “{text}” here.").format(text=meeting.id.hex()))
    reading.require_shown(project, meeting)
    owner = reading.parent(project, meeting)
    assert owner is not None, "a meeting belongs to a committee"
    is_closed = reading.flags(project, meeting) & State.CLOSED
    then = signed(project, meeting) if is_closed else None
    row = row_of(project, meeting)
    rows = owned(project, meeting)
    if then is not None:
        row, rows = then.rows(meeting)
    committee = _as_it_was_called(row_of(project, owner), row.text("names_then"))
    seats = seats_on(project, owner, row.text("date"))
    rule_sets = [one.values for one in children(project, owner, "rule_set")]
    links = [one.link("commitment", "commitment") for one in rows["follow_up"]]
    carried = by_ids(project, "commitment", [one.id for one in links if one])
    made_here = by_field(project, "commitment", "meeting", meeting.id.hex())
    names = Names.frozen(project, row.text("names_then"))
    _gather(names, [row, *seats, *rows["attendance"], *rows["agenda_item"],
                    *rows["motion"], *made_here, *carried.values()])  # fmt: skip
    rules = rules_from(in_force(rule_sets, row.text("date")))
    siblings = children(project, owner, "meeting")
    found = Source(
        row, committee, seats, rules, rows, made_here, carried, siblings, names, signed=then
    )
    return as_closed(found)


def as_closed(source: Source) -> Source:
    """A closed act as the register had it then; an open one comes back as it is."""
    text = source.meeting.text("register_then")
    if not text:
        return source
    then: dict[str, Any] = json.loads(text)
    space, committee = source.meeting.key.space, source.committee
    carried = _rows(space, "commitment", then["carried"])
    return replace(
        source,
        committee=replace(committee, values={**committee.values, **then["committee"]}),
        seats=_rows(space, "seat", then["seats"]),
        rules=replace(rules_from(then["rules"]), is_recorded=then["rules"]["is_recorded"]),
        carried={one.key.id: one for one in carried},
        then=then,
    )


def _rows(space: bytes, kind: str, kept: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Row]:
    return [Row(RecordKey(space, kind, bytes.fromhex(one)), values) for one, values in kept]


def _as_it_was_called(committee: Row, then: str) -> Row:
    """The committee under the name it had when the act was closed, if it is."""
    name = json.loads(then).get("committee") if then else None
    return replace(committee, values={**committee.values, "name": name}) if name else committee


def seats_on(project: Project, committee: RecordKey, day: str) -> list[Row]:
    """The seats a committee has on a day (ISO)."""
    return [one for one in children(project, committee, "seat") if _stands(one, day)]


def _stands(seat: Row, day: str) -> bool:
    """Whether a seat exists on a day; its dates may be years or months only."""
    start, end = seat.text("held_from"), seat.text("held_to")
    return start <= day and (not end or day[: len(end)] <= end)


def _gather(names: Names, rows: list[Row]) -> None:
    people = ("person", "holder", "alternate", "presenter", "chair", "secretary")
    names.gather("person", (row.text(one) for row in rows for one in people))
    names.gather("organisation", (row.text("organisation") for row in rows))
