"""A committee with seats for the tests of the meeting desk, and a desk to play at."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.models import spaces
from app.models.commands import meetings, records
from app.models.ledger import RecordKey
from app.models.project import Project
from app.settings import Settings
from app.views.facts import facts
from app.views.pages.meeting import MeetingDesk
from app.views.pages.meetings import MeetingsPage
from app.views.shared import Shared
from tests.models.laptops import PARISH
from tests.views.offices import Office, put_on_show

SEATS = (
    ("Elena Grefa", "Alcaldía", "Marco Tapia"),
    ("Luis Aguinda", "Policía Nacional", "Ana Shiguango"),
    ("Rosa Tapuy", "Vicariato", ""),
    ("Wilmer Andi", "Junta parroquial", ""),
    ("Sara Vargas", "Bomberos", ""),
)
DAY = "2023-11-14"
"""The day the laptops of the tests live on."""


def make_committee(project: Project, seats: int = len(SEATS)) -> RecordKey:
    """A council whose seats all vote; the first presides. Quorum is half plus one."""
    space = spaces.find(project, PARISH).id
    committee = records.new(project, "committee", {"name": "Consejo Cantonal"}, space)
    for at in range(seats):
        holder, institution, alternate = SEATS[at] if at < len(SEATS) else (f"Vocal {at}", "", "")
        values = {
            "committee": committee.id.hex(), "role": "Vocal", "holder_name": holder,
            "institution": institution or f"Barrio {at}", "alternate_name": alternate or None,
            "presides": at == 0, "votes": True,
        }  # fmt: skip
        records.new(project, "seat", values, space)
    return committee


def make_meeting(project: Project, seats: int = len(SEATS)) -> RecordKey:
    """A meeting of such a council, planned for the laptop's day."""
    committee = make_committee(project, seats)
    key = meetings.new_meeting(project, committee, {"date": DAY, "starts": "09:00"}).key
    assert key is not None
    return key


def shared_of(office: Office) -> Shared:
    """What the pages of an office share."""
    return Shared(office.desk, Settings(office.run(_home)), office.run(facts))


def _home(project: Project) -> Any:
    return project.folder


class Player:
    """Somebody at the keyboard of the meetings page."""

    def __init__(self, office: Office, page: QWidget) -> None:
        self.office = office
        self.page = page

    def desk(self) -> MeetingDesk:
        assert isinstance(self.page, MeetingsPage)
        found = self.page.desk()
        assert found is not None
        return found

    def press(self, *keys: str | Qt.Key) -> None:
        """Press keys one after another, such as "Ctrl+I", "F6" or a Qt key."""
        for key in keys:
            modifiers, code = _code(key)
            QTest.keyClick(QApplication.focusWidget() or self.page, code, modifiers)
            self.office.settle()
            # A command, what it tells the pages, their reading, and what follows from that.
            self.office.settle()

    def type(self, text: str, *, enter: bool = False) -> None:
        QTest.keyClicks(QApplication.focusWidget() or self.page, text)
        if enter:
            self.press(Qt.Key.Key_Return)

    def open_session(self) -> None:
        """Check in a quorum and open the session."""
        self.check_in("elen", "poli", "tapuy")
        self.press("Ctrl+I")
        assert self.desk().top.state() == "In session"

    def check_in(self, *typed: str) -> None:
        """Check people in by a few letters each."""
        self.press("F2")
        for one in typed:
            self.type(one, enter=True)


def meetings_page(qtbot: Any, office: Office, shared: Shared, height: int = 690) -> Player:
    """Somebody at the list of meetings."""
    return Player(office, put_on_show(qtbot, office, MeetingsPage(shared), 1180, height))


def _code(key: str | Qt.Key) -> tuple[Qt.KeyboardModifier, Qt.Key]:
    if isinstance(key, Qt.Key):
        return Qt.KeyboardModifier.NoModifier, key
    *held, last = key.split("+")
    modifiers = Qt.KeyboardModifier.NoModifier
    for one in held:
        modifiers |= getattr(Qt.KeyboardModifier, f"{_MODIFIERS[one]}Modifier")
    return modifiers, getattr(Qt.Key, f"Key_{last}")


_MODIFIERS = {"Ctrl": "Control", "Alt": "Alt", "Shift": "Shift"}
