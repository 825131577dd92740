"""The small parts: button, caption, chip, banner, empty state, "kept 14:02"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, Protocol, runtime_checkable

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import Text, _
from app.views import icons, words
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, TARGET, TIGHT, WIDE, Role, mark, theme

State = Literal["", "info", "warning", "danger", "done"]
_ICON: dict[State, tuple[str, Role]] = {
    "": ("info", "muted"),
    "info": ("info", "info"),
    "warning": ("warning", "warning"),
    "danger": ("danger", "danger"),
    "done": ("done", "primary"),
}
KEYS = "kipuKeys"
"""The property that holds the keys of a button, for Ctrl+K and the help."""
ButtonKind = Literal["plain", "main", "danger", "link", "choice", "nav"]


def label(type_: str = "body", parent: QWidget | None = None, *, wrap: bool = True) -> QLabel:
    """Return a plain-text label of one type size; it never reads markup out of data."""
    made = QLabel(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    mark(made, type=type_)
    return made


def button(
    parent: QWidget,
    kind: ButtonKind = "plain",
    icon: str = "",
    on_click: Callable[[], object] | None = None,
) -> QPushButton:
    """Return a button of one of the few kinds; its words are set by ``retranslate``."""
    made = QPushButton(parent)
    made.setMinimumHeight(TARGET)
    # Enter presses the button that has the focus, as Space does; on a choice it goes on.
    made.setAutoDefault(kind != "choice")
    mark(made, kind=kind)
    if icon:
        icons.put(made, icon, _button_role(kind), on="on_primary" if kind == "choice" else None)
    if on_click is not None:
        made.clicked.connect(on_click)
    return made


def rank(made: QPushButton, kind: ButtonKind, icon: str) -> None:
    """Make a button the main one, or let it give way to another: a page has one at a time."""
    mark(made, kind=kind)
    icons.put(made, icon, _button_role(kind))


def _button_role(kind: ButtonKind) -> Role:
    roles: dict[ButtonKind, Role] = {"main": "on_primary", "danger": "danger", "link": "info"}
    return roles.get(kind, "ink")


def tool(parent: QWidget, icon: str, on_click: Callable[[], object] | None = None) -> QToolButton:
    """Return an icon button; whoever makes it gives it words with ``name``."""
    made = QToolButton(parent)
    made.setMinimumSize(TARGET, TARGET)
    made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    icons.put(made, icon)
    if on_click is not None:
        made.clicked.connect(on_click)
    return made


def name(widget: QWidget, text: Text, shortcut: str = "") -> None:
    """Give an icon button or a bare control its words: for the pointer and for screen readers."""
    widget.setAccessibleName(str(text))
    widget.setToolTip(f"{text} ({shortcut})" if shortcut else str(text))
    widget.setProperty(KEYS, shortcut)


def pair(caption: QLabel, field: QWidget, parent: QWidget) -> QWidget:
    """Return a caption with its field beside it, which stay together where a line breaks."""
    made = QWidget(parent)
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(NEAR)
    caption.setBuddy(field)
    row.addWidget(caption)
    row.addWidget(field)
    return made


def clear(layout: QLayout) -> None:
    """Take everything out of ``layout`` and delete it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)


@runtime_checkable
class TakesFocus(Protocol):
    """A widget that knows which of its parts the cursor belongs into."""

    def take_focus(self) -> None: ...


class Elided(QLabel):
    """One line that ends in "…" where there is no room for all of it."""

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self.fontMetrics().averageCharWidth() * 6), hint.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        room = self.contentsRect()
        if self.fontMetrics().horizontalAdvance(self.text()) <= room.width():
            super().paintEvent(event)
            return
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(self.alignment().value), shown)
        painter.end()


