"""Walks every page there is: names, buddies, tab order, focus one can see, text at 200 %."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
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
    QWidget,
)

from app.jobs import Jobs
from app.views.gallery import PAGES
from app.views.language import speak
from app.views.screenshots import SIZE, settle
from app.views.theme import TARGET, theme

CONTROLS = (QAbstractButton, QLineEdit, QComboBox, QAbstractSpinBox, QAbstractScrollArea)
Make = Callable[[Jobs], QWidget]
everywhere = pytest.mark.parametrize("make", PAGES.values(), ids=PAGES)


def _page(qtbot: Any, jobs: Jobs, make: Make) -> QWidget:
    page = make(jobs)
    qtbot.addWidget(page)
    page.resize(SIZE)
    page.show()
    page.activateWindow()
    settle(jobs)
    return page


def _controls(page: QWidget) -> list[QWidget]:
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
    own = (QLineEdit, QComboBox, QAbstractSpinBox, QAbstractScrollArea)
    if widget.objectName().startswith("qt_"):
        return True
    return isinstance(parent, own) and not isinstance(parent, QScrollArea)


def _named(widget: QWidget, page: QWidget) -> bool:
    if widget.accessibleName():
        return True
    if isinstance(widget, QAbstractButton) and widget.text().strip():
        return True
    return any(label.buddy() is widget for label in page.findChildren(QLabel))


@everywhere
def test_every_control_has_a_name_or_a_label(qtbot, jobs: Jobs, make: Make) -> None:
    page = _page(qtbot, jobs, make)
    nameless = [repr(one) for one in _controls(page) if not _named(one, page)]
    assert nameless == []


@everywhere
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_button_has_words_or_a_tip(qtbot, jobs: Jobs, make: Make, language: Any) -> None:
    speak(language)
    page = _page(qtbot, jobs, make)
    for one in page.findChildren(QAbstractButton):
        if one.isVisible() and not _inside(one):
            assert one.text().strip() or one.toolTip(), repr(one)


@everywhere
def test_tab_reaches_every_control_and_comes_back(qtbot, jobs: Jobs, make: Make) -> None:
    page = _page(qtbot, jobs, make)
    wanted = {
        one
        for one in _controls(page)
        if one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
    }
    reached: set[QWidget] = set()
    for _turn in range(2 * len(wanted) + 10):
        qtbot.keyClick(QApplication.focusWidget() or page, Qt.Key.Key_Tab)
        if (now := QApplication.focusWidget()) is not None:
            reached.add(now)
            reached.update(_companions(now))
    assert {repr(one) for one in wanted - reached} == set()


def _companions(widget: QWidget) -> list[QWidget]:
    """The other buttons of a group of which one is chosen: the arrows go from one to the next."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return list(group.buttons()) if group is not None and group.exclusive() else []


@everywhere
def test_targets_are_large_enough(qtbot, jobs: Jobs, make: Make) -> None:
    page = _page(qtbot, jobs, make)
    small = [
        (one, one.height())
        for one in page.findChildren(QAbstractButton)
        if one.isVisible() and not _inside(one) and one.height() < TARGET
    ]
    assert small == []


@everywhere
def test_focus_can_be_seen(qtbot, jobs: Jobs, make: Make) -> None:
    page = _page(qtbot, jobs, make)
    for one in _controls(page)[:12]:
        if not one.isEnabled() or not one.focusPolicy() & Qt.FocusPolicy.TabFocus:
            continue
        page.setFocus()
        QApplication.focusWidget().clearFocus()
        without = one.grab().toImage()
        one.setFocus(Qt.FocusReason.TabFocusReason)
        if QApplication.focusWidget() is one:
            assert one.grab().toImage() != without, repr(one)


@everywhere
@pytest.mark.parametrize("language", ["en", "es"])
def test_at_200_percent_nothing_is_cut(qtbot, jobs: Jobs, make: Make, language: Any) -> None:
    speak(language)
    theme().apply("light", 2.0)
    page = _page(qtbot, jobs, make)
    assert page.width() <= SIZE.width()
    assert page.height() <= SIZE.height()
    for one in page.findChildren(QPushButton):
        if one.isVisible() and one.text().strip():
            assert one.width() >= one.minimumSizeHint().width() - 1, one.text()
            assert _reachable(one, page), one.text()


def _reachable(widget: QWidget, page: QWidget) -> bool:
    """Whether it lies inside the window, or inside something that scrolls down to it."""
    parent = widget.parentWidget()
    while parent is not None and parent is not page:
        if isinstance(parent, QScrollArea):
            return True
        parent = parent.parentWidget()
    place = QRect(widget.mapTo(page, QPoint(0, 0)), widget.size())
    return page.rect().contains(place)
