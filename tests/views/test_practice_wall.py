"""The window for the second screen says PRÁCTICA while somebody practises, and only then."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QPushButton

from app.models.practice import WORD
from app.views.pages.meeting_projector import Projector, Wall


def test_practice_is_told_on_the_wall_without_any_button(qtbot: Any) -> None:
    wall = Projector(practice=True)
    qtbot.addWidget(wall)
    wall.show_wall(Wall("Consejo Cantonal"))
    wall.show()
    assert wall.as_text().splitlines()[0].startswith(f"{WORD}: Nothing here is real")
    assert not [one for one in wall.findChildren(QPushButton) if one.isVisible()]


def test_real_meetings_have_no_band(qtbot: Any) -> None:
    wall = Projector()
    qtbot.addWidget(wall)
    wall.show_wall(Wall("Consejo Cantonal"))
    wall.show()
    assert WORD not in wall.as_text()
    assert not wall.practice.isVisible()
