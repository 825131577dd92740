"""Quorum: a fact about one moment, counted from who is there and who has left.

A seat counts once, whoever sits on it: its holder, the alternate or a delegate. Someone who leaves
stops counting that minute and counts again from the minute they come back. Pure functions of plain
data; the times are minutes since midnight of the meeting's day and may pass 1,440.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.i18n import _
from app.models.meetings.rules import Rules

_DAY = 24 * 60
_HALF_DAY = 12 * 60
SPEAKS_FOR_SEAT = frozenset({"", "holder", "alternate", "delegate"})


@dataclass(frozen=True)
class Span:
    """From when to when somebody was in the room; None is unknown and counts as all along."""

    arrived: int | None
    departed: int | None = None
    remote: bool = False

    def holds(self, moment: int) -> bool:
        """Whether the span covers a minute; who leaves at 15:10 is not there at 15:10."""
        begun = self.arrived is None or self.arrived <= moment
        return begun and (self.departed is None or moment < self.departed)


@dataclass(frozen=True)
class Chair:
    """A seat of the committee: whether it votes, and whether somebody holds it."""

    id: bytes
    votes: bool = True
    filled: bool = True


@dataclass(frozen=True)
class Sitting:
    """Somebody at the meeting: for which seat (None: none), in what capacity, when."""

    id: bytes
    seat: bytes | None
    capacity: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class QuorumState:
    """The quorum at one moment. ``counted`` are the ids of the sittings that count."""

    present: int
    required: int
    entitled: int
    met: bool
    call: str
    sentence: str
    counted: frozenset[bytes]

    @property
    def missing(self) -> int:
        """How many seats are still lacking."""
        return max(0, self.required - self.present)


def minute(clock: str, start: int | None = None) -> int | None:
    """The minute of a wall-clock time; long before the start is meant after midnight.

    None for what is no time.
    """
    hour, sign, rest = clock.partition(":")
    if not sign or not hour.isdecimal() or not rest[:2].isdecimal():
        return None
    found = int(hour) * 60 + int(rest[:2])
    return found + _DAY if start is not None and found < start - _HALF_DAY else found


def clock(moment: int) -> str:
    """A minute as wall-clock time."""
    return f"{moment % _DAY // 60:02}:{moment % 60:02}"


def entitled(chairs: Iterable[Chair], rules: Rules) -> int:
    """How many seats the quorum is counted on: all that vote, or of them those filled."""
    return sum(one.votes and (one.filled or rules.counted_on == "seats") for one in chairs)


def counted(
    chairs: Sequence[Chair], sittings: Sequence[Sitting], rules: Rules, moment: int
) -> frozenset[bytes]:
    """The sittings that count at a moment: the first for each seat that votes.

    Where a committee has no seats on record, everybody who is no guest counts.
    """
    voting = {one.id for one in chairs if one.votes}
    taken: dict[bytes, bytes] = {}
    for one in sittings:
        if not _may_count(one, rules) or not _is_there(one, rules, moment):
            continue
        place = one.seat if voting else one.id
        if place is not None and (not voting or place in voting):
            taken.setdefault(place, one.id)
    return frozenset(taken.values())


def _may_count(one: Sitting, rules: Rules) -> bool:
    if one.capacity == "delegate" and not rules.delegates_count:
        return False
    return one.capacity in SPEAKS_FOR_SEAT


def _is_there(one: Sitting, rules: Rules, moment: int) -> bool:
    return any(
        span.holds(moment) and (rules.remote_counts or not span.remote) for span in one.spans
    )


def at_moment(
    chairs: Sequence[Chair],
    sittings: Sequence[Sitting],
    rules: Rules,
    moment: int,
    call: str = "first",
) -> QuorumState:
    """The quorum at a moment, on the first or the second call, with its sentence."""
    ids = counted(chairs, sittings, rules, moment)
    of, present = entitled(chairs, rules), len(ids)
    required = rules.required(of, call)
    met = present >= required
    return QuorumState(
        present, required, of, met, call, _told(rules, present, required, of, call), ids
    )


def _told(rules: Rules, present: int, required: int, of: int, call: str) -> str:
    own = rules.second_call_article if call == "second" else rules.quorum_article
    if present >= required:
        told = _("There is a quorum: {present} of {of} seats, {required} needed ({article}).")
    else:
        told = _("There is no quorum: {present} of {of} seats, {required} needed ({article}).")
    return told.format(present=present, of=of, required=required, article=rules.source(own))


def second_call_minute(rules: Rules, starts: int | None) -> int | None:
    """From which minute the second call may be made; None where the rules know none."""
    if rules.second_call_after is None or starts is None:
        return None
    return starts + rules.second_call_after
