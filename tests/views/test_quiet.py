"""Full collections wait for a pause, and come then."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.quiet import Quiet


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWindow]:
    del qtbot
    before = gc.get_threshold()
    made = QWindow()
    yield made
    made.destroy()
    gc.set_threshold(*before)


def test_python_waits_longer_before_it_looks_at_everything(window: QWindow) -> None:
    young, middle, _full = gc.get_threshold()
    Quiet(window)
    assert gc.get_threshold()[:2] == (young, middle)
    assert gc.get_threshold()[2] >= 100


def test_a_pause_begins_anew_with_every_key_and_ends_in_a_collection(
    window: QWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    quiet = Quiet(window)
    (pause,) = quiet.findChildren(QTimer)
    monkeypatch.setattr(gc, "collect", lambda: done.append("all"))
    assert not pause.isActive()
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, "a")
    QApplication.sendEvent(window, key)
    assert pause.isActive()
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 0))
    pause.timeout.emit()
    assert not done
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 20))
    pause.timeout.emit()
    assert done == ["all"]
