"""Icons: one outline set, drawn by us, tinted with the palette and re-tinted when it changes."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from app.views.theme import Role, theme

_NAME: Final = "kipuIcon"


def icon(name: str, role: Role = "ink", size: int = 20, on: Role | None = None) -> QIcon:
    """Return the icon ``name`` in the colour of ``role`` as it is now, ``size`` pixels wide.

    ``on`` is its colour on a button that is switched on, where that differs. Raises
    FileNotFoundError for a name the set does not have.
    """
    made = QIcon(pixmap(name, role, size))
    if on is not None and on != role:
        made.addPixmap(pixmap(name, on, size), QIcon.Mode.Normal, QIcon.State.On)
    # Without a picture of its own Fusion would wash the disabled one out below AA.
    made.addPixmap(pixmap(name, "muted", size), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, role: Role = "ink", size: int = 20) -> QPixmap:
    """Return the icon ``name`` as a square picture ``size`` pixels wide."""
    return _draw(name, theme().colour(role).name(), size)


def put(
    widget: QAbstractButton | QLabel,
    name: str,
    role: Role = "ink",
    size: int = 20,
    on: Role | None = None,
) -> None:
    """Show the icon on ``widget`` and keep its colour right through every change of theme."""
    widget.setProperty(_NAME, f"{name}:{role}:{size}:{on or role}")
    _show(widget)
    _watch()


def _show(widget: QWidget) -> None:
    name, role, size, on = str(widget.property(_NAME)).split(":")
    shown = round(int(size) * theme().scale)
    if isinstance(widget, QLabel):
        widget.setPixmap(pixmap(name, role, shown))  # type: ignore[arg-type]
    elif isinstance(widget, QAbstractButton):
        widget.setIcon(icon(name, role, shown, on))  # type: ignore[arg-type]
        widget.setIconSize(QSize(shown, shown))


def _watch() -> None:
    current = theme()
    if not current.property(_NAME):
        current.setProperty(_NAME, True)
        current.changed.connect(_refresh)


def _refresh() -> None:
    for widget in QApplication.allWidgets():
        if widget.property(_NAME):
            _show(widget)


@cache
def _source(name: str) -> str:
    return (files("resources") / "icons" / f"{name}.svg").read_text("utf-8")


def _draw(name: str, colour: str, size: int) -> QPixmap:
    # Imported here: the unlock page counts its milliseconds.
    from PySide6.QtSvg import QSvgRenderer

    ratio = _pixel_ratio()
    kept = f"{_NAME}/{name}/{colour}/{size}/{ratio}"
    # PySide6 takes the name, whatever its stubs say.
    drawn: QPixmap | None = QPixmapCache.find(kept)  # type: ignore[call-overload]
    if drawn is not None:
        return drawn
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(QColor(Qt.GlobalColor.transparent))
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    QPixmapCache.insert(kept, picture)
    return picture


def _pixel_ratio() -> float:
    screen = QApplication.primaryScreen()
    return screen.devicePixelRatio()
