"""Looks at a whole window as somebody would who cannot use a mouse, or needs large letters.

Every function returns sentences about what is wrong, so that one walk over a window tells all.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QTabBar,
    QWidget,
)

from app.views.theme import TARGET
from app.views.widgets.parts import Elided

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractScrollArea)
_OWN_PARTS = (QLineEdit, QComboBox, QAbstractSpinBox, QAbstractScrollArea, QTabBar)
_SLACK = 1
_OVERLAP = 3


def controls(page: QWidget) -> list[QWidget]:
    """Return what can be worked on a page, without the parts Qt made inside them."""
    found = [page.findChildren(kind) for kind in CONTROLS]
    unique = {id(one): one for group in found for one in group}
    parts = (QHeaderView, QScrollBar, QScrollArea)
    return [
        one
        for one in unique.values()
        if one.isVisible() and not isinstance(one, parts) and not _inside(one)
    ]


def _inside(widget: QWidget) -> bool:
    """Whether it is a part Qt made inside another control, such as a line's clear button."""
    parent = widget.parentWidget()
    if widget.objectName().startswith("qt_"):
        return True
    return isinstance(parent, _OWN_PARTS) and not isinstance(parent, QScrollArea)


# -- names -----------------------------------------------------------------------------------------


def nameless(page: QWidget) -> list[str]:
    """Tell of controls without a name of their own, and of those named by their value."""
    labels = [one for one in page.findChildren(QLabel) if one.buddy() is not None]
    buddies = {id(one.buddy()) for one in labels}
    found = []
    for one in controls(page):
        said = one.accessibleName()
        if said and said == _value(one):
            found.append(f"named by its value {said!r}: {told(one)}")
        elif not said and not _words(one) and id(one) not in buddies:
            found.append(f"no name: {told(one)}")
    return found


def wordless(page: QWidget) -> list[str]:
    """Tell of buttons with neither words nor a tip, and of targets too small."""
    found = []
    for one in page.findChildren(QAbstractButton):
        if one.isVisible() and not _inside(one):
            if not one.text().strip() and not one.toolTip():
                found.append(f"neither words nor a tip: {told(one)}")
            if one.height() < TARGET:
                found.append(f"only {one.height()} px high: {told(one)}")
    return found


def _value(widget: QWidget) -> str:
    if isinstance(widget, QLineEdit):
        return widget.text()
    return widget.currentText() if isinstance(widget, QComboBox) else ""


def _words(widget: QWidget) -> str:
    return widget.text().strip() if isinstance(widget, QAbstractButton) else ""


# -- the keyboard ----------------------------------------------------------------------------------


def unreached(page: QWidget) -> list[str]:
    """Tell of controls that Tab never comes to."""
    wanted = {one for one in controls(page) if takes_tab(one)}
    reached: set[QWidget] = set()
    for _turn in range(2 * len(wanted) + 10):
        QTest.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        if (now := QApplication.focusWidget()) is not None:
            reached.add(now)
            reached.update(_companions(now))
    return [f"Tab does not reach: {told(one)}" for one in wanted - reached]


def takes_tab(widget: QWidget) -> bool:
    policy = widget.focusPolicy()
    return widget.isEnabled() and bool(policy & Qt.FocusPolicy.TabFocus)


