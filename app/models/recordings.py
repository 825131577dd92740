"""What an interview records: pieces in the encrypted store as they come, one file when it ends.

Sound never lies open on the disk, and a piece that `keep` returned from survives a kill. The pieces
are Ogg pages with Opus in them (RFC 7845); those of several visits to one interview become one
stream when it ends.
"""

from __future__ import annotations

import array
from typing import TYPE_CHECKING, Final

from app.errors import KipuError
from app.i18n import _
from app.models import ogg
from app.models.commands import answer_files
from app.models.drafts import Draft
from app.models.project import Project

if TYPE_CHECKING:
    from app.forms import Session

NAME: Final = "recording"
"""Where a draft keeps the name of its recording, the answer of what it is recorded for."""
ENDED: Final = "recording_ended"
"""Where a draft keeps that somebody at the table wants no more recorded."""
MOST_BYTES: Final = 256 << 20
"""Bytes of one recording: some twenty hours."""
RATES: Final = (16_000, 48_000, 24_000, 12_000, 8_000)
"""Samples a second that can be recorded, the most fitting for speech first."""
SILENCE: Final = 40
"""Loudest sample, of 32,767, of a microphone that is muted or not plugged in."""
_SUFFIX: Final = ".ogg"
_MEDIA: Final = "audio/ogg"
_PACKED: Final = {"voice-only": 0.95, "low": 0.9}
"""How hard the sound is packed for ODK's words of quality, 0 to 1; others get the encoder's own
measure, some 28 kbit a second. Speech needs no more."""


class _Pages:
    """Takes what the encoder writes, until somebody fetches it."""

    def __init__(self) -> None:
        self._written = bytearray()
        self._fetched = 0

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def tell(self) -> int:
        return self._fetched + len(self._written)

    def seek(self, offset: int, whence: int = 0) -> int:
        # Ogg is written straight on; the library only asks where it stands.
        where = (0, self.tell(), self.tell())[whence] + offset
        if where != self.tell():
            raise OSError("a recording is written straight on")
        return where

    def read(self, size: int = -1) -> bytes:
        raise OSError("a recording is only written")

    def fetch(self) -> bytes:
        piece = bytes(self._written)
        self._fetched += len(piece)
        self._written.clear()
        return piece


class Encoder:
    """Packs the sound of one visit: 16-bit samples go in, pages come out about once a second.

    ``rate`` is one of `RATES`, ``channels`` 1 or 2, ``quality`` a word of ODK's (normal, low,
    voice-only) or empty. Raises KipuError where what packs sound is not installed.
    """

    def __init__(self, rate: int, channels: int = 1, quality: str = "") -> None:
        prepare()
        import soundfile

        self._pages = _Pages()
        self._rest = b""
        self._frame = 2 * channels
        self._file = soundfile.SoundFile(
            self._pages, "w", rate, channels, "OPUS", format="OGG",
            compression_level=_PACKED.get(quality),
        )  # fmt: skip

    def feed(self, samples: bytes) -> None:
        """Take samples, interleaved where there are two channels; half ones wait for the rest."""
        whole = self._rest + samples
        fitting = len(whole) - len(whole) % self._frame
        self._rest = whole[fitting:]
        if fitting:
            self._file.buffer_write(whole[:fitting], dtype="int16")

    def fetch(self) -> bytes:
        """Return what is packed since the last time; it ends between two pages."""
        return self._pages.fetch()

    def close(self) -> bytes:
        """End the visit and return the last of it."""
        self._file.close()
        return self._pages.fetch()


def prepare() -> None:
    """Load what packs sound: a third of a second, better spent where nobody waits."""
    try:
        import soundfile  # noqa: F401
    except (ImportError, OSError) as error:
        raise KipuError(
            _("Sound cannot be recorded here: {reason}").format(reason=error)
        ) from error


def loudest(samples: bytes) -> int:
    """Return the loudest of 16-bit samples, 0 to 32,768."""
    heard = array.array("h", samples[: len(samples) - len(samples) % 2])
    return max(max(heard), -min(heard)) if heard else 0


def name_of(draft: Draft) -> str:
    """The name of what a draft recorded, empty where it recorded nothing yet."""
    return str(draft.body.get(NAME) or "")


def new_name() -> str:
    """A name for a recording that begins."""
    return answer_files.reference(NAME, NAME + _SUFFIX)


def keep(project: Project, draft: bytes, piece: bytes) -> int:
    """Keep the next piece of a draft's recording; returns the bytes there are of it.

    Raises KipuError when it has grown too large; what was recorded before stays.
    """
    size = _size(project, draft) + len(piece)
    if size > MOST_BYTES:
        raise KipuError(_("The recording is as long as one may be; it ends here."))
    with project.ledger.writing():
        project.store.run(
            "INSERT INTO recorded SELECT ?, coalesce(max(number), 0) + 1, ? FROM recorded "
            "WHERE draft=?",
            (draft, piece, draft),
        )
    return size


def _size(project: Project, draft: bytes) -> int:
    rows = project.store.rows("SELECT total(length(data)) FROM recorded WHERE draft=?", (draft,))
    return int(rows[0][0])


def recorded(project: Project, draft: bytes) -> bytes:
    """All there is of a draft's recording, a playable file; empty where nothing was recorded."""
    rows = project.store.rows("SELECT data FROM recorded WHERE draft=? ORDER BY number", (draft,))
    return ogg.joined(b"".join(bytes(data) for (data,) in rows))


def seal(project: Project, draft: Draft, session: Session) -> Draft:
    """Make what a draft recorded the file its answers name; nothing where nothing was recorded."""
    name = name_of(draft)
    data = recorded(project, draft.id) if name else b""
    if not data:
        return draft
    session.name_recording(name)
    return answer_files.put(project, draft, name, data, _MEDIA)
