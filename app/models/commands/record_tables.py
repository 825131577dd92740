"""Records of any kind as tables: out for a spreadsheet, in from one, by their declaration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.errors import KipuError
from app.i18n import _, current
from app.models import spaces
from app.models.commands import records
from app.models.project import Project
from app.models.queries import lists
from app.models.queries import records as reading
from app.models.queries.lists import Listing, Row
from app.models.records import Kind, check_values, kind, read_texts
from sync.values import Value, to_json

_MAX_TOLD = 20
Given = tuple[int, dict[str, Value], str]


def export_records(project: Project, listing: Listing, suffix: str) -> tuple[bytes, int]:
    """The records of a list as the bytes of a .csv, .xlsx or .json file, and how many there are.

    Fields stand under their ids and read back as they were written; nothing is written to disk on
    the way.
    """
    from app.reports.tables import Sheet, dialect_for, to_csv, to_xlsx

    declared, rows = kind(listing.kind), list(lists.every(project, listing))
    if suffix.lower() == ".json":
        whole = [json.loads(to_json(_whole(project, declared, row))) for row in rows]
        return json.dumps(whole, ensure_ascii=False, indent=1).encode(), len(rows)
    owner = [declared.parent] if declared.parent else []
    header = ["id", "space", *owner, *(one.id for one in declared.columns)]
    cells = (_cells(project, declared, row) for row in rows)
    if suffix.lower() == ".csv":
        return to_csv(header, cells, dialect_for(current())), len(rows)
    if suffix.lower() == ".xlsx":
        return to_xlsx([Sheet(listing.kind, header, cells)]), len(rows)
    raise KipuError(_("Records are written as .csv, .xlsx or .json."))


def _whole(project: Project, declared: Kind, row: Row) -> dict[str, Value]:
    owner: dict[str, Value] = {}
    if declared.parent and row.parent:
        owner[declared.parent] = row.parent.hex()
    name = spaces.name_of(project, row.key.space)
    return {"id": row.key.id.hex(), "space": name, **owner, **reading.known_fields(row.values)}


def _cells(project: Project, declared: Kind, row: Row) -> list[str]:
    owner = [row.parent.hex() if row.parent else ""] if declared.parent else []
    fields = [one.format(row.values.get(one.id), labels=False) for one in declared.columns]
    return [row.key.id.hex(), spaces.name_of(project, row.key.space), *owner, *fields]


def import_records(
    project: Project, kind_name: str, data: bytes, suffix: str, space: bytes | None
) -> tuple[int, int]:
    """Make records of the rows of a .csv or .json file; returns how many are new and known.

    A row whose id is here already is left alone, so that importing twice brings nothing twice.
    Nothing is taken when a row is wrong: raises KipuError naming the rows.
    """
    declared = kind(kind_name)
    given = list(_from_json(declared, data) if suffix == ".json" else _from_csv(declared, data))
    wrong = [
        _("Row {row}: {problem}").format(row=number, problem=problem)
        for number, _values, problem in given
        if problem
    ]
    if wrong:
        more = [_("… and {count} more.").format(count=len(wrong) - _MAX_TOLD)]
        raise KipuError("\n".join(wrong[:_MAX_TOLD] + (more if len(wrong) > _MAX_TOLD else [])))
    return _take(project, declared, given, space)


def _take(
    project: Project, declared: Kind, given: list[Given], space: bytes | None
) -> tuple[int, int]:
    new = 0
    with project.ledger.writing():
        for number, values, _problem in given:
            record = records.parse_id(str(values.pop("id"))) if values.get("id") else None
            if record is not None and reading.is_here(project, declared.name, record):
                continue
            try:
                records.new(project, declared.name, values, space, record)
            except KipuError as error:
                said = _("Row {row}: {problem}").format(row=number, problem=error.message)
                raise KipuError(said) from error
            new += 1
    return new, len(given) - new


def _from_csv(declared: Kind, data: bytes) -> Iterator[Given]:
    from app.reports.tables import from_csv

    table = from_csv(data)
    for row in table:
        texts = {
            name: text
            for name, text in zip(table.header, row.cells, strict=False)
            if text and name != "space"
        }
        yield (row.number, *_read(declared, texts, row.problem))


def _read(declared: Kind, texts: dict[str, str], problem: str) -> tuple[dict[str, Value], str]:
    identity: dict[str, Value] = {"id": texts.pop("id")} if "id" in texts else {}
    if problem:
        return identity, problem
    try:
        return identity | read_texts(declared, texts), ""
    except KipuError as error:
        return identity, error.message


def _from_json(declared: Kind, data: bytes) -> Iterator[Given]:
    try:
        found: Any = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise KipuError(_("The file is not JSON.")) from error
    if not isinstance(found, list):
        raise KipuError(_("The file must hold an array of records."))
    for number, one in enumerate(found, start=1):
        values = dict(one) if isinstance(one, Mapping) else {}
        identity = {"id": values.pop("id")} if "id" in values else {}
        values.pop("space", None)
        try:
            yield number, identity | check_values(declared, values), ""
        except KipuError as error:
            yield number, identity, error.message
