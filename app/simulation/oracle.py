"""What must hold when all is healed and quiet: each invariant a function that names what is wrong.

Conflicts and lateness are worked out anew from who knew what, without frontiers, heads or clocks,
and compared with what the laptops show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.models import checking, spaces
from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing
from app.models.queries import records as reading
from app.simulation.book import Act, Book, Key, is_common, may, standings
from app.simulation.machines import Machine
from sync import envelope
from sync.changes import Verb
from sync.merge import EXISTENCE
from sync.roster.state import UnknownPast
from sync.values import ERASED, to_json

RecordName = tuple[bytes, str, bytes]


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold, and where."""

    invariant: str
    detail: str


def check(book: Book, members: Sequence[Machine], everyone: Sequence[Machine]) -> list[Broken]:
    """All that is wrong. `members` are laptops that still belong; `everyone` also who was shut out."""
    found = [
        *_verified(everyone), *_agree(members), *_numbers(members), *_present(book, members),
        *_authority(book, members), *_lateness(book, members), *_conflicts(book, members),
        *_files(book, members), *_erased(book, members),
    ]  # fmt: skip
    return list(dict.fromkeys(found))


def _verified(everyone: Iterable[Machine]) -> Iterator[Broken]:
    for one in everyone:
        for problem in checking.verify(one.project):
            yield Broken("verify", f"{one.name}: {problem}")


def digests(machine: Machine) -> dict[bytes, str]:
    """The digest of every space a laptop reads."""
    return {one: checking.digest(machine.project, one) for one in spaces.readable(machine.project)}


def _agree(members: Sequence[Machine]) -> Iterator[Broken]:
    found: dict[bytes, dict[str, list[str]]] = {}
    for one in members:
        for space, digest in digests(one).items():
            found.setdefault(space, {}).setdefault(digest, []).append(one.name)
    for sides in found.values():
        if len(sides) > 1:
            yield Broken("digests agree", " | ".join(" ".join(names) for names in sides.values()))
    heads = {one.project.roster.heads() for one in members}
    if len(heads) > 1:
        yield Broken("digests agree", "rosters differ")


def _numbers(members: Iterable[Machine]) -> Iterator[Broken]:
    """A number of a log stands for one batch, wherever it lies.

    What a laptop sealed in a space that was closed to it waits, and is moved should it open again.
    """
    claimed: dict[tuple[bytes, int], bytes] = {}
    for one in members:
        read = set(spaces.readable(one.project))
        for (raw,) in one.project.store.rows("SELECT raw FROM batches"):
            header = envelope.parse(bytes(raw)).header
            if header.device == one.device and header.space not in read:
                continue
            name = envelope.batch_hash(bytes(raw))
            if claimed.setdefault((header.log, header.number), name) != name:
                yield Broken("numbers are used once", f"{one.name}: batch {header.number}")


def _present(book: Book, members: Sequence[Machine]) -> Iterator[Broken]:
    """Every acknowledged change is in every history it may be in."""
    belonging = {one.device for one in members}
    for one in members:
        here, read = standings(one), set(spaces.readable(one.project))
        for act in book.acts.values():
            if act.uncertain or act.space not in read or act.device not in belonging:
                continue
            author = one.project.roster.view().role(act.device, act.space)
            if act.key not in here and author is not None:
                yield Broken("acknowledged changes are everywhere", f"{one.name}: {told(act)}")


def told(act: Act) -> str:
    verbs = ", ".join(f"{one.verb.name} {one.kind}" for one in act.changes[:3])
    return f"{act.machine} at {act.key[1]}: {verbs}"


# -- authority ---------------------------------------------------------------------------------------


def _authority(book: Book, members: Sequence[Machine]) -> Iterator[Broken]:
    for one in members:
        for key, found in standings(one).items():
            act = book.acts.get(key)
            if act is None:
                # The founding itself is the only thing nobody noted.
                continue
            right = _is_authorised(book, act, one)
            if right is None:
                continue
            wrong = Standing.UNAUTHORISED in found if right else found != {Standing.UNAUTHORISED}
            if wrong and act.machine not in book.doubled:
                said = "is set aside, and should count" if right else "counts, and should not"
                yield Broken("only what is authorised counts", f"{one.name}: {told(act)} {said}")


