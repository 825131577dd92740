"""Somebody with a keyboard and eyes, and nothing else, before the real window.

What they see is the text on the screen; what they do is press keys where the cursor is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QAbstractListModel, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

from app import i18n
from app.models import papers
from app.models.commands import surveys, syncing
from app.views.language import speak
from app.views.widgets.quorum_bar import QuorumBar
from app.views.widgets.seat_circle import SeatCircle
from app.views.widgets.turn_list import TurnList
from tests.models.laptops import PASSPHRASE
from tests.views.offices import (
    COORDINATOR,
    FACILITATOR,
    SECRETARY,
    copy_offices,
    elsewhere,
    make_offices,
)
from tests.views.windows import Window

_FARTHEST = 120
"""More Tabs than any page has controls."""
_PATIENCE_MS = 5000


class Keyboard:
    """The keyboard of one window, and what stands on its screen."""

    def __init__(self, qtbot: Any, home: Path) -> None:
        self.qtbot = qtbot
        self.window = Window(qtbot, home)
        self._is_gone = False

    # -- seeing --------------------------------------------------------------------------------

    def screen(self) -> str:
        """Everything the window says now, a line for each label, button, field, row or tab."""
        lines: list[str] = []
        for one in self.window.frame.findChildren(QWidget):
            if one.isVisible():
                lines += _said(one)
        return "\n".join(line for line in lines if line)

    def sees(self, *words: str) -> None:
        """Wait until all these words stand on the screen."""

        def all_there() -> None:
            said = self.screen()
            missing = [one for one in words if one not in said]
            assert not missing, f"{missing} not in:\n{said}"

        self.qtbot.waitUntil(all_there, timeout=_PATIENCE_MS)

    def here(self) -> str:
        """What the control with the cursor is called."""
        focused = QApplication.focusWidget()
        return _called(focused) if focused is not None else ""

    # -- pressing ------------------------------------------------------------------------------

    def press(self, *keys: str) -> None:
        """Press keys one after another, such as "Alt+2", "F6", "Return" or "1"."""
        for key in keys:
            combination = QKeySequence(key)[0]  # type: ignore[index]
            QTest.keyClick(self._target(), combination.key(), combination.keyboardModifiers())
            # A command, what it tells the pages, their reading, and what follows from that.
            self.window.settle()
            self.window.settle()

    def write(self, text: str, *keys: str) -> None:
        """Type a text where the cursor is, then press keys."""
        for letter in text:
            target = self._target()
            if letter.isascii():
                QTest.keyClicks(target, letter)
            else:
                # QTest knows no key for it; the letter comes as from a Spanish keyboard.
                for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                    event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
                    QApplication.sendEvent(target, event)
        self.press(*keys)

    def tab_to(self, words: str) -> None:
        """Go on by Tab to the control called so."""
        seen = []
        for _turn in range(_FARTHEST):
            if words in self.here():
                return
            seen.append(self.here())
            QTest.keyClick(self._target(), Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {words!r}, only to {seen}")

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self.window.frame

    def push(self, words: str) -> None:
        """Go by Tab to the button called so and press it."""
        self.tab_to(words)
        self.press("Space")

    def push_and_name(self, words: str, file: Path) -> None:
        """Push the button called so, which asks for a file to write: this one.

        The dialog is the system's own; `test_xvfb_journeys` types into a real one.
        """
        self.tab_to(words)
        asked: list[str] = []

        def answer(_parent: QWidget, title: str, *_more: object) -> tuple[str, str]:
            asked.append(title)
            return str(file), ""

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(QFileDialog, "getSaveFileName", answer)
            self.press("Space")
        assert asked, f"{words!r} asks for no file:\n{self.screen()}"

    def choose(self, box: str, words: str) -> None:
        """Go by Tab to a box and by arrow to the choice that says so."""
        self.tab_to(box)
        focused = QApplication.focusWidget()
        assert isinstance(focused, QComboBox)
        self.press("Home")
        for _turn in range(focused.count()):
            if words in focused.currentText():
                return
            self.press("Down")
        raise AssertionError(f"{box!r} offers no {words!r}")

    def find(self, words: str) -> None:
        """Do the first thing Ctrl+K finds for some words."""
        self.press("Ctrl+K")
        self.write(words, "Return")

    def unlock(self) -> None:
        """Type the passphrase; the only person on the laptop is chosen already."""
        self.write(PASSPHRASE, "Return")
        self.sees("What waits, and where to go on.")

    def close(self) -> None:
        """Go; who has gone may be sent away once more."""
        if not self._is_gone:
            self._is_gone = True
            self.window.close()


def _called(widget: QWidget) -> str:
    """What it says or is named, and what the label before it says."""
    words = widget.text().strip() if isinstance(widget, QAbstractButton) else ""
    labels = [one.text() for one in widget.window().findChildren(QLabel) if one.buddy() is widget]
    return " · ".join(one for one in (*labels, widget.accessibleName(), words) if one)


def _said(widget: QWidget) -> list[str]:
    if isinstance(widget, SeatCircle | TurnList):
        return widget.as_text().splitlines()
    if isinstance(widget, QuorumBar | QLabel | QAbstractButton | QLineEdit):
        return [widget.text().strip()]
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        return [widget.toPlainText()]
    if isinstance(widget, QComboBox):
        return [widget.currentText()]
    if isinstance(widget, QTabBar):
        return [widget.tabText(at) for at in range(widget.count())]
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        return _rows(widget)
    return []


def _rows(view: QAbstractItemView) -> list[str]:
    model = view.model()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    return [
        " | ".join(str(model.index(row, at).data() or "") for at in range(columns))
        for row in range(model.rowCount())
    ]


Sit = Callable[[str], Keyboard]
"""Sits down at a laptop by its name, whoever sat at another window before having gone."""

# -- the laptops -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def desks_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three laptops with Kipu's household form and a synced share; nobody changes them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIPU_KDF", "floor")
        folder = make_offices(tmp_path_factory.mktemp("desks") / "d")
        for name in (COORDINATOR, FACILITATOR, SECRETARY):
            one = elsewhere(folder, name)
            papers.shown(one.project)
            if name == COORDINATOR:
                form = (files("resources") / "forms" / "hogar.md").read_bytes()
                surveys.import_form(one.project, form, "hogar.md")
            syncing.sync(one.project, str(folder / "share"))
            one.close()
        return folder


@pytest.fixture
def desks(
    qapp: QApplication, desks_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The folder of the three laptops, for one journey, in English."""
    monkeypatch.setenv("KIPU_KDF", "floor")
    before = i18n.current()
    speak("en")
    yield copy_offices(desks_template, tmp_path / "desks")
    speak(before)


@pytest.fixture
def sit(qtbot: Any, desks: Path) -> Iterator[Sit]:
    """Sits down at a laptop and unlocks it; the window before is closed first."""
    open_ones: list[Keyboard] = []

    def down(name: str) -> Keyboard:
        while open_ones:
            open_ones.pop().close()
        open_ones.append(Keyboard(qtbot, desks / name))
        open_ones[0].unlock()
        return open_ones[0]

    yield down
    for one in open_ones:
        one.close()
