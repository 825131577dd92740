"""What people do at a laptop, of every kind: chance chooses, the program may refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from app.models import spaces
from app.models.commands import attachments, erasing, records
from app.models.commands import conflicts as settling
from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing
from app.models.project import Project
from app.models.queries import conflicts
from app.models.queries import records as reading
from app.simulation.book import Book, Erasure, knowledge
from app.simulation.chance import NothingToDo
from app.simulation.machines import Machine
from sync.changes import Change, Verb
from sync.merge import EXISTENCE

Deed = Callable[["Doer"], str]
SIZES = (900, 3_000, 70_000)


class Doer:
    """One laptop about to do something; `say` numbers words so that each is written once."""

    def __init__(self, machine: Machine, chance: Random, book: Book, turn: int) -> None:
        self.machine = machine
        self.chance = chance
        self.book = book
        self.turn = turn

    @property
    def project(self) -> Project:
        return self.machine.project

    def word(self) -> str:
        return f"dicho{self.turn}"

    def space(self) -> bytes:
        known = [one.id for one in spaces.all_named(self.project)]
        if not known:
            raise NothingToDo
        return self.chance.choice(known)

    def some(self, kind: str, state: str = "r.state & 1") -> RecordKey:
        """A record of a kind that stands here. Raises NothingToDo when there is none."""
        rows = self.project.store.rows(
            "SELECT s.space, k.name, r.id FROM records r JOIN spaces s USING(sid) "
            f"JOIN kinds k USING(kid) WHERE k.name=? AND r.lid NOT NULL AND {state} ORDER BY r.rid",
            (kind,),
        )
        if not rows:
            raise NothingToDo
        # What is old and what is new are both worth returning to; few records make more conflicts.
        space, name, record = self.chance.choice(rows[-6:])
        return RecordKey(bytes(space), name, bytes(record))


def new_person(doer: Doer) -> str:
    records.new(doer.project, "person", {"name": doer.word()}, doer.space())
    return "new person"


def edit_person(doer: Doer) -> str:
    field = doer.chance.choice(["name", "phone", "notes"])
    records.edit(doer.project, doer.some("person"), {field: doer.word()})
    return f"edit person {field}"


def delete_person(doer: Doer) -> str:
    records.delete(doer.project, doer.some("person"))
    return "delete person"


def restore_person(doer: Doer) -> str:
    records.restore(doer.project, doer.some("person", "r.state & 8"))
    return "restore person"


def move_person(doer: Doer) -> str:
    records.move(doer.project, doer.some("person"), doer.space())
    return "move person"


def new_meeting(doer: Doer) -> str:
    owner = records.new(doer.project, "committee", {"name": doer.word()}, doer.space())
    values = {"committee": owner.id.hex(), "date": "2026-03-01"}
    records.new(doer.project, "meeting", values, owner.space)
    return "new committee and meeting"


def new_item(doer: Doer) -> str:
    owner = doer.some("meeting")
    records.new(doer.project, "agenda_item", {"meeting": owner.id.hex(), "title": doer.word()})
    return "new agenda item"


def edit_item(doer: Doer) -> str:
    records.edit(doer.project, doer.some("agenda_item"), {"title": doer.word()})
    return "edit agenda item"


def delete_meeting(doer: Doer) -> str:
    records.delete(doer.project, doer.some("meeting"))
    return "delete meeting"


def close_meeting(doer: Doer) -> str:
    records.close(doer.project, doer.some("meeting"))
    return "close meeting"


def admit_late(doer: Doer) -> str:
    late = [one for one in conflicts.withheld(doer.project) if one.standing is Standing.LATE]
    if not late or not late[0].keys:
        raise NothingToDo
    one = doer.chance.choice(late)
    key = sorted(one.keys)[0]
    for rid in doer.project.ledger.judge.roots(reading.rid(doer.project, key)):
        found = doer.project.store.row(
            "SELECT s.space, k.name, r.id FROM records r JOIN spaces s USING(sid) "
            "JOIN kinds k USING(kid) WHERE r.rid=?", (rid,)
        )  # fmt: skip
        if found and found[1] == "meeting":
            root = RecordKey(bytes(found[0]), found[1], bytes(found[2]))
            records.admit_late(doer.project, root, one.refs)
            return "admit late"
    raise NothingToDo


def resolve(doer: Doer) -> str:
    found = conflicts.all_conflicts(doer.project)
    if not found:
        raise NothingToDo
    one = doer.chance.choice(found)
    settling.take(doer.project, one, doer.chance.choice(one.versions))
    return "resolve"


def attach(doer: Doer) -> str:
    data = doer.chance.randbytes(doer.chance.choice(SIZES))
    attachments.attach(doer.project, doer.some("person"), data, f"{doer.word()}.jpg")
    return "attach"


def erase(doer: Doer) -> str:
    key = doer.some("person")
    fields = doer.chance.choice([("name",), ("phone",), ()])
    values, known = reading.values(doer.project, key), knowledge(doer.machine)
    erasing.erase(doer.project, key, fields)
    orders = frozenset(
        one.hash for one in doer.project.roster.entries if one.hash not in known.roster
    )
    doer.book.erased += [
        Erasure(doer.machine.name, key.id, name, known.applied, orders, orders.union(*(
            one.orders & known.roster for one in doer.book.erased
            if (one.record, one.field) == (key.id, name)
        )))
        for name in fields or tuple(values)
    ]  # fmt: skip
    return f"erase {' '.join(fields) or 'person'}"


def overstep(doer: Doer) -> str:
    """A member whose program does not refuse: the change is made, sealed and sent."""
    project, chance = doer.project, doer.chance
    target = doer.some("person")
    changes = {
        "common": (project.roster.common,
                   Change(Verb.CREATE, "organisation", chance.randbytes(16), None,
                          {"name": doer.word()})),
        "edit": (target.space, Change(Verb.EDIT, "person", target.id, None, {"name": doer.word()},
                                      {"name": reading.heads(project, target).get("name", ())})),
        "delete": (target.space, records.deletion(project, target)),
        "close": (target.space, Change(Verb.CLOSE, "person", target.id, None, {}, {
                      EXISTENCE: tuple(f.ref for f in reading.state(project, target).closes)})),
        "strange kind": (target.space, Change(Verb.DELETE, "kind9", chance.randbytes(16), None,
                                              {}, {})),
    }  # fmt: skip
    name = chance.choice(sorted(changes))
    space, change = changes[name]
    # What stands between a role and the log on an honest laptop.
    setattr(project.ledger, "_refuse", lambda _standings: None)  # noqa: B010
    try:
        project.ledger.commit(space, [change], "overstep")
    finally:
        delattr(project.ledger, "_refuse")
    return f"overstep: {name}"


DEEDS: Mapping[Deed, int] = {
    new_person: 8, edit_person: 12, delete_person: 3, restore_person: 2, move_person: 2,
    new_meeting: 2, new_item: 3, edit_item: 3, delete_meeting: 1, close_meeting: 2, admit_late: 2,
    resolve: 3, attach: 2, erase: 3,
}  # fmt: skip


def choose(chance: Random) -> Deed:
    return chance.choices(list(DEEDS), list(DEEDS.values()))[0]
