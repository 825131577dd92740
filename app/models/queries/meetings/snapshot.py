"""What the meeting page shows, as plain data: everything about one session at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.ledger import RecordKey
from app.models.meetings.quorum import Chair, QuorumState, Sitting, at_moment, minute
from app.models.meetings.rules import Rules


@dataclass(frozen=True)
class Quorum:
    """The quorum now. ``second_call_at`` is empty when there is none, or it was made already."""

    present: int
    required: int
    entitled: int
    met: bool
    call: str
    sentence: str
    second_call_at: str
    missing: int


@dataclass(frozen=True)
class Item:
    """A point of the agenda; ``state`` is waiting, running or done."""

    key: RecordKey
    number: int
    title: str
    type: str
    presenter: str
    minutes_planned: int | None
    text: str
    conclusion: str
    notes: str
    started: str
    finished: str

    @property
    def state(self) -> str:
        """Whether it waits, runs or is done."""
        if self.finished:
            return "done"
        return "running" if self.started else "waiting"


@dataclass(frozen=True)
class Stay:
    """From when to when somebody was there; ``key`` is the row that says so."""

    key: RecordKey
    arrived: str
    departed: str
    remote: bool


@dataclass(frozen=True)
class Attendee:
    """Somebody on the attendance list. ``counts``: counted in the quorum now."""

    key: RecordKey
    name: str
    institution: str
    role: str
    seat: RecordKey | None
    capacity: str
    presence: str
    votes: bool
    is_present: bool
    counts: bool
    arrived: str
    departed: str
    stays: tuple[Stay, ...]
    presides: bool
    delegation: str
    holder: str
    alternate: str
    signed: bool
    notes: str
    person: str


@dataclass(frozen=True)
class Vote:
    """How one member voted."""

    key: RecordKey
    attendance: bytes
    name: str
    choice: str
    reason: str


@dataclass(frozen=True)
class Motion:
    """A proposal. ``result`` is empty while it is open; ``sentence`` says why it carried or not."""

    key: RecordKey
    text: str
    item: RecordKey | None
    mover: str
    seconder: str
    vote: str
    for_: int | None
    against: int | None
    abstentions: int | None
    blank: int | None
    present: int | None
    casting: str
    quorum_met: bool | None
    majority: str
    needed: int | None
    voted_at: str
    result: str
    sentence: str
    votes: tuple[Vote, ...]


@dataclass(frozen=True)
class Resolution:
    """A decision; its number is provisional until the act is closed."""

    key: RecordKey
    number: str
    provisional: bool
    text: str
    motion: RecordKey | None
    item: RecordKey | None
    status: str
    in_force_from: str


@dataclass(frozen=True)
class Commitment:
    """Who does what by when."""

    key: RecordKey
    text: str
    responsible: str
    institution: str
    due: str
    status: str
    item: RecordKey | None
    overdue: bool
    deliverable: str
    committee: str


@dataclass(frozen=True)
class FollowUp:
    """A commitment made before, carried on the agenda: what was said, how it stands now."""

    key: RecordKey
    commitment: RecordKey | None
    text: str
    responsible: str
    institution: str
    due: str
    before: str
    state: str
    said: str
    overdue: bool
    item: RecordKey | None


@dataclass(frozen=True)
class Check:
    """A quorum check that was written down."""

    key: RecordKey
    at: str
    present: int
    required: int
    entitled: int
    met: bool
    call: str
    article: str
    motion: RecordKey | None


@dataclass(frozen=True)
class Addendum:
    """What was let into a closed act afterwards: a field of the meeting (``record`` is empty) or of
    a part of it, in words, or a part that was ``deleted``; who wrote it, on which laptop, when."""

    key: RecordKey
    record: str
    field: str
    value: str
    deleted: bool
    person: str
    device: str
    at: str


@dataclass(frozen=True)
class Previous:
    """The meeting of the committee before this one."""

    key: RecordKey
    number: str
    date: str
    status: str


@dataclass(frozen=True)
class Room:
    """What the rules of quorum look at; `Desk.quorum_at` asks about any moment."""

    chairs: tuple[Chair, ...]
    sittings: tuple[Sitting, ...]
    starts: int | None


@dataclass(frozen=True)
class Desk:
    """One meeting as it stands; ``elapsed_s`` counts from its installation and stops at its end.

    ``clock`` is the wall-clock minute the snapshot speaks of.
    """

    key: RecordKey
    committee: RecordKey
    committee_name: str
    number: str
    provisional: bool
    subject: str
    type: str
    status: str
    mode: str
    date: str
    starts: str
    venue: str
    installed_at: str
    ends: str
    clock: str
    elapsed_s: int
    second_call: bool
    call_sent_on: str
    chair: str
    secretary: str
    opening: str
    previous_minutes: str
    closing: str
    approved_on: str
    is_closed: bool
    quorum: Quorum
    rules: Rules
    agenda: tuple[Item, ...]
    attendance: tuple[Attendee, ...]
    motions: tuple[Motion, ...]
    resolutions: tuple[Resolution, ...]
    commitments: tuple[Commitment, ...]
    follow_ups: tuple[FollowUp, ...]
    checks: tuple[Check, ...]
    previous: Previous | None
    room: Room
    addenda: tuple[Addendum, ...] = ()

    @property
    def running(self) -> Item | None:
        """The point being treated."""
        return next((one for one in self.agenda if one.state == "running"), None)

    def quorum_at(self, at: str, call: str = "") -> QuorumState:
        """The quorum at a wall-clock time of this session, on the call it stands at or another."""
        moment = minute(at, self.room.starts)
        call = call or ("second" if self.second_call else "first")
        return at_moment(self.room.chairs, self.room.sittings, self.rules, moment or 0, call)
