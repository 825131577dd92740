"""Parts of the sync page: the places synced with, a line each, and why something was set aside."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import _
from app.views import words
from app.views.language import Retranslated
from app.views.pages.sync_reads import Laptop, Share
from app.views.theme import HALF, NEAR, TIGHT, mark
from app.views.widgets.parts import Chip, clear, label


class Shares(Retranslated, QFrame):
    """Every place this laptop synced with: whether it is there, when last, how much is to go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: Sequence[Share] = ()
        mark(self, kind="card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        self._column.setSpacing(TIGHT)
        self.hide()

    def show_shares(self, shares: Sequence[Share]) -> None:
        self._shares = shares
        self.setVisible(bool(shares))
        self.retranslate()

    def lines(self) -> list[str]:
        """Return the places as they read, a line each."""
        return [f"{_there(one)} · {one.location} · {_standing(one)}" for one in self._shares]

    def retranslate(self) -> None:
        clear(self._column)
        for one in self._shares:
            row = QHBoxLayout()
            row.setSpacing(NEAR)
            chip = Chip(self)
            chip.show_state("done" if one.is_there else "warning", _there(one), "folder")
            said = label("body", self)
            said.setText(f"{one.location} · {_standing(one)}")
            row.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(said, 1)
            self._column.addLayout(row)


def _there(share: Share) -> str:
    return _("there") if share.is_there else _("not there")


def _standing(share: Share) -> str:
    last = _("never synced yet")
    if share.last_ms is not None:
        last = _("last sync {when}").format(when=words.moment(share.last_ms))
    if not share.to_send:
        return _("{last} · nothing to send").format(last=last)
    return _("{last} · {size} to send").format(last=last, size=words.size(share.to_send))


class SetAside(Retranslated, QFrame):
    """Why things were set aside, in words, laptop by laptop."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[str] = []
        self._laptops: Sequence[Laptop] = ()
        self._strange: Sequence[str] = ()
        mark(self, kind="card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        self._column.setSpacing(TIGHT)
        self.hide()

    def show_laptops(self, laptops: Sequence[Laptop], strange: Sequence[str]) -> None:
        """Show what was set aside of each laptop, and what is nobody's here."""
        self._laptops, self._strange = laptops, strange
        self.retranslate()

    def lines(self) -> list[str]:
        """Return the reasons as they read."""
        return list(self._lines)

    def retranslate(self) -> None:
        clear(self._column)
        self._lines = [f"{one.code}: {why}" for one in self._laptops for why in one.why]
        self._lines += list(self._strange)
        self.setVisible(bool(self._lines))
        heading = label("section", self)
        heading.setText(_("Set aside, and why"))
        self._column.addWidget(heading)
        for text in self._lines:
            said = label("body", self)
            said.setText(text)
            self._column.addWidget(said)
