"""What the roster says, as a pure function of the set of entries (sync rules 5 to 7).

Any order of arrival gives the same answer. Entries are accepted into the set only in causal order
(all they saw is there) with a good signature; what they are worth is decided here:

- an entry counts if its author was a coordinator in what the author had seen;
- a revocation voids the revoked author's entries beyond its cut, seen or concurrent; of two
  coordinators revoking each other the senior one (nearer to the root) prevails;
- of concurrent grants for the same device and space the lesser counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from sync.errors import Malformed, SyncError
from sync.ids import ID_BYTES, digest
from sync.roster.entries import ROOT, Entry, EntryType, check_signature
from sync.roster.member import COORDINATOR as COORDINATOR
from sync.roster.member import EVERYWHERE as EVERYWHERE
from sync.roster.member import Member as Member
from sync.roster.member import greater as greater
from sync.roster.member import lesser as lesser
from sync.roster.member import role_order
from sync.roster.policy import Policy

_BEYOND_ALL = 2**62
_ABOUT_A_DEVICE = frozenset({EntryType.ADMIT, EntryType.GRANT, EntryType.REVOKE})


class UnknownPast(SyncError):
    """An entry refers to entries that have not arrived yet."""

    default_code = "roster-incomplete"


def common_space(project: bytes) -> bytes:
    """The space every member reads and coordinators write."""
    return digest(project, b"kipu common", ID_BYTES)


class Roster:
    """The accepted entries of one project. `add` returns whether the entry was new."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries: list[Entry] = []
        self._index: dict[bytes, int] = {}
        self._past: list[int] = []
        self._about: dict[bytes, list[int]] = {}
        self._epoch_spaces: dict[bytes, set[bytes]] = {}
        self._authority = 0
        self._trusted: dict[int, int] = {}
        self._may: dict[int, bool] = {}
        self._views: dict[int, View] = {}
        for entry in entries:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, entry_hash: bytes) -> bool:
        return entry_hash in self._index

    @property
    def entries(self) -> Sequence[Entry]:
        """In an order in which every entry follows what it saw."""
        return self._entries

    @property
    def root(self) -> Entry:
        if not self._entries:
            raise Malformed("the roster is empty")
        return self._entries[0]

    @property
    def project(self) -> bytes:
        return self.root.project

    @property
    def common(self) -> bytes:
        return common_space(self.project)

    def last_of(self, author: bytes) -> Entry | None:
        mine = [entry for entry in self._entries if entry.author == author]
        return max(mine, key=lambda entry: entry.number, default=None)

    def heads(self) -> tuple[bytes, ...]:
        """Hashes of the entries that no other entry has seen."""
        followed = {before for entry in self._entries for before in _before(entry)}
        return tuple(sorted(entry.hash for entry in self._entries if entry.hash not in followed))

    def add(self, entry: Entry) -> bool:
        """Take an entry into the set.

        Raises UnknownPast when something it saw is missing (try again later), crypto.BadSignature
        or Malformed when it can never belong here.
        """
        if entry.hash in self._index:
            return False
        if not self._entries:
            self._add_root(entry)
            return True
        if entry.project != self.project or entry.type == EntryType.ROOT:
            raise Malformed("a roster entry belongs to another project")
        missing = [before for before in _before(entry) if before not in self._index]
        if missing:
            raise UnknownPast("a roster entry came before what it builds on")
        self._check_chain(entry)
        check_signature(entry, self._signing_key(entry))
        self._append(entry, self._past_of(_before(entry)))
        return True

    def view(self, heads: Iterable[bytes] | None = None) -> View:
        """The roster as it stands at these heads (None: everything known).

        Raises UnknownPast when a head has not arrived. Entries voided by a revocation known today
        do not count, even where these heads had not seen it.
        """
        mask = self._everything if heads is None else self._past_of(heads)
        if mask not in self._views:
            self._views[mask] = View(self, mask)
        return self._views[mask]

    def past(self, position: int) -> int:
        """Bit set of the entries before (and without) the entry at `position`."""
        return self._past[position]

    def sign_key(self, device: bytes) -> bytes | None:
        """The key a device signs with, if any entry admits it, even one that is void by now.

        What a void entry let in is kept and judged without a role, the same everywhere.
        """
        for position in self._about.get(device, ()):
            if self._entries[position].type == EntryType.ADMIT:
                return bytes(self._entries[position].body["sign"])
        return None

    def has_coordinated(self, device: bytes) -> bool:
        """Whether a device is or once was a coordinator, by an entry that counts."""
        return any(
            _roles(self._entries[position]).get(EVERYWHERE) == COORDINATOR
            for position in self.about(device, self.valid)
        )

    def epoch_spaces(self, epoch: bytes) -> Set[bytes]:
        """The spaces an epoch was begun for: one, or none while its entry has not arrived."""
        return self._epoch_spaces.get(epoch, set())

    def position(self, entry: Entry) -> int:
        return self._index[entry.hash]

    def about(self, device: bytes, mask: int) -> list[int]:
        """Positions of the entries of `mask` that speak of a device."""
        return [i for i in self._about.get(device, ()) if mask >> i & 1]

    def author_may(self, position: int) -> bool:
        """Whether an entry's author was a coordinator in what they had seen."""
        if position not in self._may:
            author = self._entries[position].author
            self._may[position] = author == ROOT or (
                _register(self, author, EVERYWHERE, self._trusted_of(self._past[position]))
                == COORDINATOR
            )
        return self._may[position]

    def _trusted_of(self, mask: int) -> int:
        # Only entries about coordination bear on authority; that keeps the distinct masks few.
        mask &= self._authority
        if mask not in self._trusted:
            self._trusted[mask] = _without_void(self, mask)
        return self._trusted[mask]

    def has_seen(self, heads: Iterable[bytes], entry: Entry) -> bool:
        return bool(self._past_of(heads) >> self._index[entry.hash] & 1)

    @cached_property
    def _unvoided(self) -> int:
        return _without_void(self, self._everything)

    @property
    def valid(self) -> int:
        """Bit set of entries that count, judged on everything known."""
        return self._unvoided

    @property
    def _everything(self) -> int:
        return (1 << len(self._entries)) - 1

    def _add_root(self, entry: Entry) -> None:
        if entry.type != EntryType.ROOT or entry.author != ROOT:
            raise UnknownPast("the roster does not begin with its root entry")
        check_signature(entry, entry.body["sign"])
        self._append(entry, 0)

    def _append(self, entry: Entry, past: int) -> None:
        position = len(self._entries)
        self._index[entry.hash] = position
        self._entries.append(entry)
        self._past.append(past)
        if entry.type in _ABOUT_A_DEVICE:
            self._about.setdefault(bytes(entry.body["device"]), []).append(position)
        if entry.type == EntryType.EPOCH:
            spaces = self._epoch_spaces.setdefault(bytes(entry.body["epoch"]), set())
            spaces.add(bytes(entry.body["space"]))
        if entry.type == EntryType.REVOKE or EVERYWHERE in _roles(entry):
            self._authority |= 1 << position
        self._views.clear()
        self.__dict__.pop("_unvoided", None)

    def _past_of(self, heads: Iterable[bytes]) -> int:
        mask = 0
        for head in heads:
            position = self._index.get(head)
            if position is None:
                raise UnknownPast("a roster entry came before what it builds on")
            mask |= self._past[position] | 1 << position
        return mask

    def _check_chain(self, entry: Entry) -> None:
        before = self._entries[self._index[entry.previous]] if entry.number > 1 else None
        if before is not None and (before.author, before.number) != (
            entry.author,
            entry.number - 1,
        ):
            raise Malformed("a roster entry breaks its author's chain")
        if entry.number < 1:
            raise Malformed("a roster entry's number begins at one")

    def _signing_key(self, entry: Entry) -> bytes:
        if entry.author == ROOT:
            return bytes(self.root.body["sign"])
        past = self._past_of(_before(entry))
        for position in self._about.get(entry.author, ()):
            admission = self._entries[position]
            if past >> position & 1 and admission.type == EntryType.ADMIT:
                return bytes(admission.body["sign"])
        raise Malformed("a roster entry's author was never admitted")


