"""Parts of the sync page: the places synced with, a row each, and why something was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.i18n import _
from app.views import icons, words
from app.views.language import Retranslated
from app.views.pages.sync_reads import Laptop, Share
from app.views.theme import HALF, NEAR, TIGHT, WIDE, mark
from app.views.widgets.flow import Flow
from app.views.widgets.parts import Chip, State, button, clear, label


class Shares(Retranslated, QFrame):
    """Every place this laptop syncs with: how it stands, how much is to go, what can be done."""

    sync_asked = Signal(object)
    """A `Share` to sync with alone."""
    pause_asked = Signal(object)
    """One to leave out from now on, or to let go on."""
    change_asked = Signal(object)
    remove_asked = Signal(object)
    add_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shares: Sequence[Share] = ()
        self._is_free = True
        mark(self, kind="card")
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, HALF, WIDE, HALF)
        column.setSpacing(HALF)
        head = QHBoxLayout()
        self._heading = label("section", self)
        self._add = button(self, "plain", "plus", self.add_asked.emit)
        head.addWidget(self._heading, 1)
        head.addWidget(self._add)
        column.addLayout(head)
        self._none = label("hint", self)
        column.addWidget(self._none)
        self._column = QVBoxLayout()
        self._column.setSpacing(HALF)
        column.addLayout(self._column)
        self.retranslate()

    def show_shares(self, shares: Sequence[Share]) -> None:
        self._shares = shares
        self.retranslate()

    def allow(self, free: bool) -> None:
        """While a sync goes on nothing of this can be asked for."""
        self._is_free = free
        self._fit()

    def lines(self) -> list[str]:
        """Return the places as they read, a line each."""
        return [" · ".join([state(one)[1], _who(one), standing(one)]) for one in self._shares]

    def troubles(self) -> list[str]:
        """Return what is said of the last failures, a sentence each."""
        return [trouble(one) for one in self._shares if one.failed]

    def press(self, word: str, name: str) -> None:
        """Do what the button of that word does for a place, as a click would."""
        for found in self.findChildren(type(self._add)):
            if found.accessibleName() == f"{word}: {name}":
                found.click()

    def retranslate(self) -> None:
        self._heading.setText(_("Where this laptop syncs"))
        self._add.setText(_("Add a place…"))
        self._none.setText(_("A stick, a network drive, Nextcloud, an SFTP or S3 server, a Kipu "
                             "server: as many as are useful."))  # fmt: skip
        self._none.setVisible(not self._shares)
        clear(self._column)
        for one in self._shares:
            self._column.addWidget(self._row(one))
        self._fit()

    def _fit(self) -> None:
        for one in self.findChildren(type(self._add)):
            one.setEnabled(self._is_free)

    def _row(self, one: Share) -> QWidget:
        made = QWidget(self)
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(NEAR)
        picture = QLabel(made)
        icons.put(picture, "folder" if "://" not in one.location else "sync", "muted", 20)
        row.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        says = QVBoxLayout()
        says.setSpacing(TIGHT)
        first, second = label("body", made), label("caption", made)
        first.setText(_who(one))
        second.setText(standing(one))
        says.addWidget(first)
        says.addWidget(second)
        if one.failed:
            why = label("refused", made)
            why.setText(trouble(one))
            says.addWidget(why)
        says.addWidget(self._buttons(one, made))
        row.addLayout(says, 1)
        chip = Chip(made)
        chip.show_state(*state(one))
        row.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        return made

    def _buttons(self, one: Share, parent: QWidget) -> QWidget:
        made = QWidget(parent)
        flow = Flow(made)
        pause = _("Go on") if one.is_paused else _("Pause")
        for word, asked in (
            (_("Sync"), self.sync_asked),
            (pause, self.pause_asked),
            (_("Change…"), self.change_asked),
            (_("Remove…"), self.remove_asked),
        ):
            doing = button(made, "link", "", partial(asked.emit, one))
            doing.setText(word)
            doing.setAccessibleName(f"{word}: {one.name or one.location}")
            flow.addWidget(doing)
        return made


def state(share: Share) -> tuple[State, str, str]:
    """How a place stands, in a word with its colour and icon."""
    if share.is_paused:
        return "", _("paused"), "pause"
    if share.is_there is False:
        return "warning", _("not there"), "warning"
    if share.failed:
        return "danger", _("did not go through"), "danger"
    if share.is_there:
        return "done", _("there"), "folder"
    if share.last_ms is None:
        return "info", _("never synced yet"), "sync"
    return "done", _("reached last time"), "done"


def trouble(share: Share) -> str:
    """Why the last sync with a place did not come to its end, and when that was."""
    return f"{words.moment(share.failed_ms)}: {share.failed}"


def _who(share: Share) -> str:
    return f"{share.name} · {share.location}" if share.name else share.location


def standing(share: Share) -> str:
    """When a place was synced with last, what is to go, and what was wished of it."""
    last = _("never synced yet")
    if share.last_ms is not None:
        last = _("last sync {when}").format(when=words.moment(share.last_ms))
    size = share.to_send + share.files
    text = _("{last} · {size} to send") if size else _("{last} · nothing to send")
    said = [text.format(last=last, size=words.size(size))]
    if share.essentials:
        said.append(_("words only"))
    if share.rate:
        said.append(_("at most {rate} KB/s").format(rate=words.number(share.rate)))
    if share.is_automatic and share.last_ms is not None and not share.is_paused:
        said.append(_("by itself when it is there"))
    return " · ".join(said)


class ByHand(Retranslated, QFrame):
    """Everything as one file, for where no place can be reached by both."""

    carry_asked = Signal()
    receive_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, kind="card")
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, HALF, WIDE, HALF)
        row.setSpacing(NEAR)
        self._says = label("body", self)
        self.carry = button(self, "plain", "export", self.carry_asked.emit)
        self.receive = button(self, "plain", "import", self.receive_asked.emit)
        row.addWidget(self._says, 1)
        row.addWidget(self.carry)
        row.addWidget(self.receive)
        self.retranslate()

    def retranslate(self) -> None:
        self._says.setText(_("By hand, as one sealed file: for where no place is reached by both."))
        self.carry.setText(_("Make a file…"))
        self.receive.setText(_("Take in a file…"))


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
