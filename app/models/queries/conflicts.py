"""What waits for a person's decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import KipuError
from app.i18n import _
from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing, State
from app.models.project import Project
from app.models.queries import records, surveys
from app.models.records import KINDS
from sync.changes import Ref, Verb
from sync.merge import EXISTENCE, Fact, RecordState
from sync.values import Value, to_json


@dataclass(frozen=True)
class Version:
    """One side of a conflict: a value (or a deletion), and who, when, on which laptop."""

    id: str
    value: Value
    deleted: bool
    person: str
    device: str
    at_ms: int
    ref: Ref


@dataclass(frozen=True)
class Conflict:
    """Different values of one field, or delete against edit (`field` empty or the edited one)."""

    id: str
    key: RecordKey
    field: str
    versions: tuple[Version, ...]


def all_conflicts(project: Project) -> list[Conflict]:
    """Every conflict here, oldest record first."""
    # Of a record that was created twice each laptop may hold another creation as its base.
    first = (
        "min(r.effective_ms, ifnull((SELECT min(e.effective_ms) FROM edits e "
        "WHERE e.rid=r.rid AND e.verb=?), r.effective_ms))"
    )
    rows = project.store.rows(
        "SELECT s.space, k.name, r.id FROM records r JOIN spaces s USING(sid) JOIN kinds k "
        f"USING(kid) WHERE r.state <> 1 AND r.state & ? ORDER BY {first}, k.name, r.id, s.space",
        (State.CONFLICT, Verb.CREATE),
    )
    found = []
    for space, kind, record in rows:
        found += of_record(project, RecordKey(bytes(space), kind, bytes(record)))
    return found


def count(project: Project) -> int:
    """How many records hold conflicts, of which `all_conflicts` may find several in one."""
    return int(
        project.store.value(
            "SELECT count(*) FROM records WHERE state <> 1 AND state & ?", (State.CONFLICT,)
        )
    )


def of_record(project: Project, key: RecordKey) -> list[Conflict]:
    """The conflicts of one record."""
    state = records.state(project, key)
    names = [name for name in state.conflicts if name != EXISTENCE]
    if len(state.closes) > 1:
        names = [name for name in names if not _is_automatic(key, name)]
    found = [
        Conflict(f"{key.id.hex()}:{name}", key, name, _versions(project, state, name))
        for name in _asked(project, key, names)
    ]
    if EXISTENCE in state.conflicts or (state.deletes and not state.exists):
        found.insert(0, _existence(project, key, state))
    return found


def _is_automatic(key: RecordKey, name: str) -> bool:
    """Whether Kipu wrote a field: while two closes stand, it is settled with them."""
    declared = KINDS.get(key.kind)
    field = declared.get(name) if declared else None
    return field is not None and field.automatic


def _asked(project: Project, key: RecordKey, names: list[str]) -> list[str]:
    """Without what nobody answers, which is settled along with what somebody did."""
    survey = records.values(project, key).get("survey")
    if len(names) < 2 or not isinstance(survey, str):
        return names
    try:
        form = surveys.definition(project, surveys.form_of(project, survey).key)
    except KipuError:
        # The form is not on this laptop: then nothing tells answers and calculations apart.
        return names
    asked = [name for name in names if name not in surveys.unasked(form)]
    return asked or [name for name in names if name in surveys.calculations(form)] or names


def require_settled(project: Project, key: RecordKey) -> None:
    """Raise KipuError naming what stands twice in a record and in what it owns, if anything does.

    What is closed with two versions of it is signed by nobody, and only an addendum settles it.
    """
    found = [
        _named(project, key, one)
        for part in [key, *records.descendants(project, key)]
        if records.flags(project, part) & State.CONFLICT
        for one in of_record(project, part)
        if one.field or not records.state(project, part).closes
    ]
    if found:
        raise KipuError(
            _("Two versions still stand of: {fields}. Settle them before the minutes are approved "
              "and closed.").format(fields="; ".join(found))
        )  # fmt: skip


def _named(project: Project, above: RecordKey, conflict: Conflict) -> str:
    """The field of a conflict in words, that of a part after the part's own name."""
    declared = KINDS.get(conflict.key.kind)
    field = declared.get(conflict.field) if declared else None
    words = str(field.label) if field else conflict.field or _("whether it stays")
    if declared is None or conflict.key == above:
        return words
    title = declared.title_of(records.values(project, conflict.key))
    return f"{declared.label} “{title}”: {words}"


