"""Verbs about focus groups: the table, the turns, the notes, the paper."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import click

from app.cli.desk import Call, pairs, require_writable, verb, write_file
from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import spaces
from app.models.commands import group_talks as talking
from app.models.commands import group_turns as turning
from app.models.commands import groups as seating
from app.models.commands import records as writing
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import groups, records
from app.models.queries.groups import Seat, Turn
from app.models.records import kind, read_texts
from app.models.sitting import clock

CONSENT = click.Choice(["yes", "no"])


def register(cli: click.Group) -> None:
    cli.add_command(group)


@click.group()
def group() -> None:
    """Focus groups: seats under aliases, turns by key, quotes, the field note."""


@group.command("new")
@click.argument("topic")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@click.option("--space", "space_name", metavar="NAME")
@verb
def group_new(call: Call, topic: str, fields: tuple[str, ...], space_name: str | None) -> None:
    """Plan a focus group."""
    project = call.joined
    space = spaces.find(project, space_name).id if space_name else None
    given = read_texts(kind("focus_group"), {"topic": topic, **pairs(fields)})
    key = writing.new(project, "focus_group", given, space)
    call.tell({"id": key.id.hex()}, key.id.hex())


@group.command("seat")
@click.argument("name", metavar="GROUP")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@click.option("--takes-part", type=CONSENT, help="Asked and answered; needed for a new seat.")
@click.option("--recording", type=CONSENT, help="Agrees to be recorded.")
@click.option("--quotes", type=CONSENT, help="Agrees to be quoted.")
@click.option("--alias", metavar="ALIAS", help="Change what is known of this participant instead.")
@click.option("--chair", type=int, metavar="N", help="Put them there; who sits there changes too.")
@verb
def group_seat(
    call: Call, name: str, fields: tuple[str, ...], takes_part: str | None, recording: str | None,
    quotes: str | None, alias: str | None, chair: int | None,
) -> None:  # fmt: skip
    """Seat somebody under an alias of their own, or change what is known of them."""
    project = call.joined
    key = groups.find(project, name)
    consents = (
        ("consent_take_part", takes_part),
        ("consent_recording", recording),
        ("consent_quotes", quotes),
    )
    given = read_texts(kind("participant"), pairs(fields))
    given |= {field: said == "yes" for field, said in consents if said is not None}
    if alias is None:
        seat = seating.seat(project, key, given)
    else:
        seat = _named(project, key, alias).key
        if given:
            seating.answer(project, seat, given)
    if chair is not None:
        seating.place(project, seat, chair)
    found = next(one for one in groups.seats(project, key) if one.key == seat)
    call.tell(_seat(found), f"{found.alias}  {found.hotkey}  {found.chair or '–'}")


def _named(project: Project, group: RecordKey, alias: str) -> Seat:
    for one in groups.seats(project, group):
        if alias.casefold() in (one.alias.casefold(), one.id):
            return one
    raise KipuError(_("Nobody here is called “{alias}”.").format(alias=alias))


def _seat(one: Seat) -> dict[str, Any]:
    return {
        "id": one.id, "alias": one.alias, "chair": one.chair, "key": one.hotkey,
        "takes_part": one.takes_part, "recording": one.recording, "quotes": one.quotes,
    }  # fmt: skip


@group.command("turn")
@click.argument("name", metavar="GROUP")
@click.argument("key", metavar="KEY")
@click.argument("text", default="")
@click.option("--at", "at_s", type=float, metavar="SECONDS", help="Where the clock stands.")
@click.option("--language", default="", metavar="CODE")
@click.option("--quotable", is_flag=True, help="May be quoted; only who agreed to it.")
@verb
def group_turn(
    call: Call, name: str, key: str, text: str, at_s: float | None, language: str, quotable: bool
) -> None:
    """Begin a turn by its speaker's key or alias (0 moderator, . several); ends the one before."""
    project = call.joined
    group_key = groups.find(project, name)
    advanced, _touched = talking.speak(
        project, group_key, key, at_s, text=text, language=language, quotable=quotable
    )
    begun = advanced.sitting.turn
    alias = begun.alias if begun else ""
    at = begun.starts_s if begun else 0.0
    call.tell(
        {"ended": advanced.turn.id.hex() if advanced.turn else None, "speaker": alias, "at": at},
        f"{clock(at)}  {alias}",
    )


@group.command("end")
@click.argument("name", metavar="GROUP")
@click.option("--at", "at_s", type=float, metavar="SECONDS", help="Where the clock stands.")
@click.option("--finish", is_flag=True, help="The talk is over: the group was held.")
@verb
def group_end(call: Call, name: str, at_s: float | None, finish: bool) -> None:
    """End the turn that is open."""
    project = call.joined
    advanced, _touched = talking.end(project, groups.find(project, name), at_s, finish)
    ended = advanced.turn.id.hex() if advanced.turn else None
    call.tell({"ended": ended}, _("Kept."))


