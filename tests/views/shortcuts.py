"""Keys that would mean two things on a window, wherever the cursor is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QShortcut
from PySide6.QtWidgets import QWidget

SOMEWHERE = {Qt.ShortcutContext.WidgetShortcut, Qt.ShortcutContext.WidgetWithChildrenShortcut}


def doubled(window: QWidget) -> list[str]:
    """Shortcuts that two things on a window answer to."""
    return [
        f"{key}: {_said(one)} and {_said(other)}"
        for (key, one), (same, other) in combinations(_live(window), 2)
        if key == same and _meet(one, other)
    ]


def _live(window: QWidget) -> Iterator[tuple[str, QAction | QShortcut]]:
    for one in window.findChildren(QShortcut):
        if one.isEnabled() and _parent(one).isVisible():
            yield one.key().toString(), one
    for action in window.findChildren(QAction):
        owners = [one for one in action.associatedObjects() if isinstance(one, QWidget)]
        if action.isEnabled() and not action.shortcut().isEmpty() and owners:
            for keys in action.shortcuts():
                yield keys.toString(), action


def _meet(one: QAction | QShortcut, other: QAction | QShortcut) -> bool:
    """Whether the cursor may be where both would answer."""
    if one is other:
        return False
    (here, wide), (there, also_wide) = _reach(one), _reach(other)
    if wide or also_wide:
        return True
    return here is there or here.isAncestorOf(there) or there.isAncestorOf(here)


def _reach(one: QAction | QShortcut) -> tuple[QWidget, bool]:
    if isinstance(one, QShortcut):
        return _parent(one), one.context() not in SOMEWHERE
    owner = next(part for part in one.associatedObjects() if isinstance(part, QWidget))
    return owner, one.shortcutContext() not in SOMEWHERE


def _parent(shortcut: QShortcut) -> QWidget:
    parent = shortcut.parent()
    assert isinstance(parent, QWidget)
    return parent


def _said(one: QAction | QShortcut) -> str:
    where = _reach(one)[0]
    return f"{one.objectName() or type(one).__name__} of {type(where).__name__}"
