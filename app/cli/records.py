"""Verbs about records of every kind, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, TypeVar

import click

from app.cli.desk import (
    CONDITIONS,
    Call,
    iso,
    pairs,
    read_file,
    require_writable,
    typed_fields,
    verb,
    write_file,
)
from app.cli.taking_in import as_json, differing_lines
from app.errors import KipuError
from app.i18n import _, ngettext
from app.models import spaces
from app.models.commands import conflicts as settling
from app.models.commands import places as cataloguing
from app.models.commands import record_tables as tables
from app.models.commands import records as writing
from app.models.commands import revising
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import answering, lists, records
from app.models.queries import conflicts as waiting
from app.models.queries.filters import Condition, read_conditions
from app.models.queries.lists import Listing
from app.models.queries.same import canonical
from app.models.records import Kind, check_values, kind, read_texts
from app.models.tables import style
from sync.values import Value

Given = TypeVar("Given")
MOST_ROWS = 2**31 - 1


def register(cli: click.Group) -> None:
    for command in (record, conflicts, resolve, withheld, admit_late, place):
        cli.add_command(command)


@click.group()
def record() -> None:
    """Records: people, committees, meetings, responses … (see docs/records.md)."""


@record.command("new")
@click.argument("kind_name", metavar="KIND")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@click.option("--space", "space_name", metavar="NAME")
@click.option("--from-json", "source", metavar="FILE", help="Typed fields; - reads stdin.")
@verb
def record_new(
    call: Call, kind_name: str, fields: tuple[str, ...], space_name: str | None, source: str | None
) -> None:
    """Make a record; a part of another names its owner (meeting=ID)."""
    project, declared = call.joined, kind(kind_name)
    space = spaces.find(project, space_name).id if space_name else None
    values = read_texts(declared, pairs(fields)) | check_values(declared, typed_fields(source))
    key = writing.new(project, kind_name, values, space)
    call.tell({"id": key.id.hex()}, key.id.hex())


@record.command("set")
@click.argument("name", metavar="ID")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@click.option("--from-json", "source", metavar="FILE", help="Typed fields; - reads stdin.")
@verb
def record_set(call: Call, name: str, fields: tuple[str, ...], source: str | None) -> None:
    """Set fields of a record; an empty value takes one away."""
    project = call.joined
    key = records.standing(project, name)
    declared = kind(key.kind)
    texts, given = pairs(fields), typed_fields(source)
    values = read_texts(declared, _own(declared, texts))
    values |= check_values(declared, _own(declared, given))
    answers = {name: value for name, value in {**texts, **given}.items() if name not in values}
    revising.correct(project, key, values, answers if declared.dynamic else {})
    call.tell({"id": key.id.hex()}, _("Kept."))


def _own(declared: Kind, given: Mapping[str, Given]) -> dict[str, Given]:
    """The declared fields; what is left of a response are answers to its form."""
    return {n: v for n, v in given.items() if not declared.dynamic or declared.get(n) is not None}


@record.command("show")
@click.argument("name", metavar="ID")
@verb
def record_show(call: Call, name: str) -> None:
    """A record with all its fields."""
    project = call.joined
    key = records.standing(project, name)
    found = _shown(project, key, records.values(project, key), spaces.names(project))
    lines = [f"{n}: {v!s}" for n, v in found["fields"].items()]
    standing_for_it = canonical(project, key)
    if standing_for_it != key:
        found["canonical"] = standing_for_it.id.hex()
        title = records.title(project, key.kind, standing_for_it.id.hex())
        lines.append(_("Joined to “{title}”, which stands for it.").format(title=title))
    call.tell(found, "\n".join(lines))


@record.command("list")
@click.argument("kind_name", metavar="KIND")
@click.option("--space", "space_name", metavar="NAME")
@click.option("--search", "words", default="", help="Words that must occur.")
@click.option("--where", "where", multiple=True, metavar="FIELD=VALUE", help=CONDITIONS)
@click.option("--sort", default="", metavar="FIELD", help="Newest first without it.")
@click.option("--descending", is_flag=True)
@click.option("--limit", type=click.IntRange(1, MOST_ROWS))
@click.option("--offset", type=click.IntRange(0, MOST_ROWS), default=0)
@verb
def record_list(
    call: Call, kind_name: str, space_name: str | None, words: str, where: tuple[str, ...],
    sort: str, descending: bool, limit: int | None, offset: int,
) -> None:  # fmt: skip
    """Records of a kind, searched, filtered, sorted and paged."""
    project, declared = call.joined, kind(kind_name)
    space = spaces.find(project, space_name).id if space_name else None
    listing = Listing(
        kind_name, words, space, sort=sort, descending=descending,
        where=_conditions(declared, where),
    )  # fmt: skip
    rows = (
        lists.page(project, listing, offset, limit)
        if limit is not None
        else list(lists.every(project, listing))[offset:]
    )
    names = spaces.names(project)
    shown = [_shown(project, row.key, row.values, names) for row in rows]
    titles = [f"{row.key.id.hex()}  {declared.title_of(row.values)}" for row in rows]
    call.tell(shown, "\n".join(titles))


def _shown(
    project: Project, key: RecordKey, values: dict[str, Value], names: Mapping[bytes, str]
) -> dict[str, Any]:
    fields = records.known_fields(values)
    owner = records.parent(project, key)
    if owner is not None:
        fields[kind(key.kind).owner_field or owner.kind] = owner.id.hex()
    return {
        "id": key.id.hex(), "kind": key.kind, "space": names.get(key.space, spaces.UNKNOWN),
        "fields": fields,
    }  # fmt: skip


@record.command("delete")
@click.argument("name", metavar="ID")
@verb
def record_delete(call: Call, name: str) -> None:
    """Delete a record and what belongs to it; the history is kept."""
    project = call.joined
    key = records.standing(project, name)
    writing.delete(project, key)
    call.tell({"id": key.id.hex()}, _("Deleted. “kipu record restore” brings it back."))


@record.command("restore")
@click.argument("name", metavar="ID")
@verb
def record_restore(call: Call, name: str) -> None:
    """Bring a deleted record back."""
    project = call.joined
    key = records.find(project, name, among="deleted")
    writing.restore(project, key)
    call.tell({"id": key.id.hex()}, _("It is back."))


@record.command("close")
@click.argument("name", metavar="ID")
@verb
def record_close(call: Call, name: str) -> None:
    """Close a meeting: approved minutes that no late change alters."""
    project = call.joined
    key = records.standing(project, name)
    writing.close(project, key)
    call.tell({"id": key.id.hex()}, _("Closed."))


@record.command("move")
@click.argument("name", metavar="ID")
@click.option("--space", "space_name", required=True, metavar="NAME")
@verb
def record_move(call: Call, name: str, space_name: str) -> None:
    """Move a record, with what belongs to it, to another space; it gets a new id there."""
    project = call.joined
    target = spaces.find(project, space_name)
    key = writing.move(project, records.standing(project, name), target.id)
    call.tell(
        {"id": key.id.hex()},
        _("Moved to “{space}” as {id}.").format(space=target.name, id=key.id.hex()),
    )


@record.command("history")
@click.argument("name", metavar="ID")
@verb
def record_history(call: Call, name: str) -> None:
    """Who changed what, when, on which laptop."""
    project = call.joined
    acts = records.history(project, records.find(project, name, among="all"))
    names = records.bare_names({act.field for act in acts})
    rows: list[dict[str, Any]] = [
        {"field": names[act.field], "value": act.value, "person": act.person, "device": act.device,
         "at": iso(act.at_ms), "verb": act.verb.name.lower(),
         "standing": act.standing.name.lower(), "doubtful": act.is_doubtful}
        for act in acts
    ]  # fmt: skip
    lines = [
        "  ".join(
            [
                row["at"] + ("?" if row["doubtful"] else ""),
                f"{row['person']} ({row['device']})",
                row["verb"],
                row["field"],
                str(row["value"]),
            ]
        )
        for row in rows
    ]
    call.tell(rows, "\n".join(lines))


@record.command("export")
@click.argument("kind_name", metavar="KIND")
@click.option("-o", "out", required=True, metavar="FILE", help="FILE.csv, FILE.xlsx or FILE.json.")
@click.option("--space", "space_name", metavar="NAME")
@click.option("--search", "words", default="", help="Words that must occur.")
@click.option("--where", "where", multiple=True, metavar="FIELD=VALUE", help=CONDITIONS)
@click.option("--labels/--codes", default=False, help="What people read, or what is stored.")
@click.option("--decimals", default="", metavar="comma|point", help="Else as the country has it.")
@verb
def record_export(
    call: Call, kind_name: str, out: str, space_name: str | None, words: str,
    where: tuple[str, ...], labels: bool, decimals: str,
) -> None:  # fmt: skip
    """Write the records of a kind as a table."""
    require_writable(out)
    project, declared, chosen = call.joined, kind(kind_name), style(labels, decimals)
    space = spaces.find(project, space_name).id if space_name else None
    listing = Listing(kind_name, words, space, where=_conditions(declared, where))
    data, count = tables.export_records(project, listing, PurePath(out).suffix, chosen)
    write_file(out, data)
    call.tell(
        {"file": out, "records": count},
        ngettext("{count} record in {file}.", "{count} records in {file}.", count).format(
            count=count, file=out
        ),
    )


def _conditions(declared: Kind, where: tuple[str, ...]) -> tuple[Condition, ...]:
    def value_of(name: str, text: str) -> tuple[str, Value]:
        [(field, value)] = read_texts(declared, {name: text}).items()
        return field, value

    return tuple(read_conditions(where, value_of))


@record.command("import")
@click.argument("kind_name", metavar="KIND")
@click.argument("file", metavar="FILE.csv|FILE.json")
@click.option("--space", "space_name", metavar="NAME")
@click.option("--decimals", default="", metavar="comma|point", help="How a CSV writes them.")
@verb
def record_import(
    call: Call, kind_name: str, file: str, space_name: str | None, decimals: str
) -> None:
    """Make records of the rows of a table, all or none; wrong rows are named.

    A row that is here already corrects nothing; that it says something else is told.
    """
    project = call.joined
    space = spaces.find(project, space_name).id if space_name else None
    suffix = PurePath(file).suffix.lower()
    mark = style(False, decimals).decimals
    done = tables.import_records(project, kind_name, read_file(file), suffix, space, mark)
    said = ngettext("{count} new record.", "{count} new records.", done.new)
    known = ngettext("{count} is here already.", "{count} are here already.", done.known)
    lines = [said.format(count=done.new)]
    lines += [known.format(count=done.known)] if done.known else []
    call.tell(as_json(done), "\n".join([*lines, *differing_lines(done)]))


# -- decisions ---------------------------------------------------------------------------------------


@click.command()
@verb
def conflicts(call: Call) -> None:
    """Fields with different values side by side, and deletions that met edits."""
    found = waiting.all_conflicts(call.joined)
    rows = [
        {"id": one.id, "record": one.key.id.hex(), "kind": one.key.kind,
         "field": one.field.rpartition("/")[2], "versions": [
            {"id": v.id, "value": v.value, "deleted": v.deleted, "person": v.person,
             "device": v.device, "at": iso(v.at_ms)} for v in one.versions]}
        for one in found
    ]  # fmt: skip
    lines = [
        f"{one.id}\n" + "\n".join(
            f"  {n}. {_said(one, v)}  – {v.person} ({v.device}) {iso(v.at_ms)}"
            for n, v in enumerate(one.versions, start=1))
        for one in found
    ]  # fmt: skip
    call.tell(rows, "\n".join(lines) or _("There are no conflicts."))


def _said(conflict: waiting.Conflict, version: waiting.Version) -> str:
    if version.deleted:
        return _("deleted")
    return str(version.value) if conflict.field else _("kept")


@click.command()
@click.argument("conflict", metavar="CONFLICT")
@click.option("--take", "version", metavar="VERSION", help="A version's id, or its place from 1.")
@click.option("--value", help="Another value, for all sides.")
@verb
def resolve(call: Call, conflict: str, version: str | None, value: str | None) -> None:
    """Settle a conflict, once and for all laptops."""
    project = call.joined
    found = waiting.find(project, conflict)
    if (version is None) == (value is None):
        raise KipuError(_("Give either --take VERSION or --value V."))
    if version is not None:
        settling.take(project, found, settling.choose(found, version))
    else:
        settling.settle(project, found, _read(project, found, str(value)))
    call.tell({"id": conflict}, _("Settled."))


def _read(project: Project, conflict: waiting.Conflict, text: str) -> Value:
    if not conflict.field:
        raise KipuError(_("It is about whether this stays: give --take and a version."))
    if conflict.field.startswith("/"):
        return answering.read_one(project, conflict.key, conflict.field, text)
    return kind(conflict.key.kind).field(conflict.field).parse(text)


@click.command()
@verb
def withheld(call: Call) -> None:
    """What was set aside: beyond its author's role, or late for a signed act."""
    found = waiting.withheld(call.joined)
    rows = [_aside(call.joined, one) for one in found]
    call.tell(rows, "\n".join(map(_aside_line, rows)) or _("Nothing is set aside."))


