"""Records of any kind as tables: out for a spreadsheet, in from one, by their declaration."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.errors import KipuError
from app.i18n import _
from app.models import practice, spaces
from app.models.commands import records
from app.models.commands.taking_in import Imported, refuse, twice
from app.models.fields import (
    AttachmentRef,
    Date,
    DateTime,
    Decimal,
    Field,
    Integer,
    Money,
    PartialDate,
    Reference,
    record_id,
)
from app.models.fields.links import without_key
from app.models.ledger import RecordKey
from app.models.ledger.registers import State
from app.models.project import Project
from app.models.queries import lists
from app.models.queries import records as reading
from app.models.queries.lists import Listing, Row
from app.models.records import Kind, check_values, kind, parent_field, read_texts
from app.models.tables import CODES, Style, dialect
from sync.values import Value, to_json

if TYPE_CHECKING:
    from app.reports.tables import Cell

_IDENTITY = ("id", "space")
Given = tuple[int, dict[str, Value], str]


def export_records(
    project: Project, listing: Listing, suffix: str, style: Style = CODES,
    columns: Sequence[str] | None = None,
) -> tuple[bytes, int]:  # fmt: skip
    """The records of a list as the bytes of a .csv, .xlsx or .json file, and how many there are.

    As codes, fields stand under their ids and read back as they were written; with labels, under
    their names, and references are titles. `columns` are the fields to write, in order; the owner
    goes by its kind. A workbook has a sheet of the choices. Nothing is written to disk on the way.
    """
    from app.reports.tables import Sheet, to_csv, to_xlsx

    declared = kind(listing.kind)
    rows = _Counted(lists.every(project, listing))
    names = spaces.names(project)
    if suffix.lower() == ".json":
        whole = [
            practice.marked_object(project, json.loads(to_json(_whole(declared, row, names))))
            for row in rows
        ]
        return json.dumps(whole, ensure_ascii=False, indent=1).encode(), rows.count
    fields = _fields(declared, columns)
    # What people read of chosen columns has neither id nor space; what is read back has both.
    start = len(_IDENTITY) if style.labels and columns is not None else 0
    read = (_cells(project, fields, row, names, style.labels)[start:] for row in rows)
    marked = practice.marked_table(project, _header(fields, style.labels)[start:], read)
    header, cells = marked
    if suffix.lower() == ".csv":
        return to_csv(header, cells, dialect(style)), rows.count
    if suffix.lower() == ".xlsx":
        title = str(declared.plural) if style.labels else listing.kind
        choices = Sheet(_("Choices"), _choices_header(), _choices(fields))
        return to_xlsx([Sheet(title, header, cells), choices]), rows.count
    raise KipuError(_("Records are written as .csv, .xlsx or .json."))


class _Counted:
    """Rows, counted while they pass."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def _fields(declared: Kind, columns: Sequence[str] | None) -> list[Field]:
    owner = parent_field(declared)
    every = [*([owner] if owner else []), *declared.columns]
    if columns is None:
        return every
    known = {one.id: one for one in every}
    return [known[one] for one in columns if one in known]


def _header(fields: Sequence[Field], labels: bool) -> list[str]:
    if labels:
        return ["id", _("Space"), *(str(one.label) for one in fields)]
    return [*_IDENTITY, *(one.id for one in fields)]


def _choices_header() -> list[str]:
    return [_("Field"), _("Name of the field"), _("Code"), _("Label")]


def _choices(fields: Sequence[Field]) -> Iterator[list[Cell]]:
    for one in fields:
        for code, label in one.choices:
            yield [one.id, str(one.label), code, str(label)]


def _whole(declared: Kind, row: Row, names: Mapping[bytes, str]) -> dict[str, Value]:
    owner: dict[str, Value] = {}
    if declared.owner_field and row.parent:
        owner[declared.owner_field] = row.parent.hex()
    fields = {
        one: without_key(value)
        if isinstance(value, dict) and isinstance(declared.get(one), AttachmentRef)
        else value
        for one, value in reading.known_fields(row.values).items()
    }
    return {
        "id": row.key.id.hex(),
        "space": names.get(row.key.space, spaces.UNKNOWN),
        **owner,
        **fields,
    }


def _cells(
    project: Project, fields: Sequence[Field], row: Row, names: Mapping[bytes, str], labels: bool
) -> list[Cell]:
    owner = row.parent.hex() if row.parent else None
    return [
        row.key.id.hex(),
        names.get(row.key.space, ""),
        *(
            _cell(project, one, owner if kind(row.key.kind).owner_field == one.id
                  else row.values.get(one.id), labels)
            for one in fields
        ),
    ]  # fmt: skip


