"""Any kind of record as a list: columns from its declaration, paged, sorted and filtered in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from app.i18n import lazy
from app.models.fields import Boolean, Date, DateTime, Field, LongText, PartialDate, Reference
from app.models.project import Project
from app.models.queries import lists
from app.models.queries.lists import Listing
from app.models.records import Kind, kind, parent_field
from app.models.vocabulary import Value
from app.views.desk import Desk
from app.views.lookup import title
from app.views.widgets.table import Column, Row, Sort

OWNER: Final = "."
"""The column that names the record's owner; no field can be called so."""


class RecordSource:
    """The `PageSource` of one kind; `space` is a space's id, None for all of them."""

    def __init__(self, desk: Desk, kind_name: str) -> None:
        self._desk = desk
        self._kind = kind(kind_name)
        self.space: bytes | None = None
        self.columns: Sequence[Column] = _columns(self._kind)

    def count(self, filter: str) -> int:
        return lists.count(self._desk.project, self.listing(None, filter))

    def page(self, offset: int, limit: int, sort: Sort | None, filter: str) -> list[Row]:
        project = self._desk.project
        rows = lists.page(project, self.listing(sort, filter), offset, limit)
        return [Row(row.key, self._cells(project, row)) for row in rows]

    def listing(self, sort: Sort | None, words: str) -> Listing:
        """Return what is shown as the models ask for it."""
        by, descending = sort if sort is not None else ("", False)
        return Listing(self._kind.name, words, self.space, sort=by, descending=descending)

    def _cells(self, project: Project, row: lists.Row) -> list[str]:
        cells = []
        for column in self.columns:
            if column.id == OWNER:
                cells.append(_owner(project, self._kind, row.parent))
            else:
                declared = self._kind.field(column.id)
                cells.append(shown(project, declared, row.values.get(column.id)))
        return cells


def shown(project: Project, declared: Field, value: Value) -> str:
    """Return a field's value for reading, a reference by the title of what it refers to."""
    text = declared.format(value)
    if isinstance(declared, Reference) and declared.kind and text:
        return title(project, declared.kind, text)
    return text


def _owner(project: Project, declared: Kind, parent: bytes | None) -> str:
    return title(project, declared.parent, parent.hex()) if declared.parent and parent else ""


def _columns(declared: Kind) -> list[Column]:
    chosen = {one.id for one in declared.listed}
    made = [_column(one, one.id in chosen) for one in declared.columns if not one.automatic]
    made.sort(key=lambda column: not column.shown)
    owner = parent_field(declared)
    if owner is not None:
        made.insert(min(2, len(made)), Column(OWNER, owner.label, width=200, sortable=False))
    return made or [Column("", lazy("Record"))]


def _column(declared: Field, chosen: bool) -> Column:
    numeric = declared.column in ("INTEGER", "REAL") and not isinstance(declared, Boolean)
    dated = isinstance(declared, Date | DateTime | PartialDate)
    width = 260 if declared.id in ("name", "title", "subject", "text", "topic") else 150
    return Column(
        declared.id,
        declared.label,
        "number" if numeric else "date" if dated else "text",
        width,
        chosen,
        not isinstance(declared, Reference | LongText),
    )
