"""Setting a focus group's table: who sits where under which alias, and what each agreed to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from app.errors import KipuError
from app.i18n import _
from app.models.commands import records as writing
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import groups as reading
from app.models.queries import records
from app.models.queries.groups import KEYS, Seat
from app.models.records import kind
from app.models.sitting import clock
from sync.changes import Change, Verb
from sync.values import Value

PREFIXES: Final = {"female": "M", "male": "H"}
"""What an alias begins with, by sex; P for everybody else."""
Before = tuple[tuple[RecordKey, Mapping[str, Value]], ...]
"""What stood in records before a command, for undoing it."""


# -- seats ---------------------------------------------------------------------------------------


def seat(project: Project, group: RecordKey, values: Mapping[str, Value]) -> RecordKey:
    """Seat somebody: alias, chair and key are given unless named.

    Raises KipuError when they do not agree to take part: then nothing about them is kept.
    """
    if values.get("consent_take_part") is not True:
        raise KipuError(
            _("Only who agrees to take part is seated. Nothing about this person was kept.")
        )
    known = reading.seats(project, group)
    fields = {name: value for name, value in values.items() if value is not None}
    fields.setdefault("alias", next_alias(known, str(values.get("sex") or "")))
    fields.setdefault("chair", max((one.chair or 0 for one in known), default=0) + 1)
    fields.setdefault("hotkey", key_of(_chair(fields["chair"])))
    _require_free(known, str(fields["alias"]), str(fields["hotkey"]), _chair(fields["chair"]))
    fields["focus_group"] = group.id.hex()
    return writing.new(project, "participant", fields)


def next_alias(known: Sequence[Seat], sex: str) -> str:
    """The next alias for somebody of this sex; one that was ever given is not given again."""
    prefix = PREFIXES.get(sex, "P")
    numbers = [
        int(one.alias[1:])
        for one in known
        if one.alias.startswith(prefix) and one.alias[1:].isdecimal()
    ]
    return f"{prefix}{max(numbers, default=0) + 1}"


def key_of(chair: int) -> str:
    """The key that starts the turn of whoever sits there; empty beyond the last key."""
    return KEYS[chair - 1] if 0 < chair <= len(KEYS) else ""


def _chair(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _require_free(known: Sequence[Seat], alias: str, hotkey: str, chair: int) -> None:
    taken = _("“{text}” is taken already; choose another.")
    for one in known:
        if one.alias == alias:
            raise KipuError(taken.format(text=alias))
        if hotkey and one.hotkey == hotkey:
            raise KipuError(taken.format(text=hotkey))
        if one.chair == chair:
            raise KipuError(taken.format(text=chair))


def answer(
    project: Project, participant: RecordKey, values: Mapping[str, Value]
) -> tuple[Before, Touched]:
    """Change what is known of a participant, consents among it.

    Who withdraws from taking part loses chair and key; what they said stays and is not printed.
    Who may not be quoted has no quotable passage any more.
    """
    changed = {name: kind("participant").field(name).check(value) for name, value in values.items()}
    after = {**records.values(project, participant), **changed}
    if after.get("consent_take_part") is not True:
        changed |= {"chair": None, "hotkey": None}
    wanted: list[tuple[RecordKey, Mapping[str, Value]]] = [(participant, changed)]
    if not (after.get("consent_take_part") is True and after.get("consent_quotes") is True):
        wanted += [(key, {"quotable": False}) for key in _quotable(project, participant)]
    return _set_all(project, wanted, "seat")


def _quotable(project: Project, participant: RecordKey) -> list[RecordKey]:
    group = records.parent(project, participant)
    found = reading.turns(project, group) if group else []
    speaker = participant.id.hex()
    return [one.key for one in found if one.speaker == speaker and one.quotable]


def place(project: Project, participant: RecordKey, chair: int) -> tuple[Before, Touched]:
    """Put somebody on a chair; whoever sits there takes the chair they leave. Keys go with chairs.

    Raises KipuError for somebody who does not take part.
    """
    kind("participant").field("chair").check(chair)
    group = _group_of(project, participant)
    known = {one.key: one for one in reading.seats(project, group)}
    moving = known[participant]
    if moving.takes_part is not True:
        raise KipuError(_("“{alias}” does not take part.").format(alias=moving.alias))
    wanted: list[tuple[RecordKey, Mapping[str, Value]]] = [
        (participant, {"chair": chair, "hotkey": key_of(chair) or None})
    ]
    for one in known.values():
        if one.chair == chair and one.key != participant:
            left = {"chair": moving.chair, "hotkey": moving.hotkey or None}
            wanted.append((one.key, left))
    return _set_all(project, wanted, "place")


def move(project: Project, participant: RecordKey, step: int) -> tuple[Before, Touched]:
    """Change places with the neighbour `step` chairs further round the circle."""
    group = _group_of(project, participant)
    round_ = reading.seated(reading.seats(project, group))
    at = next((at for at, one in enumerate(round_) if one.key == participant), None)
    if at is None:
        raise KipuError(_("Who has no chair cannot change places."))
    other = round_[(at + step) % len(round_)]
    return place(project, participant, other.chair or 0)


def put_back(project: Project, before: Before) -> Touched:
    """Take back what `answer`, `place` or `move` did."""
    return _set_all(project, before, "undo")[1]


def _group_of(project: Project, participant: RecordKey) -> RecordKey:
    group = records.parent(project, participant)
    if group is None:
        raise KipuError(_("There is no record “{text}” here.").format(text=participant.id.hex()))
    return group


def _set_all(
    project: Project, wanted: Sequence[tuple[RecordKey, Mapping[str, Value]]], label: str
) -> tuple[Before, Touched]:
    """Set fields of several records in one transaction; returns what stood in them."""
    before: list[tuple[RecordKey, Mapping[str, Value]]] = []
    changes = []
    for key, values in wanted:
        current = records.values(project, key)
        changed = {name: value for name, value in values.items() if current.get(name) != value}
        if changed:
            before.append((key, {name: current.get(name) for name in changed}))
            changes.append(edited(project, key, changed))
    if not changes:
        return (), Touched()
    return tuple(before), project.ledger.commit(wanted[0][0].space, changes, label)


def edited(project: Project, key: RecordKey, values: Mapping[str, Value]) -> Change:
    """The change that sets fields of a record as it is known here."""
    heads = records.heads(project, key)
    replaces = {name: heads.get(name, ()) for name in values}
    return Change(Verb.EDIT, key.kind, key.id, None, dict(values), replaces)


# -- the group itself --------------------------------------------------------------------------------


def require_recordable(project: Project, group: RecordKey, delete_by: str | None) -> None:
    """Raises KipuError when somebody at the table has not agreed to be recorded, or nobody said
    when the recording is deleted."""
    table = reading.seated(reading.seats(project, group))
    against = ", ".join(one.alias for one in table if one.recording is not True)
    if against:
        raise KipuError(
            _("The recorder stays off: {aliases} did not agree to be recorded.").format(
                aliases=against
            )
        )
    if not delete_by:
        raise KipuError(_("Say first by which day the recording is deleted."))


def recorded(project: Project, group: RecordKey, delete_by: str | None) -> Touched:
    """Note that the talk is being recorded, and the day the recording is deleted by.

    Raises KipuError as `require_recordable` does.
    """
    delete_by = delete_by or _words(project, group, "delete_recording_by")
    require_recordable(project, group, delete_by)
    values: dict[str, Value] = {"recorded": True, "delete_recording_by": delete_by}
    return writing.edit(project, group, values, label="record")


def note(project: Project, group: RecordKey, text: str, at_s: float | None = None) -> Touched:
    """Add a line to the group's notes, with the second of the talk it was made at."""
    text = text.strip()
    if not text:
        return Touched()
    kind("turn").field("starts_at").check(at_s)
    line = f"[{clock(at_s)}] {text}" if at_s is not None else text
    told = _words(project, group, "notes")
    return writing.edit(
        project, group, {"notes": f"{told}\n{line}" if told else line}, label="note"
    )


def _words(project: Project, group: RecordKey, name: str) -> str:
    found = records.values(project, group).get(name)
    return found if isinstance(found, str) else ""
