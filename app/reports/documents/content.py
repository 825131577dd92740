"""What a document says, as plain data: whoever knows the records fills these in.

Nothing here knows a record, a window or a page. Two kinds of words meet in a document: what people
wrote is passed on as it stands; what Kipu knows (an ordinary session, a carried motion) is passed
as the code of its declaration and put into the document's own language, which need not be the one
on the screen. A code that is not known here is printed as it is. An empty text, ``None`` or an
empty tuple leaves its line out; only ``Acta``'s main sections say in words that there is nothing.

Nobody's traits are here beside a name: they come as ``Tally``, already merged where small.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from app.i18n import Language

Country = Literal["EC", "PA", ""]
Paper = Literal["A4", "Letter"]
Status = Literal["draft", "approved", "closed"]
Consent = bool | None
"""Given, refused, or not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What stands at the top of the first page."""

    project: str
    lines: tuple[str, ...] = ()
    """The institutions, one a line."""
    logo: bytes | None = None
    """A PNG or JPEG picture; one that cannot be read is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What every document of a project has in common."""

    letterhead: Letterhead
    language: Language = "es"
    country: Country = "EC"
    """Decides paper, clock and decimal sign."""
    paper: Paper | None = None
    """None: by the country, A4 in Ecuador and Letter in Panama."""
    practice: bool = False
    """The practice project: a band and its word on every page."""


# --- the acta -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """How and when the meeting was called."""

    sent: date | datetime | None = None
    channel: str = ""
    """A choice of ``meeting.call_channel`` or words."""
    proof: str = ""
    """What proves it: a file's name, a receipt's number."""
    notice: str = ""
    """The rule as a sentence, with its article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendee:
    """One line of the attendance; times are wall-clock times of the meeting's day."""

    name: str
    institution: str = ""
    role: str = ""
    capacity: str = ""
    """A choice of ``attendance.capacity`` or words."""
    presence: str = "present"
    """A choice of ``attendance.presence`` or words."""
    arrived: time | None = None
    departed: time | None = None
    note: str = ""
    """Such as the delegation they came with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Totals of one trait, small ones already merged: ``(("Women", 5), ("Men", 4))``."""

    title: str
    rows: tuple[tuple[str, int | str], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumCheck:
    """Quorum at one moment."""

    present: int
    seats: int
    needed: int
    reached: bool
    at: time | None = None
    moment: str = ""
    """What it was checked for, in words: the opening, a vote."""
    rule: str = ""
    """The rule with its article."""
    sentence: str = ""
    """Said instead of the sentence made from the figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One person's vote in a nominal or reasoned ballot; never of a secret one."""

    name: str
    vote: str
    """``for``, ``against``, ``abstention``, ``blank`` or words."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dissent:
    """A vote against that asked to be recorded."""

    name: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A proposal and what became of it."""

    text: str
    mover: str = ""
    seconder: str = ""
    kind: str = ""
    """A choice of ``motion.vote`` or words."""
    majority: str = ""
    """The majority asked for, with its article."""
    votes_for: int | None = None
    votes_against: int | None = None
    abstentions: int | None = None
    blank_votes: int | None = None
    present: int | None = None
    casting_vote: bool = False
    at: time | None = None
    quorum: QuorumCheck | None = None
    nominal: tuple[Vote, ...] = ()
    """Left out of the document when ``kind`` is ``secret``."""
    result: str = ""
    """A choice of ``motion.result`` or words."""
    dissents: tuple[Dissent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What was decided, in the words that count."""

    text: str
    number: str = ""
    in_force_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """Who does what by when; also an old one, with what became of it."""

    what: str
    responsible: str = ""
    due: date | None = None
    deliverable: str = ""
    origin: str = ""
    """The act or resolution it comes from."""
    status: str = ""
    """A choice of ``commitment.status``, ``overdue`` or words."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """A point of the agenda and all that came of it; ``text`` keeps its line breaks."""

    title: str
    number: str = ""
    """Empty: its place in the agenda."""
    presenter: str = ""
    text: str = ""
    motions: tuple[Motion, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    conclusion: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A place to sign: the name may be empty, to be filled in by hand."""

    name: str = ""
    role: str = ""
    document: str = ""
    """Kind and number of the identity document."""
    institution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """Something kept with the acta."""

    title: str
    note: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addendum:
    """A late change that was let into a closed act: where, what it says now, by whom and when."""

    where: str
    text: str
    deleted: bool = False
    person: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviousAct:
    """An earlier acta of the same committee, by the hash this one is chained to."""

    number: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acta:
    """The minutes of one meeting."""

    setting: Setting
    committee: str
    number: str = ""
    hash: str = ""
    """The short one, for the foot of each page."""
    previous: tuple[PreviousAct, ...] = ()
    legal_basis: str = ""
    type: str = "ordinary"
    """A choice of ``meeting.type`` or words."""
    mode: str = ""
    """A choice of ``meeting.mode`` or words."""
    subject: str = ""
    town: str = ""
    place: str = ""
    """Where it was held: the hall, the building."""
    date: date | None = None
    starts: time | None = None
    ends: time | None = None
    chair: str = ""
    secretary: str = ""
    second_call: bool = False
    installed: bool = True
    """False: there was no quorum, the meeting was not installed, and the acta says so."""
    opening: str = ""
    call: Call | None = None
    attendance: tuple[Attendee, ...] = ()
    tallies: tuple[Tally, ...] = ()
    quorum: tuple[QuorumCheck, ...] = ()
    previous_minutes: str = ""
    follow_up: tuple[Commitment, ...] = ()
    agenda: tuple[AgendaItem, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    """All those of the meeting; empty: those of the agenda's items."""
    closing: str = ""
    signatures: tuple[Signature, ...] = ()
    annexes: tuple[Annex, ...] = ()
    addenda: tuple[Addendum, ...] = ()
    """What came to a closed act since: printed behind it, and no part of what was signed."""
    status: Status = "draft"
    """Until it is approved, BORRADOR (DRAFT) lies across every page."""


# --- what is printed around a meeting -----------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNotice:
    """The call to a meeting."""

    setting: Setting
    committee: str
    number: str = ""
    """Of the meeting."""
    type: str = "ordinary"
    mode: str = ""
    second_call_after: int | None = None
    """Minutes after which it meets with those present."""
    town: str = ""
    issued: date | None = None
    date: date | None = None
    starts: time | None = None
    place: str = ""
    notice: str = ""
    """The rule the call follows, with its article."""
    addressed_to: tuple[str, ...] = ()
    agenda: tuple[str, ...] = ()
    message: str = ""
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceSheet:
    """The list to sign by hand: those expected, then blank lines."""

    setting: Setting
    committee: str
    number: str = ""
    type: str = "ordinary"
    date: date | None = None
    starts: time | None = None
    place: str = ""
    expected: tuple[Attendee, ...] = ()
    blank_lines: int = 10


# --- focus groups ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Someone at the table, by alias alone."""

    alias: str
    chair: int | None = None
    takes_part: Consent = None
    recording: Consent = None
    quotes: Consent = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one alias said; ``second`` counts from the start."""

    text: str
    speaker: str = ""
    second: float | None = None
    language: str = ""
    quotable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldNote:
    """What a focus group leaves behind."""

    setting: Setting
    topic: str
    profile: str = ""
    """The group's traits in words; a quote travels with these, never with a person's."""
    date: date | None = None
    starts: time | None = None
    ends: time | None = None
    place: str = ""
    moderator: str = ""
    note_taker: str = ""
    languages: str = ""
    recording: str = ""
    """Whether it was recorded, and until when that is kept, as a sentence."""
    participants: tuple[Participant, ...] = ()
    tallies: tuple[Tally, ...] = ()
    guide: str = ""
    turns: tuple[Turn, ...] = ()
    notes: str = ""
    summary: str = ""


# --- laptops and codes ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The paper that ends a hand-over: what was synced, then wiped."""

    setting: Setting
    device: str
    at: datetime
    facts: tuple[tuple[str, str], ...] = ()
    """What the paper states: label, value."""
    statement: str = ""
    signatures: tuple[Signature, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryPaper:
    """Recovery codes to be kept in a drawer, never on the laptop."""

    setting: Setting
    person: str
    codes: tuple[str, ...]
    """Each with its groups already parted, by hyphens or spaces."""
    meanings: tuple[str, ...] = ()
    """What each code opens, in the order of the codes."""
    device: str = ""
    made: date | None = None
