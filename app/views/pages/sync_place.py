"""A place to sync with, being added or changed: its kind, the few fields that needs, and a try."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _
from app.models.remotes.kinds import BY_ID, KINDS, Field
from app.models.remotes.known import MOST_RATE
from app.models.remotes.trying import Trial
from app.views import files
from app.views.desk import Desk
from app.views.faults import told
from app.views.language import Retranslated
from app.views.pages import sync_reads as work
from app.views.pages.sync_reads import Filled
from app.views.theme import HALF, NEAR, TARGET, TIGHT
from app.views.widgets.page import BringsMain
from app.views.widgets.parts import Chip, Dropdown, Spin, State, button, clear, label
from app.views.widgets.section import Section

_WIDE: Final = ("folder", "web", "kipu")
"""Kinds whose first line holds a whole address."""


class PlaceStrip(BringsMain, Retranslated, QWidget):
    """Opens in the page, never over it; only what its kind needs is asked."""

    kept = Signal(str)
    """The name of the place that was added or changed."""
    left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._id, self._host_key, self._offered = 0, "", ""
        self._fields: dict[str, QLineEdit] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._section = Section(self)
        column.addWidget(self._section)
        self.kind = Dropdown(self._section)
        self.kind.activated.connect(self._rebuild)
        self._kind_caption, _field = self._section.add_field(self.kind)
        self._room = QWidget(self._section)
        self._grid = _grid(self._room)
        self._section.column.addWidget(self._room)
        wishes = QWidget(self._section)
        self.name, self.rate = QLineEdit(wishes), Spin(wishes)
        self.rate.setRange(0, MOST_RATE)
        self._name_caption, self._rate_caption = QLabel(wishes), QLabel(wishes)
        pairs = ((self._name_caption, self.name), (self._rate_caption, self.rate))
        grid = _grid(wishes)
        for at, (caption, field) in enumerate(pairs):
            caption.setBuddy(field)
            grid.addWidget(caption, 0, at)
            grid.addWidget(field, 1, at)
        self._section.column.addWidget(wishes)
        self.essentials, self.automatic = (self._tick(), self._tick())
        self._lay_out_result()
        row = self._section.add_row()
        self.yes = button(self._section, "main", "check", self.keep)
        self.trying = button(self._section, "plain", "sync", self.try_it)
        self.no = button(self._section, "plain", "cross", self.leave)
        for one in (self.yes, self.trying, self.no):
            row.addWidget(one)
        self.hide()
        self._say_kinds()
        self.retranslate()

    # -- what it holds -------------------------------------------------------------------------

    def open_new(self) -> None:
        """Ask for a new place."""
        self.show_filled(Filled(KINDS[0].id, {}))

    def show_filled(self, filled: Filled) -> None:
        """Show a place as it is remembered; no secret is shown."""
        self._id, self._host_key = filled.id, filled.host_key
        self.kind.setCurrentIndex(self.kind.findData(filled.kind))
        self.kind.setEnabled(not filled.id)
        self._build(dict(filled.fields))
        self.name.setText(filled.name)
        self.essentials.setChecked(filled.essentials)
        self.automatic.setChecked(filled.is_automatic)
        self.rate.setValue(filled.rate)
        self._tell(None)
        self.retranslate()
        self.show()
        (self.name if filled.id else self.kind).setFocus()
        QTimer.singleShot(0, self, self._come_up)

    def filled(self) -> Filled:
        """Return what is typed."""
        return Filled(
            str(self.kind.currentData()), self._typed(), self.name.text(), self._id, self._host_key,
            self.automatic.isChecked(), self.essentials.isChecked(), self.rate.value(),
        )  # fmt: skip

    def line(self, field: str) -> QLineEdit:
        """Return the line of a field of this kind."""
        return self._fields[field]

    def asked(self) -> list[str]:
        """Return the fields that are asked, in order."""
        return list(self._fields)

    def result(self) -> str:
        """Return what trying came to, as it reads."""
        return "" if self._said.isHidden() else self._said.text()

    # -- what is done --------------------------------------------------------------------------

    def try_it(self) -> None:
        """Ask the place whether it would do; nothing is kept."""
        self._allow(False)
        self._show_result("info", _("trying"), _("Asking the place…"))
        self._desk.ask(
            work.try_place, self.filled(), on_done=self.show_trial, on_error=self._failed
        )

    def trust(self) -> None:
        """Somebody compared the key of the server: it is the right one."""
        self._host_key = self._offered
        self.try_it()

    def keep(self) -> None:
        """Remember the place as it is filled in, whether it can be reached now or not."""
        self._allow(False)
        self._desk.do(
            work.keep_place, self.filled(), on_done=self._done, on_error=self._failed,
            remember=False,
        )  # fmt: skip

    def leave(self) -> None:
        """Forget what was typed."""
        self._forget()
        self.left.emit()

    def choose(self, field: str) -> None:
        """Choose a folder or a key file in the system's way."""
        ask = files.to_choose if field == "folder" else files.to_open
        path = ask(self, self._fields[field].accessibleName())
        if path is not None:
            self._fields[field].setText(str(path))
            self._fields[field].setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def show_trial(self, trial: Trial) -> None:
        """Show what trying came to."""
        self._allow(True)
        self._tell(trial)

    def _failed(self, error: BaseException) -> None:
        self._allow(True)
        state, sentence = told(error)
        self._show_result(state, _("not yet"), sentence)

    def _done(self, name: str) -> None:
        self._allow(True)
        self._forget()
        self.kept.emit(name)

    def _forget(self) -> None:
        clear(self._grid)
        self._fields = {}
        self.hide()

    def _tell(self, trial: Trial | None) -> None:
        key = "" if trial is None else trial.host_key
        self._offered = key
        self._fingerprint.setText(key)
        for part in (self._fingerprint, self.trusting):
            part.setVisible(bool(key))
        if trial is None:
            self._chip.hide()
            self._said.hide()
            return
        said = " ".join([trial.message, *trial.warnings])
        if trial.ok:
            self._show_result("done", _("works"), said)
        elif trial.is_empty:
            text = _(
                "It answers and can be written to. There is no share of this project there yet."
            )
            self._show_result("info", _("empty"), text)
        else:
            self._show_result("warning" if key else "danger", _("not yet"), said)
        if key:
            self.trusting.setFocus()

    def _show_result(self, state: State, word: str, text: str) -> None:
        self._chip.show_state(state, word)
        self._said.setText(text)
        self._chip.show()
        self._said.show()
        QTimer.singleShot(0, self, self._come_up)

    def _allow(self, free: bool) -> None:
        for one in (self.yes, self.trying, self.trusting):
            one.setEnabled(free)

    def _come_up(self) -> None:
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None and self.isVisible():
            last = self.trusting if self.trusting.isVisible() else self.yes
            for part in (self, last if self._chip.isVisible() else self.focusWidget()):
                if part is not None:
                    area.ensureWidgetVisible(part, 0, NEAR)

    # -- how it is made ------------------------------------------------------------------------

    def _tick(self) -> QCheckBox:
        made = QCheckBox(self._section)
        made.setMinimumHeight(TARGET)
        self._section.column.addWidget(made)
        return made

    def _lay_out_result(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        self._chip = Chip(self._section)
        self._said = label("body", self._section)
        row.addWidget(self._chip, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._said, 1)
        self._section.column.addLayout(row)
        self._fingerprint = label("body", self._section)
        self._fingerprint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.trusting = button(self._section, "plain", "check", self.trust)
        self._section.column.addWidget(self._fingerprint)
        self._section.column.addWidget(self.trusting, 0, Qt.AlignmentFlag.AlignLeft)

    def _rebuild(self, _index: int = 0) -> None:
        self._host_key = ""
        self._build(self._typed())
        self._tell(None)

    def _typed(self) -> dict[str, str]:
        return {id_: line.text() for id_, line in self._fields.items()}

    def _build(self, values: dict[str, str]) -> None:
        """Ask what this kind needs; what was typed for another kind stays where it fits."""
        clear(self._grid)
        self._fields = {}
        kind = BY_ID[str(self.kind.currentData())]
        before: QWidget = self.kind
        for field in kind.fields:
            line = self._add(field, kind.id, values.get(field.id, ""))
            QWidget.setTabOrder(before, line)
            before = line
        QWidget.setTabOrder(before, self.name)

    def _add(self, field: Field, kind: str, value: str) -> QLineEdit:
        caption, line = QLabel(str(field.label), self._room), QLineEdit(value, self._room)
        caption.setBuddy(line)
        line.setAccessibleName(str(field.label))
        line.returnPressed.connect(self.try_it)
        self._fields[field.id] = line
        cell = QVBoxLayout()
        cell.setSpacing(TIGHT)
        cell.addWidget(caption)
        row = QHBoxLayout()
        row.setSpacing(TIGHT)
        row.addWidget(line, 1)
        if field.secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
            line.setPlaceholderText(_("as it is kept") if self._id else "")
        if field.id == "key" or (field.id, kind) == ("folder", "folder"):
            choose = button(self._room, "plain", "folder", partial(self.choose, field.id))
            choose.setText(_("Choose…"))
            row.addWidget(choose)
        cell.addLayout(row)
        hint = label("caption", self._room)
        hint.setText(str(field.hint or ""))
        cell.addWidget(hint)
        cell.addStretch(1)
        if kind in _WIDE and len(self._fields) == 1:
            self._grid.addLayout(cell, 0, 0, 1, 2)
        else:
            at = len(self._fields) - 1 + (kind in _WIDE)
            self._grid.addLayout(cell, at // 2, at % 2)
        return line

    def _say_kinds(self) -> None:
        chosen = self.kind.currentData() or KINDS[0].id
        self.kind.clear()
        for kind in KINDS:
            self.kind.addItem(str(kind.label), kind.id)
        self.kind.setCurrentIndex(max(self.kind.findData(chosen), 0))

    def retranslate(self) -> None:
        self._section.say(
            _("Change a place") if self._id else _("Add a place"),
            _("Every laptop of the project that can reach it may sync with it. The password stays "
              "encrypted on this laptop."),
        )  # fmt: skip
        self._kind_caption.setText(_("&Kind of place"))
        self._name_caption.setText(_("&Name"))
        self.name.setPlaceholderText(_("for example: office"))
        self.essentials.setText(_("Words only: photographs and files wait"))
        self.automatic.setText(_("Sync by itself when it is there, once it was synced with"))
        self._rate_caption.setText(_("At most, KB a second (0: no limit)"))
        self.yes.setText(_("Keep this place"))
        self.trying.setText(_("Try it"))
        self.no.setText(_("Leave it"))
        self.trusting.setText(_("It is the same: trust this key"))
        self._say_kinds()
        if not self.isHidden():
            self._build(self._typed())


def _grid(room: QWidget) -> QGridLayout:
    """Two columns of the same width."""
    made = QGridLayout(room)
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(HALF)
    made.setVerticalSpacing(TIGHT)
    for column in (0, 1):
        made.setColumnStretch(column, 1)
        made.setColumnMinimumWidth(column, 1)
    return made
