"""The order in which questions are shown: one after the other, or a field-list at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.forms.definition import Item, Question
from app.forms.state import Page


def pages_of(items: tuple[Item, ...], is_relevant: Callable[[str], bool]) -> Iterator[Page]:
    """Yield the pages of ``items`` that have something to ask, leaving out what is not relevant."""
    for item in items:
        if not is_relevant(item.path):
            continue
        if isinstance(item, Question):
            yield Page("", (item.path,))
        elif not item.one_page:
            yield from pages_of(item.children, is_relevant)
        else:
            inner = pages_of(item.children, is_relevant)
            paths = tuple(path for page in inner for path in page.questions)
            if paths:
                yield Page(item.path, paths)
