"""Taking back what was done here, whichever command did it.

What a command wrote is read from the change log itself, so that no command can be forgotten. To
undo is to write new changes that set back what the old ones set: kept, signed and sent like any
other, before a sync and after it. What somebody changed since stays, and nothing crosses a closing.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Any, Final

from app.errors import KipuError
from app.i18n import _, ngettext
from app.models.commands.records import deletion
from app.models.ledger import RecordKey, Touched
from app.models.ledger.judge import unpack_refs
from app.models.project import Project
from app.models.queries import records as reading
from app.models.records import KINDS
from sync.changes import Change, Ref, Verb
from sync.merge import EXISTENCE, RecordState
from sync.values import ERASED, Value, from_json, to_json

_MOST: Final = 5000
"""Changes of one command that can be taken back; a whole import is deleted in its list instead."""

Refs = Mapping[str, tuple[Ref, ...]]


@dataclass(frozen=True)
class Done:
    """What one command wrote: in words, where in the log, and the records it changed."""

    words: str
    spans: tuple[tuple[int, int, int], ...]
    """Parts of logs of this laptop: the log's local number, its first change and its last."""
    records: frozenset[bytes]
    final: frozenset[bytes]
    """Records that were closed or erased for good, with what they own."""
    can_undo: bool


@dataclass(frozen=True)
class _Act:
    """One change as the log has it."""

    key: RecordKey
    verb: Verb
    ref: Ref
    fields: Mapping[str, Value]
    replaces: Refs
    parent: bytes | None


def tracked(
    project: Project | None, command: Callable[..., Any], *args: Any
) -> tuple[Any, Done | None]:
    """Run `command(project, *args)`; returns its result and what it wrote, None for nothing."""
    if project is None:
        return command(project, *args), None
    before = _ends(project)
    result = command(project, *args)
    spans = tuple(
        (lid, before.get(lid, 0) + 1, last)
        for lid, last in _ends(project).items()
        if last > before.get(lid, 0)
    )
    return result, _told(project, spans) if spans else None


def undo(project: Project, done: Done) -> Touched:
    """Write the changes that take back what `done` did.

    Raises KipuError when all of it was changed again since, when a closed act would change, or
    when the role here no longer allows it; then nothing is changed.
    """
    changes: dict[bytes, list[Change]] = defaultdict(list)
    for space, change in _inverse(project, list(_acts(project, done.spans))):
        changes[space].append(change)
    if not changes:
        raise KipuError(_("This was changed again since then, so nothing was undone."))
    command, touched = os.urandom(16), Touched()
    with project.ledger.writing():
        for space, some in changes.items():
            touched.merge(project.ledger.commit(space, some, "undo", command))
    return touched


def _ends(project: Project) -> dict[int, int]:
    """The last change in each log of this laptop."""
    rows = project.store.rows("SELECT lid, seq FROM logs WHERE device=?", (project.device,))
    return {int(lid): int(seq) for lid, seq in rows}


def _acts(project: Project, spans: Iterable[tuple[int, int, int]]) -> Iterator[_Act]:
    registers = project.ledger.registers
    for lid, first, last in spans:
        log = registers.log_name(lid)
        for seq, verb, fields, replaces, parent, space, kind, record in project.store.rows(
            "SELECT r.seq, ?1, ifnull(r.base, r.data), NULL, r.parent_id, s.space, k.name, r.id "
            "FROM records r JOIN spaces s USING(sid) JOIN kinds k USING(kid) "
            "WHERE r.lid=?2 AND r.seq BETWEEN ?3 AND ?4 UNION ALL "
            "SELECT e.seq, e.verb, e.fields, e.replaces, r.parent_id, s.space, k.name, r.id "
            "FROM edits e JOIN records r USING(rid) JOIN spaces s USING(sid) JOIN kinds k "
            "USING(kid) WHERE e.lid=?2 AND e.seq BETWEEN ?3 AND ?4 ORDER BY 1",
            (Verb.CREATE, lid, first, last),
        ):
            key = RecordKey(bytes(space), kind, bytes(record))
            yield _Act(
                key, Verb(verb), Ref(log, seq), _object(fields), unpack_refs(replaces),
                None if parent is None else bytes(parent),
            )  # fmt: skip


def _object(text: str) -> dict[str, Value]:
    found = from_json(text)
    assert isinstance(found, dict)
    return found


# -- the way back ----------------------------------------------------------------------------------