def _is_authorised(book: Book, act: Act, at: Machine) -> bool | None:
    """None for a laptop whose admission went with the coordinator who wrote it."""
    member = at.project.roster.view().members.get(act.device)
    if member is None:
        return None
    valid = {cut.entry.hash for cut in at.project.roster.view().cuts.get(act.device, [])}
    if not _was_allowed(act, at):
        return False
    for cut in book.cuts:
        bears = cut.device == act.device and cut.space in (None, act.space)
        unseen = cut.entry not in act.known.roster and act.key not in cut.applied
        if bears and cut.entry in valid and unseen and not may(
            cut.role, is_common(at, act.space), act.changes
        ):  # fmt: skip
            return False
    return True


def _was_allowed(act: Act, at: Machine) -> bool:
    """By the role in all that its author knew, less what is void by now."""
    try:
        role = at.project.roster.view(act.known.roster).role(act.device, act.space)
    except UnknownPast:
        # Something its author knew went with a store.
        return act.allowed
    return may(role, is_common(at, act.space), act.changes)


# -- lateness ----------------------------------------------------------------------------------------


def _lateness(book: Book, members: Sequence[Machine]) -> Iterator[Broken]:
    """What no signed act's author had seen waits; all that they had seen stands."""
    owners = {
        (act.space, one.kind, one.record): (act.space, *one.parent)
        for act in book.acts.values()
        for one in act.changes
        if one.verb is Verb.CREATE and one.parent
    }
    for member in members:
        here = standings(member)
        endings = _endings(book, {k for k, found in here.items() if Standing.EFFECTIVE in found})
        for act in book.acts.values():
            found = here.get(act.key)
            if not found or Standing.UNAUTHORISED in found or act.machine in book.doubled:
                continue
            expected = _is_late(act, owners, endings)
            if expected is not None and found != {
                Standing.LATE if expected else Standing.EFFECTIVE
            }:
                said = "should wait" if expected else "should stand"
                yield Broken(
                    "nothing late alters a signed act", f"{member.name}: {told(act)} {said}"
                )


def _endings(book: Book, counted: set[Key]) -> dict[RecordName, list[tuple[Act, Verb]]]:
    found: dict[RecordName, list[tuple[Act, Verb]]] = {}
    for act in book.acts.values():
        for one in act.changes if act.key in counted else ():
            if one.verb in (Verb.CLOSE, Verb.ADMIT):
                name = (act.space, one.kind, one.record)
                found.setdefault(name, []).append((act, one.verb))
    return found


def _is_late(
    act: Act, owners: Mapping[RecordName, RecordName],
    endings: Mapping[RecordName, list[tuple[Act, Verb]]],
) -> bool | None:  # fmt: skip
    """None where somebody admitted something late there, perhaps this."""
    late = False
    for one in act.changes:
        chain = [(act.space, one.kind, one.record)]
        while chain[-1] in owners and len(chain) < 8:
            chain.append(owners[chain[-1]])
        over = [ending for name in chain for ending in endings.get(name, [])]
        closes = [by for by, verb in over if verb is Verb.CLOSE]
        if any(verb is Verb.ADMIT for _by, verb in over):
            return None
        if one.verb in (Verb.CLOSE, Verb.ADMIT):
            continue
        first = [
            by
            for by in closes
            if not any(other.key in by.known.applied for other in closes if other is not by)
        ]
        late |= bool(first) and not any(act.key in by.known.applied for by in first)
    return late


# -- conflicts ---------------------------------------------------------------------------------------


def _conflicts(book: Book, members: Sequence[Machine]) -> Iterator[Broken]:
    for one in members:
        here = standings(one)
        counted = {key for key, found in here.items() if Standing.EFFECTIVE in found}
        by_record = _by_record(book, counted)
        for name, acts in by_record.items():
            if any(act.machine in book.doubled for act in acts):
                continue
            expected = _expected(name, acts)
            key = RecordKey(*name)
            state = reading.state(one.project, key)
            if any(head.value is ERASED for heads in state.heads.values() for head in heads):
                # What was erased is alike everywhere, in copies elsewhere too.
                continue
            shown = set(state.conflicts)
            if not any(
                c.verb is Verb.CREATE for a in acts for c in a.changes if c.record == name[2]
            ):
                continue
            if shown != expected:
                yield Broken(
                    "conflicts are shown exactly where changes were concurrent",
                    f"{one.name}: {name[1]} {name[2].hex()[:8]} shows {sorted(shown)}, "
                    f"concurrent {sorted(expected)}",
                )


def _by_record(book: Book, counted: set[Key]) -> dict[RecordName, list[Act]]:
    found: dict[RecordName, list[Act]] = {}
    for key, act in book.acts.items():
        if key in counted:
            for change in act.changes:
                found.setdefault((act.space, change.kind, change.record), []).append(act)
    return {name: list({id(act): act for act in acts}.values()) for name, acts in found.items()}


