"""What roster entries are worth: authority, cuts and seniority, weighed from the entries alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sync.roster.entries import ROOT, Entry, EntryType
from sync.roster.member import COORDINATOR, EVERYWHERE, role_order

if TYPE_CHECKING:
    from sync.roster.state import Roster

_BEYOND_ALL = 2**62


def given_roles(entry: Entry) -> Mapping[str, str | None]:
    """The roles an entry gives; entries of other types give none, whatever else they hold."""
    given: Mapping[str, str | None] = (
        entry.body["roles"] if entry.type in (EntryType.ADMIT, EntryType.GRANT) else {}
    )
    return given


def named_before(entry: Entry) -> tuple[bytes, ...]:
    chained = (entry.previous,) if entry.number > 1 else ()
    return (*chained, *entry.seen)


def without_void(roster: Roster, mask: int) -> int:
    """The entries of `mask` that count: authorised in their own past and cut off by nobody."""
    chosen = [i for i in range(len(roster)) if mask >> i & 1]
    valid = 0
    for i in chosen:
        if roster.author_may(i):
            valid |= 1 << i
    cuts: dict[bytes, int] = {}
    standing: set[int] = set()
    removals = [i for i in chosen if valid >> i & 1 and demotes(roster.entries[i])]
    for i in sorted(removals, key=lambda i: seniority(roster, roster.entries[i])):
        entry = roster.entries[i]
        if entry.number > cuts.get(entry.author, _BEYOND_ALL):
            continue
        device = bytes(entry.body["device"])
        cuts[device] = min(int(entry.body["roster_cut"]), cuts.get(device, _BEYOND_ALL))
        # Void with what a junior cuts off, it would leave a coordinator none of whose words counts.
        if roster.was_coordinator(device, i):
            standing.add(i)
    for i in chosen:
        entry = roster.entries[i]
        is_beyond = entry.number > cuts.get(entry.author, _BEYOND_ALL)
        if is_beyond and i not in standing and not readmitted(roster, i):
            valid &= ~(1 << i)
    return valid


def readmitted(roster: Roster, position: int) -> bool:
    """A revoked coordinator admitted again later writes entries that the old cut does not void."""
    removed = False
    for i in roster.about(roster.entries[position].author, roster.past(position)):
        other = roster.entries[i]
        removed = removed or demotes(other)
        if removed and given_roles(other).get(EVERYWHERE) == COORDINATOR:
            return True
    return False


def demotes(entry: Entry) -> bool:
    """Whether the entry takes a device's coordination away."""
    if entry.type == EntryType.REVOKE:
        return True
    roles = given_roles(entry)
    return (
        entry.type == EntryType.GRANT and EVERYWHERE in roles and roles[EVERYWHERE] != COORDINATOR
    )


def seniority(roster: Roster, entry: Entry) -> tuple[int, int, bytes]:
    """Root first, then by length of the chain of admissions, then admission number, then hash.

    Of those the root let in the last comes first: else whoever stole the founder's laptop would
    outweigh everybody who comes after them by the project's paper.
    """
    depth, first = 0, (0, b"")
    while entry.author != ROOT:
        entry = _admission(roster, entry)
        if depth == 0:
            first = (-entry.number if entry.author == ROOT else entry.number, entry.hash)
        depth += 1
    return (depth, *first)


def _admission(roster: Roster, entry: Entry) -> Entry:
    """What first let an entry's author in, of what the author had seen; by a coordinator's word.

    Of what they had seen: whoever else admits them, unknown to them, moves nobody up or down.
    """
    known = roster.about(entry.author, roster.past(roster.position(entry)))
    found = [i for i in known if roster.entries[i].type == EntryType.ADMIT]
    return roster.entries[next(filter(roster.author_may, found), found[0])]


def register(roster: Roster, device: bytes, space: str, mask: int) -> str | None:
    """The role that a set of entries gives: the lesser of those nothing later replaced."""
    events: list[tuple[int, str | None]] = []
    for i in roster.about(device, mask):
        entry = roster.entries[i]
        if entry.type == EntryType.REVOKE:
            events.append((i, None))
        elif space in given_roles(entry):
            events.append((i, given_roles(entry)[space]))
    replaced = {i for i, _ in events for j, _ in events if roster.past(j) >> i & 1}
    return min((role for i, role in events if i not in replaced), key=role_order, default=None)
