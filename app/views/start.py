"""The window: from the first click to the unlock page, and nothing slow in between.

What is imported here is what the time to the unlock page is made of; everything that knows the
project is imported once the page stands, while the person types.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app import i18n
from app.errors import KipuError
from app.jobs import Jobs
from app.paths import home
from app.settings import Settings, load
from app.views.frame import Frame
from app.views.language import speak
from app.views.quiet import Quiet
from app.views.replacing import BEGINNING, HIDDEN, SWITCHING
from app.views.theme import theme
from app.views.unlocking import Door

_WIDE, _HIGH = 1366, 768


def run_window(arguments: Sequence[str] = ()) -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    hidden = os.environ.pop(HIDDEN, "") == "1"
    switching = os.environ.pop(SWITCHING, "")
    beginning = os.environ.pop(BEGINNING, "") == "1"
    app = QApplication(["kipu", *arguments])
    app.setApplicationName("Kipu")
    settings, trouble = _settings(home())
    speak(i18n.preferred(settings.language))
    theme().apply(settings.theme, settings.text_size / 100)  # type: ignore[arg-type]
    jobs = Jobs(app)
    frame = Frame()
    door = Door(frame, jobs, settings, home())
    door.show_entrance(switching, beginning=beginning)
    if trouble is not None:
        door.refuse(trouble)
    _present(frame, hidden)
    QTimer.singleShot(0, door, partial(door.warm_up))
    code = app.exec()
    door.close()
    jobs.stop()
    frame.deleteLater()
    return code


def _settings(folder: Path) -> tuple[Settings, KipuError | None]:
    """Return the settings; those that cannot be read are told about and stand at their defaults."""
    try:
        return load(folder), None
    except KipuError as error:
        return Settings(folder), error


def _present(frame: Frame, hidden: bool) -> None:
    room = frame.screen().availableGeometry()
    frame.resize(min(_WIDE, room.width()), min(_HIGH, room.height()))
    if hidden:
        frame.showMinimized()
    else:
        frame.show()
    Quiet(frame.windowHandle())
