"""One record: finding it, its values, its heads, its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.errors import KipuError
from app.i18n import _
from app.models.fields import record_id
from app.models.ledger import RecordKey
from app.models.ledger.projection import table
from app.models.ledger.registers import Standing, State
from app.models.records import KINDS
from sync import clock
from sync.changes import Ref, Verb
from sync.merge import RecordState
from sync.values import Value, from_json

if TYPE_CHECKING:
    from app.models.project import Project

Among = Literal["standing", "deleted", "all"]
_KEY = (
    "SELECT s.space, k.name, r.id FROM records r JOIN spaces s USING(sid) JOIN kinds k USING(kid) "
)


def find(
    project: Project, text: str, kind: str | None = None, space: bytes | None = None,
    among: Among = "standing",
) -> RecordKey:  # fmt: skip
    """The record a person or script means: its id (32 hex digits or a UUID) or a folio.

    Several may bear it, for people bring ids of their own. Then one in `space` is meant, or one
    `among` those standing or those deleted, if there is just one; kind, space or both before the id
    say which ("person:ARJ:…"). Raises KipuError when there is none here, or several are left.
    """
    found = [key for key in _meant(project, text) if kind in (None, key.kind)]
    if len(found) > 1:
        found = [key for key in found if key.space == space] or found
    if len(found) > 1 and among != "all":
        wanted = [key for key in found if _is_deleted(project, key) == (among == "deleted")]
        found = wanted or found
    if not found:
        raise KipuError(_("There is no record “{text}” here.").format(text=text))
    if len(found) > 1:
        raise KipuError(_several(project, text, found))
    return found[0]


def standing(
    project: Project, text: str, kind: str | None = None, space: bytes | None = None
) -> RecordKey:
    """The record a person or script means, one to read or to write at.

    Raises KipuError when there is none here, or it is deleted or set aside.
    """
    key = find(project, text, kind, space)
    require_shown(project, key)
    return key


def is_gone(project: Project, kind: str, record: bytes) -> bool:
    """Whether a record of this kind (empty: of any) was here, and is deleted now."""
    rows = project.store.rows(
        "SELECT r.state FROM records r JOIN kinds k USING(kid) "
        "WHERE r.id=? AND ? IN ('', k.name) AND r.lid NOT NULL",
        (record, kind),
    )
    return bool(rows) and not any(state & State.VISIBLE for (state,) in rows)


def shown_by(project: Project, record: str, kind: str) -> RecordKey | None:
    """The record that stands for a reference; of several of one id the same one on every laptop."""
    wanted = record_id(record)
    found = _by_id(project, bytes.fromhex(wanted)) if wanted else []
    fitting = [key for key in found if key.kind == kind]
    standing = [key for key in fitting if not _is_deleted(project, key)]
    return next(iter(standing or fitting), None)


def _meant(project: Project, text: str) -> list[RecordKey]:
    if wanted := record_id(text):
        return _by_id(project, bytes.fromhex(wanted))
    where, _colon, name = text.strip().rpartition(":")
    if where and (wanted := record_id(name)):
        found = _by_id(project, bytes.fromhex(wanted))
        return [key for key in found if where.casefold() in _wheres(project, key)]
    return _by_folio(project, text)


def _wheres(project: Project, key: RecordKey) -> set[str]:
    """What may stand before a record's id to say which one is meant."""
    from app.models.spaces import with_id

    space = with_id(project, key.space)
    places = {one.casefold() for one in (space.name, space.code, space.id.hex()) if one}
    return {key.kind, *places, *(f"{key.kind}:{one}" for one in places)}


def whole_name(project: Project, key: RecordKey) -> str:
    """The name by which `find` takes a record for no other: kind, space and id."""
    from app.models.spaces import with_id

    space = with_id(project, key.space)
    return f"{key.kind}:{space.code or space.id.hex()}:{key.id.hex()}"


def _several(project: Project, text: str, found: Iterable[RecordKey]) -> str:
    from app.models.spaces import name_of

    known = []
    for key in found:
        kind = KINDS[key.kind].label if key.kind in KINDS else key.kind
        known.append(f"{whole_name(project, key)} ({kind}, {name_of(project, key.space)})")
    return _("“{text}” means several records here; say which one: {known}.").format(
        text=text, known=", ".join(known)
    )


def _is_deleted(project: Project, key: RecordKey) -> bool:
    return not flags(project, key) & State.VISIBLE


def _by_id(project: Project, record: bytes) -> list[RecordKey]:
    return _keys(project, "WHERE r.id=? AND r.lid NOT NULL", record)