def _roles(entry: Entry) -> Mapping[str, str | None]:
    """The roles an entry gives; entries of other types give none, whatever else they hold."""
    given: Mapping[str, str | None] = (
        entry.body["roles"] if entry.type in (EntryType.ADMIT, EntryType.GRANT) else {}
    )
    return given


def _before(entry: Entry) -> tuple[bytes, ...]:
    chained = (entry.previous,) if entry.number > 1 else ()
    return (*chained, *entry.seen)


def _without_void(roster: Roster, mask: int) -> int:
    """The entries of `mask` that count: authorised in their own past and cut off by nobody."""
    chosen = [i for i in range(len(roster)) if mask >> i & 1]
    valid = 0
    for i in chosen:
        if roster.author_may(i):
            valid |= 1 << i
    cuts: dict[bytes, int] = {}
    removals = [i for i in chosen if valid >> i & 1 and _demotes(roster.entries[i])]
    for i in sorted(removals, key=lambda i: _seniority(roster, roster.entries[i])):
        entry = roster.entries[i]
        if entry.number > cuts.get(entry.author, _BEYOND_ALL):
            continue
        device = bytes(entry.body["device"])
        cuts[device] = min(int(entry.body["roster_cut"]), cuts.get(device, _BEYOND_ALL))
    for i in chosen:
        entry = roster.entries[i]
        if entry.number > cuts.get(entry.author, _BEYOND_ALL) and not _readmitted(roster, i):
            valid &= ~(1 << i)
    return valid


