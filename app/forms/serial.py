"""A response as the XML that ODK's servers and tools exchange.

ODK XForms specification, “Record”: what is not relevant is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, tostring

from app.forms.answers import Answer, returned
from app.forms.instance import Instance, LiveNode
from app.forms.rows import Range


@dataclass(frozen=True, slots=True)
class Saved:
    """A response to go on with; ``is_edit`` says that it had been finished before."""

    root: Element
    is_edit: bool = False


def written(instance: Instance) -> str:
    """Return the response as XML; raises ValueError for a character XML cannot hold."""
    root = _element(instance.top)
    for name in ("id", "version"):
        value = instance.definition.primary.get(name)
        if value is not None and name not in root.attrib:
            root.set(name, value)
    return tostring(root, encoding="unicode")


def _element(node: LiveNode) -> Element:
    element = Element(f"{{{node.uri}}}{node.name}" if node.uri else node.name)
    for attribute in node.attributes:
        if isinstance(attribute, LiveNode) and attribute.relevant:
            element.set(attribute.name, attribute.value)
    if not node.place.children:
        element.text = node.value
    for child in node.children:
        if isinstance(child, LiveNode) and child.relevant:
            element.append(_element(child))
    return element


def kept(instance: Instance, node: LiveNode) -> Answer:
    """Return the answer at ``node`` as kept, whether relevant or not, refused ones as typed."""
    question = instance.definition.questions[node.place.path]
    return node.rejected[0] if node.rejected else returned(node.raw, question)


def everything(instance: Instance) -> dict[str, Answer]:
    """Return all there is to go on with: see ``Session.draft``."""
    held = ranges(instance)
    found: dict[str, Answer] = {one.path: len(one.rows) for one in held}
    found |= {row.path: row.tag for one in held for row in one.rows if row.tag}
    for node in instance.nodes():
        if node.place.path in instance.definition.questions:
            if node.raw or node.rejected:
                found[node.path] = kept(instance, node)
        elif node.place.kind == "attribute" and node.raw != node.place.default:
            found[node.path] = node.raw
    return found


def submitted(instance: Instance) -> dict[str, Answer]:
    """Return the answers as XForms would submit them: relevant ones, with calculations."""
    questions = instance.definition.questions
    return {
        node.path: returned(node.value, questions[node.place.path])
        for node in instance.nodes()
        if node.value and node.place.path in questions
    }


def ranges(instance: Instance) -> list[Range]:
    """Return every range of rows there is, outer ones first."""
    found: list[Range] = []
    scopes = [instance.scope]
    for scope in scopes:
        for rows in scope.ranges.values():
            found.append(rows)
            scopes += [row.scope for row in rows.rows]
    return found
