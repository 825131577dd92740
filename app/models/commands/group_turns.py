"""What was said in a focus group: turns made, corrected, quoted, parted and joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.errors import KipuError
from app.i18n import _
from app.models.commands import records as writing
from app.models.commands.groups import edited
from app.models.fields import between
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import groups as reading
from app.models.queries import records
from app.models.queries.groups import Seat, Turn
from app.models.records import kind
from app.models.sitting import OpenTurn
from sync.changes import Change, Verb
from sync.ids import random_id
from sync.values import Value


def add(
    project: Project,
    group: RecordKey,
    said: OpenTurn,
    ends_s: float | None = None,
    position: str | None = None,
) -> RecordKey:
    """Make the record of a turn, after the others unless a position is given.

    Raises KipuError when its speaker does not take part, or may not be quoted and is to be.
    """
    require_quotable(speaker_of(project, group, said.speaker), said.quotable)
    fields: dict[str, Value] = {
        "focus_group": group.id.hex(),
        "speaker": said.speaker or None,
        "speaker_alias": None if said.speaker else said.alias or None,
        "starts_at": said.starts_s,
        "ends_at": ends_s,
        "position": position,
        **_words(said),
    }
    checked = {name: value for name, value in fields.items() if value is not None}
    return writing.new(project, "turn", checked)


def _words(said: OpenTurn) -> dict[str, Value]:
    declared = kind("turn")
    return {
        "text": declared.field("text").check(said.text),
        "language": [said.language] if said.language else None,
        "quotable": said.quotable,
        "question": said.question,
    }


def correct(project: Project, turn: RecordKey, said: OpenTurn) -> Touched:
    """Set a turn's speaker and words as they were corrected; its times stay.

    A text that changed elsewhere since correcting began is not overwritten: both stand side by
    side, to be decided in Review (sync rule 14).
    """
    group = _owner(project, turn)
    require_quotable(speaker_of(project, group, said.speaker), said.quotable)
    values = {
        **_words(said),
        "speaker": said.speaker or None,
        "speaker_alias": None if said.speaker else said.alias or None,
    }
    values.pop("question")
    heads = dict(records.heads(project, turn))
    if (records.values(project, turn).get("text") or "") != said.base:
        heads["text"] = ()
    return writing.edit(project, turn, values, heads, label="correct")


def quote(project: Project, turn: RecordKey, quotable: bool) -> Touched:
    """Let a passage be quoted, or no longer. Raises KipuError where its speaker did not agree."""
    group = _owner(project, turn)
    speaker = str(records.values(project, turn).get("speaker") or "")
    require_quotable(speaker_of(project, group, speaker), quotable)
    return writing.edit(project, turn, {"quotable": quotable}, label="quote")


def split(project: Project, turn: RecordKey, at: int) -> tuple[RecordKey, Touched]:
    """Part a turn in two before the letter `at`; the second half is the same speaker's until that
    is corrected. Its time is estimated by letters. Raises KipuError where a half would be empty."""
    group = _owner(project, turn)
    everything = reading.turns(project, group)
    place = _place(everything, turn)
    whole = everything[place]
    first, second = whole.text[:at].rstrip(), whole.text[at:].lstrip()
    if not first or not second:
        raise KipuError(_("Put the cursor between two words of the turn, then part it."))
    cut_s = _cut(whole, at)
    after = everything[place + 1].key if place + 1 < len(everything) else None
    half = Change(
        Verb.CREATE, "turn", random_id(), (group.kind, group.id),
        {name: value for name, value in {
            **records.values(project, turn), "text": second, "starts_at": cut_s,
            "position": between(_position(project, turn), after and _position(project, after)),
        }.items() if value is not None},
    )  # fmt: skip
    rest = edited(project, turn, {"text": first, "ends_at": cut_s})
    touched = project.ledger.commit(turn.space, [rest, half], "split")
    return RecordKey(turn.space, "turn", half.record), touched


def _cut(whole: Turn, at: int) -> float | None:
    if whole.starts_s is None or whole.ends_s is None:
        return whole.starts_s
    return round(whole.starts_s + whole.seconds * at / len(whole.text), 1)


def merge(
    project: Project, turn: RecordKey
) -> tuple[RecordKey, Mapping[str, Value], RecordKey, Touched]:
    """Join a turn to the one before it, of the same speaker.

    Returns the turn that holds both, what stood in it before, the turn that went, and what was
    touched; `part` takes it back. Raises KipuError for the first turn, and for two speakers.
    """
    everything = reading.turns(project, _owner(project, turn))
    place = _place(everything, turn)
    if place == 0:
        raise KipuError(_("There is no turn before this one."))
    first, second = everything[place - 1], everything[place]
    if (first.speaker, first.alias) != (second.speaker, second.alias):
        raise KipuError(
            _("These are two voices, {first} and {second}: correct the speaker first.").format(
                first=first.alias or "–", second=second.alias or "–"
            )
        )
    joined: dict[str, Value] = {
        "text": " ".join(part for part in (first.text, second.text) if part) or None,
        "ends_at": second.ends_s if second.ends_s is not None else first.ends_s,
        "quotable": first.quotable and second.quotable,
    }
    current = records.values(project, first.key)
    before = {name: current.get(name) for name in joined}
    changes = [edited(project, first.key, joined), writing.deletion(project, turn)]
    touched = project.ledger.commit(turn.space, changes, "merge")
    return first.key, before, turn, touched


def part(
    project: Project, kept: RecordKey, before: Mapping[str, Value], gone: RecordKey
) -> Touched:
    """Take back a `merge`."""
    with project.ledger.writing():
        touched = writing.restore(project, gone)
        touched.merge(writing.edit(project, kept, before, label="undo"))
    return touched


def rejoin(
    project: Project, kept: RecordKey, before: Mapping[str, Value], half: RecordKey
) -> Touched:
    """Take back a `split`."""
    with project.ledger.writing():
        touched = writing.delete(project, half)
        touched.merge(writing.edit(project, kept, before, label="undo"))
    return touched


def _owner(project: Project, turn: RecordKey) -> RecordKey:
    group = records.parent(project, turn)
    if group is None:
        raise KipuError(_("There is no record “{text}” here.").format(text=turn.id.hex()))
    return group


def _place(everything: Sequence[Turn], turn: RecordKey) -> int:
    """Where a turn stands. Raises KipuError for one that was deleted."""
    for place, one in enumerate(everything):
        if one.key == turn:
            return place
    raise KipuError(_("There is no record “{text}” here.").format(text=turn.id.hex()))


def _position(project: Project, turn: RecordKey) -> str:
    return str(records.values(project, turn).get("position") or "")


def speaker_of(project: Project, group: RecordKey, speaker: str) -> Seat | None:
    """The participant who speaks, None for the moderator and voices nobody told apart."""
    if not speaker:
        return None
    for one in reading.seats(project, group):
        if one.id == speaker:
            return one
    raise KipuError(_("There is no record “{text}” here.").format(text=speaker))


def require_quotable(speaker: Seat | None, quotable: bool) -> None:
    """Raises KipuError for a passage that is to be quoted and whose speaker did not agree."""
    if quotable and (speaker is None or not (speaker.takes_part and speaker.quotes)):
        alias = speaker.alias if speaker else "–"
        raise KipuError(
            _("{alias} did not agree to be quoted; this passage stays unquotable.").format(
                alias=alias
            )
        )