def _cell(project: Project, field: Field, value: Value, labels: bool) -> Cell:
    if isinstance(field, Integer | Decimal) and isinstance(value, int | float):
        return value
    if labels and isinstance(field, Reference) and field.kind and isinstance(value, str):
        return _title(project, field.kind, value)
    # Dates stay ISO, which every spreadsheet sorts; months in words are for pages.
    return field.format(value, labels and not isinstance(field, Date | DateTime | PartialDate))


def _title(project: Project, kind_name: str, record: str) -> str:
    return reading.title(project, kind_name, record) or record[:8]


def import_records(
    project: Project, kind_name: str, data: bytes, suffix: str, space: bytes | None,
    decimals: str = "",
) -> Imported:  # fmt: skip
    """Make records of the rows of a .csv or .json file.

    `decimals` says which mark a CSV writes them with, "," or "."; without it a single mark is taken
    for the decimal one, and what can be two amounts is refused.
    A row whose id is here already is left alone, so that importing twice brings nothing twice; one
    that says something else than what is here is told.
    Nothing is taken when a row is wrong: raises KipuError naming the rows.
    """
    practice.require_real_table(project, data)
    declared = kind(kind_name)
    read = _from_json(declared, data) if suffix == ".json" else _from_csv(declared, data, decimals)
    given = list(read)
    refuse(list(_wrong(given)))
    return _take(project, declared, given, space)


def _wrong(given: Sequence[Given]) -> Iterator[str]:
    """Say what is wrong with each row that cannot be taken."""
    seen: dict[str, int] = {}
    for number, values, problem in given:
        record = record_id(str(values.get("id")))
        first = seen.setdefault(record, number) if record else number
        if problem:
            yield _("Row {row}: {problem}").format(row=number, problem=problem)
        elif first != number:
            yield twice(number, first)


def _take(project: Project, declared: Kind, given: list[Given], space: bytes | None) -> Imported:
    done = Imported()
    with project.ledger.writing():
        for number, values, _problem in given:
            record = records.parse_id(str(values.pop("id"))) if values.get("id") else None
            if record is not None and reading.is_here(project, declared.name, record):
                done.known += 1
                if _differs(project, reading.find(project, record.hex(), declared.name), values):
                    done.differing.append(record)
                continue
            try:
                records.new(project, declared.name, values, space, record, imported=True)
            except KipuError as error:
                said = _("Row {row}: {problem}").format(row=number, problem=error.message)
                raise KipuError(said) from error
            done.new += 1
    return done


def _differs(project: Project, key: RecordKey, given: Mapping[str, Value]) -> bool:
    """Whether a row says something else than a record; what was deleted says nothing any more."""
    if not reading.flags(project, key) & State.VISIBLE:
        return False
    declared, held = kind(key.kind), reading.values(project, key)
    link, owner = parent_field(declared), reading.parent(project, key)
    if link is not None and owner is not None:
        held[link.id] = owner.id.hex()
    fields = [link, *declared.columns] if link is not None else declared.columns
    return any(
        not _agrees(project, one, given[one.id], held.get(one.id))
        for one in fields
        if one.id in given
    )


def _agrees(project: Project, field: Field, given: Value, held: Value) -> bool:
    """Whether a table would write both alike. Where it says nothing, Kipu may have filled it in."""
    if given is None and (field.automatic or held == field.default):
        return True
    return _cell(project, field, given, labels=False) == _cell(project, field, held, labels=False)


def _from_csv(declared: Kind, data: bytes, decimals: str) -> Iterator[Given]:
    from app.reports.tables import from_csv

    table = from_csv(data)
    empty = dict.fromkeys(name for name in table.header if declared.get(name) is not None)
    for row in table:
        texts = {
            name: text
            for name, text in zip(table.header, row.cells, strict=False)
            if text and name != "space"
        }
        if decimals:
            texts = {name: _pointed(declared, name, text, decimals) for name, text in texts.items()}
        values, problem = _read(declared, texts, row.problem)
        yield row.number, {**empty, **values}, problem


def _pointed(declared: Kind, name: str, text: str, mark: str) -> str:
    """A number with a point for its decimals and no marks between its digits."""
    if not isinstance(declared.get(name), Integer | Decimal | Money):
        return text
    other = "." if mark == "," else ","
    return text.replace(other, "").replace(mark, ".")


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
