"""A focus group's talk under way: its clock, the question being talked about, the turn being typed.

It is this laptop's own and lives in the draft journal, so that a kill or a power cut takes no word.
What was said becomes a record only when its turn ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from sync.values import Value

RECORDER: Final = ("off", "on", "paused")


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """The turn being typed. ``record`` is the id of one that is being corrected, empty for a new
    one; ``base`` is what its text was when correcting began."""

    speaker: str = ""
    alias: str = ""
    text: str = ""
    starts_s: float = 0.0
    language: str = ""
    quotable: bool = False
    question: int | None = None
    record: str = ""
    base: str = ""


@dataclass(frozen=True, slots=True)
class Sitting:
    """``spent_s`` seconds have passed up to ``since_ms``, when the clock went on (None: it stands).

    ``question`` counts the guide's questions from 1 (0: none yet); it came up at ``question_s``.
    ``note`` is a note not finished yet.
    """

    spent_s: float = 0.0
    since_ms: int | None = None
    begun: bool = False
    question: int = 0
    question_s: float = 0.0
    recorder: str = "off"
    language: str = ""
    note: str = ""
    turn: OpenTurn | None = None

    @property
    def runs(self) -> bool:
        return self.since_ms is not None

    def at(self, now_ms: int) -> float:
        """The seconds of talk up to ``now_ms``, to a tenth; a clock set back adds nothing."""
        more = max(now_ms - self.since_ms, 0) / 1000 if self.since_ms is not None else 0.0
        return round(self.spent_s + more, 1)

    def body(self) -> dict[str, Value]:
        """What the draft journal keeps."""
        return dict(asdict(self))

    @classmethod
    def from_body(cls, body: Mapping[str, Value]) -> Sitting:
        """Read what the journal kept; what a newer Kipu added there is passed over."""
        found: dict[str, Any] = {name: body[name] for name in cls.__slots__ if name in body}
        if isinstance(turn := found.get("turn"), dict):
            found["turn"] = OpenTurn(**{n: turn[n] for n in OpenTurn.__slots__ if n in turn})
        return cls(**found)


def going(sitting: Sitting, now_ms: int) -> Sitting:
    """The sitting with its clock going."""
    return sitting if sitting.runs else replace(sitting, since_ms=now_ms, begun=True)


def halted(sitting: Sitting, now_ms: int) -> Sitting:
    """The sitting with its clock standing at ``now_ms``, and the recorder with it."""
    recorder = "paused" if sitting.recorder == "on" else sitting.recorder
    if not sitting.runs:
        return replace(sitting, recorder=recorder)
    return replace(sitting, spent_s=sitting.at(now_ms), since_ms=None, recorder=recorder)


def asked(sitting: Sitting, question: int, now_ms: int) -> Sitting:
    """The sitting with another question of the guide being talked about."""
    return replace(sitting, question=question, question_s=sitting.at(now_ms))


def clock(seconds: float | None) -> str:
    """Seconds as people read a recorder: ``00:42:10``; empty where nobody timed it."""
    if seconds is None:
        return ""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
