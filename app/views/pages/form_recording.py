"""What says that an interview is being recorded, and lets anybody at the table end it."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from app.i18n import _
from app.views.interview_recording import Recording
from app.views.language import Retranslated
from app.views.theme import FAR, HALF, TIGHT, mark
from app.views.widgets.parts import Chip, button, label

_ICON: Final = "microphone"


class RecordingStrip(Retranslated, QFrame):
    """Stands above the questions as long as the form asks for a recording."""

    def __init__(self, recording: Recording, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recording = recording
        mark(self, kind="head")
        row = QHBoxLayout(self)
        row.setContentsMargins(FAR, TIGHT, FAR, TIGHT)
        row.setSpacing(HALF)
        self._chip = Chip(self)
        self._said = label("caption", self)
        self._button = button(self, "plain", "", self._pressed)
        row.addWidget(self._chip)
        row.addWidget(self._said, 1)
        row.addWidget(self._button)
        recording.changed.connect(self.retranslate)
        self.retranslate()

    def as_text(self) -> str:
        """Return what the strip says."""
        return f"{self._chip.accessibleName()}\n{self._said.text()}".strip()

    def retranslate(self) -> None:
        one = self._recording
        self.setVisible(one.state != "idle")
        match one.state:
            case "on" if one.is_mute:
                self._chip.show_state("warning", self._lasting(), _ICON)
                self._said.setText(_("Nothing is heard. Is the microphone muted, or unplugged?"))
            case "on":
                self._chip.show_state("danger", self._lasting(), _ICON)
                self._said.setText(_("This form asks for it. Say so to whoever is here."))
            case "unable":
                self._chip.show_state("warning", _("Not recorded"), _ICON)
                self._said.setText(one.reason)
            case "opening":
                self._chip.show_state("info", _("Recording begins …"), _ICON)
                self._said.setText("")
            case _:
                self._chip.show_state("", _("Not recorded"), _ICON)
                self._said.setText(_("What was recorded until now is kept.") if one.name else "")
        self._button.setText(_("Stop recording") if self._is_on() else _("Start recording"))

    def _lasting(self) -> str:
        minutes, seconds = divmod(self._recording.seconds, 60)
        return _("Recording {time}").format(time=f"{minutes}:{seconds:02d}")

    def _is_on(self) -> bool:
        return self._recording.state in ("opening", "on")

    def _pressed(self) -> None:
        if self._is_on():
            self._recording.end()
        else:
            self._recording.go_on()
