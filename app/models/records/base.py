"""What a kind of record is: one declaration from which everything else follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import Final, Literal

from app.errors import KipuError
from app.i18n import Text as Label
from app.i18n import _, lazy
from app.models.fields import Answers, Column, Field, Position, Reference
from sync.values import Value

Home = Literal["space", "common"]
ANYTHING: Final = "*"
"""As a kind's ``parent``: its records belong to one of any kind."""

Names = Callable[[str, str], str]
"""Names the record of a kind with an id; the empty text when it is not here."""

POSITION = Position("position", lazy("Position"), automatic=True)


@dataclass(frozen=True)
class Problem:
    """Why a record is not fit to keep: the field's id (empty: the whole record) and a sentence."""

    field: str
    message: str


Rule = Callable[[Mapping[str, Value]], Problem | None]


def nowhere(kind: str, record: str) -> str:
    """Name no record: references are then shown by the first letters of their id."""
    del kind, record
    return ""


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    ``name`` is its word in changes and commands and never changes. ``parent`` is the kind that owns
    it (or `ANYTHING`): a row of that record, closed and deleted with it. ``ordered`` rows carry a
    position. ``title`` says how a record is named in lists: field ids whose texts are joined, "a|b"
    standing for the first that is not empty. ``home`` is where records go when no space is named;
    an ``adoptable`` kind of the common space may be added in one's own space until a coordinator
    adopts it. ``closes`` marks the root of what is sealed for good. ``roles`` gives the letters of
    the default policy (c create, e edit, d delete, x close) to roles other than the coordinator.
    """

    name: str
    label: Label
    plural: Label
    fields: tuple[Field, ...]
    _: KW_ONLY
    help: Label = ""
    parent: str | None = None
    ordered: bool = False
    title: tuple[str, ...] = ("name",)
    home: Home = "space"
    adoptable: bool = False
    closes: bool = False
    roles: Mapping[str, str] = field(default_factory=dict, hash=False)
    rules: tuple[Rule, ...] = ()
    # A declaration never changes, and looking fields up happens for every value received.
    _by_id: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.ordered:
            object.__setattr__(self, "fields", (*self.fields, POSITION))
        by_id = {one.id: one for one in self.fields}
        if len(by_id) != len(self.fields):
            raise ValueError(f"{self.name} declares a field twice")
        object.__setattr__(self, "_by_id", by_id)

    @property
    def owner_field(self) -> str | None:
        """The name by which editors and commands give the owner; None for a kind without one."""
        return "owner" if self.parent == ANYTHING else self.parent

    @cached_property
    def dynamic(self) -> bool:
        """Whether a form adds fields of its own, with ids that begin with "/"."""
        return any(isinstance(one, Answers) for one in self.fields)

    @cached_property
    def columns(self) -> tuple[Field, ...]:
        """The fields that are columns: all but the mark of a form's answers."""
        return tuple(one for one in self.fields if not isinstance(one, Answers))

    @cached_property
    def listed(self) -> tuple[Field, ...]:
        """The fields a list shows unless the person chose others."""
        return tuple(one for one in self.fields if one.listed)

    @cached_property
    def searchable(self) -> tuple[Field, ...]:
        """The fields whose words the full-text search finds."""
        return tuple(one for one in self.fields if one.searchable)

    def get(self, field_id: str) -> Field | None:
        """Return the declared field, None for one this version does not know or a form's answer."""
        return self._by_id.get(field_id)

    def field(self, field_id: str) -> Field:
        """Return the declared field; raises KipuError naming the known ones."""
        found = self._by_id.get(field_id)
        if found is None:
            known = ", ".join(self._by_id)
            raise KipuError(
                _("“{kind}” has no field “{field}”; it has: {known}.").format(
                    kind=self.name, field=field_id, known=known
                )
            )
        return found

    def defaults(self) -> dict[str, Value]:
        """Return the values a new record starts with."""
        return {one.id: one.default for one in self.fields if one.default is not None}

    def title_of(self, values: Mapping[str, Value], names: Names = nowhere) -> str:
        """Return how a record is named in a list; the kind's label when it has no words yet."""
        parts = [self._first_text(entry, values, names) for entry in self.title]
        return " · ".join(part for part in parts if part) or str(self.label)

    def _first_text(self, entry: str, values: Mapping[str, Value], names: Names) -> str:
        for field_id in entry.split("|"):
            declared, value = self._by_id[field_id], values.get(field_id)
            shown = declared.format(value)
            if shown and isinstance(declared, Reference):
                shown = names(declared.kind, shown) or shown[:8]
            if shown:
                return shown
        return ""


def table_columns(kind: Kind) -> list[tuple[str, Column]]:
    """Return name and SQL type of the columns a kind's table has beside the store's own."""
    return [(one.id, one.column) for one in kind.columns]


def in_order(first: str, last: str, message: Label) -> Rule:
    """Make the rule that ``last`` does not come before ``first``; both hold ISO text.

    Dates of different precision are compared as far as both go: 2026 is not before 2026-11.
    """

    def rule(values: Mapping[str, Value]) -> Problem | None:
        start, end = values.get(first), values.get(last)
        if not isinstance(start, str) or not isinstance(end, str):
            return None
        common = min(len(start), len(end))
        return Problem(last, str(message)) if end[:common] < start[:common] else None

    return rule
