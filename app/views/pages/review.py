"""Review: what waits for a person's decision, each thing with who, when and on which laptop."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QTabWidget, QWidget

from app.i18n import _, lazy, ngettext
from app.models.queries.conflicts import Conflict
from app.views import words
from app.views.desk import Desk
from app.views.pages import review_reads as work
from app.views.pages.review_aside import AsideView
from app.views.pages.review_panels import DisputeView, Tab
from app.views.pages.review_reads import Aside, Dispute, Waiting
from app.views.widgets.page import Page


class ReviewPage(Page):
    """Conflicts, deletions that met edits, and what was set aside: a tab each, with its count."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._waiting = Waiting((), (), ())
        self.values, self.deletions = DisputeView(self), DisputeView(self)
        self.aside = AsideView(self)
        self.tabs = QTabWidget(self)
        self._tabs = [Tab(view, self.tabs) for view in (self.values, self.deletions, self.aside)]
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
            lazy("Decide what holds: 1 or 2 takes a version, E another value, Enter the next."),
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
            [_conflict_line(one) for one in waiting.values],
            [_conflict_line(one) for one in waiting.deletions],
            [_aside_line(one) for one in waiting.aside],
        )
        empty = (
            _("No two laptops disagree about a value."),
            _("Nothing was deleted that somebody else was changing."),
            _("Nothing is set aside."),
        )
        for at, (tab, title) in enumerate(zip(self._tabs, _titles(), strict=True)):
            tab.show_lines(lines[at], empty[at])
            self.tabs.setTabText(at, f"{title}  {len(lines[at])}")
            self._moved(at, tab.queue.currentIndex().row())

    def _count(self, waiting: Waiting) -> int:
        return len(waiting.values) + len(waiting.deletions) + len(waiting.aside)

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
        if tab == 2:
            self.aside.show_aside(waiting.aside[row] if 0 <= row < len(waiting.aside) else None)
            return
        disputes, view = ((waiting.values, self.values), (waiting.deletions, self.deletions))[tab]
        view.show_dispute(disputes[row] if 0 <= row < len(disputes) else None)

    # -- deciding ------------------------------------------------------------------------------

    def _take(self, conflict: Conflict, number: int) -> None:
        self._desk.do(work.take, conflict, number, on_done=self._decided, on_error=self.show_error)

    def _settle(self, conflict: Conflict, typed: str) -> None:
        self._desk.do(work.settle, conflict, typed, on_done=self._decided, on_error=self.show_error)

    def _admit(self, aside: Aside) -> None:
        self._desk.do(work.admit, aside, on_done=self._decided, on_error=self.show_error)

    def _decided(self, _touched: object) -> None:
        self.banner.tell("done", _("Settled, for all laptops with the next sync."))
        self.take_focus()

    # -- making --------------------------------------------------------------------------------

    def _connect(self) -> None:
        for at, (tab, view) in enumerate(zip(self._tabs, self._disputes(), strict=False)):
            tab.queue.moved.connect(partial(self._moved, at))
            tab.queue.decided.connect(view.take)
            tab.queue.edited.connect(view.edit)
            view.taken.connect(self._take)
            view.settled.connect(self._settle)
            view.left.connect(self.take_focus)
        self._tabs[2].queue.moved.connect(partial(self._moved, 2))
        self.aside.admitted.connect(self._admit)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._refresh_if_seen)
        self._desk.changed.connect(self._changed)

    def _disputes(self) -> Sequence[DisputeView]:
        return (self.values, self.deletions)

    def _changed(self, _touched: object) -> None:
        self._soon.start()

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()


def _titles() -> tuple[str, str, str]:
    return _("Conflicts"), _("Deleted or changed"), _("Set aside")


def _conflict_line(dispute: Dispute) -> str:
    told = ngettext("{count} version", "{count} versions", len(dispute.sides))
    parts = (dispute.record, dispute.field, told.format(count=len(dispute.sides)))
    return " · ".join(part for part in parts if part)


def _aside_line(aside: Aside) -> str:
    why = _("late") if aside.is_late else _("not allowed")
    return " · ".join((why, words.value(aside.records), aside.byline))
