"""The recording some forms ask for: what is said while an interview is open.

Only one interview listens at a time. Whoever is recorded must be able to see it and to end it, so
the page says all the time how it stands.
"""

from __future__ import annotations

import weakref
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from app.models import recordings
from app.models.drafts import Draft
from app.models.project import Project
from app.views.desk import Desk
from app.views.faults import told
from app.views.microphone import Microphone, Source

State = Literal["idle", "opening", "on", "off", "unable"]
_KEEP_MS: Final = 2000
"""How often what was recorded goes to the store: what a power cut can take at most."""
_DEAF: Final = 2
"""Rounds of `_KEEP_MS` without any sample after which the microphone is opened anew."""
_MUTE: Final = 5
"""Rounds in which nothing was heard, after which the page says so."""
_SAMPLE_BYTES: Final = 2

_listening: Recording | None = None


def is_on() -> bool:
    """Whether an interview is being recorded just now."""
    return _listening is not None


def hush() -> None:
    """Listen no more: the project is put away, and what was said until now belongs in it."""
    if _listening is not None:
        _listening.interrupt()


class Recording(QObject):
    """Records one interview into its draft; `want` begins it.

    ``state`` is idle until the form asks, opening until sound comes, on, off (ended by the person,
    or because another interview listens), or unable, with ``reason`` in a sentence.
    """

    changed = Signal()
    """How it stands, or how long it lasts."""
    named = Signal()
    """There is something, and a ``name`` to answer with."""
    noted = Signal(str)
    """The person ended it or let it go on: an event of the interview's log."""

    def __init__(self, desk: Desk, draft: Draft, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._draft = desk, draft
        self._source: Source = Microphone(self)
        self._source.opened.connect(self._opened)
        self._source.heard.connect(self._heard)
        self._source.refused.connect(self._refused)
        self._encoder: recordings.Encoder | None = None
        self._quality = ""
        self.name = recordings.name_of(draft)
        """The name of what is recorded, empty while there is nothing."""
        self.is_ended = draft.body.get(recordings.ENDED) is True
        """Somebody at the table wants no more recorded; that holds when the interview goes on."""
        self.seconds = 0
        """How long was recorded since the interview was opened this time."""
        self._frames = self._rate = self._channels = 0
        self._rounds_deaf = self._rounds_mute = 0
        self._is_heard = self._is_loud = False
        self._round = QTimer(self)
        self._round.setInterval(_KEEP_MS)
        self._round.timeout.connect(self._turn)
        self.state: State = "idle"
        self.reason = ""
        self._resumes = False
        self.destroyed.connect(partial(_let_go, weakref.ref(self)))

    @property
    def is_mute(self) -> bool:
        """Whether the microphone has told of nothing but silence for a while."""
        return self.state == "on" and self._rounds_mute >= _MUTE

    def want(self, quality: str) -> None:
        """The form asks for a recording; nothing happens where it did so before."""
        if self.state == "idle":
            self._quality = quality
            if self.is_ended:
                self._stand("off")
            else:
                self.begin()

    def begin(self) -> None:
        """Listen, now or as soon as the parts for it are loaded."""
        self._resumes = False
        self._stand("opening")
        self._desk.ask(_prepare, on_done=self._prepared, on_error=self._failed)

    def end(self) -> None:
        """The person wants no more recorded."""
        self._resumes, self.is_ended = False, True
        self._close("off")
        self.noted.emit("background audio disabled")

    def go_on(self) -> None:
        """The person wants it recorded after all."""
        self.is_ended = False
        self.begin()
        self.noted.emit("background audio enabled")

    def look(self, is_seen: bool) -> None:
        """The interview comes in sight, or goes out of it.

        It is recorded on while the person looks something up; where it was interrupted meanwhile,
        it goes on once the interview is back.
        """
        if is_seen and self._resumes:
            self.begin()
        elif not is_seen:
            self._keep()

    def interrupt(self) -> None:
        """Hand over the last of it: the interview ends, or another one is to be listened to."""
        if self.state in ("opening", "on"):
            self._close("off")
            self._resumes = True

    def _prepared(self, _nothing: object) -> None:
        if self.state == "opening":
            self._source.open()

    def _opened(self, rate: int, channels: int) -> None:
        global _listening
        if self.state != "opening":
            self._source.close()
            return
        if _listening is not None and _listening is not self:
            _listening.interrupt()
        _listening = self
        if self._rate not in (0, rate):
            self._frames = self._frames * rate // self._rate
        self._rate, self._channels = rate, channels
        self._rounds_deaf = self._rounds_mute = 0
        self._round.start()

    def _heard(self, samples: bytes) -> None:
        if self.state == "opening" and self._round.isActive():
            self._stand("on")
        if self.state != "on":
            return
        if self._encoder is None:
            self._encoder = recordings.Encoder(self._rate, self._channels, self._quality)
        self._encoder.feed(samples)
        self._frames += len(samples) // (_SAMPLE_BYTES * self._channels)
        self._is_heard = True
        self._is_loud = self._is_loud or recordings.loudest(samples) > recordings.SILENCE
        if self._frames // self._rate != self.seconds:
            self.seconds = self._frames // self._rate
            self.changed.emit()

    def _turn(self) -> None:
        self._rounds_deaf = 0 if self._is_heard else self._rounds_deaf + 1
        self._rounds_mute = 0 if self._is_loud else self._rounds_mute + 1
        self._is_heard = self._is_loud = False
        self._keep()
        if self._rounds_deaf >= _DEAF:
            # Unplugged, or the computer slept: begin anew with whatever there is now.
            self._close("opening")
            self._source.open()
        else:
            self.changed.emit()

    def _keep(self) -> None:
        if self._encoder is not None:
            self._hand_over(self._encoder.fetch())

    def _hand_over(self, piece: bytes) -> None:
        if not piece:
            return
        if not self.name:
            self.name = recordings.new_name()
            self.named.emit()
        self._desk.ask(recordings.keep, self._draft.id, piece, on_done=_kept, on_error=self._failed)

    def _close(self, state: State) -> None:
        global _listening
        self._round.stop()
        self._source.close()
        encoder, self._encoder = self._encoder, None
        if encoder is not None:
            self._hand_over(encoder.close())
        if _listening is self:
            _listening = None
        self._stand(state)

    def _refused(self, reason: str) -> None:
        self.reason = reason
        self._close("unable")

    def _failed(self, error: BaseException) -> None:
        if self.state != "unable":
            _state, self.reason = told(error)
            self._close("unable")

    def _stand(self, state: State) -> None:
        self.state = state
        self.changed.emit()


def _let_go(gone: weakref.ref[Recording]) -> None:
    """Its page is no more: nobody could end it."""
    global _listening
    if _listening is gone():
        _listening = None


def _kept(_size: int) -> None:
    """What was handed over lies in the store; nobody need know."""


def _prepare(_project: Project) -> None:
    recordings.prepare()