@group.command("note")
@click.argument("name", metavar="GROUP")
@click.argument("text")
@click.option("--at", "at_s", type=float, metavar="SECONDS", help="The second of the talk.")
@verb
def group_note(call: Call, name: str, text: str, at_s: float | None) -> None:
    """Add a line to the group's notes."""
    project = call.joined
    key = groups.find(project, name)
    seating.note(project, key, text, at_s)
    call.tell({"id": key.id.hex()}, _("Kept."))


@group.command("recorder")
@click.argument("name", metavar="GROUP")
@click.option("--delete-by", required=True, metavar="DATE", help="When the recording goes.")
@verb
def group_recorder(call: Call, name: str, delete_by: str) -> None:
    """Note that the talk is recorded; refused unless everybody seated agreed to it."""
    project = call.joined
    key = groups.find(project, name)
    day = kind("focus_group").field("delete_recording_by").parse(delete_by)
    seating.recorded(project, key, str(day) if day else None)
    call.tell({"id": key.id.hex(), "delete_by": day}, _("Kept."))


@group.command("split")
@click.argument("turn", metavar="TURN")
@click.argument("at", type=int, metavar="LETTER")
@verb
def group_split(call: Call, turn: str, at: int) -> None:
    """Part a turn in two before a letter, counted from 0."""
    project = call.joined
    half, _touched = turning.split(project, records.standing(project, turn, "turn"), at)
    call.tell({"id": half.id.hex()}, half.id.hex())


@group.command("merge")
@click.argument("turn", metavar="TURN")
@verb
def group_merge(call: Call, turn: str) -> None:
    """Join a turn to the one before it, of the same speaker."""
    project = call.joined
    kept, *_rest = turning.merge(project, records.standing(project, turn, "turn"))
    call.tell({"id": kept.id.hex()}, kept.id.hex())


@group.command("show")
@click.argument("name", metavar="GROUP")
@verb
def group_show(call: Call, name: str) -> None:
    """The table and what was said, in order."""
    project = call.joined
    table = groups.table(project, groups.find(project, name))
    shares = groups.shares(table.turns)
    open_turn = table.sitting.turn
    found = {
        "id": table.key.id.hex(), "topic": table.title,
        "seats": [{**_seat(one), "share": round(shares.get(one.id, 0.0), 4)}
                  for one in table.seats],
        "turns": [_turn(one) for one in table.turns],
        "open": None if open_turn is None else
            {"speaker": open_turn.alias, "at": open_turn.starts_s, "text": open_turn.text},
        "clock": table.sitting.at(project.ledger.now_ms()), "runs": table.sitting.runs,
    }  # fmt: skip
    lines = [f"{clock(one.starts_s)}  {one.alias}  {one.text}" for one in table.turns]
    call.tell(found, "\n".join([table.title, *lines]))


def _turn(one: Turn) -> dict[str, Any]:
    return {
        "id": one.key.id.hex(), "speaker": one.alias, "starts": one.starts_s, "ends": one.ends_s,
        "text": one.text, "language": one.language, "quotable": one.quotable,
        "question": one.question,
    }  # fmt: skip


@group.command("quotes")
@click.argument("name", metavar="GROUP")
@verb
def group_quotes(call: Call, name: str) -> None:
    """The passages that may be quoted, with the group's traits and no person's."""
    project = call.joined
    found = groups.quotes(project, groups.find(project, name))
    rows = [
        {"text": one.text, "language": one.language, "profile": one.profile, "topic": one.topic,
         "date": one.date, "place": one.place}
        for one in found
    ]  # fmt: skip
    lines = [f"“{one.text}” – {one.profile or one.topic}" for one in found]
    nothing = _("Nothing here may be quoted.")
    call.tell(rows, "\n".join(lines) or nothing)


@group.command("paper")
@click.argument("name", metavar="GROUP")
@click.option("-o", "out", required=True, metavar="FILE", help="FILE.pdf or FILE.docx.")
@verb
def group_paper(call: Call, name: str, out: str) -> None:
    """Write the group's field note: aliases, totals, what was said; nobody's name or traits."""
    from app.models.field_note import field_note
    from app.reports import documents

    suffix = PurePath(out).suffix.casefold()
    if suffix not in (".pdf", ".docx"):
        raise KipuError(_("The file's name must end in .pdf or .docx."))
    require_writable(out)
    project = call.joined
    note = field_note(project, groups.find(project, name))
    made = documents.field_note_pdf if suffix == ".pdf" else documents.field_note_docx
    write_file(out, made(note))
    turns = len(note.turns)
    call.tell(
        {"file": out, "turns": turns},
        ngettext("{count} turn in {file}.", "{count} turns in {file}.", turns).format(
            count=turns, file=out
        ),
    )
