"""What the roster says, as a pure function of the set of entries (sync rules 5 to 7).

Any order of arrival gives the same answer. Entries are accepted into the set only in causal order
(all they saw is there) with a good signature; what they are worth is decided here:

- an entry counts if its author was a coordinator in what the author had seen;
- a revocation voids the revoked author's entries beyond its cut, seen or concurrent; of two
  coordinators revoking each other the senior one (nearer to the root) prevails;
- of concurrent grants for the same device and space the lesser counts.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import cached_property

from sync.errors import Malformed, SyncError
from sync.ids import ID_BYTES, digest
from sync.roster.entries import ROOT, Entry, EntryType, check_signature
from sync.roster.member import COORDINATOR as COORDINATOR
from sync.roster.member import EVERYWHERE as EVERYWHERE
from sync.roster.member import Member as Member
from sync.roster.member import greater as greater
from sync.roster.member import lesser as lesser
from sync.roster.view import View
from sync.roster.weighing import given_roles, named_before, register, without_void

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
        self._order: list[tuple[int, bytes, int]] = []
        self._about: dict[bytes, list[int]] = {}
        self._epoch_spaces: dict[bytes, set[bytes]] = {}
        self._replaced: dict[bytes, dict[bytes, list[int]]] = {}
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
        followed = {before for entry in self._entries for before in named_before(entry)}
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
        missing = [before for before in named_before(entry) if before not in self._index]
        if missing:
            raise UnknownPast("a roster entry came before what it builds on")
        self._check_chain(entry)
        check_signature(entry, self._signing_key(entry))
        self._append(entry, self._past_of(named_before(entry)))
        return True

    def go_back(self, count: int) -> None:
        """Forget all but the first `count` entries: what could not be kept was never taken in."""
        if count < len(self._entries):
            self.become(self._entries[:count])

    def become(self, entries: Iterable[Entry]) -> None:
        """Hold these entries and no others, each after what it saw."""
        kept = Roster(entries)
        self.__dict__.clear()
        self.__dict__.update(kept.__dict__)

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
            given_roles(self._entries[position]).get(EVERYWHERE) == COORDINATOR
            for position in self.about(device, self.valid)
        )

    def epoch_spaces(self, epoch: bytes) -> Set[bytes]:
        """The spaces an epoch was begun for: one, or none while its entry has not arrived."""
        return self._epoch_spaces.get(epoch, set())

    def replacements(self, batch: bytes) -> Set[bytes]:
        """Digests of blocks that may stand in a batch's place, by its hash.

        A coordinator's word is enough even where a revocation voids it: what was taken out by then
        is gone, and the chain must not break over it.
        """
        named = self._replaced.get(batch, {})
        return {new for new, by in named.items() if any(map(self.author_may, by))}

    def is_void(self, batch: bytes, replacement: bytes | None) -> bool:
        """Whether what stands in a batch's place was ordered, and by void entries only."""
        by = self._replaced.get(batch, {}).get(replacement or b"", ())
        return bool(by) and not any(self.valid >> position & 1 for position in by)

    def voided(self) -> list[bytes]:
        """Hashes of batches that were to be replaced, and by void entries only."""
        return [
            batch for batch, named in self._replaced.items()
            if all(self.is_void(batch, replacement) for replacement in named)
        ]  # fmt: skip

    def position(self, entry: Entry) -> int:
        return self._index[entry.hash]

    def ordered(self, mask: int) -> Iterator[int]:
        """Positions of the entries of `mask`, each after what it saw, alike on every laptop."""
        return (i for _past, _hash, i in self._order if mask >> i & 1)

    def about(self, device: bytes, mask: int) -> list[int]:
        """Positions of the entries of `mask` that speak of a device, in the order of `ordered`."""
        found = [i for i in self._about.get(device, ()) if mask >> i & 1]
        return sorted(found, key=self._rank)

    def _rank(self, position: int) -> tuple[int, bytes]:
        """By how much an entry's author had seen, then by hash: nothing of when it arrived here."""
        return self._past[position].bit_count(), self._entries[position].hash

    def author_may(self, position: int) -> bool:
        """Whether an entry's author was a coordinator in what they had seen."""
        if position not in self._may:
            author = self._entries[position].author
            self._may[position] = author == ROOT or self.was_coordinator(author, position)
        return self._may[position]

    def was_coordinator(self, device: bytes, position: int) -> bool:
        """Whether a device was a coordinator in what an entry's author had seen."""
        trusted = self._trusted_of(self._past[position])
        return register(self, device, EVERYWHERE, trusted) == COORDINATOR

    def _trusted_of(self, mask: int) -> int:
        # Only entries about coordination bear on authority; that keeps the distinct masks few.
        mask &= self._authority
        if mask not in self._trusted:
            self._trusted[mask] = without_void(self, mask)
        return self._trusted[mask]

    def has_seen(self, heads: Iterable[bytes], entry: Entry) -> bool:
        return bool(self._past_of(heads) >> self._index[entry.hash] & 1)

    @cached_property
    def _unvoided(self) -> int:
        return without_void(self, self._everything)

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
        insort(self._order, (*self._rank(position), position))
        if entry.type in _ABOUT_A_DEVICE:
            self._about.setdefault(bytes(entry.body["device"]), []).append(position)
        if entry.type == EntryType.EPOCH:
            spaces = self._epoch_spaces.setdefault(bytes(entry.body["epoch"]), set())
            spaces.add(bytes(entry.body["space"]))
        if entry.type == EntryType.ERASE:
            for batch, new in entry.body["replaced"].items():
                named = self._replaced.setdefault(bytes.fromhex(batch), {})
                named.setdefault(bytes(new), []).append(position)
        if entry.type == EntryType.REVOKE or EVERYWHERE in given_roles(entry):
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
        past = self._past_of(named_before(entry))
        for position in self._about.get(entry.author, ()):
            admission = self._entries[position]
            if past >> position & 1 and admission.type == EntryType.ADMIT:
                return bytes(admission.body["sign"])
        raise Malformed("a roster entry's author was never admitted")
