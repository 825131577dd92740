"""A place, by typing or by going down the tree of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Protocol, runtime_checkable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from app.i18n import Text, _, lazy
from app.models.fields import Reference
from app.models.queries.places import ARROW, Spot
from app.models.records import kind
from app.views.theme import theme
from app.views.widgets.link_input import LinkInput, Lookup
from app.views.widgets.parts import name, tool

AnyIndex = QModelIndex | QPersistentModelIndex
_ROWS: Final = 6
_PLACE: Final = lazy("Place")
_ID: Final = Qt.ItemDataRole.UserRole
_UNREAD: Final = Qt.ItemDataRole.UserRole + 1


@runtime_checkable
class Tree(Protocol):
    """Knows what a place consists of."""

    def below(self, place: str, answer: Callable[[Any], object]) -> None:
        """Call ``answer`` on the window's thread with the `Spot`s below a place, "" for the top."""


class PlaceInput(LinkInput):
    """Typed like any reference ("Arajuno Curaray"); Alt+Down or the button opens the tree."""

    def __init__(self, field: Reference, lookup: Lookup, parent: QWidget | None = None) -> None:
        self._tree: PlaceTree | None = None
        self._open = None
        super().__init__(field, lookup, parent)
        if isinstance(lookup, Tree) and not field.automatic:
            self._open = tool(self, "outline", self.toggle_tree)
            self._line.addWidget(self._open)
            self._edit.installEventFilter(self)
            self.relabel()

    def relabel(self) -> None:
        super().relabel()
        if self._open is not None:
            name(self._open, f"{self.field.label}: {_('choose from the tree')}", "Alt+↓")
        if self._tree is not None:
            self._tree.retranslate()

    def tree(self) -> PlaceTree | None:
        """Return the tree while it is open."""
        return self._tree

    def toggle_tree(self) -> None:
        """Show the tree under the field, or put it away."""
        if self._tree is None:
            self._tree = PlaceTree(self._lookup, self)
            self._tree.chosen.connect(self._picked)
            self._column.addWidget(self._tree)
            self._tree.setFocus()
        else:
            self._tree.hide()
            self._tree.deleteLater()
            self._tree = None
            self._edit.setFocus()

    def eventFilter(self, watched: Any, event: Any) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QKeyEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Down
            and event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            self.toggle_tree()
            return True
        return super().eventFilter(watched, event)

    def _picked(self, id_: str, label: str) -> None:
        self.toggle_tree()
        self.choose(id_, label)


class PlaceTree(QTreeWidget):
    """The catalogue as a tree, each place read when it is opened. Enter chooses, Esc leaves."""

    chosen = Signal(str, str)
    """The id of a place and its path."""

    def __init__(self, tree: Any, parent: PlaceInput) -> None:
        super().__init__(parent)
        self._source: Tree = tree
        self._owner = parent
        self.setHeaderHidden(True)
        self.setColumnCount(2)
        self.setUniformRowHeights(True)
        self.setMinimumHeight(theme().row() * _ROWS)
        self.itemExpanded.connect(self._expanded)
        self.itemActivated.connect(self._activated)
        self.retranslate()
        self._source.below("", self._show_top)

    def retranslate(self) -> None:
        self.setAccessibleName(_("The tree of places"))

    def drawBranches(self, painter: QPainter, rect: QRect, index: AnyIndex) -> None:
        if self.selectionModel().isSelected(index):
            # The arrow has one colour, which would drown in the chosen row's.
            painter.fillRect(rect, self.palette().base())
        super().drawBranches(painter, rect, index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._owner.toggle_tree()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if (item := self.currentItem()) is not None:
                self._activated(item)
        else:
            super().keyPressEvent(event)

    def _show_top(self, spots: Sequence[Spot]) -> None:
        for spot in spots:
            self.addTopLevelItem(_item(spot))
        if (first := self.topLevelItem(0)) is not None:
            self.setCurrentItem(first)
        self.resizeColumnToContents(0)

    def _expanded(self, item: QTreeWidgetItem) -> None:
        if item.data(0, _UNREAD):
            item.setData(0, _UNREAD, False)
            self._source.below(item.data(0, _ID), partial(self._show_below, item))

    def _show_below(self, item: QTreeWidgetItem, spots: Sequence[Spot]) -> None:
        item.addChildren([_item(spot) for spot in spots])
        self.resizeColumnToContents(0)

    def _activated(self, item: QTreeWidgetItem, _column: int = 0) -> None:
        names = [item.text(0)]
        above = item.parent()
        while above is not None:
            names.insert(0, above.text(0))
            above = above.parent()
        self.chosen.emit(item.data(0, _ID), ARROW.join(names))


def _item(spot: Spot) -> QTreeWidgetItem:
    level = kind("place").field("level").format(spot.level)
    item = QTreeWidgetItem([spot.name, level])
    item.setData(0, _ID, spot.id)
    item.setData(0, _UNREAD, spot.has_parts)
    if spot.has_parts:
        item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
    return item


class PlacePicker(PlaceInput):
    """A place asked for outside a record's editor: a filter, a wizard."""

    def __init__(self, lookup: Lookup, label: Text = _PLACE, parent: QWidget | None = None) -> None:
        super().__init__(Reference("place", label, kind="place"), lookup, parent)
