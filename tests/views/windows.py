"""A whole window on a folder of its own, for journeys by keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from app.jobs import Jobs
from app.settings import Settings
from app.views.frame import Frame
from app.views.screenshots import settle
from app.views.unlocking import Door

PASSPHRASE = "cuatro palabras sin vinculo"


class Window:
    """One Kipu window; several may stand side by side, each with a worker of its own."""

    def __init__(self, qtbot: Any, home: Path) -> None:
        self.qtbot = qtbot
        self.home = home
        self.jobs = Jobs()
        self.frame = Frame()
        self.door = Door(self.frame, self.jobs, Settings(home), home)
        self.frame.resize(1366, 768)
        self.frame.show()
        self.door.show_entrance()
        self.come()

    def come(self) -> None:
        """Bring the window to the front, so that its shortcuts work."""
        self.frame.activateWindow()
        self.settle()

    def settle(self) -> None:
        settle(self.jobs, 20_000)

    def alone(self) -> Any:
        """The page on show without navigation."""
        return self.frame.centralWidget().currentWidget()

    def page(self) -> Any:
        return self.frame.page()

    def go(self, area: str) -> Any:
        self.frame.go(area)
        self.settle()
        return self.frame.page()

    def type(self, widget: QWidget, text: str, enter: bool = False) -> None:
        widget.setFocus()
        self.qtbot.keyClicks(widget, text)
        if enter:
            self.press(widget, Qt.Key.Key_Return)

    def press(self, widget: QWidget, key: Qt.Key, **modifiers: Any) -> None:
        self.qtbot.keyClick(widget, key, **modifiers)
        self.settle()

    def push(self, words: str, within: QWidget | None = None) -> None:
        """Press the button that says `words`, by keyboard."""
        for made in (within or self.frame).findChildren(QPushButton):
            if made.isVisible() and words in (made.text().strip(), made.accessibleName()):
                self.press(made, Qt.Key.Key_Space)
                return
        raise AssertionError(f"no button says {words!r}")

    def close(self) -> None:
        self.door.close()
        assert self.jobs.stop()
        self.jobs.deleteLater()
        self.frame.close()
        self.frame.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # -- journeys many tests begin with -----------------------------------------------------------

    def found(self, name: str = "Pastaza Segura", person: str = "Elena Grefa") -> None:
        """Create a project through the wizard."""
        self.push("Create a project")
        wizard = self.alone()
        self.type(wizard.who.project, name)
        self.type(wizard.who.person, person, enter=True)
        self.choose_passphrase(wizard)
        self.confirm(wizard)

    def choose_passphrase(self, wizard: Any) -> None:
        self.type(wizard.passphrase.first.line, PASSPHRASE)
        self.type(wizard.passphrase.second.line, PASSPHRASE, enter=True)

    def confirm(self, wizard: Any) -> None:
        """Read the codes off the page, then type what is asked for."""
        codes = {str(paper.name): paper.code for paper in wizard.papers._papers}
        self.push("I have copied it")
        asked = wizard.papers.asked()
        for paper, group, edit in asked:
            self.type(edit, codes[paper].split("-")[group].lower())
        self.press(asked[-1][2], Qt.Key.Key_Return)

    def unlock(self, passphrase: str = PASSPHRASE) -> None:
        self.type(self.alone()._passphrase.line, passphrase, enter=True)


def ask(window: Window, function: Any, *args: Any) -> Any:
    """What a function of the project returns, run in the worker as pages do."""
    assert window.door.office is not None
    found: list[Any] = []
    window.door.office.desk.do(function, *args, on_done=found.append)
    window.settle()
    return found[0]
