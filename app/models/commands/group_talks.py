"""Holding a focus group's talk: its clock, and turns begun and ended by one key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from app.errors import KipuError
from app.i18n import _
from app.models import drafts
from app.models.commands import records as writing
from app.models.commands.group_turns import add, correct, require_quotable, speaker_of
from app.models.drafts import Draft
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import groups as reading
from app.models.queries import records
from app.models.queries.groups import DRAFT, Seat
from app.models.records import kind
from app.models.sitting import OpenTurn, Sitting, going, halted
from sync.values import Value

_SLIP_S: Final = 2.0
"""A turn without a word that lasted no longer was a key pressed by mistake."""


@dataclass(frozen=True, slots=True)
class Advanced:
    """What ending a turn left: the sitting as it was kept, and the turn's record if it has one."""

    sitting: Sitting
    kept_ms: int
    turn: RecordKey | None


def keep(project: Project, group: RecordKey, sitting: Sitting) -> int:
    """Write the sitting through to the disk; returns when it was kept."""
    found = drafts.find(project, group.id)
    started = found.started_ms if found else project.ledger.now_ms()
    draft = Draft(group.id, DRAFT, group.space, started, started, sitting.body())
    return drafts.keep(project, draft).kept_ms


def advance(
    project: Project, group: RecordKey, sitting: Sitting, following: OpenTurn | None
) -> tuple[Advanced, Touched]:
    """End the turn that is open and begin `following`, in one go: nothing comes between."""
    done = sitting.turn
    now_s = sitting.at(project.ledger.now_ms())
    after = replace(sitting, turn=following)
    key, touched = None, Touched()
    with project.ledger.writing():
        if done is not None:
            key, touched = _end(project, group, done, now_s)
        kept_ms = keep(project, group, after)
    return Advanced(after, kept_ms, key), touched


def _end(
    project: Project, group: RecordKey, done: OpenTurn, now_s: float
) -> tuple[RecordKey | None, Touched]:
    if done.record:
        key = RecordKey(group.space, "turn", bytes.fromhex(done.record))
        return key, correct(project, key, done)
    if not done.text.strip() and now_s - done.starts_s < _SLIP_S:
        return None, Touched()
    key = add(project, group, done, max(now_s, done.starts_s))
    return key, Touched({"turn"}, {key.id})


def speak(
    project: Project, group: RecordKey, key: str, at_s: float | None = None, **said: Value
) -> tuple[Advanced, Touched]:
    """Let the speaker of a key begin a turn; whoever spoke before ends theirs.

    The talk's clock begins with the first turn; `at_s` puts it to another second. Raises KipuError
    for a key nobody has.
    """
    first = Touched()
    sitting = reading.table(project, group).sitting
    everybody = reading.seats(project, group)
    begin(everybody, key, 0.0)
    if not sitting.begun:
        sitting, first = start_talk(project, group, sitting)
    sitting = going(_at(project, sitting, at_s), project.ledger.now_ms())
    begun = begin(everybody, key, sitting.at(project.ledger.now_ms()))
    following = replace(
        begun,
        text=str(said.get("text") or ""),
        language=str(said.get("language") or sitting.language),
        quotable=said.get("quotable") is True,
        question=sitting.question or None,
    )
    require_quotable(speaker_of(project, group, following.speaker), following.quotable)
    advanced, touched = advance(project, group, sitting, following)
    touched.merge(first)
    return advanced, touched


def begin(everybody: Sequence[Seat], key: str, at_s: float) -> OpenTurn:
    """The turn a key or an alias starts. Raises KipuError naming the keys for one nobody has."""
    if key == "0":
        return OpenTurn(alias=_("Moderator"), starts_s=at_s)
    if key == ".":
        return OpenTurn(alias=_("Several"), starts_s=at_s)
    table = reading.seated(everybody)
    for one in table:
        if key.casefold() in (one.hotkey.casefold(), one.alias.casefold()):
            return OpenTurn(speaker=one.id, alias=one.alias, starts_s=at_s)
    keys = ", ".join(f"{one.hotkey} {one.alias}" for one in table)
    raise KipuError(
        _("Nobody speaks with “{key}”. Keys: {keys}, 0 moderator, . several.").format(
            key=key, keys=keys or "–"
        )
    )


def end(
    project: Project, group: RecordKey, at_s: float | None = None, finish: bool = False
) -> tuple[Advanced, Touched]:
    """End the open turn; `finish` ends the talk too: the group was held, the clock goes."""
    sitting = _at(project, reading.table(project, group).sitting, at_s)
    advanced, touched = advance(project, group, sitting, None)
    if finish:
        touched.merge(finish_talk(project, group, advanced.sitting))
    return advanced, touched


def finish_talk(project: Project, group: RecordKey, sitting: Sitting) -> Touched:
    """The talk is over: note when it ended, and put the sitting away. A turn still open is ended.

    Nothing is closed by that: turns are corrected for as long as anybody likes.
    """
    now = datetime.fromtimestamp(project.ledger.now_ms() / 1000, UTC).astimezone()
    values = records.values(project, group)
    fields: dict[str, Value] = {"ends": now.strftime("%H:%M")}
    if values.get("status") in (None, "planned"):
        fields["status"] = "held"
    with project.ledger.writing():
        _advanced, touched = advance(project, group, sitting, None)
        drafts.drop(project, group.id)
        touched.merge(writing.edit(project, group, fields, label="finish"))
    return touched


def start_talk(project: Project, group: RecordKey, sitting: Sitting) -> tuple[Sitting, Touched]:
    """Set the talk's clock going; the group's date and hour are noted the first time."""
    now_ms = project.ledger.now_ms()
    now = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone()
    values = records.values(project, group)
    fields: dict[str, Value] = {}
    if not values.get("starts"):
        fields["starts"] = now.strftime("%H:%M")
    if not values.get("date"):
        fields["date"] = now.date().isoformat()
    after = going(sitting, now_ms)
    with project.ledger.writing():
        touched = writing.edit(project, group, fields, label="begin") if fields else Touched()
        keep(project, group, after)
    return after, touched


def _at(project: Project, sitting: Sitting, at_s: float | None) -> Sitting:
    """The sitting with its clock put to a second; whether it goes stays as it is."""
    if at_s is None:
        return sitting
    kind("turn").field("starts_at").check(at_s)
    now_ms = project.ledger.now_ms()
    stood = halted(sitting, now_ms)
    put = replace(stood, spent_s=at_s, recorder=sitting.recorder)
    return going(put, now_ms) if sitting.runs else put
