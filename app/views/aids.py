"""What helps on whatever page is on show: its help, finding words on it, and its menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from app.views import help as pages
from app.views.actions import Offered, here
from app.views.help_panel import HelpPanel
from app.views.widgets.findbar import FindBar
from app.views.widgets.listing import PagedTable

if TYPE_CHECKING:
    from app.views.frame import Frame


class Aids(QObject):
    """Belongs to one frame and asks it which page is on show."""

    def __init__(self, frame: Frame) -> None:
        super().__init__(frame)
        self._frame = frame
        self.help = HelpPanel(frame)
        self.finder = FindBar(frame)
        frame.page_changed.connect(self.finder.hide)

    def hide(self) -> None:
        """Take everything off the screen at once."""
        self.help.hide()
        self.finder.hide()

    def fit(self) -> None:
        """Follow the size of the window."""
        if not self.help.isHidden():
            self.help.fit()

    def offered(self) -> Sequence[Offered]:
        """Return what can be done on the page on show."""
        return here(self._frame.shown())

    def show_help(self) -> None:
        """Show the help of the page on show, or close it."""
        if not self.help.isHidden():
            self.help.dismiss()
            return
        page = self._frame.shown()
        topic = str(getattr(page, "help_topic", "")) or pages.topic_of(self._frame.current_area())
        self.help.show_topic(topic, self.offered())

    def show_keys(self) -> None:
        """Show every key that works now."""
        actions = self._frame.actions_
        everywhere = [(actions[spec.id].text(), keys) for spec, keys in self._frame.all_keys()]
        self.help.show_keys(everywhere, self.offered())

    def find(self) -> None:
        """Put the cursor into the filter of the list on show, or look for words on the page."""
        page = self._frame.shown()
        if page is None:
            return
        lists = [one for one in page.findChildren(PagedTable) if one.isVisible()]
        if lists:
            _nearest(lists, self._frame.focusWidget()).focus_filter()
        else:
            self.finder.open(page)

    def fill(self, menu: QMenu) -> None:
        """Put what the page on show can do into its menu, as it is at this moment."""
        menu.clear()
        for one in self.offered():
            if one.keys:
                # As words only: a key of the menu's own would collide with the page's.
                menu.addAction(f"{one.text}\t{one.keys}").triggered.connect(one.do)
        for spec in self._frame.actions_.specs:
            if spec.where == "page":
                menu.addAction(self._frame.actions_[spec.id])


def _nearest(lists: Sequence[PagedTable], focused: QWidget | None) -> PagedTable:
    """The list the cursor is in, else the first."""
    own = [one for one in lists if focused is not None and one.isAncestorOf(focused)]
    return (own or lists)[0]
