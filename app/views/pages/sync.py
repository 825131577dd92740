"""Sync: where the share is, what waits, what one sync did in words, and which laptop is where."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.i18n import _, lazy
from app.models.commands import syncing
from app.models.ledger import Touched
from app.models.remotes.pace import Pace
from app.models.vocabulary import Report
from app.views import files, words
from app.views.desk import Desk
from app.views.pages import sync_reads as work
from app.views.pages.sync_parts import (
    Laptops,
    Outcome,
    begin_line,
    drafts_line,
    standing,
    synced_line,
    waits_line,
)
from app.views.pages.sync_places import Places
from app.views.pages.sync_shares import ByHand, SetAside
from app.views.pages.sync_watch import teller, watcher
from app.views.theme import HALF, NEAR, TARGET
from app.views.widgets.page import Page, scrolled
from app.views.widgets.parts import Chip, button, label
from app.views.widgets.progress import ProgressLine


class SyncPage(Page):
    """One button; everything else on the page says what it would do or what it did."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, action_icon="sync")
        self._desk = desk
        self._state: work.SyncState | None = None
        self._next: Callable[[], object] | None = None
        self._again: Callable[[], object] | None = None
        self._is_of_places = True
        self._stop = threading.Event()
        self._is_running = self._is_pausing = False
        self._moved = (0, 0)
        self._at = ""
        self._location = ""
        self._speed = 0
        self._pace = Pace(time.monotonic)
        self._place_label = label("body", self, wrap=False)
        self.place = QLineEdit(self)
        self._place_label.setBuddy(self.place)
        self._choose = button(self, "plain", "folder", self.choose)
        self._found = button(self, "plain", "plus", self.ask_found)
        self._standing = Chip(self)
        self._waits = label("body", self)
        self.essentials = QCheckBox(self)
        self.essentials.setMinimumHeight(TARGET)
        self._kinds = label("hint", self)
        self._begin = label("body", self)
        self._staying = Chip(self)
        self._drafts = label("body", self)
        self.places = Places(desk, self)
        self.shares = self.places.shares
        self.progress = ProgressLine(self, can_pause=True)
        self.outcome = Outcome(self)
        self.by_hand = ByHand(self)
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

    def refresh_quietly(self) -> None:
        """Something went on by itself; nobody's own sync is disturbed."""
        if not self._is_running:
            self.refresh()

    def entered(self) -> None:
        self.refresh()

    def take_focus(self) -> None:
        is_known = self._state is not None and bool(self._state.shares)
        (self.action if self.place.text() or is_known else self.place).setFocus()

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
            lazy(
                "Carries changes between laptops by places they reach: a stick, a server, a cloud."
            ),
            lazy("Sync now (F5)"),
        )
        self._place_label.setText(_("Folder of the share"))
        self.essentials.setText(_("Words only this time"))
        self._choose.setText(_("Choose…"))
        self._found.setText(_("Found a share here…"))
        self._say()

    def _show(self, state: work.SyncState) -> None:
        self._state = state
        self._say()
        if state.shares and self.place.hasFocus() and not self.place.text():
            self.action.setFocus()

    def _say(self) -> None:
        state = self._state
        # Where a share is there already, founding another is offered only when one is missing.
        has_share = state is not None and any(one.is_there for one in state.shares)
        self._found.setVisible(state is not None and state.may_found and not has_share)
        if state is None:
            return
        self.place.setPlaceholderText(
            _("another folder, such as a stick; empty: all places below")
            if state.shares
            else _("for example the folder kipu on the stick")
        )
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
        """Sync with the folder that is typed, or else with every place that is not paused."""
        self._run(work.synchronise, self.place.text().strip())

    def choose(self) -> None:
        """Choose the folder in the system's way."""
        folder = ask_folder(self, self.place.text())
        if folder:
            self.place.setText(folder)
            self.action.setFocus()

    def sync_one(self, share: work.Share) -> None:
        """Sync with one place alone, even where it is paused."""
        self._run(work.synchronise, share.location)

    def ask_found(self) -> None:
        """First step: say what founding does."""
        place = self.place.text().strip() or self._location
        if not place:
            self._say_place()
            return
        self._next = partial(self._run, work.found, place)
        text = _(
            "{place} becomes the share of this project: Kipu writes into it, and every laptop syncs "
            "with it. It must be an empty folder."
        )
        self.banner.tell("warning", text.format(place=place), _("Found the share"))
        self.banner.take_focus()

    def carry_file(self) -> None:
        """Make one file to be carried by hand."""
        path = files.to_save(self, _("Make a file"), "kipu.kipu-carry")
        if path is not None:
            self._run(work.carry_file, str(path), self._carried)

    def receive_file(self) -> None:
        """Take in a file that another laptop made."""
        path = files.to_open(self, _("Take in a file"))
        if path is not None:
            self._run(work.receive_file, str(path), self._received)

    def _carried(self, result: tuple[str, Touched]) -> None:
        self._end()
        is_out = self._state is not None and self._state.shut_out
        self.banner.tell("warning" if is_out else "done", result[0])

    def _received(self, result: tuple[Report, Touched]) -> None:
        self._end()
        self.outcome.show_report(result[0])
        self.banner.tell("done", _("Taken in. What is new here goes with the next sync."))
        self.refresh()

    def stop(self) -> None:
        """Stop after the file under way; what arrived stays."""
        self._stop.set()
        self.progress.stopping(_("Stopping…"))

    def pause(self) -> None:
        """Stop after the file under way, to go on later; the laptop is free meanwhile."""
        self._is_pausing = True
        self.stop()

    def _ask_first(self, text: str, action: str, step: Callable[[], object]) -> None:
        """Something is lost by it: say what, and do it at the second step."""
        self._next = step
        self.banner.tell("warning", text, action)
        self.banner.take_focus()

    def _say_place_done(self, said: str) -> None:
        self.banner.tell("done", said)
        self.refresh()
        self.take_focus()

    # -- one sync ------------------------------------------------------------------------------

    def _say_place(self) -> None:
        self.banner.tell("info", _("Say where the share is: a folder, for example."))
        self.place.setFocus()

    def _run(
        self, command: Callable[..., object], place: str, done: Callable[[Any], None] | None = None
    ) -> None:
        if self._is_running:
            return
        if not place and not (self._state is not None and self._state.shares):
            self._say_place()
            return
        # Founding is done before anything can be paused; only the syncing after it goes on.
        goes_on = work.synchronise if command is work.found else command
        self._again = partial(self._run, goes_on, place, done)
        self._is_of_places = done is None
        self._is_running, self._is_pausing = True, False
        self._moved, self._speed, self._location = (0, 0), 0, place
        self._pace = Pace(time.monotonic)
        self._stop.clear()
        self.banner.dismiss()
        self.outcome.hide()
        self._allow(False)
        self.progress.tell(_("Looking at the share…"))
        reporter = self._desk.jobs.reporter
        watch = watcher(self._stop, reporter(self._progressed))
        begins = teller(reporter(self._began))
        self._desk.do(
            command, place, watch, begins, self.essentials.isChecked(),
            on_done=done or self._done, on_error=self._failed,
        )  # fmt: skip

    def _began(self, place: tuple[str, str]) -> None:
        """A place's turn has come."""
        self._at, self._location = place
        self._moved, self._speed = (0, 0), 0
        self._pace = Pace(time.monotonic)

    def _progressed(self, moved: tuple[int, int]) -> None:
        self._moved = moved
        self._speed = self._pace.tell(sum(moved))
        if self._is_running and not self._stop.is_set():
            total = self._to_send()
            sent, received = moved
            # How much will come nobody knows before it is there.
            known = total if sent < total else 0
            self.progress.tell(self._how_far(), sent if known else received, known)

    def _to_send(self) -> int:
        """The bytes that wait for the place synced with."""
        shares = self._state.shares if self._state is not None else ()
        words_only = self.essentials.isChecked()
        return next(
            (one.to_send + (0 if words_only else one.files) for one in shares
             if one.location == self._location), 0,
        )  # fmt: skip

    def _how_far(self) -> str:
        sent, received = self._moved
        total = max(self._to_send(), sent)
        said = _("Sent {sent} of {total} · received {received}").format(
            sent=words.size(sent), total=words.size(total), received=words.size(received)
        )
        if self._speed:
            said = _("{said} · {speed} a second").format(said=said, speed=words.size(self._speed))
        is_one_of_many = self._state is not None and len(self._state.shares) > 1
        return f"{self._at}: {said}" if self._at and is_one_of_many else said

    def _done(self, result: tuple[work.Synced, Touched]) -> None:
        self._end()
        synced, _touched = result
        self.outcome.show_synced(synced)
        self.banner.tell("warning" if synced.failures else "done", synced_line(synced))
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
        self._next = self._again
        text = _(
            "Paused. The file is not finished: “Continue” begins it again, and nothing is lost."
        )
        if self._is_of_places:
            text = _("Paused. {far}; leave the stick in, or go on another day: nothing goes twice.")
        self.banner.tell("info", text.format(far=self._how_far()), _("Continue"))

    def _tell_no_share(self) -> None:
        may_found = self._state is not None and self._state.may_found
        self._next = self.ask_found if may_found else None
        action = _("Found a share here…") if may_found else ""
        place = self.place.text().strip() or self._location
        self.banner.tell("warning", work.no_share(place), action)

    def _end(self) -> None:
        self._is_running = False
        self.progress.end()
        self._allow(True)
        self.action.setFocus()

    def _allow(self, free: bool) -> None:
        for part in (self.action, self.place, self._choose, self._found, self.essentials):
            part.setEnabled(free)
        self.shares.allow(free)
        self.by_hand.setEnabled(free)

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
        under = QHBoxLayout()
        under.addWidget(self._found)
        under.addWidget(self.essentials)
        under.addStretch(1)
        column.addLayout(under)
        column.addLayout(_said(self._standing, self._waits))
        column.addWidget(self._begin)
        column.addWidget(self._kinds)
        column.addLayout(_said(self._staying, self._drafts))
        for part in (self.progress, self.outcome, self.places):
            column.addWidget(part)
        column.addWidget(self.by_hand)
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
        places = self.places
        places.shares.sync_asked.connect(self.sync_one)
        places.done.connect(self._say_place_done)
        places.sure.connect(self._ask_first)
        places.changed.connect(self.refresh)
        places.failed.connect(self.show_error)
        places.left.connect(self.take_focus)
        self.by_hand.carry_asked.connect(self.carry_file)
        self.by_hand.receive_asked.connect(self.receive_file)

    def _changed(self, _touched: object) -> None:
        if self.isVisible() and not self._is_running:
            self.refresh()


def _said(chip: Chip, text: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(NEAR)
    row.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text, 1)
    return row


def ask_folder(parent: QWidget, current: str) -> str:
    """Ask for a folder; empty when the person thought better of it."""
    return QFileDialog.getExistingDirectory(parent, _("Folder of the share"), current)