def _aside(project: Project, one: waiting.Withheld) -> dict[str, Any]:
    closed = waiting.closed_act(project, one.keys)
    return {
        "why": one.standing.name.lower(),
        "records": [{"id": key.id.hex(), "kind": key.kind} for key in one.keys],
        "closed": closed and closed.id.hex(),
        "person": one.person, "device": one.device, "at": iso(one.at_ms),
        "changes": len(one.refs),
    }  # fmt: skip


def _aside_line(row: dict[str, Any]) -> str:
    touched = ", ".join(f"{one['kind']} {one['id']}" for one in row["records"])
    line = f"{row['at']}  {row['person']} ({row['device']})  {row['why']}  {touched}"
    is_late = row["why"] == "late" and row["closed"]
    return f"{line}\n  kipu admit-late {row['closed']}" if is_late else line


@click.command("admit-late")
@click.argument("name", metavar="ID")
@verb
def admit_late(call: Call, name: str) -> None:
    """Take the late changes under a closed record in, as an addendum (coordinators)."""
    project = call.joined
    key = records.find(project, name)
    below = {key, *records.descendants(project, key)}
    late = [
        ref
        for one in waiting.withheld(project)
        if one.standing.name == "LATE" and any(k in below for k in one.keys)
        for ref in one.refs
    ]
    writing.admit_late(project, key, late)
    call.tell({"changes": len(late)}, _("Taken in as an addendum."))


# -- places ------------------------------------------------------------------------------------------


@click.group()
def place() -> None:
    """The catalogue of places."""


@place.command("import")
@click.argument("source", metavar="FILE|ecuador|panama")
@verb
def place_import(call: Call, source: str) -> None:
    """Take a catalogue of places into the common space (coordinators)."""
    project = call.joined
    shipped = source in cataloguing.SHIPPED
    data = None if shipped else read_file(source)
    taken = cataloguing.take(project, cataloguing.read(project, source, data))
    call.tell(
        {"new": taken},
        ngettext("{count} new place.", "{count} new places.", taken).format(count=taken),
    )


@place.command("adopt")
@click.argument("name", metavar="ID")
@verb
def place_adopt(call: Call, name: str) -> None:
    """Copy a place somebody added in their own space into the common one (coordinators)."""
    project = call.joined
    target = writing.adopt(project, records.standing(project, name, "place"))
    call.tell({"id": target.id.hex()}, target.id.hex())
