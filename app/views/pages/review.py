"""Review: what waits for a person's decision, each thing with who, when and on which laptop."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtWidgets import QTabWidget, QWidget

from app.i18n import _, lazy, ngettext
from app.models.queries.conflicts import Conflict
from app.views import words
from app.views.desk import Desk
from app.views.pages import review_reads as work
from app.views.pages.review_aside import AsideView
from app.views.pages.review_panels import DisputeView, Tab
from app.views.pages.review_reads import Aside, Dispute, Twins, Waiting
from app.views.pages.review_twins import TwinsView
from app.views.soon import Soon
from app.views.widgets.page import Page


class ReviewPage(Page):
    """Conflicts, possible duplicates, and what came late or was not allowed: a tab each, with its
    count."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._waiting = Waiting((), (), ())
        self.conflicts, self.twins = DisputeView(self), TwinsView(self)
        self.aside = AsideView(self)
        self.tabs = QTabWidget(self)
        self._tabs = [Tab(view, self.tabs) for view in (self.conflicts, self.twins, self.aside)]
        for tab in self._tabs:
            self.tabs.addTab(tab, "")
        self.tabs.setDocumentMode(True)
        self.body.addWidget(self.tabs, 1)
        self._connect()
        self.retranslate()
        self.refresh()

    def refresh(self) -> None:
        """Read anew what waits."""
        self._desk.ask(work.everything, on_done=self._show, on_error=self.show_error)

    def entered(self) -> None:
        self.refresh()

    def take_focus(self) -> None:
        if self._here():
            self._tabs[self.tabs.currentIndex()].queue.setFocus()
        else:
            self.tabs.tabBar().setFocus()

    def tab_text(self, at: int) -> str:
        """Return the words on a tab."""
        return self.tabs.tabText(at)

    def lines(self, at: int) -> list[str]:
        """Return what waits in a tab, as it reads."""
        return self._tabs[at].lines()

    def retranslate(self) -> None:
        self.head(
            lazy("Review"),
            lazy("Decide what holds: 1 or 2 takes a version, E edits, Enter goes to the next."),
        )
        self.tabs.setAccessibleName(_("What waits"))
        for tab, text in zip(self._tabs, _titles(), strict=True):
            tab.queue.setAccessibleName(text)
        self._say()

    def _show(self, waiting: Waiting) -> None:
        was_empty = not self._count(self._waiting)
        self._waiting = waiting
        self._say()
        if was_empty or not self._here():
            self._go_where_something_waits()

    def _say(self) -> None:
        waiting = self._waiting
        lines = (
            [_conflict_line(one) for one in waiting.conflicts],
            [_twins_line(one) for one in waiting.twins],
            [_aside_line(one) for one in waiting.aside],
        )
        empty = (
            _("No two laptops disagree about anything."),
            _("No two people, organisations or places look like one."),
            _("Nothing came late, and nothing was beyond a role."),
        )
        for at, (tab, title) in enumerate(zip(self._tabs, _titles(), strict=True)):
            tab.show_lines(lines[at], empty[at])
            self.tabs.setTabText(at, f"{title}  {len(lines[at])}")
            self._moved(at, tab.queue.currentIndex().row())

    def _count(self, waiting: Waiting) -> int:
        return len(waiting.conflicts) + len(waiting.twins) + len(waiting.aside)

    def _here(self) -> bool:
        return bool(self._tabs[self.tabs.currentIndex()].lines())

    def _go_where_something_waits(self) -> None:
        for at, tab in enumerate(self._tabs):
            if tab.lines():
                self.tabs.setCurrentIndex(at)
                break
        if self.isVisible():
            self.take_focus()

    def _moved(self, tab: int, row: int) -> None:
        waiting = self._waiting
        if tab == 0:
            self.conflicts.show_dispute(_at(waiting.conflicts, row))
        elif tab == 1:
            self.twins.show_twins(_at(waiting.twins, row))
        else:
            self.aside.show_aside(_at(waiting.aside, row))

    # -- deciding ------------------------------------------------------------------------------

    def _take(self, conflict: Conflict, number: int) -> None:
        self._desk.do(work.take, conflict, number, on_done=self._decided, on_error=self.show_error)

    def _settle(self, conflict: Conflict, typed: str) -> None:
        self._desk.do(work.settle, conflict, typed, on_done=self._decided, on_error=self.show_error)

    def _join(self, twins: Twins, kept: int) -> None:
        self._desk.do(work.join, twins, kept, on_done=self._joined, on_error=self.show_error)

    def _keep_apart(self, twins: Twins) -> None:
        self._desk.do(work.keep_apart, twins, on_done=self._parted, on_error=self.show_error)

    def _joined(self, _result: object) -> None:
        self.banner.tell("done", _("They are one now. Nothing was deleted: Undo parts them."))
        self.take_focus()

    def _parted(self, _result: object) -> None:
        self.banner.tell("done", _("They stay two, and nobody is asked again."))
        self.take_focus()

    def _admit(self, aside: Aside) -> None:
        self._desk.do(work.admit, aside, on_done=self._decided, on_error=self.show_error)

    def _decided(self, _touched: object) -> None:
        self.banner.tell("done", _("Settled, for all laptops with the next sync."))
        self.take_focus()

    # -- making --------------------------------------------------------------------------------

    def _connect(self) -> None:
        for at, tab in enumerate(self._tabs):
            tab.queue.moved.connect(partial(self._moved, at))
        queue, view = self._tabs[0].queue, self.conflicts
        queue.decided.connect(view.take)
        queue.edited.connect(view.edit)
        queue.merged.connect(view.take_merge)
        view.taken.connect(self._take)
        view.settled.connect(self._settle)
        view.left.connect(self.take_focus)
        self._tabs[1].queue.decided.connect(self.twins.decide)
        self.twins.joined.connect(self._join)
        self.twins.parted.connect(self._keep_apart)
        self.aside.admitted.connect(self._admit)
        self._soon = Soon(self._refresh_if_seen, self)
        self._desk.changed.connect(self._soon.ask)

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()


def _titles() -> tuple[str, str, str]:
    return _("Conflicts"), _("Possible duplicates"), _("Late or not allowed")


def _at(found: Sequence[Any], row: int) -> Any:
    return found[row] if 0 <= row < len(found) else None


def _conflict_line(dispute: Dispute) -> str:
    told = ngettext("{count} version", "{count} versions", len(dispute.sides))
    parts = (dispute.record, dispute.field, told.format(count=len(dispute.sides)))
    return " · ".join(part for part in parts if part)


def _twins_line(twins: Twins) -> str:
    return " · ".join((twins.kind, " / ".join(twins.pair.titles), twins.why))


def _aside_line(aside: Aside) -> str:
    why = _("late") if aside.is_late else _("not allowed")
    return " · ".join((why, words.value(aside.records), aside.byline))
