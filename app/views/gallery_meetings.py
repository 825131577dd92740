"""The meeting desk, filled with a made-up session for the gallery."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.jobs import Jobs
from app.models.ledger import RecordKey
from app.models.meetings.rules import Rules
from app.models.queries.meetings import (
    Attendee,
    Commitment,
    Desk,
    FollowUp,
    Item,
    Motion,
    Quorum,
    Resolution,
    Stay,
    Vote,
    committees,
)
from app.models.queries.meetings.listing import CommitteeRow
from app.models.queries.meetings.snapshot import Addendum, Room
from app.views.frame import Frame
from app.views.gallery_project import office
from app.views.office import Office
from app.views.pages import meeting_reads
from app.views.pages.meeting import MeetingDesk
from app.views.pages.meeting_new import NewMeetingStrip
from app.views.pages.meeting_projector import Projector, wall_of
from app.views.pages.meeting_reads import Reading
from app.views.widgets.page import Page

_SPACE: Final = bytes(16)
_NOON_MS: Final = 1_795_633_320_000


def _key(kind: str, number: int) -> RecordKey:
    return RecordKey(_SPACE, kind, bytes([number] * 16))


_MEETING: Final = _key("meeting", 1)
_SEATS: Final = (
    ("Elena Grefa", "Alcaldía", "holder", "14:05", ""),
    ("Luis Aguinda", "Policía Nacional", "alternate", "14:09", ""),
    ("Mons. Rafael Cob", "Vicariato", "", "", ""),
    ("Rosa Tapuy", "Junta parroquial de Arajuno", "holder", "14:02", "15:10"),
    ("Wilmer Andi", "Federación de barrios", "holder", "14:11", ""),
    ("Sara Vargas", "Ministerio de Inclusión", "delegate", "14:15", ""),
    ("Jorge Illanes", "Cuerpo de Bomberos", "holder", "14:03", ""),
    ("Nayra Shiguango", "Jóvenes de Santa Clara", "", "", ""),
    ("Padre Juan Bottasso", "Parroquia", "guest", "14:20", ""),
)
_TITLES: Final = (
    "Constatación del quórum",
    "Seguimiento de compromisos",
    "Alarmas comunitarias en Santa Clara",
    "Alumbrado del puente",
    "Varios",
    "Clausura",
)
_TEXT: Final = (
    "La Junta informa que tres de las seis alarmas de Santa Clara no suenan desde agosto.\n"
    "Bomberos ofrece revisar los tableros; pide que el municipio ponga el transporte.\n"
    "La Federación recuerda que nadie ha hecho el simulacro de octubre."
)


def _attendee(number: int, row: tuple[str, str, str, str, str]) -> Attendee:
    who, where, capacity, arrived, departed = row
    is_here = bool(arrived and not departed)
    is_guest = capacity == "guest"
    stays = (Stay(_key("attendance", number), arrived, departed, False),) if arrived else ()
    return Attendee(
        _key("attendance", number), who, where, "Vocal", None if is_guest else _key("seat", number),
        capacity or "holder", "present" if arrived else "expected", not is_guest, is_here,
        is_here and not is_guest, arrived, departed, stays, number == 0, "", who, "", False, "", "",
    )  # fmt: skip


def _item(number: int, title: str) -> Item:
    began = "14:20" if number <= 3 else ""
    finished = "14:40" if number < 3 else ""
    text = _TEXT if number == 3 else ""
    return Item(
        _key("agenda_item", number), number, title, "discussion", "", 20, text, "", "",
        began, finished,
    )  # fmt: skip


_CURRENT: Final = _key("agenda_item", 3)
_MOTION: Final = Motion(
    _key("motion", 1), "Que se revisen las alarmas antes del 15 de diciembre", _CURRENT,
    "Rosa Tapuy", "", "nominal", 3, 1, 1, 0, 5, "", True, "simple_votes", 2, "2026-11-20T14:52:00",
    "carried", "", (
        Vote(_key("vote", 1), bytes(16), "Elena Grefa", "for", ""),
        Vote(_key("vote", 2), bytes(16), "Luis Aguinda", "against", "no hay rubro este año"),
    ),
)  # fmt: skip
_OPEN_MOTION: Final = replace(
    _MOTION, key=_key("motion", 2), text="Que el simulacro sea el 5 de diciembre", result="",
    for_=None, against=None, abstentions=None, votes=(),
)  # fmt: skip


_RESOLUTION: Final = Resolution(
    _key("resolution", 1), "012-2026", True,
    "Revisar las seis alarmas de Santa Clara antes del 15 de diciembre", _MOTION.key, _CURRENT,
    "adopted", "",
)  # fmt: skip
_COMMITMENT: Final = Commitment(
    _key("commitment", 1), "Poner el transporte para la revisión", "Elena Grefa", "Alcaldía",
    "2026-12-05", "open", _CURRENT, False, "", "",
)  # fmt: skip


def _quorum(present: int) -> Quorum:
    words = (
        _("{present} of {seats} seats present, {needed} needed: there is quorum.")
        if present >= 5
        else _("{present} of {seats} seats present, {needed} needed: there is no quorum.")
    )
    sentence = words.format(present=present, seats=8, needed=5)
    return Quorum(present, 5, 8, present >= 5, "first", sentence, "14:30", max(0, 5 - present))


def sample_desk(**changes: Any) -> Desk:
    """A session of a cantonal council under way; `changes` replace fields of it."""
    made = Desk(
        key=_MEETING,
        committee=_key("committee", 1),
        committee_name="Consejo Cantonal de Seguridad",
        number="003-2026",
        provisional=True,
        subject="Alarmas comunitarias",
        type="ordinary",
        status="in_session",
        mode="in_person",
        date="2026-11-20",
        starts="14:00",
        venue="Salón municipal",
        installed_at="14:15",
        ends="",
        clock="14:57",
        elapsed_s=42 * 60,
        second_call=False,
        call_sent_on="2026-11-16",
        chair="Elena Grefa",
        secretary="Rosa Tapuy",
        opening="",
        previous_minutes="",
        closing="",
        approved_on="",
        is_closed=False,
        quorum=_quorum(5),
        rules=Rules(),
        agenda=tuple(_item(n, title) for n, title in enumerate(_TITLES, 1)),
        attendance=tuple(_attendee(n, row) for n, row in enumerate(_SEATS)),
        motions=(_MOTION, _OPEN_MOTION),
        resolutions=(_RESOLUTION,),
        commitments=(_COMMITMENT,),
        follow_ups=tuple(_follow_up(*row) for row in _BEFORE),
        checks=(),
        previous=None,
        room=Room((), (), 14 * 60),
    )
    return replace(made, **changes)


_BEFORE: Final = (
    (1, "Cambiar el foco del puente", "Jorge Illanes", "2026-11-01", "open", True),
    (2, "Convocar al simulacro", "Wilmer Andi", "2026-10-30", "not_met", False),
    (3, "Entregar la lista de presidentes", "Rosa Tapuy", "2026-11-15", "met", False),
)


def _follow_up(number: int, text: str, who: str, due: str, state: str, overdue: bool) -> FollowUp:
    return FollowUp(
        _key("follow_up", number), _key("commitment", 10 + number), text, who, "", due, "open",
        state, "", overdue, None,
    )  # fmt: skip


def _framed(jobs: Jobs, shown: Desk, *, may_write: bool = True) -> tuple[Frame, MeetingDesk]:
    answers = {meeting_reads.read: Reading(shown, may_write, True, kept_ms=_NOON_MS)}
    frame, _home = office(jobs, "home", answers)
    found = frame.findChild(Office)
    assert found is not None
    page = Page()
    page.give_way(True)
    made = MeetingDesk(found.shared, _MEETING, page)
    page.body.addWidget(made, 1)
    frame.navigation.set_current("meetings")
    frame.show_page(page)
    _settle(jobs)
    made.top.kept.kept(_NOON_MS)
    return frame, made


def _settle(jobs: Jobs) -> None:
    # The pictures import the gallery, so that this cannot stand above.
    from app.views.screenshots import settle

    settle(jobs)


def session(jobs: Jobs) -> QWidget:
    return _framed(jobs, sample_desk())[0]


def lost_quorum(jobs: Jobs) -> QWidget:
    frame, made = _framed(jobs, sample_desk(quorum=_quorum(4)))
    made.show_pane("attendance")
    return frame


def before(jobs: Jobs) -> QWidget:
    """The hall fills: not yet installed."""
    waiting = tuple(replace(one, started="", finished="", text="") for one in sample_desk().agenda)
    shown = sample_desk(
        status="called", installed_at="", elapsed_s=0, agenda=waiting, motions=(),
        resolutions=(), commitments=(), quorum=_quorum(4),
    )  # fmt: skip
    return _framed(jobs, shown)[0]


def motion(jobs: Jobs) -> QWidget:
    frame, made = _framed(jobs, sample_desk())
    made.ask("motion")
    return frame


def vote(jobs: Jobs) -> QWidget:
    frame, made = _framed(jobs, sample_desk())
    made.ask("vote")
    made.acts.vote.roll._vote("for")
    return frame


def promise(jobs: Jobs) -> QWidget:
    frame, made = _framed(jobs, sample_desk())
    made.ask("commitment")
    made.acts.commitment.due.setText("+15")
    return frame


def seat(jobs: Jobs) -> QWidget:
    frame, made = _framed(jobs, sample_desk())
    made.acts._show_seat(sample_desk().attendance[3], {"arrived": "14:02", "departed": "15:10"})
    return frame


def ended(jobs: Jobs) -> QWidget:
    frame, made = _framed(jobs, sample_desk(status="held", ends="16:20"))
    made.ask("papers")
    return frame


_ADDENDUM: Final = Addendum(
    _key("resolution", 2), "Resolución “Revisar las seis alarmas”", "Texto",
    "Revisar las seis alarmas de Santa Clara y las dos de Fátima", False, "Rosa Tapuy", "L3",
    "2026-11-22T09:15:00-05:00",
)  # fmt: skip


def closed(jobs: Jobs) -> QWidget:
    late = (_ADDENDUM,)
    desk = sample_desk(status="approved", ends="16:20", is_closed=True, addenda=late)
    return _framed(jobs, desk)[0]


def wall(jobs: Jobs) -> QWidget:
    del jobs
    made = Projector()
    made.show_wall(wall_of(sample_desk(motions=(_MOTION,))))
    return made


def new(jobs: Jobs) -> QWidget:
    """A meeting about to be made of a committee that has no seats yet."""
    rows = [
        CommitteeRow(_key("committee", 1), "Consejo Cantonal de Seguridad", "", "active", 0, "")
    ]
    frame, _home = office(jobs, "home", {committees: rows})
    page = Page()
    page.head(_("Meetings"))
    strip = NewMeetingStrip(page)
    page.body.addWidget(strip)
    page.body.addStretch(1)
    frame.navigation.set_current("meetings")
    frame.show_page(page)
    strip.open(rows)
    return frame


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "meeting": session,
    "meeting-lost": lost_quorum,
    "meeting-before": before,
    "meeting-motion": motion,
    "meeting-vote": vote,
    "meeting-commitment": promise,
    "meeting-seat": seat,
    "meeting-ended": ended,
    "meeting-closed": closed,
    "meeting-wall": wall,
    "meeting-new": new,
}
