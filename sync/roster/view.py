"""The roster as it stands at a set of heads: members, spaces, epochs, policy, erasures, quotas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sync.roster.entries import Entry, EntryType
from sync.roster.member import EVERYWHERE, Member, greater
from sync.roster.policy import Policy
from sync.roster.weighing import given_roles, register, seniority

if TYPE_CHECKING:
    from sync.roster.state import Roster

# Some eighteen million interviews' worth: nobody at work meets it, and a laptop gone wild does.
DEVICE_BYTES = 2**30
# With photographs and recordings: some four thousand of the ones and a thousand hours of the others.
WITH_FILES_BYTES = 2**34


@dataclass(frozen=True)
class Cut:
    """A revocation or demotion: what the device wrote beyond these points is judged by `roles`.

    By log the last change, and the hash of the batch it is in.
    """

    entry: Entry
    roles: Mapping[str, str | None]
    logs: Mapping[bytes, int]
    heads: Mapping[bytes, bytes]

    def bears_on(self, space: bytes) -> bool:
        return EVERYWHERE in self.roles or space.hex() in self.roles

    def role(self, space: bytes) -> str | None:
        """What is left in a space that it bears on."""
        return greater(self.roles.get(EVERYWHERE), self.roles.get(space.hex()))


class View:
    """The roster at a set of heads: members, spaces, epochs and policy."""

    def __init__(self, roster: Roster, mask: int) -> None:
        self._roster = roster
        self._mask = mask & roster.valid
        self._departures: dict[bytes, Mapping[bytes, int]] = {}

    def _of(self, *types: EntryType) -> list[Entry]:
        found = (self._roster.entries[i] for i in self._roster.ordered(self._mask))
        return [entry for entry in found if entry.type in types]

    @cached_property
    def members(self) -> Mapping[bytes, Member]:
        found: dict[bytes, Member] = {}
        for entry in self._of(EntryType.ADMIT):
            device = bytes(entry.body["device"])
            if device not in found:
                found[device] = self._member(entry, device)
        return found

    def _member(self, entry: Entry, device: bytes) -> Member:
        told = [self._roster.entries[i] for i in self._roster.about(device, self._mask)]
        keys = {key for other in told for key in given_roles(other)}
        roles = {key: register(self._roster, device, key, self._mask) for key in sorted(keys)}
        return Member(
            device, bytes(entry.body["sign"]), bytes(entry.body["seal"]), str(entry.body["code"]),
            entry.author, roles, entry,
        )  # fmt: skip

    def member(self, device: bytes) -> Member | None:
        """One of `members`, found without reckoning all the others."""
        for i in self._roster.about(device, self._mask):
            if self._roster.entries[i].type == EntryType.ADMIT:
                return self._member(self._roster.entries[i], device)
        return None

    def role(self, device: bytes, space: bytes) -> str | None:
        member = self.members.get(device)
        return member.role(space, self._roster.common) if member else None

    def readers(self, space: bytes) -> list[Member]:
        """The active members who may read a space, in the order of their ids."""
        common = self._roster.common
        return [
            member
            for _, member in sorted(self.members.items())
            if member.role(space, common) is not None
        ]

    @cached_property
    def spaces(self) -> Mapping[bytes, Sequence[Entry]]:
        """Each space's naming entries (names are sealed), the common space among them.

        First the one that founded it, last the one whose name holds.
        """
        found: dict[bytes, list[Entry]] = {}
        for entry in self._of(EntryType.SPACE):
            found.setdefault(bytes(entry.body["space"]), []).append(entry)
        return found

    @cached_property
    def epochs(self) -> Mapping[bytes, Entry]:
        return {bytes(entry.body["epoch"]): entry for entry in self._of(EntryType.EPOCH)}

    @cached_property
    def erasures(self) -> Sequence[Entry]:
        """Orders to erase, in an order in which each follows what it saw."""
        return self._of(EntryType.ERASE)

    @cached_property
    def replaced(self) -> Mapping[bytes, Set[bytes]]:
        """By batch hash: the replacements that no later order replaces again.

        More than one where coordinators erased without knowing of each other.
        """
        named: dict[bytes, list[Entry]] = {}
        for entry in self.erasures:
            for batch in entry.body["replaced"]:
                named.setdefault(bytes.fromhex(batch), []).append(entry)
        return {
            batch: frozenset(bytes(e.body["replaced"][batch.hex()]) for e in self._last(entries))
            for batch, entries in named.items()
        }

    def _last(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those that no other of them had seen."""
        seen = 0
        for entry in entries:
            seen |= self._roster.past(self._roster.position(entry))
        return [entry for entry in entries if not seen >> self._roster.position(entry) & 1]

    @cached_property
    def quotas(self) -> Mapping[bytes, int]:
        """What each device was told it may put into a space; of concurrent entries the least."""
        told: dict[bytes, list[Entry]] = {}
        for entry in self._of(EntryType.QUOTA):
            told.setdefault(bytes(entry.body["device"]), []).append(entry)
        return {
            device: min(int(entry.body["bytes"]) for entry in self._last(entries))
            for device, entries in told.items()
        }

    def quota(self, device: bytes) -> int:
        """Bytes of batches a device may put into one space, as long as nobody allows more."""
        return self.quotas.get(device, DEVICE_BYTES)

    def quota_with_files(self, device: bytes) -> int:
        """Bytes of batches and of the files they name that a device may put into one space."""
        return self.quotas.get(device, WITH_FILES_BYTES)

    def current_epochs(self, space: bytes) -> list[bytes]:
        """Epochs of a space that no other follows, sorted; see `writing_epochs`."""
        mine = {e: entry for e, entry in self.epochs.items() if entry.body["space"] == space}
        parents = {bytes.fromhex(p) for entry in mine.values() for p in entry.body["parents"]}
        return sorted(set(mine) - parents)

    def writing_epochs(self, space: bytes) -> list[bytes]:
        """The current epochs, last the one to write under: the least exposed, then the last by id."""
        return sorted(
            self.current_epochs(space), key=lambda epoch: (-self.exposure(space, epoch), epoch)
        )

    def exposure(self, space: bytes, epoch: bytes) -> int:
        """How many devices may hold an epoch's key that may not read its space any more.

        None, unless a coordinator began the epoch who had not heard yet that somebody was shut out.
        """
        known = self._roster.past(self._roster.position(self.epochs[epoch]))
        then = View(self._roster, known)
        return sum(
            bool(given & ~known) or then._reads(device, space)
            for device, given in self._departed(space).items()
        )

    def departed(self, space: bytes) -> list[Member]:
        """The members that could read a space and may not now, in the order of their ids."""
        found = (self.member(device) for device in sorted(self._departed(space)))
        return [member for member in found if member is not None]

    def _departed(self, space: bytes) -> Mapping[bytes, int]:
        """The devices that could read a space and may not now, each with the entries that let it."""
        if space not in self._departures:
            gone = [device for device in self.cuts if not self._reads(device, space)]
            given = {device: self._given(device, space) for device in gone}
            self._departures[space] = {device: mask for device, mask in given.items() if mask}
        return self._departures[space]

    def _reads(self, device: bytes, space: bytes) -> bool:
        member = self.member(device)
        return member is not None and member.role(space, self._roster.common) is not None

    def _given(self, device: bytes, space: bytes) -> int:
        """Bit set of the entries that let a device read a space."""
        places = {space.hex(), EVERYWHERE}
        is_common = space == self._roster.common
        return sum(
            1 << i
            for i in self._roster.about(device, self._mask)
            if any(role is not None and (is_common or key in places)
                   for key, role in given_roles(self._roster.entries[i]).items())
        )  # fmt: skip

    @cached_property
    def policy(self) -> Policy:
        entries = self._of(EntryType.POLICY)
        roster = self._roster
        latest = [
            e
            for e in entries
            if not any(roster.past(roster.position(o)) >> roster.position(e) & 1 for o in entries)
        ]
        if not latest:
            return Policy({})
        best = min(latest, key=lambda e: (*seniority(roster, e), e.hash))
        return Policy(best.body["kinds"])

    @cached_property
    def cuts(self) -> Mapping[bytes, list[Cut]]:
        """Revocations and demotions by device."""
        found: dict[bytes, list[Cut]] = {}
        for entry in self._of(EntryType.REVOKE, EntryType.GRANT):
            if "cuts" not in entry.body:
                continue
            named = {bytes.fromhex(log): at for log, at in entry.body["cuts"].items()}
            logs = {log: int(at[0]) for log, at in named.items()}
            heads = {log: bytes(at[1]) for log, at in named.items()}
            roles = {EVERYWHERE: None} if entry.type == EntryType.REVOKE else entry.body["roles"]
            found.setdefault(bytes(entry.body["device"]), []).append(Cut(entry, roles, logs, heads))
        return found
