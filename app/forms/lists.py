"""What long lists are read into, before anybody looks at their items.

Tables stay columns of text, as they came: what is asked of them is nearly always “which rows have
this in that column”.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element

from app.forms.guard import all_stays
from app.forms.texts import local
from app.forms.xpath.listing import Index, Row, Source
from app.forms.xpath.nodes import Node
from app.i18n import _

MAX_FIELDS: Final = 1_000_000
"""How many fields the items of a file may have together."""
_ITEM: Final = "item"
Pairs = tuple[tuple[str, str], ...]
"""The fields of an item: names and texts."""


class Columns:
    """Items that all have the same fields, called ``names``, as columns of texts."""

    def __init__(self, names: Sequence[str], columns: Sequence[Sequence[str]]) -> None:
        self._names = names
        self._columns = columns

    def __len__(self) -> int:
        return len(self._columns[0])

    def made(self, at: int) -> Row:
        """See ``Source``."""
        return _item(at, zip(self._names, (one[at] for one in self._columns), strict=True))

    def index(self, name: str, field: str) -> Index:
        """See ``Source``."""
        columns = [
            column
            for called, column in zip(self._names, self._columns, strict=True)
            if called == field and name == _ITEM
        ]
        if len(columns) == 1:
            return _indexed(enumerate(columns[0]))
        rows = enumerate(zip(*columns, strict=True))
        return _indexed((at, text) for at, texts in rows for text in texts)


class Rows:
    """Items that have each its own fields."""

    def __init__(self, rows: Sequence[Pairs]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def made(self, at: int) -> Row:
        """See ``Source``."""
        return _item(at, self._rows[at])

    def index(self, name: str, field: str) -> Index:
        """See ``Source``."""
        rows = enumerate(self._rows if name == _ITEM else ())
        return _indexed((at, text) for at, row in rows for one, text in row if one == field)


class Elements:
    """What is inside an element of XML."""

    def __init__(self, parent: Element) -> None:
        self._elements = list(parent)

    def __len__(self) -> int:
        return len(self._elements)

    def made(self, at: int) -> Row:
        """See ``Source``."""
        element = self._elements[at]
        row = Row(at, local(element), own_text(element))
        fill(row, element)
        return row

    def index(self, name: str, field: str) -> Index:
        """See ``Source``."""
        own = _meaning(name, (one.tag for one in self._elements))
        if field.startswith("@"):
            return _indexed(self._attributes(own, field[1:]))
        tags = _meaning(field, {one.tag for item in self._elements for one in item})
        return _indexed(
            (at, "".join(map(own_text, one.iter())) if len(one) else one.text or "")
            for at, item in enumerate(self._elements)
            if item.tag in own
            for tag in tags
            for one in item.findall(tag)
        )

    def _attributes(self, own: Container[str], name: str) -> Iterator[tuple[int, str]]:
        keys = _meaning(name, {key for item in self._elements for key in item.attrib})
        for at, item in enumerate(self._elements):
            for key in keys:
                text = item.get(key) if item.tag in own else None
                if text is not None:
                    yield at, text


def _meaning(name: str, tags: Iterable[str]) -> list[str]:
    """Return the tags among ``tags`` that mean a name, in whatever namespace."""
    return [tag for tag in set(tags) if tag.rpartition("}")[2] == name]


def own_text(element: Element) -> str:
    """Return the text of a leaf; empty for an element with others inside it."""
    return "" if len(element) else element.text or ""


def fill(node: Node, element: Element) -> None:
    """Give ``node`` the attributes and children of ``element``."""
    attributes(node, element)
    for child in element:
        fill(node.append(Node("element", local(child), own_text(child))), child)


def attributes(node: Node, element: Element) -> None:
    """Give ``node`` the attributes of ``element``."""
    for name, value in element.attrib.items():
        uri, _brace, bare = name.rpartition("}")
        node.add_attribute(bare, value, uri.removeprefix("{"))


def _item(at: int, fields: Iterable[tuple[str, str]]) -> Row:
    row = Row(at, _ITEM)
    for name, value in fields:
        row.append(Node("element", name, value))
    return row


def _indexed(texts: Iterable[tuple[int, str]]) -> Index:
    """Return an index of ``texts``, which come in the order of their items."""
    index: defaultdict[str, list[int]] = defaultdict(list)
    with all_stays():
        for at, text in texts:
            found = index[text]
            if not found or found[-1] != at:
                found.append(at)
    index.default_factory = None
    return index


# -- tables ----------------------------------------------------------------------------------------


def table(text: str) -> Source:
    """Return the items in the text of a CSV file; raises ValueError or csv.Error."""
    dialect: Any = csv.excel
    first = text.partition("\n")[0]
    if first.count(";") > first.count(",") or first.count("\t") > first.count(","):
        dialect = csv.Sniffer().sniff(first, delimiters=";\t")
    with all_stays():
        return _plain(text, dialect) or _read(text, dialect)


def _read(text: str, dialect: Any) -> Source:
    lines = csv.reader(io.StringIO(text, newline=""), dialect)
    names = [name.strip() for name in next(lines, [])]
    _bound(text, names)
    rows = [row for row in lines if row]
    if rows and all(len(row) == len(names) for row in rows):
        return Columns(names, list(zip(*rows, strict=True)))
    return Rows([tuple(zip(names, row, strict=False)) for row in rows])


def _plain(text: str, dialect: Any) -> Source | None:
    """Read a table in which nothing is quoted and no row is ragged: three times as fast."""
    mark = dialect.delimiter
    text = text.replace("\r\n", "\n").rstrip("\n")
    if dialect.skipinitialspace or any(one in text for one in ('"', "\r", dialect.quotechar)):
        return None
    first = text.partition("\n")[0]
    names = [name.strip() for name in first.split(mark)]
    width = len(names) + 1
    _bound(text, names)
    # Between any two rows stands a line break as a field of its own.
    cells = text.replace("\n", f"{mark}\n{mark}").split(mark)
    breaks = cells[width - 1 :: width]
    if len(names) < 2 or len(cells) % width != width - 1 or not breaks:
        return None
    if breaks.count("\n") != text.count("\n"):
        return None
    # With a line break in every half, no field can be longer than the whole of what csv takes.
    half = csv.field_size_limit() // 2
    if any("\n" not in text[at : at + half] for at in range(0, len(text) - half, half)):
        return None
    return Columns(names, [cells[width + at :: width] for at in range(width - 1)])


def _bound(text: str, names: list[str]) -> None:
    if max(text.count("\n"), text.count("\r")) * len(names) > MAX_FIELDS:
        raise ValueError(_("it holds too many rows"))
