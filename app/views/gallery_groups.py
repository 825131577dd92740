"""The desk of a focus group, filled with made-up talk for the gallery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.jobs import Jobs
from app.models.ledger import RecordKey
from app.models.queries.groups import Seat, Table, Turn
from app.models.sitting import OpenTurn, Sitting
from app.views import words
from app.views.frame import Frame
from app.views.gallery_project import office
from app.views.office import Office
from app.views.pages import group_reads
from app.views.pages.group_desk import GroupDesk
from app.views.pages.group_reads import Opened
from app.views.widgets.page import Page

_SPACE: Final = bytes(16)
_GROUP: Final = RecordKey(_SPACE, "focus_group", bytes(16))
_SAID: Final = (
    ("", 0, "Gracias por venir. ¿Qué lugares evitan cuando ya es de noche?", "es"),
    ("1", 21, "El puente. Desde que se quemó el foco nadie cruza después de las siete.", "es"),
    ("2", 58, "Y la cancha, los fines de semana, cuando toman.", "es"),
    ("4", 74, "De noche no salgo. Ese camino es oscuro y los chicos tienen miedo.", "es"),
    ("3", 119, "Antes pasaba la ronda, ya no.", "es"),
    (
        "1",
        133,
        "Pedimos el foco tres veces al municipio. La tercera nos dijeron que no había rubro.",
        "es",
    ),
)
_VALUES: Final[dict[str, Any]] = {
    "topic": "La seguridad en el río",
    "date": "2026-11-20",
    "guide": "¿Qué lugares evitan, y a qué hora?\n¿Qué cambió en el último año?\n"
    "¿A quién acuden cuando pasa algo?\n¿Qué harían ustedes primero?",
    "languages": ["es", "qu"],
    "recorded": True,
    "delete_recording_by": "2027-02-18",
}


def _seat(chair: int, alias: str, recording: bool = True, quotes: bool = True) -> Seat:
    key = RecordKey(_SPACE, "participant", bytes([chair] * 16))
    return Seat(key, alias, chair, str(chair), True, recording, quotes)


_SEATS: Final = (
    _seat(1, "M1"), _seat(2, "M2", quotes=False), _seat(3, "H1"), _seat(4, "M3"),
    _seat(5, "H2", quotes=False), _seat(6, "M4"), _seat(7, "P1"), _seat(8, "M5"),
)  # fmt: skip


def _turns() -> tuple[Turn, ...]:
    found = []
    ends = [start for _who, start, _text, _language in _SAID[1:]] + [171]
    for at, ((who, start, text, language), end) in enumerate(zip(_SAID, ends, strict=True)):
        seat = next((one for one in _SEATS if one.hotkey == who), None)
        alias = seat.alias if seat else "Mod."
        key = RecordKey(_SPACE, "turn", bytes([at] * 16))
        spoken = (seat.id if seat else "", alias, float(start), float(end))
        found.append(Turn(key, *spoken, text, language, who in ("1", "4"), 1))
    return tuple(found)


def table(empty: bool = False, open_turn: bool = True) -> Table:
    """A talk under way, or a table nobody sits at yet."""
    if empty:
        values = {"topic": _VALUES["topic"], "date": _VALUES["date"]}
        return Table(_GROUP, _title(), values, (), (), Sitting(), None)
    typed = OpenTurn(
        _SEATS[5].id, "M4", "Yo acudo a la presidenta del barrio, porque", 171.0, "es", True
    )
    sitting = Sitting(
        spent_s=183.0, begun=True, question=1, recorder="paused", language="es",
        turn=typed if open_turn else None,
    )  # fmt: skip
    return Table(_GROUP, _title(), _VALUES, _SEATS, _turns(), sitting, 0)


def _title() -> str:
    return "La seguridad en el río · " + words.day("2026-11-20")


def _settle(jobs: Jobs) -> None:
    # The pictures import the gallery, so that this cannot stand above.
    from app.views.screenshots import settle

    settle(jobs)


def _desk(jobs: Jobs, shown: Table) -> tuple[Frame, GroupDesk]:
    answer = Opened(shown, True)
    answers = {group_reads.opened: answer, group_reads.again: answer}
    frame, _home = office(jobs, "home", answers)
    made_office = frame.findChild(Office)
    assert made_office is not None
    page = Page()
    page.give_way(True)
    made = GroupDesk(made_office.shared, _GROUP, page)
    page.body.addWidget(made, 1)
    frame.navigation.set_current("groups")
    frame.show_page(page)
    # What only opens after the group was read.
    _settle(jobs)
    return frame, made


def talking(jobs: Jobs) -> QWidget:
    return _desk(jobs, table())[0]


def waiting(jobs: Jobs) -> QWidget:
    """Between two turns, with the line for a note open."""
    frame, made = _desk(jobs, table(open_turn=False))
    made.note.open("risas; alguien imita al policía")
    return frame


def nobody(jobs: Jobs) -> QWidget:
    return _desk(jobs, table(empty=True))[0]


def seating(jobs: Jobs) -> QWidget:
    frame, made = _desk(jobs, table())
    made.table.seat_next()
    return frame


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "group": talking,
    "group-between": waiting,
    "group-empty": nobody,
    "group-seat": seating,
}
