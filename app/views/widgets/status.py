"""The line of state below every page: who, what is kept, what is not sent, where."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.i18n import _, ngettext
from app.views import words
from app.views.language import Retranslated
from app.views.theme import FAR, HALF, TIGHT, mark
from app.views.widgets.parts import KeptLabel, line


@dataclass(frozen=True, slots=True)
class Status:
    """What the line below the page says."""

    person: str = ""
    """Initials, never a name."""
    space: str = ""
    unsent: int = 0
    files: int = 0
    """Photographs and other files that are not sent."""
    entries: int = 0
    """Changes of who belongs to the project that are not sent."""
    last_sync_ms: int | None = None
    trouble: str = ""
    """The names of the places that the last sync did not go through with."""
    is_shut_out: bool = False


class StatusLine(Retranslated, QFrame):
    """Who, what is kept, what is not sent, where; and the key that finds anything."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._status = Status()
        row = QHBoxLayout(self)
        row.setContentsMargins(FAR, TIGHT, FAR, TIGHT)
        row.setSpacing(HALF)
        self._person = line("caption", self)
        self.kept = KeptLabel(self)
        self._sync = line("caption", self)
        self._space = line("caption", self)
        self._key = line("caption", self)
        for part in (self._person, self.kept, self._sync, self._space):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._key)
        mark(self, kind="status")
        self.retranslate()

    def show_status(self, status: Status) -> None:
        self._status = status
        self.retranslate()

    def as_text(self) -> str:
        """Return the line as it reads, parts divided by a middle dot."""
        parts = (self._person, self.kept, self._sync, self._space)
        return " · ".join(part.text() for part in parts if part.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        parts = (self._person, self.kept, self._sync, self._space, self._key)
        needed = sum(part.sizeHint().width() + HALF for part in parts) + 2 * FAR
        self._key.setVisible(self.width() >= needed)

    def retranslate(self) -> None:
        status = self._status
        self._person.setText(status.person)
        self._space.setText(_("space {name}").format(name=status.space) if status.space else "")
        self._sync.setText(_synced(status) if status.person else "")
        self._key.setText(_("Ctrl+K finds anything"))
        self._make_room()


def _synced(status: Status) -> str:
    if status.is_shut_out:
        return _("shut out of the project: nothing is sent")
    if status.last_sync_ms is None and not status.unsent and not status.files:
        return _("nothing leaves this laptop yet")
    said = ", ".join(_unsent(status)) or _("all sent")
    if status.last_sync_ms is None:
        return _("{unsent}, never synced").format(unsent=said)
    when = words.ago(status.last_sync_ms)
    said = _("{unsent}, last sync {when}").format(unsent=said, when=when)
    if not status.trouble:
        return said
    return _("{said}, not with {places}").format(said=said, places=status.trouble)


def _unsent(status: Status) -> list[str]:
    """What is not sent, each sort by its name."""
    found = []
    for count, text in (
        (status.unsent, ngettext("{count} not sent", "{count} not sent", status.unsent)),
        (status.files, ngettext("{count} file not sent", "{count} files not sent", status.files)),
        (
            status.entries,
            ngettext(
                "{count} change of membership not sent",
                "{count} changes of membership not sent",
                status.entries,
            ),
        ),
    ):
        found += [text.format(count=words.number(count))] if count else []
    return found