def _by_folio(project: Project, folio: str) -> list[RecordKey]:
    return _keys(project, "JOIN kind_response f USING(rid) WHERE f.folio=?", folio.strip().upper())


def _keys(project: Project, where: str, wanted: bytes | str) -> list[RecordKey]:
    rows = project.store.rows(f"{_KEY} {where} ORDER BY k.name, s.space, r.id", (wanted,))
    return [RecordKey(bytes(space), kind, bytes(one)) for space, kind, one in rows]


def rid(project: Project, key: RecordKey) -> int:
    """The record's local number. Raises KipuError when it is not here."""
    registers = project.ledger.registers
    found = project.store.value(
        "SELECT rid FROM records WHERE id=? AND kid=? AND sid=?",
        (key.id, registers.kid(key.kind), registers.sid(key.space)),
    )
    if found is None:
        raise KipuError(_("There is no record “{text}” here.").format(text=key.id.hex()))
    return int(found)


def is_here(project: Project, kind: str, record: bytes) -> bool:
    """Whether a record of this kind and id is here, in whichever space, deleted or not."""
    kid = project.ledger.registers.kid(kind)
    return bool(
        project.store.value(
            "SELECT EXISTS(SELECT 1 FROM records WHERE id=? AND kid=? AND lid NOT NULL)",
            (record, kid),
        )
    )


def values(project: Project, key: RecordKey) -> dict[str, Value]:
    """The shown value of every field that was ever set."""
    data = project.store.value("SELECT data FROM records WHERE rid=?", (rid(project, key),))
    found = from_json(data)
    assert isinstance(found, dict)
    return found


def flags(project: Project, key: RecordKey) -> State:
    state = project.store.value("SELECT state FROM records WHERE rid=?", (rid(project, key),))
    return State(int(state))


def require_shown(project: Project, key: RecordKey) -> None:
    """Raise KipuError, with the reason, where a record is deleted or its making is set aside."""
    if not flags(project, key) & State.VISIBLE:
        raise KipuError(_why_hidden(project, key))


def _why_hidden(project: Project, key: RecordKey) -> str:
    made = project.store.value("SELECT class FROM records WHERE rid=?", (rid(project, key),))
    if made == Standing.UNAUTHORISED:
        return _(
            "This record is set aside: the role of the laptop that made it did not allow it. Its "
            "history says what it holds; whoever may make such records can enter it anew."
        )
    if made == Standing.LATE:
        return _(
            "This record is set aside: it came late for an act that is closed. Its history says "
            "what it holds; a coordinator takes it in on the Review page or with “kipu admit-late”."
        )
    return _("This record is deleted; its history is kept.")


def parent(project: Project, key: RecordKey) -> RecordKey | None:
    """The record that owns this one."""
    row = project.store.row(
        "SELECT k.name, r.parent_id FROM records r JOIN kinds k ON k.kid=r.parent_kid "
        "WHERE r.rid=?",
        (rid(project, key),),
    )
    return RecordKey(key.space, row[0], bytes(row[1])) if row else None


def closed_act(project: Project, key: RecordKey) -> RecordKey | None:
    """The closed record that this one is, or lies under."""
    above: RecordKey | None = key
    while above is not None and not flags(project, above) & State.CLOSED:
        above = parent(project, above)
    return above


def state(project: Project, key: RecordKey) -> RecordState:
    """The merged record with all its heads."""
    return project.ledger.merging.state(rid(project, key))


def heads(project: Project, key: RecordKey) -> dict[str, tuple[Ref, ...]]:
    """For every field, the changes whose values stand: what an editor must pass back."""
    merged = state(project, key)
    return {name: tuple(head.fact.ref for head in found) for name, found in merged.heads.items()}


def versions(project: Project, key: RecordKey) -> dict[str, tuple[tuple[Ref, Value], ...]]:
    """For every field, the changes whose values stand with what each says, the shown one first."""
    found = state(project, key).heads.items()
    return {name: tuple((one.fact.ref, one.value) for one in heads) for name, heads in found}


def shown_heads(project: Project, key: RecordKey) -> dict[str, tuple[Ref, ...]]:
    """For every field, the changes that say what is shown: whoever sees one value has seen no other."""
    return {
        name: tuple(ref for ref, value in found if value == found[0][1])
        for name, found in versions(project, key).items()
    }


def conflicted(project: Project, key: RecordKey) -> frozenset[str]:
    """The fields that hold more than one value side by side."""
    if not flags(project, key) & State.CONFLICT:
        return frozenset()
    return frozenset(state(project, key).conflicts)


