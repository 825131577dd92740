"""What every kind of field has in common, and the few helpers they share.

A field is a declaration and nothing else: it holds no value. It turns what a person typed or a file
holds into a value that may enter the log, and a value from the log into something to read. Values
may come from another version of Kipu or from a damaged hand, so whatever reads them (``format``,
``to_column``) never fails; whatever lets them in (``parse``, ``check``) is strict.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import ClassVar, Literal

from app.errors import KipuError
from app.i18n import Text as Label
from app.i18n import _
from sync.errors import SyncError
from sync.values import ERASED, INT_LIMIT, Value, to_json
from sync.values import from_json as read_json

Column = Literal["TEXT", "INTEGER", "REAL"]
SqlScalar = str | int | float | None
Choices = tuple[tuple[str, Label], ...]


@dataclass(frozen=True)
class Field:
    """One field of a record.

    ``id`` names it in changes, columns and files, and is never reused or retyped. ``sensitivity``
    runs from 0 (may be published) to 3 (special category by law). ``searchable`` puts it into the
    full-text index, ``listed`` into the default list columns. ``automatic`` fields are written by
    Kipu: editors show them, nobody types them. ``writers`` names the roles it is meant for, empty
    for everyone the policy admits; it is advice to editors, merging never reads it.
    """

    id: str
    label: Label
    _: KW_ONLY
    help: Label = ""
    required: bool = False
    searchable: bool = False
    listed: bool = False
    sensitivity: int = 0
    automatic: bool = False
    writers: tuple[str, ...] = ()
    default: Value = None
    choices: Choices = ()

    column: ClassVar[Column] = "TEXT"
    written_as: ClassVar[Label] = ""
    """How a value is written, for the help pages."""
    longest: ClassVar[int] = 2_000
    """Characters ``parse`` looks at; what is longer is refused before any pattern sees it."""

    def parse(self, text: str) -> Value:
        """Return the value a person or a CSV cell wrote; blank text is None.

        Raises KipuError naming the field, what is wrong and what to write instead.
        """
        text = text.strip()
        if len(text) > self.longest:
            raise self.refuse(_("{field}: “{given}” is too long; write a shorter value."), text)
        return self._parse(text) if text else None

    def read(self, text: str) -> Value:
        """Return the value a person typed, by the manners of the project's country.

        It differs from ``parse``, which reads what programs and other countries write too, where
        the same text means two numbers. Raises KipuError like ``parse``.
        """
        return self.parse(text)

    def offered(self) -> Choices:
        """Return the choices to offer here, in the order to offer them; others may be stored."""
        return self.choices

    def check(self, value: Value) -> Value:
        """Return ``value``, as typed JSON brought it, in the form that is stored; None stays None.

        Raises KipuError like ``parse``.
        """
        return None if value is None else self._check(value)

    def format(self, value: Value, labels: bool = True) -> str:
        """Return ``value`` for reading, in the interface language.

        With ``labels=False`` the text is the same in every language and ``parse`` reads it back.
        Absent and null are the empty text; a value of an unexpected shape is shown as it is.
        """
        if value is None:
            return ""
        if value is ERASED:
            return _("(erased)") if labels else ""
        shown = self._format(value, labels)
        return plain(value) if shown is None else shown

    def to_column(self, value: Value) -> SqlScalar:
        """Return what the projection's column holds; composites become canonical JSON text."""
        return scalar(value)

    def from_column(self, stored: SqlScalar) -> Value:
        """Return the value a column of this field stands for; an erased value reads as None."""
        return stored

    def remark(self, value: Value) -> str:
        """Return a doubt worth showing beside the field, empty when there is none.

        A remark never keeps anybody from saving.
        """
        del value
        return ""

    def _parse(self, text: str) -> Value:
        return self._check(text)

    def _check(self, value: Value) -> Value:
        raise NotImplementedError

    def _format(self, value: Value, labels: bool) -> str | None:
        del value, labels
        return None

    def refuse(self, sentence: str, given: Value) -> KipuError:
        """Return the error for ``given``: ``sentence`` may use {field} and {given}."""
        shown = given if isinstance(given, str) else plain(given)
        return KipuError(sentence.format(field=self.label, given=shorten(shown)))


def scalar(value: Value) -> SqlScalar:
    """Return any value as something SQLite stores."""
    if value is None or value is ERASED:
        return None
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if -INT_LIMIT < value < INT_LIMIT else str(value)
    if isinstance(value, str | float):
        return value
    return to_json(value)


def from_json(stored: SqlScalar) -> Value:
    """Return the composite a column of JSON text stands for; other contents come back as is."""
    if not isinstance(stored, str) or not stored.startswith(("{", "[")):
        return stored
    try:
        return read_json(stored)
    except SyncError:
        return stored


def plain(value: Value) -> str:
    """Return any value as text, for when nothing better is known about it."""
    if isinstance(value, str):
        return value
    found = scalar(value)
    return "" if found is None else str(found)


def shorten(text: str, limit: int = 60) -> str:
    """Return ``text`` on one line, cut where a message would drown in it."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def json_object(text: str) -> Mapping[str, Value] | None:
    """Return the JSON object ``text`` spells, None when it is no JSON object."""
    if not text.startswith("{"):
        return None
    try:
        found = read_json(text)
    except SyncError:
        return None
    return found if isinstance(found, dict) else None