def _expected(name: RecordName, acts: Sequence[Act]) -> set[str]:
    """The fields of a record that two people set unaware of each other, to different values."""
    sets: dict[str, list[tuple[Act, str]]] = {}
    being: list[tuple[Act, Verb]] = []
    makers: set[Key] = set()
    for act in acts:
        for change in act.changes:
            if change.record != name[2] or change.kind != name[1]:
                continue
            for field, value in change.fields.items():
                sets.setdefault(field, []).append((act, to_json(value)))
            if change.verb is Verb.CREATE:
                makers.add(act.key)
            if change.verb in (Verb.CREATE, Verb.DELETE) or (
                change.verb is Verb.EDIT and EXISTENCE in change.replaces
            ):
                being.append((act, change.verb))
    heads = {field: _last(found, makers) for field, found in sets.items()}
    clashing = {field for field, found in heads.items() if len({value for _a, value in found}) > 1}
    if _is_disputed(heads, being) or _closes(name, acts) > 1:
        clashing.add(EXISTENCE)
    return clashing


def _last(found: Sequence[tuple[Act, str]], makers: set[Key]) -> list[tuple[Act, str]]:
    """Those that no other's author had on the screen.

    A creation replaces nothing, even a second; moving a record onto its copy, only what moving made.
    """
    moving = {act.key for act, _value in found if act.label == "move"}
    return [
        (act, value)
        for act, value in found
        if not any(
            act.key in other.shown.effective and (other.key not in moving or act.key in moving)
            for other, _v in found
            if other is not act and other.key not in makers
        )
    ]


def _is_disputed(heads: dict[str, list[tuple[Act, str]]], being: list[tuple[Act, Verb]]) -> bool:
    standing = [
        (act, verb)
        for act, verb in being
        if not any(act.key in other.known.effective for other, _v in being if other is not act)
    ]
    deletes = [act for act, verb in standing if verb is Verb.DELETE]
    alive = any(verb is not Verb.DELETE for _act, verb in standing)
    unseen = any(
        act.key not in gone.known.effective and act is not gone
        for found in heads.values()
        for act, _value in found
        for gone in deletes
    )
    return bool(deletes) and (alive or unseen)


def _closes(name: RecordName, acts: Sequence[Act]) -> int:
    closing = [
        act for act in acts
        if any(c.verb is Verb.CLOSE and c.record == name[2] for c in act.changes)
    ]  # fmt: skip
    return len([
        one for one in closing
        if not any(one.key in other.known.effective for other in closing if other is not one)
    ])  # fmt: skip


# -- files and erasure -------------------------------------------------------------------------------


def _files(book: Book, members: Sequence[Machine]) -> Iterator[Broken]:
    """An attachment that anybody holds, everybody who may holds; a damaged one is never shown."""
    names: dict[bytes, list[str]] = {}
    wanted: dict[str, set[bytes]] = {}
    for one in members:
        for file in one.replica.attachments():
            wanted.setdefault(one.name, set()).add(file.seal.name)
            if one.replica.holds_attachment(file):
                names.setdefault(file.seal.name, []).append(one.name)
    for machine, some in wanted.items():
        for name in some:
            if name in names and machine not in names[name]:
                yield Broken("attachments are here or nowhere", f"{machine} lacks {name.hex()[:8]}")


def _erased(book: Book, members: Sequence[Machine]) -> Iterator[Broken]:
    standing = {one.hash for one in members[0].project.roster.view().erasures}
    belonging = {one.name for one in members}
    for one in book.erased:
        is_lost = one.machine in book.doubled or one.machine not in belonging
        if is_lost or not one.orders <= standing:
            # The order went with the store it was written in, or with its author's authority.
            continue
        for act in filter(one.takes, book.acts.values()):
            for change in act.changes:
                value = change.fields.get(one.field)
                if change.record != one.record or not isinstance(value, str):
                    continue
                for machine in members:
                    reads = act.space in spaces.readable(machine.project)
                    if reads and _is_shown(machine, change.record, value):
                        detail = f"{machine.name}: {one.field} {value}"
                        yield Broken("what was erased is gone", detail)


def _is_shown(one: Machine, record: bytes, value: str) -> bool:
    return bool(
        one.project.store.value(
            "SELECT EXISTS(SELECT 1 FROM records WHERE id=?1 AND (instr(data, ?2) OR "
            "instr(ifnull(base, ''), ?2))) OR EXISTS(SELECT 1 FROM edits JOIN records USING(rid) "
            "WHERE id=?1 AND instr(fields, ?2))",
            (record, to_json(value)),
        )
    )
