"""What a response does to entities: the things a programme follows from one visit to the next.

ODK XForms specification, “Entities”: an ``entity`` element in a ``meta`` block names a dataset and
says by its attributes what becomes of one entity of it; questions with ``entities:saveto`` give its
properties. In a repeat every row has an entity of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from app.forms.places import Place
from app.forms.texts import local

if TYPE_CHECKING:
    from app.forms.definition import Definition
    from app.forms.instance import Instance, LiveNode

_NO = frozenset({"", "0", "false"})


@dataclass(frozen=True, slots=True)
class EntityAct:
    """One entity as a response would have it. ``id`` is as the form has it, without "uuid:";
    ``base_version`` is the version the person saw, empty where the form does not say.

    ``is_new`` and ``is_known`` say that it may be made, and that it may be changed; ``path`` is
    where the form says so.
    """

    path: str
    dataset: str
    id: str
    label: str
    is_new: bool
    is_known: bool
    base_version: str
    properties: dict[str, str]


def properties(model: Element) -> dict[str, str]:
    """Return the property each question saves to, by the reference of its bind."""
    return {
        element.get("nodeset", ""): value
        for element in model
        if local(element) == "bind"
        for name, value in element.attrib.items()
        if name.rpartition("}")[2] == "saveto" and value
    }


def places(definition: Definition) -> list[Place]:
    """Return the places of the entities a form declares."""
    return [
        place
        for place in definition.skeleton.places
        if place.kind == "element"
        and place.name == "entity"
        and place.parent is not None
        and place.parent.name == "meta"
        and _written(place, "dataset")
    ]


def datasets(definition: Definition) -> tuple[str, ...]:
    """Return the datasets a form makes or changes entities of."""
    return tuple(dict.fromkeys(_written(place, "dataset") for place in places(definition)))


def _written(place: Place, name: str) -> str:
    return next((one.default for one in place.attributes if one.name == name), "")


def acts(instance: Instance) -> Iterator[EntityAct]:
    """Yield what a response does to entities, as its answers stand."""
    definition = instance.definition
    for place in places(definition):
        for node in instance.scope.at(place):
            if node.relevant:
                act = _act(definition, node, place)
                if act.id and (act.is_new or act.is_known):
                    yield act


def _act(definition: Definition, node: LiveNode, place: Place) -> EntityAct:
    def said(name: str) -> str:
        return next((one.value for one in node.attributes if one.name == name), "").strip()

    label = next((one.value for one in node.children if one.name == "label"), "")
    return EntityAct(
        node.path,
        _written(place, "dataset"),
        said("id").removeprefix("uuid:"),
        label,
        said("create") not in _NO,
        said("update") not in _NO,
        said("baseVersion"),
        _saved(definition, node, place),
    )


def _saved(definition: Definition, node: LiveNode, place: Place) -> dict[str, str]:
    """The properties that answers of the same row save, empty ones too: an answer was taken back."""
    found = {}
    for path, name in definition.saves.items():
        saved = definition.place(path)
        if saved.repeats == place.repeats:
            one = node.scope.nodes[saved.number]
            if one.relevant:
                found[name] = one.value
    return found
