"""The microphone of this computer, as far as it has one and lets us hear it.

Qt's part for sound is loaded when something is to be recorded, and only then: it costs memory, and
not every computer has what it needs.
"""

from __future__ import annotations

from typing import Any, Final, Protocol

from PySide6.QtCore import (
    QCoreApplication,
    QIODevice,
    QMicrophonePermission,
    QObject,
    Qt,
    SignalInstance,
)
from PySide6.QtCore import Signal as QSignal

from app.errors import KipuError
from app.i18n import _
from app.models.recordings import RATES

_BUFFER_MS: Final = 2000
"""What the system holds for us while the window is busy."""


class Source(Protocol):
    """Something that can be listened to."""

    @property
    def heard(self) -> SignalInstance:
        """16-bit samples, as they come."""

    @property
    def opened(self) -> SignalInstance:
        """It is listened to from now on: samples a second, channels."""

    @property
    def refused(self) -> SignalInstance:
        """It cannot be listened to, and why, in a sentence."""

    def open(self) -> None:
        """Begin to listen; `opened` or `refused` tell what came of it."""

    def close(self) -> None:
        """Listen no more; what was said until now has been told."""


class Microphone(QObject):
    """The microphone the system has chosen."""

    heard = QSignal(bytes)
    opened = QSignal(int, int)
    refused = QSignal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source: Any = None
        self._stream: QIODevice | None = None

    def open(self) -> None:
        application = QCoreApplication.instance()
        assert application is not None
        wish = QMicrophonePermission()
        if application.checkPermission(wish) == Qt.PermissionStatus.Undetermined:
            application.requestPermission(wish, self, self._allowed)
        else:
            self._allowed(wish)

    def close(self) -> None:
        if self._stream is not None:
            self._read()
            self._source.stop()
            self._source.deleteLater()
        self._source = self._stream = None

    def _allowed(self, wish: Any) -> None:
        application = QCoreApplication.instance()
        assert application is not None
        if application.checkPermission(wish) != Qt.PermissionStatus.Granted:
            self.refused.emit(
                _("This computer does not let Kipu use the microphone; its settings can allow it.")
            )
            return
        try:
            rate, channels = self._listen()
        except KipuError as error:
            self.refused.emit(error.message)
            return
        self.opened.emit(rate, channels)

    def _listen(self) -> tuple[int, int]:
        sound = _sound()
        device = sound.QMediaDevices.defaultAudioInput()
        if device.isNull():
            raise KipuError(_("This computer has no microphone."))
        wish = _fitting(sound, device)
        self._source = sound.QAudioSource(device, wish, self)
        self._source.setBufferSize(wish.bytesForDuration(_BUFFER_MS * 1000))
        self._stream = self._source.start()
        if self._stream is None or self._source.error() != sound.QtAudio.Error.NoError:
            self._stream = None
            raise KipuError(_("The microphone cannot be used; another program may be using it."))
        self._stream.readyRead.connect(self._read)
        return wish.sampleRate(), wish.channelCount()

    def _read(self) -> None:
        if self._stream is not None and (samples := self._stream.readAll().data()):
            self.heard.emit(bytes(samples))


def _sound() -> Any:
    try:
        from PySide6 import QtMultimedia
    except ImportError as error:
        if "libpulse" in str(error):
            raise KipuError(
                _("To record sound, this computer needs the package {package}.").format(
                    package="libpulse0"
                )
            ) from error
        raise KipuError(
            _("Sound cannot be recorded here: {reason}").format(reason=error)
        ) from error
    return QtMultimedia


def _fitting(sound: Any, device: Any) -> Any:
    """The best way to hear speech that the device offers and the encoder takes."""
    for rate in RATES:
        for channels in (1, 2):
            wish = sound.QAudioFormat()
            wish.setSampleRate(rate)
            wish.setChannelCount(channels)
            wish.setSampleFormat(sound.QAudioFormat.SampleFormat.Int16)
            if device.isFormatSupported(wish):
                return wish
    raise KipuError(_("The microphone gives its sound in a way Kipu does not know."))
