"""Who may sit at this laptop: each with a passphrase of their own."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import _
from app.models.commands import people
from app.models.commands.people import Seat
from app.views.desk import Desk
from app.views.language import Retranslated
from app.views.pages.who_step import strength
from app.views.widgets.parts import button, label
from app.views.widgets.passphrase import PassphraseField
from app.views.widgets.section import Section


class PeopleHere(Retranslated, Section):
    """The persons of this laptop, with a way in for one more and a way out in two steps."""

    added = Signal(str)
    removed = Signal(str)
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._seats: list[Seat] = []
        self._leaving = ""
        self._lines = self.add_list()
        self._warning = label("refused", self)
        self._warning.hide()
        self.column.addWidget(self._warning)
        row = self.add_row()
        self._yes = button(self, "danger", "delete", self._remove)
        self._no = button(self, "plain", "", self._keep)
        for one in (self._yes, self._no):
            row.addWidget(one)
            one.hide()
        self.name = QLineEdit(self)
        self._name_caption, _name = self.add_field(self.name)
        self.initials = QLineEdit(self)
        self.initials.setMaxLength(24)
        self._initials_caption, _initials = self.add_field(self.initials)
        self.theirs = PassphraseField(self)
        self._theirs_caption, _theirs = self.add_field(self.theirs)
        self._theirs_caption.setBuddy(self.theirs.line)
        self._worth = label("caption", self)
        self.column.addWidget(self._worth)
        self.theirs.line.textChanged.connect(self._judge)
        row = self.add_row()
        self._add = button(self, "plain", "plus", self.add_person)
        row.addWidget(self._add)
        self.retranslate()

    def ask(self) -> None:
        """Read anew who may sit here."""
        self._desk.ask(people.all_here, on_done=self._show, on_error=self.failed.emit)

    def seats(self) -> list[str]:
        """Return the persons as they read."""
        return self._lines.texts()

    def add_person(self) -> None:
        """Give somebody a passphrase of their own on this laptop."""
        self._desk.ask(
            people.add, self.name.text(), self.initials.text().strip(), self.theirs.take(),
            on_done=self._added, on_error=self.failed.emit,
        )  # fmt: skip

    def retranslate(self) -> None:
        self.say(
            _("People on this laptop"),
            _("Each unlocks with a passphrase of their own; what they may do is the laptop's. F12 "
              "lets somebody else sit down."),
        )  # fmt: skip
        self._name_caption.setText(_("Name"))
        self._initials_caption.setText(_("Initials"))
        self._theirs_caption.setText(_("Their passphrase, typed by them"))
        self.theirs.line.setAccessibleName(_("Their passphrase, typed by them"))
        self._add.setText(_("Add the person"))
        self._no.setText(_("Leave it"))
        self._judge(self.theirs.line.text())
        self._say_leaving()
        self._show(self._seats)

    def _show(self, found: list[Seat]) -> None:
        self._seats = found
        self._lines.show_lines(
            [
                (
                    f"{one.label} · {one.name}",
                    _("Take away…"),
                    partial(self._ask_leaving, one.label) if len(found) > 1 else None,
                )
                for one in found
            ]
        )

    def _ask_leaving(self, label_: str) -> None:
        self._leaving = label_
        self._say_leaving()
        self._yes.setFocus()

    def _say_leaving(self) -> None:
        text = _("{label} will not be able to unlock any more; what they did stays.")
        self._warning.setText(text.format(label=self._leaving))
        self._yes.setText(_("Take the passphrase away"))
        for one in (self._warning, self._yes, self._no):
            one.setVisible(bool(self._leaving))

    def _keep(self) -> None:
        self._leaving = ""
        self._say_leaving()

    def _remove(self) -> None:
        leaving = self._leaving
        self._keep()
        done = partial(self._removed, leaving)
        self._desk.ask(people.remove, leaving, on_done=done, on_error=self.failed.emit)

    def _removed(self, leaving: str, _nothing: None) -> None:
        self.removed.emit(leaving)
        self.ask()

    def _added(self, slot: Any) -> None:
        self.name.clear()
        self.initials.clear()
        self.added.emit(str(slot.label))
        self.ask()

    def _judge(self, typed: str) -> None:
        self._worth.setText(strength(typed, (self.name.text(),)))
        self._worth.setVisible(bool(typed))
