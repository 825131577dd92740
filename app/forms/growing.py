"""How rows of a repeat come and go, and how a response is laid over the blank form.

Repeats as in the ODK XForms specification, “Repeats”: a row grows from the template of the form,
or from its first row; ``jr:count`` decides how many there are wherever it is given.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element

from app.forms.formula import Formula
from app.forms.rows import MAX_NODES, LiveNode, Range, Scope, grown
from app.forms.texts import local
from app.forms.xpath.context import MAX_STEPS
from app.forms.xpath.errors import XPathError, XPathEvaluationError
from app.i18n import _

if TYPE_CHECKING:
    from app.forms.instance import Instance

TEMPLATE = "{http://openrosa.org/javarosa}template"
MAX_ROWS = 10_000
_NODE_STEPS = 100
"""What making a node counts against the limit of steps: one answer makes 20,000 at most, however
its counts are nested, so that the window waits for less than a second."""


def prepare(instance: Instance, scope: Scope) -> None:
    """Take over the defaults of a new scope, and grow a template where a count needs one."""
    for node in scope.nodes.values():
        if node.place.default:
            instance.keep(node, node.place.default)
    for rows in scope.ranges.values():
        if instance.definition.repeats[rows.place.path].count is not None:
            rows.template = grown(rows.place, instance, rows.node.scope)
            rows.template.parent = rows.node
            rows.template.row_number = 1


def overlay(instance: Instance, node: LiveNode, element: Element, anew: bool = False) -> None:
    """Lay the answers in ``element`` over ``node``; ``anew`` replaces the rows it already has.

    What ``element`` does not mention keeps what the form says: a response leaves out what did not
    apply.
    """
    for attribute in node.attributes:
        assert isinstance(attribute, LiveNode)
        for name, value in element.attrib.items():
            if name.rpartition("}")[2] == attribute.name:
                instance.keep(attribute, value)
    if not node.place.children:
        if len(element) == 0 and (element.text or node.raw):
            instance.keep(node, element.text or "")
        return
    children: dict[str, list[Element]] = {}
    for child in element:
        if TEMPLATE not in child.attrib:
            children.setdefault(local(child), []).append(child)
    for place in node.place.children:
        found = children.get(place.name, [])
        if place.is_repeat:
            _overlay_rows(instance, node.scope.ranges[place.number], found, anew)
        elif found:
            overlay(instance, node.scope.nodes[place.number], found[0], anew)


def _overlay_rows(instance: Instance, rows: Range, found: list[Element], anew: bool) -> None:
    if anew:
        repeat = instance.definition.repeats[rows.place.path]
        if not repeat.is_fixed and (found or repeat.count is None):
            while rows.rows:
                _taken(instance, rows, len(rows.rows) - 1)
    for at, element in enumerate(found):
        row = rows.rows[at] if at < len(rows.rows) and anew else add_row(instance, rows, at)
        overlay(instance, row, element, anew)


def add_row(instance: Instance, rows: Range, at: int | None = None) -> LiveNode:
    """Grow a row at the index ``at`` (last if None) and queue its rules; return it.

    Raises XPathEvaluationError when the response would hold more than it can.
    """
    at = len(rows.rows) if at is None else at
    row = grown(rows.place, instance, rows.node.scope)
    size = instance.size + len(row.scope.nodes)
    if len(rows.rows) >= MAX_ROWS or size > MAX_NODES:
        raise XPathEvaluationError(_("The form asks for more rows than a response can hold."))
    instance.size = size
    rows.insert(row, at)
    prepare(instance, row.scope)
    template = instance.definition.skeleton.templates.get(rows.place.number)
    if template is not None:
        plant(instance, row, template)
    if not rows.node.relevant:
        instance.spread(row, False)
    for node in row.scope.everything():
        instance.changed[node] = None
    if not instance.is_loading:
        instance.queue_row(row)
        instance.rows_changed(rows, at)
        instance.arrived.append(row)
    return row


def plant(instance: Instance, node: LiveNode, element: Element) -> None:
    """Grow the rows that the blank form, or a template, itself holds."""
    by_name = {place.name: place for place in node.place.children}
    for child in element:
        place = by_name.get(local(child))
        if place is None or TEMPLATE in child.attrib:
            continue
        if place.is_repeat:
            overlay(instance, add_row(instance, node.scope.ranges[place.number]), child)
        elif place.children:
            plant(instance, node.scope.nodes[place.number], child)


def remove_row(instance: Instance, rows: Range, at: int) -> None:
    """Take out the row at the index ``at`` and queue what looked at it."""
    _taken(instance, rows, at)
    instance.rows_changed(rows, at)


def _taken(instance: Instance, rows: Range, at: int) -> None:
    row = rows.take(at)
    gone = set(row.scope.everything())
    instance.size -= len(gone)
    for node in gone:
        instance.changed.pop(node, None)
        instance.faults.pop(node, None)
    # A count that could not be made in it is no fault of the response any more.
    for template in row.scope.templates() if instance.faults else ():
        instance.faults.pop(template, None)
    for node in rows.rows[at:]:
        instance.changed[node] = None


def applies(instance: Instance, rows: Range) -> bool:
    """Tell whether the rows of a repeat are to be asked; where there is none, whether a first one
    would be."""
    if not rows.node.relevant or rows.rows:
        return rows.node.relevant and any(row.relevant for row in rows.rows)
    bind = instance.definition.binds.get(rows.place.path)
    if bind is None or bind.relevant is None:
        return True
    row = grown(rows.place, instance, rows.node.scope)
    row.parent = rows.node
    row.row_number = 1
    instance.steps_left = MAX_STEPS
    try:
        return bind.relevant.truth(row.context)
    except XPathError:
        # A row that is added tells what is wrong with the rule.
        return True


def resize(instance: Instance, rows: Range, count: Formula, site: LiveNode) -> None:
    """Make as many rows as ``count`` asks for: a fraction is cut, less than nothing is nothing."""
    number = count.number(site.context)
    wanted = max(0, math.trunc(number)) if math.isfinite(number) else 0
    if wanted > MAX_ROWS:
        raise XPathEvaluationError(_("The form asks for more rows than a response can hold."))
    if rows.place.number in instance.definition.graph.self_counting:
        # Each row would ask for the next for ever: an answer makes them once, opening a draft none.
        if rows in instance.counted or (instance.is_opening and rows.rows):
            wanted = min(wanted, len(rows.rows))
        instance.counted.add(rows)
    while len(rows.rows) > wanted:
        remove_row(instance, rows, len(rows.rows) - 1)
    size = 1 + sum(1 for _one in rows.place.below())
    while len(rows.rows) < wanted:
        if instance.steps_left < size * _NODE_STEPS:
            raise XPathEvaluationError(_("The form asks for more rows at once than can be made."))
        instance.spend(size * _NODE_STEPS)
        add_row(instance, rows)
