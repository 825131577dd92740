"""The strip under the text of a meeting: motion, resolution and commitment, never a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCompleter,
    QFrame,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.i18n import Text, _, lazy
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, TIGHT, WIDE, mark, theme
from app.views.widgets.flow import Flow
from app.views.widgets.parts import Dropdown, button, label

Options = Sequence[tuple[str, Any]]
"""What a box offers: words and what they stand for."""


def flowing(parent: QWidget) -> tuple[QWidget, Flow]:
    """Return a widget whose children flow into the next line, and its layout."""
    holder = QWidget(parent)
    flow = Flow(holder)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder, flow


class Words(QPlainTextEdit):
    """A short paragraph: Enter is done with it, Shift+Enter begins a line, Tab leaves."""

    entered = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        theme().changed.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not shifted:
            self.entered.emit()
        else:
            super().keyPressEvent(event)

    def _fit(self) -> None:
        self.setFixedHeight(round(theme().row() * 1.8))


class Strip(Retranslated, QFrame):
    """Fields in one or two lines; Enter keeps them, Esc closes. Subclasses say what is kept.

    What is refused is said in the strip, and what was typed stays.
    """

    kept = Signal()
    closed = Signal()
    resized = Signal()
    """It needs more or less room than before."""

    heading: Text = ""
    keep_word: Text = lazy("Keep (Enter)")

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._captions: list[tuple[QLabel, Text]] = []
        self.buttons: dict[str, QPushButton] = {}
        """Buttons between keeping and closing, by what they are for; `_build` makes them."""
        mark(self, kind="card")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(WIDE, HALF, WIDE, HALF)
        self.column.setSpacing(NEAR)
        self._title = label("section", self)
        self._refusal = label("refused", self)
        self._refusal.hide()
        self.column.addWidget(self._title)
        holder, self._flow = flowing(self)
        self._above, self._below = QVBoxLayout(), QVBoxLayout()
        for part in (self._above, self._below):
            part.setSpacing(TIGHT)
        self._build()
        self.column.addLayout(self._above)
        self.column.addWidget(holder)
        self.column.addLayout(self._below)
        self.column.addWidget(self._refusal)
        self._make_foot()
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.dismiss)
        self.hide()
        self.retranslate()

    def _make_foot(self) -> None:
        self._keep = button(self, "main", "check", self.accept)
        self._cancel = button(self, "plain", "", self.dismiss)
        foot, flow = flowing(self)
        row = (self._keep, *self.buttons.values(), self._cancel)
        for made in row:
            flow.addWidget(made)
        for one, following in pairwise(row):
            QWidget.setTabOrder(one, following)
        self.column.addWidget(foot)

    def _build(self) -> None:
        """Make the fields."""

    def first(self) -> QWidget:
        """Return the field the cursor goes into."""
        raise NotImplementedError

    def problem(self) -> str:
        """Return why what stands in the fields cannot be kept, empty when it can."""
        return ""

    def begin(self) -> None:
        """Show the strip with the cursor in its first field."""
        self.refuse("")
        self.show()
        self.first().setFocus()

    def accept(self) -> None:
        """Keep what stands in the fields, or say why not."""
        reason = self.problem()
        self.refuse(reason)
        if not reason:
            self.kept.emit()

    def refuse(self, reason: str) -> None:
        """Say why it was not kept."""
        had = self._refusal.text()
        self._refusal.setText(reason)
        self._refusal.setVisible(bool(reason))
        if reason != had:
            self.resized.emit()

    def refusal(self) -> str:
        return self._refusal.text()

    def dismiss(self) -> None:
        self.hide()
        self.closed.emit()

    def retranslate(self) -> None:
        self._title.setText(str(self.heading))
        self.setAccessibleName(str(self.heading))
        self._keep.setText(str(self.keep_word))
        self._cancel.setText(_("Close (Esc)"))
        for caption, text in self._captions:
            caption.setText(str(text))

    # -- for subclasses ------------------------------------------------------------------------

    def _touched(self) -> None:
        """Something is typed or chosen: what was refused before is past."""
        if self.refusal():
            self.refuse("")

    def _wide(self, text: Text, field: QWidget) -> None:
        """Add a field that takes the whole width."""
        self._above.addWidget(self._caption(text, field))
        self._above.addWidget(field)

    def _narrow(
        self, text: Text, field: QWidget, letters: int, flow: Flow | None = None
    ) -> QWidget:
        """Add a field beside others, wide enough for so many letters; return it with its caption."""
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(TIGHT)
        column.addWidget(self._caption(text, field))
        column.addWidget(field)
        field.setMinimumWidth(letters * field.fontMetrics().averageCharWidth())
        (flow or self._flow).addWidget(holder)
        return holder

    def _caption(self, text: Text, field: QWidget) -> QLabel:
        caption = label("caption", self)
        caption.setBuddy(field)
        self._captions.append((caption, text))
        return caption

    def _words(self) -> Words:
        made = Words(self)
        made.entered.connect(self.accept)
        made.textChanged.connect(self._touched)
        return made

    def _line(self) -> QLineEdit:
        made = QLineEdit(self)
        made.returnPressed.connect(self.accept)
        made.textChanged.connect(self._touched)
        return made

    def _box(self) -> Dropdown:
        made = _Box(self)
        made.entered.connect(self.accept)
        made.setSizeAdjustPolicy(Dropdown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(8)
        made.currentIndexChanged.connect(self._touched)
        return made


class _Box(Dropdown):
    """A box whose Enter keeps the strip it stands in."""

    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
        else:
            super().keyPressEvent(event)


def fill(box: Dropdown, options: Options, chosen: Any = None) -> None:
    """Offer ``options``, ``chosen`` selected where it is among them, else the first."""
    box.clear()
    for words, data in options:
        box.addItem(words, data)
    at = next((n for n, (_words, data) in enumerate(options) if data == chosen), 0)
    box.setCurrentIndex(at if options else -1)


def complete(line: QLineEdit, names: Sequence[str]) -> None:
    """Offer ``names`` while typing; anything else may be typed all the same."""
    completer = QCompleter(list(names), line)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setFilterMode(Qt.MatchFlag.MatchContains)
    line.setCompleter(completer)


def completed(typed: str, names: Sequence[str]) -> str:
    """Return the one name that a few letters mean, else what was typed."""
    plain = typed.strip().casefold()
    fitting = [one for one in names if plain and plain in one.casefold()]
    return fitting[0] if len(fitting) == 1 else typed.strip()


class Columns(QWidget):
    """Asks for no more room than it must have: a strip takes what it needs first."""

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def hasHeightForWidth(self) -> bool:
        return False


class StripArea(QScrollArea):
    """Where strips are shown: as high as the strip, lower and scrolling where there is no room."""

    def __init__(self, inner: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._needed = 0
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        mark(inner, kind="clear")
        self.setWidget(inner)
        self.hide()

    def fit(self, needed: int, *, whole: bool) -> None:
        """Take so many pixels where there are as many, or the whole page."""
        self._needed = needed
        vertical = QSizePolicy.Policy.Expanding if whole else QSizePolicy.Policy.Maximum
        self.setSizePolicy(QSizePolicy.Policy.Preferred, vertical)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._needed)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(self._needed, 3 * theme().row()))
