"""Verbs about the files that belong to records."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import click

from app.cli.desk import Call, pairs, require_writable, verb, write_file
from app.errors import KipuError
from app.i18n import _
from app.models import attachments
from app.models.attachments.refs import KIND
from app.models.commands import attachments as work
from app.models.queries import attachments as reading
from app.models.queries import records
from app.models.records import kind, read_texts


def register(cli: click.Group) -> None:
    """Add this module's verbs."""
    cli.add_command(attachment)


@click.group()
def attachment() -> None:
    """Photographs, recordings and documents that belong to a record, kept encrypted."""


@attachment.command("add")
@click.argument("record", metavar="RECORD")
@click.argument("file", metavar="FILE")
@click.argument("fields", nargs=-1, metavar="FIELD=VALUE...")
@click.option("--type", "type_", metavar="TYPE", help="photo, audio, drawing, scan, document …")
@click.option("--caption", metavar="WORDS")
@click.option("--question", metavar="PATH", help="The question of a form that it answers.")
@verb
def add(
    call: Call, record: str, file: str, fields: tuple[str, ...], type_: str | None,
    caption: str | None, question: str | None,
) -> None:  # fmt: skip
    """Keep a copy of a file, encrypted, with a record. The file itself stays where it is."""
    project = call.joined
    owner = records.standing(project, record)
    options = {"type": type_, "caption": caption, "question": question}
    texts = pairs(fields) | {name: text for name, text in options.items() if text is not None}
    values = read_texts(kind(KIND), texts)
    path = Path(file)
    try:
        with path.open("rb") as stream:
            attachments.require_fit(os.fstat(stream.fileno()).st_size)
            key = work.attach(project, owner, stream, path.name, "", **values)
    except OSError as error:
        reason = os.strerror(error.errno or errno.EIO)
        raise KipuError(
            _("“{file}” cannot be read: {reason}.").format(file=file, reason=reason)
        ) from error
    found = reading.find(project, key)
    call.tell(_as_json(found), key.id.hex())


@attachment.command("list")
@click.argument("record", metavar="RECORD")
@verb
def list_(call: Call, record: str) -> None:
    """The files of a record, and whether their bytes are on this laptop."""
    project = call.joined
    found = reading.of(project, records.find(project, record))
    call.tell([_as_json(one) for one in found], "\n".join(map(_line, found)) or _("No files."))


@attachment.command("get")
@click.argument("name", metavar="ID")
@click.option("-o", "out", required=True, metavar="FILE", help="Where to write it, in the clear.")
@verb
def get(call: Call, name: str, out: str) -> None:
    """Write a file out, decrypted; take care of it."""
    require_writable(out)
    project = call.joined
    found = reading.find(project, records.standing(project, name, KIND))
    data = attachments.read(project, found.ref)
    write_file(out, data)
    call.tell(
        {"file": out, "bytes": len(data)},
        _("The file is in “{file}”. It is not encrypted: take care of it.").format(file=out),
    )


@attachment.command("delete")
@click.argument("name", metavar="ID")
@verb
def delete(call: Call, name: str) -> None:
    """Delete an attachment; `kipu record restore` brings it back, `kipu erase` takes its bytes."""
    project = call.joined
    key = records.standing(project, name, KIND)
    work.delete(project, key)
    call.tell({"id": key.id.hex()}, _("Deleted. “kipu record restore” brings it back."))


def _as_json(one: reading.Attached) -> dict[str, Any]:
    file = one.file
    fields = {name: value for name, value in one.values.items() if name != "file"}
    return {
        "id": one.key.id.hex(),
        "name": file.title if file else None,
        "media": file.media if file else None,
        "bytes": file.size if file else None,
        "here": one.is_here,
        "fields": fields,
    }


def _line(one: reading.Attached) -> str:
    file = one.file
    title = file.title if file else _("(erased)")
    size = f"{file.size} B" if file else ""
    state = "" if one.is_here or file is None else _("not here yet")
    caption = str(one.values.get("caption") or "")
    parts = (one.key.id.hex(), title, size, caption, state)
    return "  ".join(part for part in parts if part)
