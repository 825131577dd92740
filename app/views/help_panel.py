"""F1: the help of the page one is on, beside the page itself, with no network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from app.i18n import _
from app.views import help as pages
from app.views.actions import Offered
from app.views.language import Retranslated
from app.views.theme import HALF, NEAR, WIDE, mark, theme
from app.views.widgets.parts import button, label, name, tool

_WIDTH: Final = 460
_SCHEME: Final = "help"
_FEWEST: Final = 2


class _Browser(QTextBrowser):
    """Shows what it is given and loads nothing, from here or from anywhere."""

    def loadResource(self, kind: int, url: QUrl | str) -> Any:
        del kind, url
        return None


class HelpPanel(Retranslated, QFrame):
    """A column over the right of the window: a page of the help, or what was found in all of it.

    Typing searches, Enter opens the first page found, Esc or F1 closes.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._topic = "home"
        self._here: Sequence[Offered] = ()
        self._everywhere: Sequence[tuple[str, str]] | None = None
        self._came_from: QWidget | None = None
        mark(self, kind="palette")
        self._title = label("section", self)
        self._close = tool(self, "cross", self.dismiss)
        self.typed = QLineEdit(self)
        self.typed.setClearButtonEnabled(True)
        self.typed.textChanged.connect(self._show)
        self.typed.returnPressed.connect(self._open_first)
        self.browser = _Browser(self)
        self.browser.setOpenLinks(False)
        self.browser.anchorClicked.connect(self._follow)
        self._all = button(self, "link", "outline", self._show_contents)
        self._lay_out()
        theme().changed.connect(self._restyle)
        self.hide()
        self.retranslate()

    def show_topic(self, topic: str, here: Sequence[Offered]) -> None:
        """Show a page of the help, and the keys of the page on show under it."""
        self._topic, self._here, self._everywhere = topic, here, None
        self._come()

    def show_keys(self, everywhere: Sequence[tuple[str, str]], here: Sequence[Offered]) -> None:
        """Show all keys: words and keys of what works everywhere, and what this page can do."""
        self._everywhere, self._here = everywhere, here
        self._come()

    def text(self) -> str:
        """Return what is on show as plain text."""
        return self.browser.toPlainText()

    def dismiss(self) -> None:
        """Close, and go back to where the cursor was."""
        self.hide()
        if self._came_from is not None:
            self._came_from.setFocus(Qt.FocusReason.OtherFocusReason)
            self._came_from = None

    def fit(self) -> None:
        """Take the right of the window, from top to bottom."""
        room = self._window.rect()
        width = min(round(_WIDTH * theme().scale), room.width() - 4 * NEAR)
        self.setGeometry(room.width() - width, 0, width, room.height())

    def retranslate(self) -> None:
        self.setAccessibleName(_("Help"))
        self._title.setText(_("Help"))
        self.typed.setPlaceholderText(_("Search the help"))
        self.typed.setAccessibleName(_("Search the help"))
        self.browser.setAccessibleName(_("Help text"))
        self._all.setText(_("All pages of the help"))
        name(self._close, _("Close"), "Esc")
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(WIDE, HALF, WIDE, HALF)
        column.setSpacing(NEAR)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        column.addLayout(head)
        column.addWidget(self.typed)
        column.addWidget(self.browser, 1)
        column.addWidget(self._all, 0, Qt.AlignmentFlag.AlignLeft)
        for before, after in ((self.typed, self.browser), (self.browser, self._all)):
            QWidget.setTabOrder(before, after)
        QWidget.setTabOrder(self._all, self._close)

    def _come(self) -> None:
        if self.isHidden():
            self._came_from = self._window.focusWidget()
        self.typed.clear()
        self._show()
        self.fit()
        self.show()
        self.raise_()
        self.browser.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _show(self) -> None:
        typed = self.typed.text().strip()
        if len(typed) >= _FEWEST:
            shown = _results(typed)
        elif self._everywhere is not None:
            shown = pages.all_keys(self._everywhere, self._here)
        else:
            keys = pages.keys_here(self._here)
            shown = "\n\n".join(part for part in (pages.text(self._topic), keys) if part)
        self.browser.setMarkdown(shown)

    def _show_contents(self) -> None:
        lines = [f"- [{pages.title(one)}]({_SCHEME}:{one})" for one in pages.TOPICS]
        self.browser.setMarkdown("\n".join([f"# {_('Help')}", "", *lines]))
        self.browser.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_first(self) -> None:
        found = pages.search(self.typed.text())
        if found:
            self._open(found[0].topic)

    def _follow(self, url: QUrl) -> None:
        if url.scheme() == _SCHEME and url.path() in pages.TOPICS:
            self._open(url.path())

    def _open(self, topic: str) -> None:
        self._topic, self._here, self._everywhere = topic, (), None
        self.typed.clear()
        self._show()
        self.browser.setFocus(Qt.FocusReason.OtherFocusReason)

    def _restyle(self) -> None:
        self._show()
        if not self.isHidden():
            self.fit()


def _results(typed: str) -> str:
    found = pages.search(typed)
    if not found:
        return _("Nothing in the help has “{typed}”. Try fewer letters.").format(typed=typed)
    lines = [f"- [{one.title}]({_SCHEME}:{one.topic}): {one.line}" for one in found]
    return "\n".join([f"# {_('Found')}", "", *lines])
