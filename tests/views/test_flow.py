"""What stands side by side goes on below where there is no room."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget

from app.views.theme import theme
from app.views.widgets.flow import Beside
from app.views.widgets.parts import label


def beside(qtbot: Any, least: int = 0) -> tuple[QWidget, QLabel, QLabel]:
    """Two words in a page of 600 pixels."""
    page = QWidget()
    qtbot.addWidget(page)
    made = Beside(page, least)
    QVBoxLayout(page).addWidget(made)
    one, other = label("body", made, wrap=False), label("body", made, wrap=False)
    for part, text in ((one, "vista hoy"), (other, "Rol y cupo")):
        part.setText(text)
        made.row.addWidget(part)
    page.resize(600, 200)
    page.show()
    QApplication.processEvents()
    return page, one, other


def test_parts_stand_side_by_side_while_there_is_room(qtbot: Any) -> None:
    page, one, other = beside(qtbot)
    assert one.y() == other.y()
    page.resize(page.minimumSizeHint().width(), 200)
    qtbot.waitUntil(lambda: other.y() > one.y())
    assert other.width() >= other.sizeHint().width()


def test_longer_words_send_the_other_part_below(qtbot: Any) -> None:
    _page, one, other = beside(qtbot)
    one.setText("vista por última vez hace 44 días, con 214 cambios, y falta un lote " * 2)
    qtbot.waitUntil(lambda: other.y() > one.y())
    one.setText("vista hoy")
    qtbot.waitUntil(lambda: other.y() == one.y())


def test_a_fixed_bound_grows_with_the_text(qtbot: Any) -> None:
    _page, one, other = beside(qtbot, 500)
    assert one.y() == other.y()
    theme().apply("light", 2.0)
    qtbot.waitUntil(lambda: other.y() > one.y())
