"""The rows a meeting is made of, read in a handful of queries however many there are."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.models.fields import record_id
from app.models.ledger import RecordKey
from app.models.ledger.projection import MADE, table
from app.models.project import Project
from sync.values import Value, from_json, to_json

Values = Mapping[str, Value]


@dataclass(frozen=True)
class Row:
    """A record: what it holds and what it belongs to."""

    key: RecordKey
    values: Values
    owner: bytes = b""

    def text(self, name: str) -> str:
        """A field's words; empty when it holds none."""
        found = self.values.get(name)
        return found if isinstance(found, str) else ""

    def number(self, name: str) -> int | None:
        """A field's whole number, None when it holds none."""
        found = self.values.get(name)
        return found if isinstance(found, int) and not isinstance(found, bool) else None

    def flag(self, name: str) -> bool:
        """Whether a yes-or-no field says yes."""
        return self.values.get(name) is True

    def link(self, name: str, kind: str) -> RecordKey | None:
        """The record a field points to, taken to lie in this space."""
        found = record_id(self.text(name))
        return RecordKey(self.key.space, kind, bytes.fromhex(found)) if found else None


def row_of(project: Project, key: RecordKey) -> Row:
    """One record. Raises KipuError when it is not here."""
    from app.models.queries import records

    return Row(key, records.values(project, key))


def owned(project: Project, owner: RecordKey) -> dict[str, list[Row]]:
    """What a record owns, and what that owns, by kind and in order."""
    registers = project.ledger.registers
    place = (owner.id, registers.kid(owner.kind), registers.sid(owner.space))
    rows = project.store.rows(
        "SELECT r.kid, r.id, r.data, r.parent_id FROM records r "
        "WHERE r.parent_id=? AND r.parent_kid=? AND r.sid=? AND r.state & 1 "
        "UNION ALL SELECT c.kid, c.id, c.data, c.parent_id FROM records r JOIN records c "
        "ON c.parent_id=r.id AND c.parent_kid=r.kid AND c.sid=r.sid "
        "WHERE r.parent_id=? AND r.parent_kid=? AND r.sid=? AND r.state & 1 AND c.state & 1",
        place * 2,
    )
    found: dict[str, list[Row]] = defaultdict(list)
    contents = _all_values([data for _kid, _record, data, _parent in rows])
    for (kid, record, _data, parent), values in zip(rows, contents, strict=True):
        kind = registers.kind(kid)
        found[kind].append(Row(RecordKey(owner.space, kind, bytes(record)), values, bytes(parent)))
    for listed in found.values():
        listed.sort(key=lambda one: (one.text("position"), one.key.id))
    return found


def children(project: Project, owner: RecordKey, kind: str) -> list[Row]:
    """The rows of one kind a record owns, in order."""
    registers = project.ledger.registers
    rows = project.store.rows(
        "SELECT id, data FROM records WHERE parent_id=? AND parent_kid=? AND sid=? AND kid=? "
        "AND state & 1",
        (owner.id, registers.kid(owner.kind), registers.sid(owner.space), registers.kid(kind)),
    )
    found = [Row(RecordKey(owner.space, kind, bytes(one)), _values(data)) for one, data in rows]
    return sorted(found, key=lambda one: (one.text("position"), one.key.id))


def by_field(project: Project, kind: str, name: str, value: str) -> list[Row]:
    """The records of a kind whose column holds a value, in the order they were made."""
    rows = project.store.rows(
        f'SELECT s.space, r.id, r.data FROM "{table(kind)}" f JOIN records r USING(rid) '
        f'JOIN spaces s ON s.sid=r.sid WHERE f."{name}"=? ORDER BY f.{MADE}',
        (value,),
    )
    return [Row(RecordKey(bytes(s), kind, bytes(one)), _values(data)) for s, one, data in rows]


def by_ids(project: Project, kind: str, ids: Iterable[bytes]) -> dict[bytes, Row]:
    """Records of a kind by their ids, as far as they are here and in the order of these.

    Of one id in two spaces the smaller space's is taken, on every laptop.
    """
    wanted = list(dict.fromkeys(ids))
    marks = ",".join("?" * len(wanted))
    rows = project.store.rows(
        "SELECT s.space, r.id, r.data FROM records r JOIN spaces s USING(sid) "
        f"WHERE r.id IN ({marks}) AND r.kid=? AND r.state & 1 ORDER BY r.id, s.space DESC",
        (*wanted, project.ledger.registers.kid(kind)),
    )
    return {
        bytes(one): Row(RecordKey(bytes(s), kind, bytes(one)), _values(data))
        for s, one, data in rows
    }


def _values(data: str) -> Values:
    # What the store holds is canonical already; only marked values need more than plain JSON.
    found = from_json(data) if '{"$' in data else json.loads(data)
    return found if isinstance(found, dict) else {}


def _all_values(texts: list[str]) -> list[Values]:
    """The values of many records; read as one text, which is much faster than one by one."""
    if any('{"$' in one for one in texts):
        return [_values(one) for one in texts]
    found: list[Values] = json.loads(f"[{','.join(texts)}]")
    return found


@dataclass
class Names:
    """Names of people and organisations, looked up together."""

    project: Project
    _known: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def frozen(cls, project: Project, then: str) -> Names:
        """Names that a closed act was written with; what it does not hold is looked up."""
        found = json.loads(then) if then else {}
        known = found.get("known", []) if isinstance(found, dict) else []
        return cls(project, {(str(kind), str(one)): str(name) for kind, one, name in known})

    def as_json(self, committee: str) -> str:
        """All of them as canonical JSON, for an act to keep (see `frozen`)."""
        known: list[Value] = [[*key, name] for key, name in sorted(self._known.items())]
        return to_json({"committee": committee, "known": known})

    def gather(self, kind: str, records: Iterable[str]) -> None:
        """Look up the names of many records of a kind at once."""
        wanted = {one for one in records if record_id(one) and (kind, one) not in self._known}
        if not wanted:
            return
        marks = ",".join("?" * len(wanted))
        rows = self.project.store.rows(
            f'SELECT r.id, f.name FROM records r JOIN "{table(kind)}" f USING(rid) '
            "JOIN spaces s ON s.sid=r.sid "
            f"WHERE r.id IN ({marks}) AND r.kid=? ORDER BY s.space DESC",
            (
                *(bytes.fromhex(record_id(one) or "") for one in wanted),
                self.project.ledger.registers.kid(kind),
            ),
        )
        self._known |= {(kind, bytes(one).hex()): str(name or "") for one, name in rows}

    def of(self, row: Row, link: str, words: str, kind: str = "person") -> str:
        """The name of who a field points to, else the words beside it."""
        found = row.text(link)
        return (self._known.get((kind, found), "") if found else "") or row.text(words)
