"""A committee's year, played verb by verb as its secretary would."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from app.demo.laptop import Clock, Run
from app.demo.sessions import Committee, Point, Promise, Session

_BETWEEN = 30
LATER = timedelta(days=20)
"""After which the act of a last session is approved without another."""
_USUAL = {
    "quorum": "La secretaría llama a lista y la presidencia constata el quórum.",
    "opening": "La presidencia agradece la asistencia y declara instalada la sesión.",
    "follow_up": "Se revisa cada compromiso; lo informado consta en el cuadro.",
    "other_business": "No se tratan otros asuntos.",
}


@dataclass
class Year:
    """A committee whose sessions are being held."""

    run: Run
    clock: Clock
    committee: Committee
    today: date
    space: str
    id: str = ""
    seats: list[str] = field(default_factory=list)
    promised: dict[str, tuple[Promise, int]] = field(default_factory=dict)
    before: str = ""

    def found(self) -> None:
        """Make the committee, the people in it and its rules."""
        made = ["record", "new", "committee", f"name={self.committee.name}", "--space", self.space]
        self.id = self.run(*made, *self.committee.fields)["id"]
        for at, one in enumerate(self.committee.members):
            sex, age, ethnicity = one.traits
            holder = self._person(
                one.holder, f"sex={sex}", f"age_band={age}", f"ethnicity={ethnicity}",
                f"post={one.role}",
            )  # fmt: skip
            given = [f"alternate_name={one.alternate}"] if one.alternate else []
            given += ["presides=yes"] if at == 0 else []
            given += [] if one.votes else ["votes=no"]
            seat = self.run(
                "record", "new", "seat", f"committee={self.id}", f"role={one.role}",
                f"institution={one.institution}", f"holder={holder}", *given,
            )  # fmt: skip
            self.seats.append(seat["id"])
        self.run("record", "new", "rule_set", f"committee={self.id}", *self.committee.rules)

    def _person(self, name: str, *traits: str) -> str:
        made = self.run("record", "new", "person", f"name={name}", *traits, "--space", self.space)
        return str(made["id"])

    def day(self, number: int) -> date:
        """The day of a session, counted back from the last one."""
        return self.today - timedelta(days=days_ago(self.committee, number))

    def hold(self, number: int, close_before: bool = True) -> str:
        """Hold a session from its call to its end; the act before it is approved and closed."""
        session = self.committee.sessions[number]
        meeting = self._call(session, number)
        room = _Room(self, session, meeting, self.day(number))
        room.gather()
        room.say_the_usual()
        self._look_back(room, number, close_before)
        for point in session.points:
            room.treat(point, self.day(number), number)
        room.end()
        self.before = meeting
        return meeting

    def _call(self, session: Session, number: int) -> str:
        day, hours = self.day(number), self.committee.starts
        called = day - timedelta(days=4)
        self.clock.go(datetime.combine(called, time(9)))
        made = self.run(
            "meeting", "new", self.id, f"date={day.isoformat()}", f"starts={hours}:00",
            f"venue={self.committee.venue}", f"subject={session.subject}", f"type={session.type}",
        )  # fmt: skip
        self.run(
            "meeting", "call", made["id"], "--channel", "letter", "--on",
            called.isoformat(),
        )  # fmt: skip
        return str(made["id"])

    def approve_last(self) -> None:
        """Approve and close the last act, which no later session does."""
        self.clock.go(self.clock.now() + LATER)
        self.run("meeting", "approve", self.before)
        self.run("meeting", "close", self.before)

    def plan_next(self, subject: str, days: int) -> str:
        """Call the next session, not held yet."""
        day = self.today + timedelta(days=days)
        made = self.run(
            "meeting", "new", self.id, f"date={day.isoformat()}",
            f"starts={self.committee.starts}:00", f"venue={self.committee.venue}",
            f"subject={subject}",
        )  # fmt: skip
        return str(made["id"])

    def _look_back(self, room: _Room, number: int, close_before: bool) -> None:
        shown = self.run("meeting", "show", room.meeting)
        for one in shown["follow_ups"]:
            promise, since = self.promised[one["text"]]
            heard = number - since - 1
            if heard < len(promise.heard):
                state, said = promise.heard[heard]
                self.run(
                    "meeting", "follow", room.meeting, one["commitment"], "--said", said,
                    "--state", state,
                )  # fmt: skip
        if self.before:
            self.run("meeting", "approve", self.before, "--in", room.meeting)
            if close_before:
                self.run("meeting", "close", self.before)


def days_ago(committee: Committee, number: int) -> int:
    """How many days ago a session is held; the last one's is the committee's own."""
    last = len(committee.sessions) - 1
    return committee.last_days_ago + _BETWEEN * (last - number)


class _Room:
    """A session going on: who is here, and what time it is."""

    def __init__(self, year: Year, session: Session, meeting: str, day: date) -> None:
        self._year = year
        self._day = day
        self._session = session
        self._minute = year.committee.starts * 60 - 12
        self._here: list[int] = []
        self.meeting = meeting

    def _say(self, verb: str, *words: str) -> dict[str, str]:
        """Run a verb of this meeting at this minute."""
        found: dict[str, str] = self._year.run("meeting", verb, self.meeting, *words)
        return found

    def _at(self, later: int = 0) -> tuple[str, str]:
        self._minute += later
        hour, minute = divmod(self._minute, 60)
        self._year.clock.go(datetime.combine(self._day, time(hour, minute)))
        return "--at", f"{self._minute // 60:02}:{self._minute % 60:02}"

    def gather(self) -> None:
        """Check everybody in and open the session; on second call where it must be."""
        session, year = self._session, self._year
        absent = {*session.away, *session.excused, *session.late}
        for seat in range(len(year.seats)):
            if seat in session.excused:
                self._say("excuse", year.seats[seat], "--reason", "Comisión fuera del cantón")
            elif seat not in absent:
                self._arrive(seat)
        for name, institution in session.guests:
            self._say("check-in", name, "--guest", "--institution", institution, *self._at())
        self._say("chair", year.seats[self._here[0]])
        self._say("chair", year.seats[year.committee.keeper], "--secretary")
        self._open()
        for seat in session.late:
            self._arrive(seat)

    def _open(self) -> None:
        if not self._session.second_call:
            self._say("install", *self._at(3))
            return
        # Those who came wait; the others never do, so the quorum is what the second call asks.
        for seat in self._voters[len(self._voters) // 2 :]:
            self._say("check-out", self._year.seats[seat], *self._at())
            self._here.remove(seat)
        self._say("second-call", *self._at(75))

    @property
    def _voters(self) -> list[int]:
        members = self._year.committee.members
        return [seat for seat in self._here if members[seat].votes]

    def say_the_usual(self) -> None:
        """Write what is said at every session on the points every session has."""
        for one in self._agenda():
            if one["type"] in _USUAL:
                self._say("item", "--item", str(one["number"]), "--text", _USUAL[one["type"]])

    def _arrive(self, seat: int) -> None:
        how = list(self._at(1))
        if seat in self._session.alternates:
            how += ["--alternate", ""]
        if self._session.delegate and self._session.delegate[0] == seat:
            _seat, name, document = self._session.delegate
            how += ["--delegate", name, "--document", document]
        self._say("check-in", self._year.seats[seat], *how)
        self._here.append(seat)

    def treat(self, point: Point, day: date, number: int) -> None:
        """Take a point up: what was said, the vote, the resolution, who promises what."""
        after = self._last_of_substance()
        made = self._say("item", point.title, "--type", "decision", "--after", after)["id"]
        self._say("item", "--item", made, "--start", "--text", point.said, *self._at(14))
        if point.motion:
            self._decide(point, made)
        for one in point.promises:
            due = day + timedelta(days=one.days)
            who = self._year.committee.members[one.seat].holder
            self._say(
                "commit", one.text, "--who", who, "--due", due.isoformat(), "--item", made,
                "--deliverable", one.proof,
            )  # fmt: skip
            self._year.promised[one.text] = one, number
        for seat in self._session.leaves:
            if seat in self._here:
                self._say("check-out", self._year.seats[seat], *self._at(2))
                self._here.remove(seat)
        self._say("item", "--item", made, "--finish", *self._at(11))

    def _last_of_substance(self) -> str:
        """The point after which a new one goes: other business and the closing come last."""
        ends = ("other_business", "closing")
        return str(max(one["number"] for one in self._agenda() if one["type"] not in ends))

    def _agenda(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self._year.run("meeting", "show", self.meeting)["agenda"]
        return found

    def _decide(self, point: Point, item: str) -> None:
        mover = self._year.seats[self._voters[-1]]
        motion = self._say(
            "motion", point.motion, "--item", item, "--mover", mover, "--vote", point.vote
        )["id"]
        votes = self._votes(point)
        self._year.run("meeting", "vote", motion, *votes, *self._at(16))
        self._say("resolve", "--motion", motion, "--item", item)

    def _votes(self, point: Point) -> list[str]:
        present = len(self._voters)
        in_favour = present - point.against - point.abstaining
        if point.vote != "nominal":
            return ["--for", str(in_favour), "--against", str(point.against), "--abstain",
                    str(point.abstaining)]  # fmt: skip
        said = ["for"] * in_favour + ["abstention"] * point.abstaining
        said += ["against:No hay presupuesto asignado"] * point.against
        return [
            word
            for seat, choice in zip(self._voters, said, strict=True)
            for word in ("--by-name", f"{self._year.seats[seat]}={choice}")
        ]

    def end(self) -> None:
        """End the session, with the closing words."""
        self._say("set", "closing=Sin más puntos que tratar, se agradece la asistencia.")
        self._say("end", *self._at(8))
