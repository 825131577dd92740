"""A closed act into which late changes were admitted: what was signed, and what came to it since.

Who signed knew what whoever closed it had seen, and nothing later. So the act reads as those changes
alone make it, and what stands beside them is told as addenda.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial

from app.models.fields import Reference
from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.meetings.rows import Row
from app.models.queries.meetings.snapshot import Addendum
from app.models.records import KINDS, Kind
from sync.changes import Ref, Verb
from sync.merge import Fact, RecordState, merge
from sync.values import Value, to_json

_DEPTH = 2
"""How deep a meeting owns: its parts, and what belongs to them."""


class Then:
    """The records of an act as they stood for whoever wrote one of its closes."""

    def __init__(self, project: Project, close: Ref) -> None:
        self._project = project
        self._close = close
        self._seen: dict[bytes, int] = {close.log: close.seq - 1}

    def saw(self, fact: Fact) -> bool:
        """Whether whoever closed it had seen a change."""
        log = fact.ref.log
        if log not in self._seen:
            registers, judge = self._project.ledger.registers, self._project.ledger.judge
            own, other = registers.log(self._close.log), registers.log(log)
            assert own is not None
            assert other is not None
            self._seen[log] = judge.seen(own.lid, self._close.seq, other.lid)
        return fact.ref.seq <= self._seen[log]

    def state(self, key: RecordKey) -> RecordState:
        """A record as it stood then; one that was not there yet is not created."""
        facts = self._project.ledger.merging.facts(reading.rid(self._project, key))
        return merge(one for one in facts if self.saw(one))

    def rows(self, meeting: RecordKey) -> tuple[Row, dict[str, list[Row]]]:
        """The meeting and its parts as they stood then, the parts by kind and in order."""
        depths = {meeting.id: 0}
        found: dict[str, list[Row]] = defaultdict(list)
        for key in reading.descendants(self._project, meeting):
            owner, state = reading.parent(self._project, key), self.state(key)
            depth = depths.get(owner.id, _DEPTH) if owner else _DEPTH
            if depth < _DEPTH and state.exists and owner:
                depths[key.id] = depth + 1
                found[key.kind].append(Row(key, state.values, owner.id))
        for listed in found.values():
            listed.sort(key=lambda one: (one.text("position"), one.key.id))
        return Row(meeting, self.state(meeting).values), found


def signed(project: Project, meeting: RecordKey) -> Then | None:
    """A closed act as it was signed; None where nothing was admitted to it, which is nearly always.

    Of two closes that met, the one that was chosen: whose fingerprint stands.
    """
    number = reading.rid(project, meeting)
    if not _has_admissions(project, number):
        return None
    ledger = project.ledger
    closes = sorted(
        Ref(ledger.registers.log_name(lid), seq) for lid, seq in ledger.judge.first_closes(number)
    )
    found = [Then(project, one) for one in closes]
    stands = reading.values(project, meeting).get("act_hash")
    chosen = (one for one in found if one.state(meeting).values.get("act_hash") == stands)
    return next(chosen, found[0] if found else None)


def _has_admissions(project: Project, number: int) -> bool:
    """Whether an admission that counts stands in a record, above it or under it."""
    around = (
        "WITH RECURSIVE below(rid) AS (SELECT ?1 UNION SELECT c.rid FROM below b "
        "JOIN records p ON p.rid=b.rid JOIN records c ON c.parent_id=p.id "
        "AND c.parent_kid=p.kid AND c.sid=p.sid), above(rid) AS (SELECT ?1 UNION "
        "SELECT p.rid FROM above a JOIN records c ON c.rid=a.rid JOIN records p "
        "ON p.id=c.parent_id AND p.kid=c.parent_kid AND p.sid=c.sid) "
    )
    return bool(
        project.store.value(
            around + "SELECT EXISTS(SELECT 1 FROM edits WHERE verb=?2 AND class=?3 AND rid IN "
            "(SELECT rid FROM below UNION SELECT rid FROM above))",
            (number, Verb.ADMIT, Standing.EFFECTIVE),
        )
    )


def addenda(project: Project, meeting: RecordKey, then: Then) -> tuple[Addendum, ...]:
    """What stands in an act and its parts that its signatories had not seen, oldest first."""
    found = [
        one
        for key in [meeting, *reading.descendants(project, meeting)]
        for one in _added(project, meeting, key, then)
    ]
    return tuple(one for _at, one in sorted(found, key=lambda pair: pair[0]))


_Place = tuple[int, bytes, Ref, int]


def _added(
    project: Project, meeting: RecordKey, key: RecordKey, then: Then
) -> Iterator[tuple[_Place, Addendum]]:
    """The addenda about one record, each with its place among all."""
    declared = KINDS.get(key.kind)
    now, was = reading.state(project, key), then.state(key)
    if declared is None or not (now.exists or was.exists):
        return
    values = now.values if now.exists else was.values
    title = "" if key == meeting else _titled(project, declared, values)
    if not now.exists:
        gone = now.deletes[0]
        yield _place(gone, 0), _addendum(project, key, title, gone, deleted=True)
        return
    for order, one in enumerate(declared.columns):
        before = to_json(was.values.get(one.id))
        for head in () if one.automatic else now.heads.get(one.id, ()):
            if not then.saw(head.fact) and to_json(head.value) != before:
                text = one.format(head.value)
                if isinstance(one, Reference) and one.kind and text:
                    text = reading.title(project, one.kind, text) or text
                made = _addendum(project, key, title, head.fact, str(one.label), text)
                yield _place(head.fact, order), made


def _place(fact: Fact, order: int) -> _Place:
    return fact.effective_ms, fact.device, fact.ref, order


def _titled(project: Project, declared: Kind, values: Mapping[str, Value]) -> str:
    return f"{declared.label} “{declared.title_of(values, partial(reading.title, project))}”"


def _addendum(
    project: Project, key: RecordKey, record: str, fact: Fact, field: str = "", value: str = "",
    deleted: bool = False,
) -> Addendum:  # fmt: skip
    person, device, at = reading.author_of(project, fact.ref)
    when = datetime.fromtimestamp(at / 1000).astimezone().isoformat(timespec="seconds")
    return Addendum(key, record, field, value, deleted, person, device, when)
