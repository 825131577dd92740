"""The places of the sync page, and what can be done with each: add, change, pause, forget."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import _
from app.views.desk import Desk
from app.views.pages import sync_reads as work
from app.views.pages.sync_place import PlaceStrip
from app.views.pages.sync_reads import Filled, Share
from app.views.pages.sync_shares import Shares
from app.views.theme import HALF


class Places(QWidget):
    """The rows, and the strip in which one is added or changed."""

    done = Signal(str)
    """Something was done, in a sentence."""
    sure = Signal(str, str, object)
    """Something that takes a second step: what it does, the word on its button, and the step."""
    changed = Signal()
    left = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.strip = PlaceStrip(desk, self)
        self.shares = Shares(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(HALF)
        column.addWidget(self.strip)
        column.addWidget(self.shares)
        self.shares.add_asked.connect(self.strip.open_new)
        self.shares.change_asked.connect(self.change)
        self.shares.pause_asked.connect(self.pause)
        self.shares.remove_asked.connect(self.ask_remove)
        self.strip.kept.connect(self._kept)
        self.strip.left.connect(self.left)

    def change(self, share: Share) -> None:
        """Show what is remembered of a place, to be changed."""
        self._desk.ask(work.form_of, share.id, on_done=self._show, on_error=self.failed.emit)

    def pause(self, share: Share) -> None:
        """Leave a place out until it is let go on, or let it go on."""
        self._desk.do(
            work.pause_place, share.id, not share.is_paused, on_done=self._refreshed,
            on_error=self.failed.emit, remember=False,
        )  # fmt: skip

    def ask_remove(self, share: Share) -> None:
        """First step: say what only that place is known to hold."""
        self._desk.ask(
            work.only_there, share.id, on_done=partial(self._say_remove, share),
            on_error=self.failed.emit,
        )  # fmt: skip

    def _show(self, filled: Filled | None) -> None:
        if filled is not None:
            self.strip.show_filled(filled)

    def _say_remove(self, share: Share, alone: list[str]) -> None:
        text = _("{place} is forgotten here, with its password. What lies there stays there.")
        said = " ".join([text.format(place=share.name or share.location), *alone])
        self.sure.emit(said, _("Forget the place"), partial(self._remove, share))

    def _remove(self, share: Share) -> None:
        self._desk.do(
            work.remove_place, share.id, on_done=self.done.emit, on_error=self.failed.emit,
            remember=False,
        )  # fmt: skip

    def _kept(self, name: str) -> None:
        self.done.emit(_("{name} is remembered. Sync when it suits you.").format(name=name))

    def _refreshed(self, _nothing: object) -> None:
        self.changed.emit()
