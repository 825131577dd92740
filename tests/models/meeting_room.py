"""A committee of five seats with its rules, for tests of meetings."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.commands import meetings, records
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries.meetings import Desk, desk
from sync.values import Value
from tests.models.laptops import Laptop

DAY = "2026-11-20"
SEATS = (
    ("Alcaldía", "Elena Grefa", "Pedro Vargas"),
    ("Policía Nacional", "Jorge Mena", "Ana Loor"),
    ("Gobernación", "Luis Andi", ""),
    ("Iglesia", "Inés Andrade", ""),
    ("Junta parroquial", "Rosa Tapuy", "Marco Shiguango"),
)
RULES: dict[str, Value] = {
    "article": "Ordenanza 12",
    "quorum_article": "Art. 12",
    "second_call_after": 30,
    "second_call_article": "Art. 13",
    "notice_ordinary": 48,
    "notice_extraordinary": 24,
    "majority": "simple_present",
    "majority_article": "Art. 15",
    "casting_vote": True,
}


@dataclass
class Room:
    """A committee on one laptop, and its meeting of the day."""

    laptop: Laptop
    committee: RecordKey
    meeting: RecordKey

    @property
    def project(self) -> Project:
        return self.laptop.project

    @property
    def desk(self) -> Desk:
        return desk(self.project, self.meeting)

    def come(self, *roles: str, at: str = "14:00") -> None:
        """Check in whoever holds these seats."""
        for role in roles:
            meetings.check_in(self.project, self.meeting, role, at)

    def open(self, *roles: str) -> None:
        """Open the session with these seats, by default the first three."""
        self.come(*(roles or [role for role, _h, _a in SEATS[:3]]))
        meetings.install(self.project, self.meeting, "14:05")

    def row(self, role: str) -> RecordKey:
        """The attendance line of a seat."""
        return next(one.key for one in self.desk.attendance if one.role == role)

    def motion(self, text: str = "Instalar las alarmas", kind: str = "ordinary") -> RecordKey:
        done = meetings.put_motion(self.project, self.meeting, text, vote_kind=kind)
        assert done.key is not None
        return done.key


def make_room(laptop: Laptop, **rules: Value) -> Room:
    """The committee, its five seats and rules, and a meeting."""
    project, space = laptop.project, laptop.space()
    committee = records.new(
        project, "committee", {"name": "Consejo Cantonal", "cadence": "month"}, space
    )
    for role, holder, alternate in SEATS:
        records.new(
            project,
            "seat",
            {
                "committee": committee.id.hex(),
                "role": role,
                "holder_name": holder,
                "alternate_name": alternate or None,
                "institution": role,
                "presides": role == "Alcaldía" or None,
            },
        )
    records.new(project, "rule_set", {"committee": committee.id.hex(), **RULES, **rules})
    return Room(laptop, committee, new_meeting(project, committee))


def new_meeting(project: Project, committee: RecordKey, day: str = DAY) -> RecordKey:
    done = meetings.new_meeting(
        project, committee, {"date": day, "starts": "14:00", "subject": "Seguridad"}
    )
    assert done.key is not None
    return done.key