def _readmitted(roster: Roster, position: int) -> bool:
    """A revoked coordinator admitted again later writes entries that the old cut does not void."""
    removed = False
    for i in roster.about(roster.entries[position].author, roster.past(position)):
        other = roster.entries[i]
        removed = removed or _demotes(other)
        if removed and _roles(other).get(EVERYWHERE) == COORDINATOR:
            return True
    return False


def _demotes(entry: Entry) -> bool:
    """Whether the entry takes a device's coordination away."""
    if entry.type == EntryType.REVOKE:
        return True
    roles = _roles(entry)
    return (
        entry.type == EntryType.GRANT and EVERYWHERE in roles and roles[EVERYWHERE] != COORDINATOR
    )


def _seniority(roster: Roster, entry: Entry) -> tuple[int, int, bytes]:
    """Root first, then by length of the chain of admissions, then admission number, then hash."""
    depth, author, first = 0, entry.author, (0, b"")
    while author != ROOT:
        admission = next(
            roster.entries[i]
            for i in roster.about(author, -1)
            if roster.entries[i].type == EntryType.ADMIT
        )
        if depth == 0:
            first = (admission.number, admission.hash)
        depth, author = depth + 1, admission.author
    return (depth, *first)


def _register(roster: Roster, device: bytes, space: str, mask: int) -> str | None:
    """The role that a set of entries gives: the lesser of those nothing later replaced."""
    events: list[tuple[int, str | None]] = []
    for i in roster.about(device, mask):
        entry = roster.entries[i]
        if entry.type == EntryType.REVOKE:
            events.append((i, None))
        elif space in _roles(entry):
            events.append((i, _roles(entry)[space]))
    replaced = {i for i, _ in events for j, _ in events if roster.past(j) >> i & 1}
    return min((role for i, role in events if i not in replaced), key=role_order, default=None)


@dataclass(frozen=True)
class Cut:
    """A revocation or demotion: what the device wrote beyond these points is judged by `roles`."""

    entry: Entry
    roles: Mapping[str, str | None]
    logs: Mapping[bytes, int]


class View:
    """The roster at a set of heads: members, spaces, epochs and policy."""

    def __init__(self, roster: Roster, mask: int) -> None:
        self._roster = roster
        self._mask = mask & roster.valid

    def _of(self, *types: EntryType) -> list[Entry]:
        return [
            entry
            for i, entry in enumerate(self._roster.entries)
            if self._mask >> i & 1 and entry.type in types
        ]

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
        keys = {key for other in told for key in _roles(other)}
        roles = {key: _register(self._roster, device, key, self._mask) for key in sorted(keys)}
        return Member(
            device, bytes(entry.body["sign"]), bytes(entry.body["seal"]), str(entry.body["code"]),
            entry.author, roles, entry,
        )  # fmt: skip

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
    def spaces(self) -> Mapping[bytes, Entry]:
        """Each space's latest naming entry (the name is sealed), the common space among them."""
        return {bytes(entry.body["space"]): entry for entry in self._of(EntryType.SPACE)}

    @cached_property
    def epochs(self) -> Mapping[bytes, Entry]:
        return {bytes(entry.body["epoch"]): entry for entry in self._of(EntryType.EPOCH)}

    def current_epochs(self, space: bytes) -> list[bytes]:
        """Epochs of a space that no other follows, sorted; the last one is written under."""
        mine = {e: entry for e, entry in self.epochs.items() if entry.body["space"] == space}
        parents = {bytes.fromhex(p) for entry in mine.values() for p in entry.body["parents"]}
        return sorted(set(mine) - parents)

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
        best = min(latest, key=lambda e: (*_seniority(roster, e), e.hash))
        return Policy(best.body["kinds"])

    @cached_property
    def cuts(self) -> Mapping[bytes, list[Cut]]:
        """Revocations and demotions by device."""
        found: dict[bytes, list[Cut]] = {}
        for entry in self._of(EntryType.REVOKE, EntryType.GRANT):
            if "cuts" not in entry.body:
                continue
            logs = {bytes.fromhex(log): int(at[0]) for log, at in entry.body["cuts"].items()}
            roles = {EVERYWHERE: None} if entry.type == EntryType.REVOKE else entry.body["roles"]
            found.setdefault(bytes(entry.body["device"]), []).append(Cut(entry, roles, logs))
        return found