def _companions(widget: QWidget) -> list[QWidget]:
    """The other buttons of a group of which one is chosen: the arrows go from one to the next."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return list(group.buttons()) if group is not None and group.exclusive() else []


def disordered(page: QWidget) -> list[str]:
    """Tell where Tab goes back up or to the left inside one group of controls."""
    ours = {id(one) for one in controls(page) if takes_tab(one)}
    found = []
    for one, other in pairwise(_chain(page, ours)):
        if one.parentWidget() is not other.parentWidget():
            continue
        if _goes_back(place(one, page), place(other, page)):
            found.append(f"Tab goes back from {told(one)} to {told(other)}")
    return found


def _chain(page: QWidget, ours: set[int]) -> Iterator[QWidget]:
    now = page.nextInFocusChain()
    while now is not None and now is not page:
        if id(now) in ours:
            yield now
        now = now.nextInFocusChain()


def _goes_back(one: QRect, other: QRect) -> bool:
    # A column to the right may begin higher up; everything else reads downwards and rightwards.
    above = other.bottom() < one.top() and other.left() <= one.right()
    same_row = other.top() <= one.bottom() and one.top() <= other.bottom()
    return above or (same_row and other.right() < one.left())


def focus_unseen(page: QWidget) -> list[str]:
    """Tell of controls that look the same with the cursor in them."""
    found = []
    for one in controls(page):
        if not takes_tab(one) or one.visibleRegion().isEmpty():
            continue
        page.setFocus()
        focused = QApplication.focusWidget()
        if focused is not None:
            focused.clearFocus()
        without = one.grab().toImage()
        one.setFocus(Qt.FocusReason.TabFocusReason)
        if QApplication.focusWidget() is one and one.grab().toImage() == without:
            found.append(f"focus cannot be seen: {told(one)}")
    return found


# -- room ------------------------------------------------------------------------------------------


def cut(page: QWidget) -> list[str]:
    """Tell of words with too little room, and of what lies outside what holds it."""
    found = []
    for one in _leaves(page):
        if (lacking := _lacks(one)) is not None:
            found.append(f"{lacking}: {told(one)}")
        holder = one.parentWidget()
        if (
            holder is not None
            and not _scrolls(holder)
            and not holder.rect().contains(
                one.geometry().adjusted(_SLACK, _SLACK, -_SLACK, -_SLACK)
            )
        ):
            found.append(f"reaches out of what holds it: {told(one)}")
        if not _scrolled(one, page) and not page.rect().contains(place(one, page)):
            found.append(f"out of the window: {told(one)}")
    return found


def too_wide(page: QWidget) -> list[str]:
    """Tell of what is wider than the area it scrolls in, where nothing scrolls sideways."""
    return [
        f"{type(inner).__name__} is {inner.width() - area.viewport().width()} pixels too wide"
        for area in page.findChildren(QScrollArea)
        if (inner := area.widget()) is not None
        and area.isVisible()
        and area.horizontalScrollBarPolicy() == Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        and inner.width() > area.viewport().width()
    ]


def overlapping(page: QWidget) -> list[str]:
    """Tell of labels and controls that lie over each other."""
    found = []
    seen = [(one, _visible(one, page)) for one in _leaves(page)]
    seen = [(one, where) for one, where in seen if where.width() > 0 and where.height() > 0]
    for (one, here), (other, there) in combinations(seen, 2):
        both = here.intersected(there)
        if both.width() > _OVERLAP and both.height() > _OVERLAP and not _together(one, other):
            found.append(f"{told(one)} lies over {told(other)}")
    return found


def _leaves(page: QWidget) -> list[QWidget]:
    """Labels, buttons and fields in sight; not what floats above the page on purpose."""
    kinds = (QLabel, QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox)
    found = [one for kind in kinds for one in page.findChildren(kind) if one.isVisible()]
    return [one for one in found if not _inside(one) and not _floats(one, page)]


def _lacks(widget: QWidget) -> str | None:
    """What a widget has too little of for its words; None when they fit."""
    if isinstance(widget, Elided):
        return None
    if isinstance(widget, QLabel) and widget.text() and widget.wordWrap():
        lacks = widget.height() + _SLACK < widget.heightForWidth(widget.width())
        return "too low for its words" if lacks else _narrowest(widget)
    if isinstance(widget, QLabel) and widget.text():
        hint = widget.sizeHint()
        small = widget.width() + _SLACK < hint.width() or widget.height() + _SLACK < hint.height()
        return "too small for its words" if small else None
    if isinstance(widget, QPushButton) and widget.text().strip():
        lacks = widget.width() + _SLACK < widget.minimumSizeHint().width()
        return "too narrow for its words" if lacks else None
    if isinstance(widget, QComboBox | QLineEdit):
        lacks = widget.height() + _SLACK < widget.minimumSizeHint().height()
        return "too low for its words" if lacks else None
    return None


def _narrowest(label: QLabel) -> str | None:
    """A wrapped label breaks between words only, so each of them must fit."""
    room = label.contentsRect().width() + _SLACK
    for word in label.text().replace("/", " ").replace("-", " ").split():
        if label.fontMetrics().horizontalAdvance(word) > room:
            return f"too narrow for “{word}”"
    return None


def _together(one: QWidget, other: QWidget) -> bool:
    """Whether one is a part of the other."""
    return one.isAncestorOf(other) or other.isAncestorOf(one)


def _floats(widget: QWidget, page: QWidget) -> bool:
    while widget is not page and widget is not None:
        if widget.property("kind") == "palette":
            return True
        widget = widget.parentWidget()
    return False


def _scrolls(holder: QWidget) -> bool:
    area = holder.parentWidget()
    return isinstance(area, QAbstractScrollArea) and area.viewport() is holder


def _scrolled(widget: QWidget, page: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and parent is not page:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def _visible(widget: QWidget, page: QWidget) -> QRect:
    """The part of a widget that what holds it lets be seen, in the window's coordinates."""
    shown = place(widget, page)
    parent = widget.parentWidget()
    while parent is not None and parent is not page:
        shown = shown.intersected(place(parent, page))
        parent = parent.parentWidget()
    return shown


def place(widget: QWidget, page: QWidget) -> QRect:
    """Return where a widget lies in the window."""
    return QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())


def told(widget: QWidget) -> str:
    """Return which widget it is, by what a person would call it."""
    words = widget.accessibleName() or getattr(widget, "text", str)()
    return f"{type(widget).__name__} “{' '.join(str(words).split())[:60]}”"
