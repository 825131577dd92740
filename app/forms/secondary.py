"""Secondary instances: the lists a form carries, as trees expressions can walk.

A list is turned into a tree when an expression first asks for it, and then shared by all sessions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary
from xml.etree.ElementTree import Element

from app.forms.texts import local
from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.nodes import Node
from app.i18n import _

if TYPE_CHECKING:
    from app.forms.definition import Definition

_trees: WeakKeyDictionary[Definition, dict[str, Node]] = WeakKeyDictionary()


def secondary_instance(definition: Definition, name: str) -> Node:
    """Return the instance ``name`` of a form; raise XPathEvaluationError if it has none."""
    trees = _trees.setdefault(definition, {})
    if name not in trees:
        element = definition.instances.get(name)
        if element is None:
            raise XPathEvaluationError(_("There is no list called “{name}”.").format(name=name))
        trees[name] = _tree(element)
    return trees[name]


def items_of(definition: Definition, name: str) -> tuple[Node, ...]:
    """Return the items of the list ``name`` in their order; raise XPathEvaluationError."""
    top = secondary_instance(definition, name)
    return tuple(one for root in top.children for one in root.children if one.name == "item")


def _tree(element: Element) -> Node:
    node = Node("element", local(element), "" if len(element) else element.text or "")
    for name, value in element.attrib.items():
        node.add_attribute(name.rpartition("}")[2], value)
    for child in element:
        node.append(_tree(child))
    return node
