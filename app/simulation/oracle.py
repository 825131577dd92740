"""What must hold when all is healed and quiet: each invariant a function that names what is wrong.

Conflicts and lateness are worked out anew from who knew what, without frontiers, heads or clocks,
and compared with what the laptops show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.models import checking, spaces
from app.models.ledger.registers import Standing
from app.models.queries import erasures
from app.simulation import disputes, later, lying, versions
from app.simulation.book import Act, Book, Broken, Key, RecordName, is_common, may, standings
from app.simulation.machines import Machine
from app.simulation.places import Place
from sync import envelope
from sync.changes import Verb
from sync.roster.state import UnknownPast
from sync.values import to_json


def check(
    book: Book, members: Sequence[Machine], everyone: Sequence[Machine], places: Sequence[Place]
) -> list[Broken]:
    """All that is wrong. `members` are laptops that still belong; `everyone` also who was shut out."""
    found = [
        *_verified(everyone), *_left_alone(book), *_agree(members), *_numbers(members),
        *_present(book, members),
        *_authority(book, members), *_lateness(book, members), *disputes.conflicts(book, members),
        *_files(book, members), *_erased(book, members), *_reported(members),
        *lying.erased(places, members),
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


def _left_alone(book: Book) -> Iterator[Broken]:
    """An older Kipu carries what it does not know, and sets it only where a person decides."""
    for act in book.acts.values():
        for one in act.changes if act.version == versions.OLDER and act.label == "edit" else ():
            if one.kind == later.CARD or later.FIELD in one.fields:
                yield Broken("an older Kipu leaves alone what it does not know", told(act))


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
    if any(one.verb is Verb.ADMIT for one in act.changes):
        # Who admits writes nothing else, or what they let in with it.
        return False
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
    if not members:
        return
    standing = {one.hash for one in members[0].project.roster.view().erasures}
    for one in book.erased:
        if one.machine in book.doubled or not one.rests_on <= standing:
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


def _reported(members: Sequence[Machine]) -> Iterator[Broken]:
    """Every laptop that still belongs has said to every coordinator that it erased what it had."""
    alive = {one.device: one.name for one in members}
    for one in members:
        for order in erasures.orders(one.project) if one.project.is_coordinator else ():
            for holder in order.holders:
                if holder.device in alive and not holder.done:
                    detail = f"{one.name}: {alive[holder.device]} has not"
                    yield Broken("what is erased is reported", detail)


def _is_shown(one: Machine, record: bytes, value: str) -> bool:
    return bool(
        one.project.store.value(
            "SELECT EXISTS(SELECT 1 FROM records WHERE id=?1 AND (instr(data, ?2) OR "
            "instr(ifnull(base, ''), ?2))) OR EXISTS(SELECT 1 FROM edits JOIN records USING(rid) "
            "WHERE id=?1 AND instr(fields, ?2))",
            (record, to_json(value)),
        )
    )
