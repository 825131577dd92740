"""Page: the head every page shares, the banner under it, and room for the work."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.i18n import Text
from app.views.faults import told
from app.views.language import Retranslated
from app.views.theme import FAR, HALF, NEAR, TIGHT, WIDE, mark
from app.views.widgets.parts import Banner, button, label


class Page(Retranslated, QWidget):
    """A page: title, one sentence of what it is for, one main action at the right.

    Subclasses fill ``self.body`` and say their words in ``retranslate``, which calls ``head``.
    """

    acted = Signal()
    """The main action was chosen."""

    def __init__(self, parent: QWidget | None = None, *, action_icon: str = "plus") -> None:
        super().__init__(parent)
        self._strips: list[QWidget] = []
        self._is_main_allowed = True
        column = QVBoxLayout(self)
        column.setContentsMargins(FAR, WIDE, FAR, WIDE)
        column.setSpacing(HALF)
        self._top = QWidget(self)
        head = QHBoxLayout(self._top)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(NEAR)
        says = QVBoxLayout()
        says.setSpacing(TIGHT)
        self._title = label("title", self)
        self._purpose = label("hint", self)
        says.addWidget(self._title)
        says.addWidget(self._purpose)
        head.addLayout(says, 1)
        self.tools = QHBoxLayout()
        self.tools.setSpacing(NEAR)
        head.addLayout(self.tools)
        self.action: QPushButton = button(self, "main", action_icon, self.acted.emit)
        self.action.hide()
        head.addWidget(self.action, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self._top)
        self.banner = Banner(self)
        column.addWidget(self.banner)
        self.body = QVBoxLayout()
        self.body.setSpacing(HALF)
        column.addLayout(self.body, 1)

    def head(self, title: Text, purpose: Text = "", action: Text = "") -> None:
        """Say the page's title, its sentence and the words of its main action (none if empty)."""
        self._title.setText(str(title))
        self._purpose.setText(str(purpose))
        self._purpose.setVisible(bool(str(purpose)))
        self.action.setText(str(action))
        self._fit_main()
        self.setAccessibleName(str(title))

    def lend_main(self, strip: QWidget) -> None:
        """A strip with a main button of its own is open: the page's steps back until it closes."""
        self._strips.append(strip)
        self._fit_main()

    def return_main(self, strip: QWidget) -> None:
        """The strip closed: the page's main action is back once no other is open."""
        if strip in self._strips:
            self._strips.remove(strip)
            self._fit_main()

    def allow_main(self, allowed: bool) -> None:
        """Whether the main action can be done now; out of sight while it cannot."""
        self._is_main_allowed = allowed
        self._fit_main()

    def _fit_main(self) -> None:
        can = self._is_main_allowed and bool(self.action.text())
        self.action.setVisible(can and not self._strips)

    def give_way(self, whole: bool) -> None:
        """Give the body the whole page, for work that brings a head of its own, or take it back."""
        self._top.setVisible(not whole)
        column = self.layout()
        if column is not None:
            margins = (0, 0, 0, 0) if whole else (FAR, WIDE, FAR, WIDE)
            column.setContentsMargins(*margins)

    def retranslate(self) -> None:
        """Say every word anew; a page whose maker sets its words has none of its own."""

    def title(self) -> str:
        return self._title.text()

    def show_error(self, error: BaseException) -> None:
        """Tell what went wrong in the banner; meant as a job's ``on_error``."""
        state, sentence = told(error)
        self.banner.tell(state, sentence)

    def take_focus(self) -> None:
        """Put the cursor where work on this page begins; subclasses know better."""
        self.setFocus()

    def entered(self) -> None:
        """The page came to the front; subclasses read anew what may have changed."""


class BringsMain:
    """Mixed in before the Qt class of a strip that has the one main button while it is open."""

    _lender: Page | None = None

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)  # type: ignore[misc]
        above = self.parentWidget()  # type: ignore[attr-defined]
        while above is not None and not isinstance(above, Page):
            above = above.parentWidget()
        if above is not None and self._lender is None:
            self._lender = above
            above.lend_main(self)  # type: ignore[arg-type]

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)  # type: ignore[misc]
        lender, self._lender = self._lender, None
        if lender is not None:
            lender.return_main(self)  # type: ignore[arg-type]


class Pages(QStackedWidget):
    """Pages of which one is on show; it asks for the room of that one and no other."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.currentChanged.connect(self._changed)

    def sizeHint(self) -> QSize:
        shown = self.currentWidget()
        return shown.sizeHint() if shown is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        shown = self.currentWidget()
        return shown.minimumSizeHint() if shown is not None else super().minimumSizeHint()

    def _changed(self, _at: int) -> None:
        self.updateGeometry()


def scrolled(inner: QWidget, parent: QWidget, *, grows: bool = True) -> QScrollArea:
    """Return ``inner`` in a scroll area that follows its width, so that large text still fits.

    Without ``grows`` it takes what height is left and never asks for more.
    """
    area = QScrollArea(parent)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    mark(inner, kind="clear")
    area.setWidget(inner)
    if not grows:
        area.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
    return area