def line(type_: str = "body", parent: QWidget | None = None) -> Elided:
    """Return a label of one line that gives way when the window is narrow."""
    made = Elided(parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    mark(made, type=type_)
    return made


class Dropdown(QComboBox):
    """A box to choose from, with its arrow in the palette's ink whatever the appearance."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _draw_arrows(self, (-2, _ARROW))


class Spin(QSpinBox):
    """A whole number to type or to step, with its arrows in the palette's ink."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # A stylesheet reaches the frame, not the line in it.
        self.lineEdit().setTextMargins(NEAR - 1, 0, 0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        _draw_arrows(self, (-4, -_ARROW), (4, _ARROW))


_ARROW: Final = 4


def _draw_arrows(box: QWidget, *arrows: tuple[int, int]) -> None:
    """Draw arrows at a box's right end, each so far below its middle and pointing so far down, in
    pixels at text size 1."""
    painter = QPainter(box)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme().colour("muted"), 1.75))
    painter.translate(box.width() - 16, box.height() / 2)
    painter.scale(theme().scale, theme().scale)
    for y, tip in arrows:
        painter.drawPolyline([QPointF(-_ARROW, y), QPointF(0, y + tip), QPointF(_ARROW, y)])
    painter.end()


class Chip(QFrame):
    """A state in a word, with its icon and colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(NEAR, 2, NEAR, 2)
        row.setSpacing(TIGHT)
        self._icon = QLabel(self)
        self._word = label("caption", self, wrap=False)
        row.addWidget(self._icon)
        row.addWidget(self._word)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        mark(self, kind="chip")

    def show_state(self, state: State, word: str, icon: str = "") -> None:
        """Show ``word`` in the colour of ``state``."""
        default, role = _ICON[state]
        icons.put(self._icon, icon or default, role, 16)
        self._word.setText(word)
        mark(self, state=state)
        mark(self._word, type="caption")
        self.setAccessibleName(word)


class KeptLabel(Retranslated, QLabel):
    """Says when what was typed was last kept: "kept 14:02"."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._at_ms: int | None = None
        self._unkept = False
        mark(self, type="caption")
        self.retranslate()

    def keeping(self) -> None:
        """Something was typed that is not yet kept."""
        self._unkept = True
        self.retranslate()

    def kept(self, at_ms: int) -> None:
        """Everything typed so far was kept at ``at_ms``."""
        self._at_ms, self._unkept = at_ms, False
        self.retranslate()

    def retranslate(self) -> None:
        if self._unkept:
            self.setText(_("keeping…"))
        elif self._at_ms is None:
            self.setText("")
        else:
            self.setText(_("kept {time}").format(time=words.clock(self._at_ms)))


class Banner(QFrame):
    """News on the page itself: what happened, what is safe, what to do. Never a dialog."""

    acted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: State = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(HALF, NEAR, NEAR, NEAR)
        row.setSpacing(NEAR)
        self._icon = QLabel(self)
        self._text = label("body", self)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._action = button(self, on_click=self.acted.emit)
        self._close = tool(self, "cross", self.dismiss)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        row.addWidget(self._action, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        mark(self, kind="banner")
        self.hide()

    def tell(self, state: State, text: str, action: str = "") -> None:
        """Show ``text``; ``action`` is the word on the one button that helps, none when empty."""
        default, role = _ICON[state]
        icons.put(self._icon, default, role, 20)
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        name(self._close, _("Close this message"))
        mark(self, state=state)
        self._state = state
        self.setAccessibleName(text)
        self.show()

    def take_focus(self) -> None:
        """Put the focus on the button that helps, so that Enter is its answer."""
        self._action.setFocus()

    def text(self) -> str:
        """Return the sentence on show, empty when the banner is closed."""
        return "" if self.isHidden() else self._text.text()

    def state(self) -> State:
        """Return the state of the news on show, empty when the banner is closed."""
        return "" if self.isHidden() else self._state

    def dismiss(self) -> None:
        self.hide()
        self.closed.emit()


class EmptyState(QWidget):
    """What a page without content says: a picture, a sentence and the first step."""

    acted = Signal()

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, WIDE, WIDE, WIDE)
        column.setSpacing(HALF)
        column.addStretch(2)
        self._picture = QLabel(self)
        icons.put(self._picture, icon, "muted", 48)
        self._sentence = label("hint", self)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._step = button(self, on_click=self.acted.emit)
        column.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._sentence)
        column.addWidget(self._step, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def say(self, sentence: str, step: str = "") -> None:
        """Show the sentence and, unless empty, a button for the first step."""
        self._sentence.setText(sentence)
        self._step.setText(step)
        self._step.setVisible(bool(step))
