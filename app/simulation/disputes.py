"""Conflicts, and what stands in each field, worked out anew from who knew what when they wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing
from app.models.queries import records as reading
from app.simulation.book import Act, Book, Broken, Key, RecordName, standings
from app.simulation.machines import Machine
from sync.changes import Verb
from sync.merge import EXISTENCE, RecordState
from sync.values import ERASED, to_json

_Heads = Mapping[str, Sequence[tuple[Act, str]]]


def conflicts(book: Book, members: Sequence[Machine]) -> Iterator[Broken]:
    for one in members:
        here = standings(one)
        counted = {key for key, found in here.items() if Standing.EFFECTIVE in found}
        by_record = _by_record(book, counted)
        for name, acts in by_record.items():
            if any(act.machine in book.doubled for act in acts):
                continue
            expected, heads = _expected(name, acts)
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
            yield from _unlike(one, name, heads, state)


def _unlike(one: Machine, name: RecordName, heads: _Heads, state: RecordState) -> Iterator[Broken]:
    """What somebody wrote stands until somebody who saw it wrote there, whatever Kipu they had."""
    for field, written in heads.items():
        expected = {value for _act, value in written}
        found = {to_json(head.value) for head in state.heads.get(field, ())}
        if found != expected:
            yield Broken(
                "nothing is written over unseen",
                f"{one.name}: {name[1]} {name[2].hex()[:8]} {field} has {sorted(found)}, "
                f"of {sorted(expected)}",
            )


def _by_record(book: Book, counted: set[Key]) -> dict[RecordName, list[Act]]:
    found: dict[RecordName, list[Act]] = {}
    for key, act in book.acts.items():
        if key in counted:
            for change in act.changes:
                found.setdefault((act.space, change.kind, change.record), []).append(act)
    return {name: list({id(act): act for act in acts}.values()) for name, acts in found.items()}


def _expected(name: RecordName, acts: Sequence[Act]) -> tuple[set[str], _Heads]:
    """The fields two people set unaware of each other, to different values; all that stands."""
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
    return clashing, heads


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


def _is_disputed(heads: _Heads, being: list[tuple[Act, Verb]]) -> bool:
    standing = [
        (act, verb)
        for act, verb in being
        if not any(act.key in other.known.effective for other, _v in being if other is not act)
    ]
    deletes = [act for act, verb in standing if verb is Verb.DELETE]
    alive = any(verb is not Verb.DELETE for _act, verb in standing)
    unseen = any(
        all(act.key not in gone.known.effective and act is not gone for gone in deletes)
        for found in heads.values()
        for act, _value in found
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
