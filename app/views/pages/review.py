"""Review: what waits for a person's decision, each thing with who, when and on which laptop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtWidgets import QTabWidget, QWidget

from app.i18n import _, lazy, ngettext
from app.models.commands.undoing import Done
from app.models.fields.base import shorten
from app.views import words
from app.views.desk import Desk
from app.views.pages import review_reads as work
from app.views.pages.review_aside import AsideView
from app.views.pages.review_panels import DisputeView, Tab
from app.views.pages.review_reads import Aside, Dispute, Twins, Waiting
from app.views.pages.review_twins import TwinsView
from app.views.soon import Soon
from app.views.undo import Undo
from app.views.widgets.page import Page

_SHORT: Final = 80
"""Letters of a value that a sentence has room for."""


class ReviewPage(Page):
    """Conflicts, possible duplicates, and what came late or was not allowed: a tab each, with its
    count."""

    def __init__(self, desk: Desk, undo: Undo | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._undo = undo or Undo(desk, self)
        self._undo.failed.connect(self.show_error)
        self._wrote: Done | None = None
        self._undoable: Done | None = None
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
            lazy("Decide what holds: 1 or 2 marks a version, Enter settles it, E edits."),
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

    def _take(self, dispute: Dispute, number: int) -> None:
        side = dispute.sides[number - 1]
        done = partial(self._settled, dispute, side.is_deletion)
        self._do(work.take, dispute.conflict, number, done=done)

    def _settle(self, dispute: Dispute, typed: str) -> None:
        done = partial(self._settled, dispute, False)
        self._do(work.settle, dispute.conflict, typed, done=done)

    def _join(self, twins: Twins, kept: int) -> None:
        self._do(work.join, twins, kept, done=partial(self._joined, twins, kept))

    def _keep_apart(self, twins: Twins) -> None:
        self._do(work.keep_apart, twins, done=partial(self._parted, twins))

    def _admit(self, aside: Aside) -> None:
        self._do(work.admit, aside, done=partial(self._admitted, aside))

    def _do(self, command: Callable[..., Any], *args: Any, done: Callable[[Any], object]) -> None:
        self._wrote = None
        self._desk.do(command, *args, on_done=done, on_error=self.show_error)

    def _settled(self, dispute: Dispute, is_deletion: bool, result: tuple[str, object]) -> None:
        value, _touched = result
        if is_deletion:
            text = _("“{record}” is deleted, on all laptops with the next sync.")
        elif dispute.is_about_existence:
            text = _("“{record}” stays, on all laptops with the next sync.")
        elif value:
            text = _("{field} of “{record}” is “{value}” now, on all laptops with the next sync.")
        else:
            text = _("{field} of “{record}” is empty now, on all laptops with the next sync.")
        said = text.format(record=dispute.record, field=dispute.field, value=shorten(value, _SHORT))
        # Undoing a deletion or a return would not bring the question back.
        self._tell_done(said, can_undo=not dispute.is_about_existence)

    def _joined(self, twins: Twins, kept: int, _result: object) -> None:
        text = _(
            "“{one}” and “{other}” are one now; “{title}” stands for both. Nothing was deleted."
        )
        one, other = twins.pair.titles
        self._tell_done(text.format(one=one, other=other, title=(one, other)[kept - 1]))

    def _parted(self, twins: Twins, _result: object) -> None:
        text = _("“{one}” and “{other}” stay two, and nobody is asked again.")
        one, other = twins.pair.titles
        self._tell_done(text.format(one=one, other=other))

    def _admitted(self, aside: Aside, _result: object) -> None:
        text = _("“{record}” was added to “{act}” as an addendum.")
        named = words.value(aside.records)
        self._tell_done(text.format(record=named, act=aside.act_title), can_undo=False)

    def _tell_done(self, said: str, can_undo: bool = True) -> None:
        self._undoable = self._wrote if can_undo else None
        self.banner.tell("done", said, _("Undo") if self._undoable is not None else "")
        self.take_focus()

    def _note(self, done: Done) -> None:
        """Hear what a command wrote, just before its own handler does."""
        self._wrote = done

    def _take_back(self) -> None:
        done, self._undoable = self._undoable, None
        self.banner.dismiss()
        if done is not None:
            self._undo.take_back_this(done)
        self.take_focus()

    # -- making --------------------------------------------------------------------------------

    def _connect(self) -> None:
        for at, tab in enumerate(self._tabs):
            tab.queue.moved.connect(partial(self._moved, at))
        queue, view = self._tabs[0].queue, self.conflicts
        queue.edited.connect(view.edit)
        queue.merged.connect(view.take_merge)
        view.taken.connect(self._take)
        view.settled.connect(self._settle)
        view.left.connect(self.take_focus)
        self.twins.joined.connect(self._join)
        self.twins.parted.connect(self._keep_apart)
        self.aside.admitted.connect(self._admit)
        self.banner.acted.connect(self._take_back)
        self._desk.did.connect(self._note)
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
