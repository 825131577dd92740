"""Admitting a laptop: its six words compared, a role, its spaces, and the grant to take back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import _, lazy
from app.views import files
from app.views.desk import Desk
from app.views.language import Retranslated
from app.views.pages.waiting import Words
from app.views.project_reads import SpaceLine, admit
from app.views.theme import NEAR, TARGET, TIGHT
from app.views.widgets.page import BringsMain
from app.views.widgets.parts import Dropdown, button, clear, label
from app.views.widgets.section import Section

if TYPE_CHECKING:
    from app.models.vocabulary import Request

ROLES = {
    "facilitator": lazy("Facilitator"),
    "secretary": lazy("Secretary"),
    "observer": lazy("Observer"),
    "coordinator": lazy("Coordinator"),
}


class AdmitStrip(BringsMain, Retranslated, QWidget):
    """Opens in the page, never over it, once a request file was read."""

    admitted = Signal(str, str, str)
    """The laptop's short name, the file of its grant, and the project's six words."""
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._request: Request | None = None
        self._boxes: list[QCheckBox] = []
        self._offered: Sequence[SpaceLine] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._section = Section(self)
        column.addWidget(self._section)
        self.words = Words(self._section)
        self._section.column.addWidget(self.words)
        self.role = Dropdown(self._section)
        self.role.activated.connect(self._fit)
        self._role_caption, _field = self._section.add_field(self.role)
        self._spaces_caption = label("body", self._section)
        self._section.column.addWidget(self._spaces_caption)
        self._spaces = QHBoxLayout()
        self._spaces.setSpacing(TIGHT)
        self._section.column.addLayout(self._spaces)
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        self.yes = button(self._section, "main", "check", self.ask_where)
        self.no = button(self._section, "plain", "cross", self.hide)
        row.addWidget(self.yes)
        row.addWidget(self.no)
        row.addStretch(1)
        self._section.column.addLayout(row)
        self.hide()
        self.retranslate()

    def offer(self, offered: Sequence[SpaceLine]) -> None:
        """Offer these spaces, those with a key here to be ticked; what was ticked stays."""
        ticked = set(self._ticked())
        clear(self._spaces)
        self._boxes, self._offered = [], offered
        for one in offered:
            box = QCheckBox(one.label(), self._section)
            box.setChecked(one.id.hex() in ticked and one.has_key)
            box.setMinimumHeight(TARGET)
            self._boxes.append(box)
            self._spaces.addWidget(box)
        self._spaces.addStretch(1)
        self._fit()

    def show_request(self, request: Request, phrase: str) -> None:
        """Show the words of a request that was read."""
        self._request = request
        self.words.show_words(phrase)
        self.show()
        self.role.setFocus()

    def ask_where(self) -> None:
        """The words were the same: ask where the grant goes, and admit."""
        path = files.to_save(self, _("Save the grant"), "laptop.kipu-grant")
        if path is None or self._request is None:
            return
        names = tuple(self._ticked()) if self._needs_spaces() else ()
        self._desk.do(
            admit, self._request, self.role.currentData(), names, path,
            on_done=partial(self._done, path), on_error=self.failed.emit,
        )  # fmt: skip

    def retranslate(self) -> None:
        self._section.say(
            _("Admit a laptop"),
            _("Have these six words read to you from the other laptop. They must be the same."),
        )
        self._role_caption.setText(_("&Role"))
        chosen = max(self.role.currentIndex(), 0)
        self.role.clear()
        for code, text in ROLES.items():
            self.role.addItem(str(text), code)
        self.role.setCurrentIndex(chosen)
        self.role.setAccessibleName(_("Role"))
        self._spaces_caption.setText(_("In these spaces:"))
        self.yes.setText(_("They are the same: admit and save the grant…"))
        self.no.setText(_("They differ"))

    def _needs_spaces(self) -> bool:
        return bool(self.role.currentData() != "coordinator")

    def _fit(self, _index: int = 0) -> None:
        self._spaces_caption.setVisible(self._needs_spaces())
        for one, box in zip(self._offered, self._boxes, strict=True):
            box.setEnabled(self._needs_spaces() and one.has_key)

    def _ticked(self) -> list[str]:
        """The ids of the spaces that are ticked."""
        both = zip(self._offered, self._boxes, strict=True)
        return [one.id.hex() for one, box in both if box.isChecked()]

    def _done(self, path: Path, found: Any) -> None:
        code, phrase = found
        self._request = None
        self.hide()
        self.admitted.emit(code, path.name, phrase)
