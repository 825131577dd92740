"""Which space the lists show: one choice shared by all pages."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.shared import Shared
from app.views.widgets.parts import Dropdown


class SpaceChooser(Retranslated, Dropdown):
    """A dropdown of the spaces work is done in; hidden where there is nothing to choose."""

    def __init__(self, shared: Shared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shared = shared
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self._chosen)
        shared.space_chosen.connect(self.show_choice)
        shared.facts_changed.connect(self._fill)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(_("Space"))
        self._fill()

    def show_choice(self) -> None:
        """Show what is chosen now."""
        self.setCurrentIndex(max(self.findData(self._shared.space), 0))

    def _fill(self) -> None:
        found = self._shared.own_spaces()
        self.clear()
        self.addItem(_("All spaces"), None)
        for space in found:
            self.addItem(space.name, space.id)
        self.show_choice()
        self.setVisible(len(found) > 1)

    def _chosen(self, _index: int) -> None:
        self._shared.choose_space(self.currentData())
