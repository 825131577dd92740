"""F9: what the room sees, large: agenda, the motion being voted, the result. Nothing private.

No names of who voted how, no attendance, no text being typed, no commitments.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.i18n import _
from app.models.queries.meetings import Desk, Motion
from app.views.language import Retranslated
from app.views.pages.meeting_lines import outcome
from app.views.theme import FAR, NEAR, VAST, theme
from app.views.widgets.parts import label
from app.views.widgets.practice_band import PracticeBand
from app.views.widgets.quorum_bar import QuorumBar

_RESULT, _MOTION, _HEAD, _LIST, _BAND = 1.9, 1.5, 1.2, 1.0, 0.8
"""Sizes of type on the wall, as multiples of a unit that follows the window."""
_ACROSS, _DOWN = 50, 27
"""How many units the window is wide and high."""
_AROUND = 3
"""How many points of the agenda stand before the one under way, and after it."""


@dataclass(frozen=True, slots=True)
class Wall:
    """What is shown: the committee, the agenda, one motion or resolution."""

    committee: str = ""
    agenda: tuple[tuple[str, str], ...] = ()
    """A state (done, running, waiting) and a title for each point."""
    motion: str = ""
    result: str = ""
    resolution: str = ""
    quorum: tuple[int, int, int] = (0, 0, 0)


def wall_of(desk: Desk) -> Wall:
    """Return what of a meeting may stand on the wall."""
    running = desk.running
    motions = [one for one in desk.motions if running is None or one.item in (running.key, None)]
    latest: Motion | None = motions[-1] if motions else None
    resolutions = [
        one for one in desk.resolutions
        if latest is not None and one.motion == latest.key
    ]  # fmt: skip
    secret = latest is not None and latest.vote == "secret"
    return Wall(
        desk.committee_name,
        tuple((one.state, one.title) for one in desk.agenda),
        latest.text if latest is not None else "",
        outcome(latest) if latest is not None and (latest.result or not secret) else "",
        _("Resolution {number}").format(number=resolutions[-1].number) if resolutions else "",
        (desk.quorum.present, desk.quorum.entitled, desk.quorum.required),
    )


class Projector(Retranslated, QWidget):
    """A window of its own for the second screen; Esc or F9 closes it."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None, *, practice: bool = False) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._wall = Wall()
        self.setWindowTitle("Kipu")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.practice = PracticeBand(self, acts=False)
        self.practice.setVisible(practice)
        whole.addWidget(self.practice)
        column = QVBoxLayout()
        whole.addLayout(column, 1)
        column.setContentsMargins(2 * VAST, VAST, 2 * VAST, VAST)
        column.setSpacing(FAR)
        self._committee = label("title", self)
        self._agenda = QVBoxLayout()
        self._agenda.setSpacing(NEAR)
        self._points: list[QLabel] = []
        self._motion = label("body", self)
        self._result = label("body", self)
        self._quorum = QuorumBar(self)
        column.addWidget(self._committee)
        column.addLayout(self._agenda)
        column.addStretch(1)
        column.addWidget(self._motion)
        column.addWidget(self._result)
        column.addStretch(1)
        column.addWidget(self._quorum)
        for keys in ("Esc", "F9"):
            QShortcut(QKeySequence(keys), self).activated.connect(self.close)
        theme().changed.connect(self.retranslate)
        self.retranslate()

    def show_wall(self, wall: Wall) -> None:
        """Show this; the window stays where it is."""
        if wall != self._wall:
            self._wall = wall
            self.retranslate()

    def open(self) -> None:
        """Show on the second screen where there is one, over the whole of it."""
        screens = QGuiApplication.screens()
        if len(screens) > 1:
            self.setGeometry(screens[-1].geometry())
            self.showFullScreen()
        else:
            self.resize(1100, 700)
            self.show()

    def as_text(self) -> str:
        """Return what stands on the wall."""
        parts = [self._committee, *self._points, self._motion, self._result]
        band = [] if self.practice.isHidden() else [self.practice.text()]
        return "\n".join([*band, *(part.text() for part in parts if part.text())])

    def retranslate(self) -> None:
        self.setAccessibleName(_("Projector"))
        wall = self._wall
        self._committee.setText(wall.committee)
        self._draw_agenda()
        self._motion.setText(wall.motion)
        self._result.setText(" · ".join(part for part in (wall.result, wall.resolution) if part))
        self._quorum.show_quorum(*wall.quorum)
        self._fit()

    def _draw_agenda(self) -> None:
        for old in self._points:
            self._agenda.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._points = []
        signs = {"done": "✓ ", "running": "● "}
        for number, state, title in _around(self._wall.agenda):
            made = label("body" if state == "running" else "hint", self)
            made.setText(f"{number}. {signs.get(state, '')}{title}")
            self._agenda.addWidget(made)
            made.show()
            self._points.append(made)

    def _fit(self) -> None:
        unit = max(min(self.width() / _ACROSS, self.height() / _DOWN), theme().px("body"))
        self.practice.set_size(unit * _BAND)
        _size(self._committee, unit * _HEAD, bold=True)
        _size(self._motion, unit * _MOTION)
        _size(self._result, unit * _RESULT, bold=True)
        for (_number, state, _title), made in zip(
            _around(self._wall.agenda), self._points, strict=True
        ):
            _size(made, unit * _LIST, bold=state == "running")
        self._quorum.setStyleSheet(f"QLabel {{ font-size: {round(unit * _LIST)}px; }}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def closeEvent(self, event: object) -> None:
        super().closeEvent(event)  # type: ignore[arg-type]
        self.closed.emit()


def _around(agenda: tuple[tuple[str, str], ...]) -> list[tuple[int, str, str]]:
    """The point under way with those before and after it, each with its number."""
    numbered = [(number, state, title) for number, (state, title) in enumerate(agenda, 1)]
    at = next((n for n, (_number, state, _title) in enumerate(numbered) if state == "running"), 0)
    first = max(0, min(at - _AROUND, len(numbered) - 2 * _AROUND - 1))
    return numbered[first : first + 2 * _AROUND + 1]


def _size(widget: QLabel, px: float, *, bold: bool = False) -> None:
    # The sheet of the program sets the size of every label; on the wall its own must win.
    widget.setStyleSheet(f"font-size: {round(px)}px; font-weight: {600 if bold else 400};")