@dataclass
class _Field:
    """One field a command set: what stood there before (several values while they disagreed, the
    one shown last) and after, and the changes that set it."""

    before: tuple[Value, ...]
    after: Value
    refs: list[Ref]


@dataclass
class _Record:
    """All that a command did to one record."""

    made: bool = False
    gone: Ref | None = None
    back: bool = False
    fields: dict[str, _Field] = field(default_factory=dict)


def _inverse(project: Project, acts: list[_Act]) -> Iterator[tuple[bytes, Change]]:
    """The changes that take `acts` back, each with its space; owners come before what they own."""
    found: dict[RecordKey, _Record] = {}
    for act in acts:
        _collect(project, found.setdefault(act.key, _Record()), act)
    doomed = [key for key, one in found.items() if (one.made or one.back) and one.gone is None]
    yield from _deletions(project, doomed, [key for key in doomed if found[key].made])
    for key, one in found.items():
        if one.made or one.back:
            continue
        for change in _set_back(project, key, one):
            yield key.space, change


def _collect(project: Project, record: _Record, act: _Act) -> None:
    if act.verb is Verb.CREATE:
        record.made = True
    elif act.verb is Verb.DELETE:
        record.gone = act.ref
    elif act.verb is Verb.EDIT:
        record.back = record.back or (EXISTENCE in act.replaces and record.gone is None)
        for name, after in act.fields.items():
            if name in record.fields:
                record.fields[name].after = after
                record.fields[name].refs.append(act.ref)
            else:
                before = _values(project, name, act.replaces.get(name, ()))
                record.fields[name] = _Field(before, after, [act.ref])


def _deletions(
    project: Project, keys: Iterable[RecordKey], made: Collection[RecordKey]
) -> Iterator[tuple[bytes, Change]]:
    """Deletes what a command made or brought back, and what came to belong to it since.

    Raises KipuError where others have a hand in what was made.
    """
    gone: set[RecordKey] = set()
    for key in keys:
        for one in reversed([key, *reading.descendants(project, key)]):
            state = reading.state(project, one)
            if one not in gone and state.alive:
                if key in made:
                    _require_own(project, state)
                gone.add(one)
                yield one.space, deletion(project, one)


def _require_own(project: Project, state: RecordState) -> None:
    """Raises KipuError for a record in which something stands that came from another laptop."""
    stands = [head.fact for heads in state.heads.values() for head in heads]
    if any(fact.device != project.device for fact in (*stands, *state.alive)):
        raise KipuError(
            _("Somebody else has worked on this since, so nothing was undone; it can be deleted "
              "in its list.")
        )  # fmt: skip


def _set_back(project: Project, key: RecordKey, record: _Record) -> Iterator[Change]:
    """The edits that bring a record back or set its fields as they were.

    What a command settled is open again: each value that stood there gets a change of its own, and
    none replaces the other.
    """
    state = reading.state(project, key)
    rounds: defaultdict[int, dict[str, tuple[Value, tuple[Ref, ...]]]] = defaultdict(dict)
    for name, one in record.fields.items():
        heads = {head.fact.ref: head.value for head in state.heads.get(name, ())}
        refs = _standing(one, heads)
        stands = {to_json(heads[ref]) for ref in refs}
        if refs and ERASED not in (*one.before, *(heads[ref] for ref in refs)):
            if stands == {to_json(value) for value in one.before}:
                continue
            for at, value in enumerate(reversed(one.before)):
                rounds[at][name] = (value, refs)
    deletes = {fact.ref for fact in state.deletes}
    revived: dict[str, tuple[Ref, ...]] = {}
    if record.gone is not None and record.gone in deletes and not _is_erased(state):
        revived = {EXISTENCE: (record.gone, *(fact.ref for fact in state.alive))}
    # What is shown is written last, so that it is shown again.
    for at in sorted({*rounds, *([0] if revived else [])}, reverse=True):
        values = {name: value for name, (value, _refs) in rounds[at].items()}
        replaces = {name: refs for name, (_value, refs) in rounds[at].items()}
        if at == 0:
            replaces |= revived
        yield Change(Verb.EDIT, key.kind, key.id, None, values, replaces)


def _standing(one: _Field, heads: Mapping[Ref, Value]) -> tuple[Ref, ...]:
    """The changes that show what the command set, its own or an undo's that set the same again."""
    if own := tuple(ref for ref in one.refs if ref in heads):
        return own
    if len(heads) != 1:
        return ()
    ((ref, value),) = heads.items()
    return (ref,) if value == one.after else ()


