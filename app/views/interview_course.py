"""The way through an interview as its rows stand: stops, pages, sections and outline.

It is laid anew whenever rows come or go, by one walk over the form's items; what answers change
in between (what applies) is asked of the session.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.forms import Group, Item, Question, Repeat, Session
from app.views.interview_rows import Knot

MOST_TOGETHER: Final = 12
"""Questions of a section shown at once; a longer one is divided, and so is a page of rows."""


@dataclass(frozen=True, slots=True)
class Crumb:
    """A group or row around a question. A row has a number, of so many where that is fixed."""

    path: str
    number: int = 0
    of: int = 0


Crumbs = tuple[Crumb, ...]


@dataclass(frozen=True, slots=True)
class _Here:
    """Where the walk stands: the rows it is in (path of the form, path of the row; innermost
    first) and what is around."""

    rows: tuple[tuple[str, str], ...] = ()
    around: Crumbs = ()

    def real(self, path: str) -> str:
        """Return a path of the form with the numbers of the rows it stands in."""
        for bare, row in self.rows:
            if path.startswith(f"{bare}/"):
                return row + path[len(bare) :]
        return path

    def inside(self, crumb: Crumb, bare: str = "") -> _Here:
        rows = ((bare, crumb.path), *self.rows) if bare else self.rows
        return _Here(rows, (*self.around, crumb))


class Course:
    """All stops in order and what belongs to each.

    ``order`` maps every stop to its number; ``asked`` are the questions among them, ``growing``
    the repeats with their rows. ``around`` are the groups and rows around a stop; ``pages`` and
    ``sections`` the questions shown together with one. ``knots`` is the outline, ``known`` finds
    the repeats and rows in it.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._page: list[str] | None = None
        self._section: list[str] = []
        self.stops: list[str] = []
        self.asked: list[str] = []
        self.growing: dict[str, tuple[str, ...]] = {}
        self.around: dict[str, Crumbs] = {}
        self.pages: dict[str, Sequence[str]] = {}
        self.sections: dict[str, Sequence[str]] = {}
        self.known: dict[str, Knot] = {}
        self.crumbs: dict[str, Crumb] = {}
        self.knots = self._items(session.definition.items, _Here())
        self.order = {path: at for at, path in enumerate(self.stops)}

    def _items(self, items: Sequence[Item], here: _Here) -> tuple[Knot, ...]:
        knots: list[Knot] = []
        self._section = []
        for item in items:
            if isinstance(item, Question):
                if item.asked:
                    knots.append(self._question(here.real(item.path), here))
            elif isinstance(item, Repeat):
                knots.append(self._repeat(item, here))
            else:
                knots += self._group(item, here)
        return tuple(knots)

    def _question(self, path: str, here: _Here) -> Knot:
        if self._page is not None:
            self._page.append(path)
            self.pages[path] = self.sections[path] = self._page
        else:
            if len(self._section) >= MOST_TOGETHER:
                self._section = []
            self._section.append(path)
            self.sections[path] = self._section
        self._stop(path, here)
        self.asked.append(path)
        return Knot(path, "question")

    def _stop(self, path: str, here: _Here) -> None:
        self.stops.append(path)
        self.around[path] = here.around

    def _group(self, item: Group, here: _Here) -> tuple[Knot, ...]:
        # A group named after the repeat inside it is that repeat's label, and nothing around it.
        is_around = item.path and item.path not in self._session.definition.repeats
        inner = here.inside(Crumb(here.real(item.path))) if is_around else here
        is_page = item.one_page and self._page is None
        if is_page:
            self._page = []
        found = self._items(item.children, inner)
        if is_page:
            self._page = None
        self._section = []
        return found

    def _repeat(self, item: Repeat, here: _Here) -> Knot:
        path = here.real(item.path)
        rows = self._session.rows(path)
        grows = self._session.can_add(path)
        self.crumbs[path] = Crumb(path)
        page, knots = self._page, []
        for number, row in enumerate(rows, 1):
            crumb = self.crumbs[row] = Crumb(row, number, 0 if grows else len(rows))
            self._begin_row(item, grows)
            inside = self._items(item.children, here.inside(crumb, item.path))
            self.known[row] = Knot(row, "row", inside)
            knots.append(self.known[row])
        if grows:
            self.growing[path] = rows
            self._stop(path, here)
        if page is None:
            self._page = None
        elif grows or item.one_page:
            # What follows on the page of the repeat stands on the next: the rows come between.
            self._page = []
        self._section = []
        self.known[path] = Knot(path, "rows", tuple(knots))
        return self.known[path]

    def _begin_row(self, item: Repeat, grows: bool) -> None:
        """Begin a page where a row is one; rows whose number is set go on below one another."""
        if self._page is None:
            self._page = [] if item.one_page else None
        elif grows or item.one_page or len(self._page) >= MOST_TOGETHER:
            self._page = []
