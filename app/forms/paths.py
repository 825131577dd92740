"""Paths of a response: the form's own, with the number of each row where a repeat is passed.

``/household/member[2]/age`` is one answer; ``/household/member`` are all rows. A path without
numbers means the first row, as in XForms a path read for one value does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.forms.instance import Instance, LiveNode
from app.forms.rows import Range
from app.i18n import _

if TYPE_CHECKING:
    from app.forms.definition import Definition

_NUMBER = re.compile(r"\[(\d{1,7})\]")
_NUMBERED = re.compile(r"([^/\[\]]+)\[(\d{1,7})\]")


def place_path(path: str) -> str:
    """Return the path without the numbers of rows: the one the form knows."""
    return _NUMBER.sub("", path) if "[" in path else path


def numbered(definition: Definition, name: str) -> str:
    """Return the path of a question given by path, by bare name, or by name with the numbers of
    rows (``member[2]/age``, ``age[2]``); raises KipuError as ``Definition.resolve`` does.
    """
    if "[" not in name:
        return definition.resolve(name)
    bare = place_path(name)
    known = definition.resolve(bare if bare in definition.questions else bare.rpartition("/")[2])
    return numbers_of(definition, known, name)


def numbers_of(definition: Definition, known: str, name: str) -> str:
    """Return the path ``known`` with the numbers of rows that ``name`` gives."""
    given = dict(_NUMBERED.findall(name))
    repeats = definition.place(known).repeats
    own = given.get(known.rpartition("/")[2])
    if own and repeats:
        given.setdefault(repeats[-1].name, own)
    for repeat in reversed(repeats):
        number = given.get(repeat.name)
        if number:
            known = f"{repeat.path}[{number}]{known[len(repeat.path) :]}"
    return known


def node_at(instance: Instance, path: str) -> LiveNode:
    """Return the node at ``path``; raises KipuError if the response has none."""
    place = instance.definition.place(place_path(path))
    if not place.repeated:
        return instance.scope.nodes[place.number]
    names = path.split("/")[1:]
    scope, at = instance.scope, place.repeats
    for repeat in at:
        depth = repeat.path.count("/") - 1
        match = _NUMBER.search(names[depth])
        rows = scope.ranges[repeat.number].rows
        number = int(match[1]) if match else 1
        if not 1 <= number <= len(rows):
            raise KipuError(
                _("There is no row {number} of “{name}”.").format(number=number, name=repeat.name)
            )
        scope = rows[number - 1].scope
    return scope.nodes[place.number]


def range_at(instance: Instance, path: str) -> Range:
    """Return the rows of the repeat at ``path``; raises KipuError if it is no repeat."""
    bare = path.rpartition("/")
    place = instance.definition.place(place_path(path))
    if not place.is_repeat or "[" in bare[2]:
        raise KipuError(_("“{name}” is not a repeat.").format(name=path))
    outer = instance.top if not bare[0] else node_at(instance, bare[0])
    return outer.scope.ranges[place.number]


def row_at(instance: Instance, path: str) -> tuple[Range, int]:
    """Return the rows that hold the row at ``path``, and its index; raises KipuError."""
    node = node_at(instance, path)
    if not node.row_number or "[" not in path.rpartition("/")[2]:
        raise KipuError(_("“{name}” is not a row of a repeat.").format(name=path))
    return node.scope.line[-2].ranges[node.place.number], node.row_number - 1