def _is_erased(state: RecordState) -> bool:
    """Whether the law took something out of this record: then it stays as it is."""
    return any(head.value is ERASED for heads in state.heads.values() for head in heads)


def _values(project: Project, name: str, refs: Iterable[Ref]) -> tuple[Value, ...]:
    """What stood while the changes `refs` did: each value once, the one that was shown last."""
    found: list[tuple[int, Value]] = []
    for ref in refs:
        log = project.ledger.registers.log(ref.log)
        row = log and project.store.row(
            "SELECT effective_ms, ifnull(base, data) FROM records WHERE lid=?1 AND seq=?2 UNION ALL "
            "SELECT effective_ms, fields FROM edits WHERE lid=?1 AND seq=?2",
            (log.lid, ref.seq),
        )
        if row:
            found.append((int(row[0]), _object(row[1]).get(name)))
    ordered = [value for _at, value in sorted(found, key=itemgetter(0))]
    return tuple({to_json(value): value for value in ordered}.values()) or (None,)


# -- in words --------------------------------------------------------------------------------------


def _told(project: Project, spans: tuple[tuple[int, int, int], ...]) -> Done:
    """Say what a command wrote; more than can be taken back is only counted."""
    count = sum(last - first + 1 for _lid, first, last in spans)
    if count > _MOST:
        return Done(_counted(count), spans, frozenset(), frozenset(), False)
    acts = list(_acts(project, spans))
    closed = [act.key for act in acts if act.verb is Verb.CLOSE]
    final = {key.id for key in closed}
    for key in closed:
        final |= {one.id for one in reading.descendants(project, key)}
    gone = {act.key for act in acts if act.verb is Verb.DELETE}
    erased = {key.id for key in gone if _is_erased(reading.state(project, key))}
    final |= erased
    can = not final and all(act.verb is not Verb.ADMIT for act in acts)
    words = _words(project, acts, _label(project, spans[0]))
    return Done(words, spans, frozenset(act.key.id for act in acts), frozenset(final), can)


def _words(project: Project, acts: list[_Act], label: str) -> str:
    made = _roots([act for act in acts if act.verb is Verb.CREATE])
    gone = _roots([act for act in acts if act.verb is Verb.DELETE])
    edits = [act for act in acts if act.verb is Verb.EDIT]
    if made and gone and label == "move":
        return _("moving “{title}”").format(title=_title(project, made[0].key))
    if made and label == "adopt":
        return _("taking “{title}” into the catalogue").format(title=_title(project, made[0].key))
    chosen = made or gone or _roots(edits) or acts
    if len({act.key for act in chosen}) > 1:
        return _counted(len({act.key for act in acts}))
    title = _title(project, chosen[0].key)
    if made:
        return _("adding “{title}”").format(title=title)
    if gone:
        return _("deleting “{title}”").format(title=title)
    return _edited(edits, title, label)


def _edited(edits: list[_Act], title: str, label: str) -> str:
    names = list(dict.fromkeys(name for act in edits for name in act.fields))
    if not names:
        return _("bringing back “{title}”").format(title=title)
    fields = ", ".join(_field_label(edits[0].key.kind, name) for name in names)
    if label == "resolve":
        return _("settling {fields} of “{title}”").format(fields=fields, title=title)
    return _("{fields} of “{title}”").format(fields=fields, title=title)


def _counted(count: int) -> str:
    return ngettext("{count} change", "{count} changes", count).format(count=count)


def _roots(acts: list[_Act]) -> list[_Act]:
    """Those whose owner is not among them."""
    ids = {act.key.id for act in acts}
    return [act for act in acts if act.parent not in ids]


def _label(project: Project, span: tuple[int, int, int]) -> str:
    found = project.store.value(
        "SELECT label FROM transactions WHERE lid=? AND first_seq BETWEEN ? AND ?", span
    )
    return str(found or "")


def _title(project: Project, key: RecordKey) -> str:
    declared = KINDS.get(key.kind)
    if declared is None:
        return key.kind
    return declared.title_of(reading.values(project, key), partial(reading.title, project))


def _field_label(kind_name: str, name: str) -> str:
    declared = KINDS.get(kind_name)
    found = declared.get(name) if declared is not None else None
    return str(found.label) if found is not None else name.rpartition("/")[2]
