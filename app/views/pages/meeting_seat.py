"""The details of one line of attendance, and of one commitment from before, each as a strip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Signal

from app.errors import KipuError
from app.i18n import Text, _, lazy
from app.models.queries.meetings import Attendee, Commitment, FollowUp
from app.models.records import kind
from app.models.vocabulary import Value
from app.views.pages.meeting_lines import STATES
from app.views.pages.meeting_strip import Options, Strip, complete, fill
from app.views.widgets.parts import ButtonKind, button

_TIMES = "times"
_COUNTED = ("sex", "age_band", "ethnicity")


@dataclass(frozen=True, slots=True)
class Sitting:
    """What the strip holds: who sits down how, or the fields of the line as they are now."""

    way: str
    """Of: holder, alternate, delegate, excused, times (nothing new but the fields)."""
    name: str
    document: str
    at: str
    values: Mapping[str, Value]


class SeatStrip(Strip):
    """Enter on a line of attendance: who sits there, since when, and what is only counted."""

    presides = Signal()
    keeps_minutes = Signal()
    removed = Signal()

    heading = lazy("Attendance")

    def _build(self) -> None:
        self._attendee: Attendee | None = None
        self.way = self._box()
        self.name = self._line()
        self.document = self._line()
        self.arrived = self._line()
        self.departed = self._line()
        self._narrow(lazy("What happens"), self.way, 26)
        self._named = self._narrow(lazy("Name"), self.name, 26)
        self._paper = self._narrow(lazy("Delegation document"), self.document, 20)
        self._narrow(lazy("Arrived"), self.arrived, 7)
        self._went = self._narrow(lazy("Left"), self.departed, 7)
        self.counted = {one: self._box() for one in _COUNTED}
        for one, box in self.counted.items():
            self._narrow(kind("attendance").field(one).label, box, 14)
        self.way.currentIndexChanged.connect(self._fit)
        for id_, (_text, icon) in _BUTTONS.items():
            rank: ButtonKind = "danger" if icon == "delete" else "plain"
            self.buttons[id_] = button(self, rank, icon, getattr(self, id_).emit)

    def open(self, attendee: Attendee, values: Mapping[str, Value]) -> None:
        """Show a line of attendance; ``values`` are its fields as they are kept."""
        self._attendee = attendee
        fill(self.way, _ways(attendee))
        self.name.setText(attendee.name if attendee.seat is None else "")
        complete(self.name, [one for one in (attendee.alternate, attendee.holder) if one])
        self.document.setText(attendee.delegation)
        self.arrived.setText(str(values.get("arrived") or ""))
        self.departed.setText(str(values.get("departed") or ""))
        for one, box in self.counted.items():
            choices = kind("attendance").field(one).choices
            offered: Options = [(_("(no answer)"), None)]
            fill(box, [*offered, *((str(text), code) for code, text in choices)], values.get(one))
        self._fit()
        self.retranslate()
        self.begin()

    def attendee(self) -> Attendee:
        """Return the line on show. Raises RuntimeError before there was one."""
        if self._attendee is None:
            raise RuntimeError("no line of attendance is open")
        return self._attendee

    def first(self) -> Any:
        return self.way

    def sitting(self) -> Sitting:
        """Return what was chosen and typed. Raises KipuError for a time that is none."""
        values: dict[str, Value] = {one: box.currentData() for one, box in self.counted.items()}
        way = str(self.way.currentData())
        if way == _TIMES:
            values["arrived"] = self._time("arrived", self.arrived.text())
            values["departed"] = self._time("departed", self.departed.text())
            if self.attendee().seat is None and self.name.text().strip():
                values["name"] = self.name.text().strip()
        at = self._time("arrived", self.arrived.text()) or ""
        return Sitting(way, self.name.text().strip(), self.document.text().strip(), at, values)

    def problem(self) -> str:
        try:
            found = self.sitting()
        except KipuError as error:
            return error.message
        if found.way == "delegate" and not found.name:
            return _("Write the name of who is delegated.")
        return ""

    def retranslate(self) -> None:
        super().retranslate()
        if self._attendee is not None:
            one = self._attendee
            title = one.name or one.holder or one.role
            self._title.setText(_("Attendance: {name}").format(name=title))
        for id_, (text, _icon) in _BUTTONS.items():
            self.buttons[id_].setText(str(text))

    def _time(self, field: str, typed: str) -> str | None:
        declared = kind("attendance").field(field)
        found = declared.parse(typed) if typed.strip() else None
        return str(found) if found is not None else None

    def _fit(self) -> None:
        way = self.way.currentData()
        is_guest = self._attendee is not None and self._attendee.seat is None
        self._named.setVisible(way in ("alternate", "delegate", "excused") or is_guest)
        self._paper.setVisible(way == "delegate")
        self._went.setVisible(way == _TIMES)


_BUTTONS: Final[dict[str, tuple[Text, str]]] = {
    "presides": (lazy("Presides"), "person"),
    "keeps_minutes": (lazy("Keeps the minutes"), "edit"),
    "removed": (lazy("Take off the list"), "delete"),
}
"""The signals of the strip that have a button, its words and icon."""


def _ways(one: Attendee) -> Options:
    """What may happen on a line, the likeliest first."""
    holder = (_("the holder arrives"), "holder")
    alternate = (_("the alternate sits"), "alternate")
    delegate = (_("a delegate sits"), "delegate")
    if one.seat is None:
        return [(_("as typed here"), _TIMES)]
    if one.is_present or one.departed:
        return [(_("as typed here"), _TIMES), alternate, delegate]
    return [holder, alternate, delegate, (_("excused"), "excused"), (_("as typed here"), _TIMES)]


class FollowStrip(Strip):
    """Enter on a commitment: what was reported of it, how it stands, a new date."""

    heading = lazy("Commitment")

    def _build(self) -> None:
        self._key: Any = None
        self.said = self._words()
        self.state = self._box()
        self.due = self._line()
        self._wide(lazy("What was reported"), self.said)
        self._narrow(lazy("Stands"), self.state, 18)
        self._narrow(lazy("New date"), self.due, 16)

    def open(self, one: Commitment | FollowUp) -> None:
        """Show a commitment."""
        self._key = one.key
        self._title.setText(_("Commitment: {text}").format(text=one.text))
        field = kind("commitment").field("status")
        state = one.state if isinstance(one, FollowUp) else one.status
        fill(self.state, [(field.format(code), code) for code in STATES], state)
        self.said.setPlainText(one.said if isinstance(one, FollowUp) else "")
        self.due.setText(kind("commitment").field("due").format(one.due) if one.due else "")
        self.begin()

    def first(self) -> Any:
        return self.said

    def problem(self) -> str:
        try:
            self.report()
        except KipuError as error:
            return error.message
        return ""

    def report(self) -> tuple[Any, str, str, str]:
        """Return the commitment's key, what was said, its state and its date in ISO."""
        typed = self.due.text().strip()
        due = str(kind("commitment").field("due").parse(typed)) if typed else ""
        return self._key, self.said.toPlainText().strip(), self.state.currentData(), due