def find(project: Project, conflict: str) -> Conflict:
    """The conflict of this id; see `records.find` for where two records bear one id.

    Raises KipuError when it is not there (any more), or which record it is of must be said.
    """
    name = conflict.rpartition(":")[0]
    found = [one for one in all_conflicts(project) if f":{conflict}".endswith(f":{one.id}")]
    if len(found) > 1 or any(one.id != conflict for one in found):
        key = records.find(project, name, among="all")
        found = [one for one in found if one.key == key]
    if found:
        return found[0]
    raise KipuError(_("There is no conflict “{text}” here (any more).").format(text=conflict))


def _versions(project: Project, state: RecordState, name: str) -> tuple[Version, ...]:
    """One version for each different value, the one shown everywhere first."""
    distinct: dict[str, Version] = {}
    for head in state.heads[name]:
        version = _version(project, head.fact, head.value, deleted=False)
        distinct.setdefault(to_json(head.value), version)
    return tuple(distinct.values())


def _existence(project: Project, key: RecordKey, state: RecordState) -> Conflict:
    """Delete against edit: what was edited unseen on one side, the deletion on the other."""
    field = state.unseen[0] if len(state.unseen) == 1 else EXISTENCE
    unseen = {head.fact.ref: head for name in state.unseen for head in state.heads[name]}
    deleted = {fact.ref for fact in state.deletes}
    kept = [
        _version(project, head.fact, head.value if field else None, deleted=False)
        for ref, head in sorted(unseen.items())
        if ref not in deleted and head.fact.verb is not Verb.CREATE
    ] or [_version(project, fact, None, deleted=False)
          for fact in state.alive or _living_parts(project, key)]  # fmt: skip
    gone = [_version(project, fact, None, deleted=True) for fact in state.deletes]
    closed = [_version(project, fact, None, deleted=False) for fact in state.closes]
    versions = tuple(kept + gone) if gone else tuple(closed)
    return Conflict(f"{key.id.hex()}:", key, field, versions)


def _living_parts(project: Project, key: RecordKey) -> list[Fact]:
    """What somebody wrote in parts of a record that others deleted, and that keeps it there."""
    found: dict[Ref, Fact] = {}
    for part in records.descendants(project, key):
        state = records.state(project, part)
        if state.exists:
            heads = [head.fact for name in state.unseen for head in state.heads[name]]
            found |= {fact.ref: fact for fact in heads or state.alive}
    return [found[ref] for ref in sorted(found)]


def _version(project: Project, fact: Fact, value: Value, deleted: bool) -> Version:
    person, device, at = records.author_of(project, fact.ref)
    name = f"{fact.ref.log.hex()}-{fact.ref.seq}"
    return Version(name, value, deleted, person, device, at, fact.ref)


@dataclass(frozen=True)
class Withheld:
    """A transaction that is set aside: beyond its author's role, or late for a signed act."""

    standing: Standing
    label: str
    person: str
    device: str
    at_ms: int
    keys: tuple[RecordKey, ...]
    refs: tuple[Ref, ...]


def withheld(project: Project) -> list[Withheld]:
    """Everything that was set aside, oldest first."""
    registers = project.ledger.registers
    rows = project.store.rows(
        "SELECT lid, first_seq, changes, class, label FROM transactions JOIN logs USING(lid) "
        "WHERE class<>0 ORDER BY at, log, first_seq"
    )
    found = []
    for lid, first, changes, standing, label in rows:
        log = registers.log_name(lid)
        refs = tuple(Ref(log, seq) for seq in range(first, first + changes))
        person, device, at = records.author_of(project, refs[0])
        keys = tuple(_touched(project, lid, first, changes))
        found.append(Withheld(Standing(standing), label, person, device, at, keys, refs))
    return found


def _touched(project: Project, lid: int, first: int, changes: int) -> list[RecordKey]:
    rows = project.store.rows(
        "SELECT s.space, k.name, r.id FROM records r JOIN spaces s USING(sid) JOIN kinds k USING(kid)"
        " WHERE r.rid IN (SELECT rid FROM records WHERE lid=? AND seq BETWEEN ? AND ? "
        "UNION SELECT rid FROM edits WHERE lid=? AND seq BETWEEN ? AND ?) ORDER BY k.name, r.id",
        (lid, first, first + changes - 1, lid, first, first + changes - 1),
    )
    return [RecordKey(bytes(space), kind, bytes(record)) for space, kind, record in rows]


def closed_act(project: Project, keys: Sequence[RecordKey]) -> RecordKey | None:
    """The closed record that one of these lies under, or is: what late changes are taken into."""
    found = (records.closed_act(project, key) for key in keys)
    return next((one for one in found if one is not None), None)
