"""Sync: where the share is, what waits, what one sync did in words, and which laptop is where."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.errors import KipuError
from app.i18n import _, lazy
from app.models.commands import syncing
from app.models.ledger import Touched
from app.views import words
from app.views.desk import Desk
from app.views.pages import sync_reads as work
from app.views.pages.sync_parts import (
    Laptops,
    Outcome,
    begin_line,
    drafts_line,
    standing,
    waits_line,
)
from app.views.pages.sync_shares import SetAside, Shares
from app.views.theme import HALF, NEAR
from app.views.widgets.page import Page, scrolled
from app.views.widgets.parts import Chip, button, label
from app.views.widgets.progress import ProgressLine


class SyncPage(Page):
    """One button; everything else on the page says what it would do or what it did."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, action_icon="sync")
        self._desk = desk
        self._state: work.SyncState | None = None
        self._next: Callable[[], None] | None = None
        self._stop = threading.Event()
        self._is_running = self._is_pausing = False
        self._moved = (0, 0)
        self._place_label = label("body", self, wrap=False)
        self.place = QLineEdit(self)
        self._place_label.setBuddy(self.place)
        self._choose = button(self, "plain", "folder", self.choose)
        self._found = button(self, "plain", "plus", self.ask_found)
        self._standing = Chip(self)
        self._waits = label("body", self)
        self._kinds = label("hint", self)
        self._begin = label("body", self)
        self._staying = Chip(self)
        self._drafts = label("body", self)
        self.shares = Shares(self)
        self.progress = ProgressLine(self, can_pause=True)
        self.outcome = Outcome(self)
        self.laptops = Laptops(self)
        self.aside = SetAside(self)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.refresh()

    # -- the page itself -----------------------------------------------------------------------

    def refresh(self) -> None:
        """Read anew what waits and who is where."""
        self._desk.ask(work.state, on_done=self._show, on_error=self.show_error)

    def entered(self) -> None:
        self.refresh()

    def take_focus(self) -> None:
        (self.action if self.place.text() else self.place).setFocus()

    def waits(self) -> str:
        """Return the sentence about what is not sent and when the last sync was."""
        return self._waits.text()

    def kinds(self) -> str:
        """Return what waits, by kind, as it reads."""
        return "" if self._kinds.isHidden() else self._kinds.text()

    def drafts(self) -> str:
        """Return what is said of drafts that stay here; empty while there are none."""
        return "" if self._drafts.isHidden() else self._drafts.text()

    def begin(self) -> str:
        """Return what to do where no share is known yet; empty where one is."""
        return "" if self._begin.isHidden() else self._begin.text()

    def retranslate(self) -> None:
        self.head(
            lazy("Sync"),
            lazy("Carries changes between laptops by a folder: on a stick, a server, a cloud."),
            lazy("Sync now (F5)"),
        )
        self._place_label.setText(_("Folder of the share"))
        self.place.setPlaceholderText(_("for example the folder kipu on the stick"))
        self._choose.setText(_("Choose…"))
        self._found.setText(_("Found a share here…"))
        self._say()

    def _show(self, state: work.SyncState) -> None:
        self._state = state
        if not self.place.text():
            self.place.setText(state.location)
        self._say()

    def _say(self) -> None:
        state = self._state
        # Where a share is there already, founding another is offered only when one is missing.
        has_share = state is not None and any(one.is_there for one in state.shares)
        self._found.setVisible(state is not None and state.may_found and not has_share)
        if state is None:
            return
        self._standing.show_state(*standing(state))
        self._waits.setText(waits_line(state))
        self._begin.setVisible(not state.shares)
        self._begin.setText(begin_line(state.may_found))
        self._staying.show_state("info", _("drafts"), "draft")
        for part in (self._staying, self._drafts):
            part.setVisible(bool(state.drafts))
        self._drafts.setText(drafts_line(state.drafts))
        said = " · ".join(f"{name}: {words.number(count)}" for name, count in state.kinds)
        self._kinds.setText(said)
        self._kinds.setVisible(bool(said))
        self.shares.show_shares(state.shares)
        self.aside.show_laptops(state.laptops, state.strange)
        self.laptops.show_laptops(state.laptops)

    # -- syncing -------------------------------------------------------------------------------

    def sync(self) -> None:
        """Sync with the folder that is named."""
        self._run(work.synchronise)

    def choose(self) -> None:
        """Choose the folder in the system's way."""
        folder = ask_folder(self, self.place.text())
        if folder:
            self.place.setText(folder)
            self.action.setFocus()

    def ask_found(self) -> None:
        """First step: say what founding does."""
        place = self.place.text().strip()
        if not place:
            self._say_place()
            return
        self._next = self._do_found
        text = _(
            "{place} becomes the share of this project: Kipu writes into it, and every laptop syncs "
            "with it. It must be an empty folder."
        )
        self.banner.tell("warning", text.format(place=place), _("Found the share"))
        self.banner.take_focus()

    def stop(self) -> None:
        """Stop after the file under way; what arrived stays."""
        self._stop.set()
        self.progress.stopping(_("Stopping…"))

    def pause(self) -> None:
        """Stop after the file under way, to go on later; the laptop is free meanwhile."""
        self._is_pausing = True
        self.stop()

    def _do_found(self) -> None:
        self._run(work.found)

    def _say_place(self) -> None:
        self.banner.tell("info", _("Say where the share is: a folder, for example."))
        self.place.setFocus()

    def _run(self, command: Callable[..., object]) -> None:
        place = self.place.text().strip()
        if self._is_running:
            return
        if not place:
            self._say_place()
            return
        self._is_running, self._is_pausing = True, False
        self._moved = (0, 0)
        self._stop.clear()
        self.banner.dismiss()
        self.outcome.hide()
        self._allow(False)
        self.progress.tell(_("Looking at the share…"))
        tell = self._desk.jobs.reporter(self._progressed)
        watch = _watcher(self._stop, tell)
        self._desk.do(command, place, watch, on_done=self._done, on_error=self._failed)

    def _progressed(self, moved: tuple[int, int]) -> None:
        self._moved = moved
        if self._is_running and not self._stop.is_set():
            total = self._to_send()
            sent, received = moved
            # How much will come nobody knows before it is there.
            known = total if sent < total else 0
            self.progress.tell(self._how_far(), sent if known else received, known)

    def _to_send(self) -> int:
        """The bytes that wait for the place synced with."""
        place = self.place.text().strip()
        shares = self._state.shares if self._state is not None else ()
        return next((one.to_send for one in shares if one.location == place), 0)

    def _how_far(self) -> str:
        sent, received = self._moved
        total = max(self._to_send(), sent)
        return _("Sent {sent} of {total} · received {received}").format(
            sent=words.size(sent), total=words.size(total), received=words.size(received)
        )

    def _done(self, result: tuple[work.Synced, Touched]) -> None:
        self._end()
        synced, _touched = result
        self.outcome.show_report(synced.report, synced.drafts)
        said = _("Synced. Everything is written.")
        if synced.may_go:
            said = _("Synced. Everything is written: you may take out the stick now.")
        self.banner.tell("done", said)
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        self._end()
        if self._is_pausing and self._stop.is_set():
            self._tell_paused()
        elif syncing.code_of(error) == "not-a-share":
            self._tell_no_share()
        else:
            self.show_error(error)
        # What arrived before the fault stays, and nobody was told yet.
        self._desk.changed.emit(Touched())
        self.refresh()

    def _tell_paused(self) -> None:
        self._next = self.sync
        text = _("Paused. {far}; leave the stick in, or go on another day: nothing goes twice.")
        self.banner.tell("info", text.format(far=self._how_far()), _("Continue"))

    def _tell_no_share(self) -> None:
        may_found = self._state is not None and self._state.may_found
        self._next = self.ask_found if may_found else None
        text = _(
            "{place} is not a share of this project: it is empty, not connected, or the wrong "
            "folder. Nothing was sent and nothing was deleted."
        )
        action = _("Found a share here…") if may_found else ""
        self.banner.tell("warning", text.format(place=self.place.text().strip()), action)

    def _end(self) -> None:
        self._is_running = False
        self.progress.end()
        self._allow(True)
        self.action.setFocus()

    def _allow(self, free: bool) -> None:
        for part in (self.action, self.place, self._choose, self._found):
            part.setEnabled(free)

    def _act(self) -> None:
        step, self._next = self._next, None
        self.banner.dismiss()
        if step is not None:
            step()

    # -- making --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        row.addWidget(self.place, 1)
        row.addWidget(self._choose)
        column.addWidget(self._place_label)
        column.addLayout(row)
        column.addWidget(self._found, 0, Qt.AlignmentFlag.AlignLeft)
        column.addLayout(_said(self._standing, self._waits))
        column.addWidget(self._begin)
        column.addWidget(self._kinds)
        column.addLayout(_said(self._staying, self._drafts))
        for part in (self.progress, self.outcome, self.shares):
            column.addWidget(part)
        column.addWidget(self.laptops, 1)
        column.addWidget(self.aside)
        self.body.addWidget(scrolled(inner, self, grows=False), 1)

    def _connect(self) -> None:
        self.acted.connect(self.sync)
        self.banner.acted.connect(self._act)
        self.progress.cancelled.connect(self.stop)
        self.progress.paused.connect(self.pause)
        self.place.returnPressed.connect(self.sync)
        now = QShortcut(QKeySequence(Qt.Key.Key_F5), self)
        now.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        now.activated.connect(self.sync)
        self._desk.changed.connect(self._changed)

    def _changed(self, _touched: object) -> None:
        if self.isVisible() and not self._is_running:
            self.refresh()


def _said(chip: Chip, text: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(NEAR)
    row.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text, 1)
    return row


def _watcher(
    stop: threading.Event, tell: Callable[[tuple[int, int]], object]
) -> Callable[[int, int], None]:
    """Return what the worker calls between two files: it tells how far it is, or stops."""

    def watch(written: int, read: int) -> None:
        if stop.is_set():
            raise KipuError(
                _("The sync was stopped. What arrived stays; the rest comes with the next one.")
            )
        tell((written, read))

    return watch


def ask_folder(parent: QWidget, current: str) -> str:
    """Ask for a folder; empty when the person thought better of it."""
    return QFileDialog.getExistingDirectory(parent, _("Folder of the share"), current)