def descendants(project: Project, key: RecordKey) -> list[RecordKey]:
    """Everything a record owns, owners before what they own."""
    rows = project.store.rows(
        "WITH RECURSIVE below(rid) AS (SELECT ? UNION SELECT c.rid FROM below b "
        "JOIN records p ON p.rid=b.rid JOIN records c ON c.parent_id=p.id "
        "AND c.parent_kid=p.kid AND c.sid=p.sid) "
        "SELECT k.name, r.id FROM below b JOIN records r USING(rid) JOIN kinds k USING(kid)",
        (rid(project, key),),
    )
    return [RecordKey(key.space, kind, bytes(record)) for kind, record in rows][1:]


def last_position(project: Project, kind: str, owner: RecordKey | None, space: bytes) -> str | None:
    """The greatest position among a record's rows of one kind."""
    found = project.store.value(
        f'SELECT max(f.position) FROM "{table(kind)}" f JOIN records r USING(rid) '
        "WHERE r.sid=? AND r.parent_id IS ?",
        (project.ledger.registers.sid(space), owner.id if owner else None),
    )
    return None if found is None else str(found)


def title(project: Project, kind: str, record: str) -> str:
    """How a record is named in lists; empty when it is in a space this laptop does not have."""
    declared, wanted = KINDS.get(kind), record_id(record)
    if declared is None or wanted is None:
        return ""
    data = project.store.value(
        "SELECT data FROM records JOIN spaces USING(sid) WHERE id=? AND kid=? AND state & 1 "
        "ORDER BY space",
        (bytes.fromhex(wanted), project.ledger.registers.kid(kind)),
    )
    found = from_json(data) if data else None
    return declared.title_of(found) if isinstance(found, dict) else ""


@dataclass(frozen=True)
class Act:
    """One line of a record's history. `field` is empty when it is about the whole record."""

    verb: Verb
    field: str
    value: Value
    person: str
    device: str
    at_ms: int
    effective_ms: int
    standing: Standing

    @property
    def is_doubtful(self) -> bool:
        """Whether the laptop's clock was so far off that its time is not to be believed."""
        return clock.is_doubtful(self.at_ms, self.effective_ms)


def history(project: Project, key: RecordKey) -> list[Act]:
    """Everything that was ever done to a record, oldest first, whatever it was worth."""
    number = rid(project, key)
    rows = project.store.rows(
        "SELECT lid, seq, ?, class, ifnull(base, data), effective_ms FROM records WHERE rid=? "
        "AND lid NOT NULL UNION ALL SELECT lid, seq, verb, class, fields, effective_ms "
        "FROM edits WHERE rid=?",
        (Verb.CREATE, number, number),
    )
    # Claimed times order nothing: where a clock was wrong, a correction would precede its record.
    rows.sort(key=lambda row: (row[2] != Verb.CREATE, row[5], device_of(project, row[0]), row[1]))
    acts = []
    for lid, seq, verb, standing, fields, effective in rows:
        person, at = _who(project, lid, seq)
        device = device_of(project, lid)
        found = from_json(fields)
        assert isinstance(found, dict)
        for name, value in found.items() or {"": None}.items():
            acts.append(Act(Verb(verb), name, value, person, device, at, effective,
                            Standing(standing)))  # fmt: skip
    return acts


def _who(project: Project, lid: int, seq: int) -> tuple[str, int]:
    row = project.store.row(
        "SELECT p.name, t.at FROM transactions t LEFT JOIN persons p USING(pid) "
        "WHERE t.lid=? AND t.first_seq<=? ORDER BY t.first_seq DESC LIMIT 1",
        (lid, seq),
    )
    return (str(row[0] or ""), int(row[1])) if row else ("", 0)


def author_of(project: Project, ref: Ref) -> tuple[str, str, int]:
    """Person, laptop and claimed time (milliseconds) of a change."""
    log = project.ledger.registers.log(ref.log)
    if log is None:
        return "", "", 0
    person, at = _who(project, log.lid, ref.seq)
    return person, device_of(project, log.lid), at


def device_of(project: Project, lid: int) -> str:
    from app.models.spaces import device_code

    return device_code(project, project.ledger.merging.device(lid))


def known_fields(fields: Mapping[str, Value]) -> dict[str, Value]:
    """Values as scripts read them: answers by bare name where no other field has it."""
    names = bare_names(fields)
    return {names[name]: value for name, value in fields.items()}


def bare_names(fields: Iterable[str]) -> dict[str, str]:
    """For each field the name scripts read it by: an answer's last part, where no other has it."""
    bare = {name: name.rpartition("/")[2] for name in fields}
    often = Counter(bare.values())
    return {name: short if often[short] == 1 else name for name, short in bare.items()}
