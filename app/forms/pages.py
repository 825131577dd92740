"""The order in which questions are shown: one after the other, or a field-list at a time."""

from __future__ import annotations

from collections.abc import Iterator

from app.forms.definition import Group, Item, Question, Repeat
from app.forms.instance import Instance, LiveNode
from app.forms.rows import Scope
from app.forms.state import Entry, Page


def pages_of(
    items: tuple[Item, ...], instance: Instance, scope: Scope | None = None
) -> Iterator[Page]:
    """Yield the pages of ``items`` that have something to ask, leaving out what is not relevant.

    ``scope`` is the row they stand in, the root if None.
    """
    scope = instance.scope if scope is None else scope
    for item in items:
        for node, inner in _at(item, instance, scope):
            if not node.relevant:
                continue
            if isinstance(item, Question):
                yield Page("", (node.path,))
            elif not item.one_page:
                yield from pages_of(item.children, instance, inner)
            else:
                paths = [
                    path
                    for page in pages_of(item.children, instance, inner)
                    for path in page.questions
                ]
                if paths:
                    yield Page(node.path, tuple(paths))


def outline(
    items: tuple[Item, ...], instance: Instance, scope: Scope | None = None, depth: int = 0
) -> Iterator[Entry]:
    """Yield every line of the outline of ``items``."""
    scope = instance.scope if scope is None else scope
    for item in items:
        if isinstance(item, Question):
            for node, _inner in _at(item, instance, scope):
                yield Entry(node.path, "question", depth, node.relevant)
            continue
        if isinstance(item, Repeat):
            rows = scope.ranges[instance.definition.place(item.path).number]
            yield Entry(rows.path, "repeat", depth, rows.node.relevant)
        for node, inner in _at(item, instance, scope):
            if isinstance(item, Repeat):
                yield Entry(node.path, "row", depth + 1, node.relevant)
                yield from outline(item.children, instance, inner, depth + 2)
            elif _is_only_on_screen(item, instance, scope):
                yield from outline(item.children, instance, inner, depth)
            else:
                yield Entry(node.path, "group", depth, node.relevant)
                yield from outline(item.children, instance, inner, depth + 1)


def _is_only_on_screen(item: Group, instance: Instance, scope: Scope) -> bool:
    """Tell whether a group has no node of its own: it groups on screen, or is named after the
    repeat inside it."""
    place = instance.definition.place(item.path)
    return place.parent is None or place.depth >= len(scope.line)


def _at(item: Item, instance: Instance, scope: Scope) -> Iterator[tuple[LiveNode, Scope]]:
    """Yield the nodes of ``item`` in one row, each with the row its own parts stand in."""
    place = instance.definition.place(item.path)
    if isinstance(item, Repeat):
        for row in scope.ranges[place.number].rows:
            yield row, row.scope
    elif not isinstance(item, Question) and _is_only_on_screen(item, instance, scope):
        yield scope.row, scope
    else:
        for node in scope.line[min(place.depth, len(scope.line) - 1)].at(place):
            yield node, scope
