"""The spaces of a project, on the coordinator's page: adding one, and calling one something else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.project_reads import SpaceLine
from app.views.widgets.parts import button
from app.views.widgets.section import Section


class SpacesSection(Retranslated, Section):
    """Lines with the names; the field below takes a new space's name, or one's new name."""

    added = Signal(str)
    """The name of a space that is to be."""
    renamed = Signal(object, str)
    """A `SpaceLine`, and what it is to be called."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._shown: Sequence[SpaceLine] = ()
        self._one: SpaceLine | None = None
        self.lines = self.add_list()
        self.name = QLineEdit(parent)
        self.name.returnPressed.connect(self.accept)
        self._caption, _edit = self.add_field(self.name)
        row = self.add_row()
        self._add = button(self, "plain", "plus", self.accept)
        self._leave = button(self, "link", "", self.leave)
        row.addWidget(self._add)
        row.addWidget(self._leave)
        escape = QShortcut(QKeySequence("Esc"), self.name, self.leave)
        escape.setContext(Qt.ShortcutContext.WidgetShortcut)
        self.retranslate()

    def show_spaces(self, shown: Sequence[SpaceLine]) -> None:
        """Show these; whoever is renaming one goes on."""
        self._shown = shown
        if self._one is not None:
            renaming = self._one.id
            self._one = next((one for one in shown if one.id == renaming), None)
            if self._one is None:
                self.leave()
        self._show()

    def retranslate(self) -> None:
        self._leave.setText(_("Leave it as it is"))
        self._show()

    def accept(self) -> None:
        """Take what was typed: a new space, or another name of the one that was chosen."""
        name = self.name.text()
        if not name.strip():
            self.name.setFocus()
        elif self._one is None:
            self.added.emit(name)
        elif self._one.has_key and name.strip() == self._one.given_name:
            self.leave()
        else:
            self.renamed.emit(self._one, name)

    def leave(self) -> None:
        """Empty the field: what comes next is a new space."""
        self._one = None
        self.name.clear()
        self._show()

    def begin(self, one: SpaceLine) -> None:
        """Let the name of a space be typed over."""
        self._one = one
        self.name.setText(one.given_name if one.has_key else "")
        self.name.setFocus()
        self.name.selectAll()
        self._show()

    def _show(self) -> None:
        rename, anew = _("Rename…"), _("Begin anew…")
        self.lines.show_lines([
            (one.label(), rename if one.has_key else anew, partial(self.begin, one))
            for one in self._shown
        ])  # fmt: skip
        one = self._one
        if one is None:
            self._caption.setText(_("&Name of a new space"))
            self._add.setText(_("Add the space"))
        else:
            self._caption.setText(_("&New name of “{name}”").format(name=one.name))
            self._add.setText(_("Rename it") if one.has_key else _("Begin it anew"))
        self._leave.setVisible(one is not None)
