"""Who is here already: people, organisations and places that look like one another.

The names of a kind are kept in memory as they sound, for asking at every pause of typing; what
changed since is read before each answer. Nothing is ever joined by itself: a likeness is a question
to somebody who knows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, islice
from typing import Final
from weakref import WeakKeyDictionary

from app.i18n import _
from app.models.fields import record_id
from app.models.fields.base import from_json
from app.models.ledger import RecordKey
from app.models.ledger.projection import MADE, table
from app.models.likeness import COLUMNS, Traits, likeness, traits_of
from app.models.project import Project
from app.models.queries import records
from app.models.records import kind
from sync.values import Value

KINDS: Final = ("person", "organisation", "place")
"""The kinds whose duplicates are looked for."""
FEWEST: Final = 0.8
"""The likeness from which two are worth a question; 1 is certain by the papers."""
AT_ONCE: Final = 100
"""Pairs shown, and counted, at once; more come when these are decided."""
_MOST: Final = 5
_RARE: Final = 300
_CROWD: Final = 400
_MANY: Final = 200
"""New names from which all are compared anew: then it is the shorter way."""


Likeness = tuple[float, tuple[str, ...]]
"""How alike two are, and why."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A record that may be the one meant, and why: "number", "name", "similar" and "year"."""

    key: RecordKey
    title: str
    score: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one kind that may be the same; ``one`` was made before, on every laptop."""

    one: RecordKey
    other: RecordKey
    titles: tuple[str, str]
    score: float
    why: tuple[str, ...]


def likely(
    project: Project, kind_name: str, values: Mapping[str, Value], apart_from: bytes | None = None
) -> list[Likely]:
    """Up to five records that ``values``, as typed so far, may be about; the likeliest first.

    ``apart_from`` is the record being edited itself; whatever was told apart from it is left out.
    Names count from two words on, or by a whole match for organisations and places.
    """
    if kind_name not in KINDS:
        return []
    index = _index(project, kind_name)
    wanted = traits_of(kind_name, [values.get(one) for one in COLUMNS[kind_name]])
    scored = [
        (found, *likeness(kind_name, wanted, index.traits[found]))
        for found in index.candidates(wanted)
        if not index.traits[found].joined
    ]
    alike = (one for one in scored if one[1] >= FEWEST)
    best = sorted(alike, key=lambda one: (-one[1], index.made[one[0]]))
    told = [_told(project, kind_name, *one) for one in best[: _MOST + _MOST]]
    apart = _told_apart(project) if apart_from else set()
    return [
        one
        for one in told
        if one.key.id != apart_from and frozenset({one.key.id, apart_from}) not in apart
    ][:_MOST]


def possible_duplicates(project: Project, kind_name: str = "", limit: int = 200) -> list[Pair]:
    """Pairs that look alike, were not joined and that nobody told apart; the likeliest first."""
    found: list[tuple[float, str, list[tuple[bytes, int]], tuple[str, ...]]] = []
    for name in (kind_name,) if kind_name else KINDS:
        index = _index(project, name)
        for two, (score, why) in index.alike(name).items():
            found.append((-score, name, sorted((index.made[rid], rid) for rid in two), why))
    apart = _told_apart(project)
    pairs = (_pair(project, *one) for one in sorted(found))
    fresh = (one for one in pairs if frozenset({one.one.id, one.other.id}) not in apart)
    return [pair for pair, _number in zip(fresh, range(limit), strict=False)]


def count(project: Project) -> int:
    """How many pairs wait for a person's decision; no more are counted than are shown."""
    return len(possible_duplicates(project, limit=AT_ONCE))


def look(project: Project, most: int) -> bool:
    """Compare up to so many more pairs of each kind; tells whether all have been compared."""
    done = []
    for name in KINDS:
        index = _index(project, name)
        index.alike(name, most)
        done.append(index.is_done)
    return all(done)


def is_warm(project: Project) -> bool:
    """Whether all have been compared since the project was opened, so that counting is cheap."""
    held = _indexes.get(project, {})
    return all(name in held and held[name].is_done for name in KINDS)


def reason(why: Iterable[str]) -> str:
    """Say why two are alike, in words."""
    words = {
        "number": _("the same number"),
        "name": _("a name that sounds the same"),
        "similar": _("a similar name"),
        "year": _("born in the same year"),
    }
    return ", ".join(words[one] for one in why)


def _told(project: Project, kind_name: str, rid: int, score: float, why: tuple[str, ...]) -> Likely:
    key, title = _named(project, kind_name, rid)
    return Likely(key, title, score, why)


def _pair(
    project: Project, score: float, kind_name: str, two: list[tuple[bytes, int]],
    why: tuple[str, ...],
) -> Pair:  # fmt: skip
    (first, title), (second, second_title) = (_named(project, kind_name, rid) for _made, rid in two)
    return Pair(first, second, (title, second_title), -score, why)


def _named(project: Project, kind_name: str, rid: int) -> tuple[RecordKey, str]:
    row = project.store.row(
        "SELECT s.space, r.id, r.data FROM records r JOIN spaces s USING(sid) WHERE r.rid=?", (rid,)
    )
    assert row is not None
    space, record, data = row
    found = from_json(data)
    assert isinstance(found, dict)
    title = kind(kind_name).title_of(found, lambda name, id_: records.title(project, name, id_))
    return RecordKey(bytes(space), kind_name, bytes(record)), title


def _told_apart(project: Project) -> set[frozenset[bytes | None]]:
    rows = project.store.rows(f'SELECT one, other FROM "{table("distinction")}"')
    told = ([record_id(name or "") for name in row] for row in rows)
    return {frozenset(bytes.fromhex(name) for name in row if name) for row in told if all(row)}


# -- the index ---------------------------------------------------------------------------------------


@dataclass
class _Index:
    """Everything of one kind by how it sounds and by its number; ``seen`` is what it has read.

    ``made`` orders records alike on every laptop, as the numbers they have here do not.

    ``rewritten`` counts the erasures until then: what they took must not be guessed at any more.
    ``fresh`` is what was put in since pairs were last looked for, None before the first time.
    """

    seen: tuple[int, int] = (0, 0)
    rewritten: int = 0
    traits: dict[int, Traits] = field(default_factory=dict)
    made: dict[int, bytes] = field(default_factory=dict)
    by_sound: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_number: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    found: dict[tuple[int, int], Likeness] = field(default_factory=dict)
    fresh: set[int] | None = None
    todo: Iterator[tuple[int, int]] = field(default_factory=lambda: iter(()))
    is_done: bool = False

    def put(self, rid: int, made: bytes, traits: Traits) -> None:
        self.drop(rid)
        self.traits[rid], self.made[rid] = traits, made
        if self.fresh is not None:
            self.fresh.add(rid)
        for word in {*traits.sounds, *traits.aside}:
            self.by_sound[word].add(rid)
        if traits.number:
            self.by_number[traits.number].add(rid)

    def drop(self, rid: int) -> None:
        known = self.traits.pop(rid, None)
        if known is None:
            return
        if self.fresh is not None:
            self.fresh.add(rid)
        for word in {*known.sounds, *known.aside}:
            self.by_sound[word].discard(rid)
        if known.number:
            self.by_number[known.number].discard(rid)

    def candidates(self, wanted: Traits) -> set[int]:
        """What shares two words, one rare word, or the number."""
        words = [self.by_sound.get(word, set()) for word in {*wanted.sounds, *wanted.aside}]
        often = Counter(rid for found in words for rid in found)
        few = {rid for found in words if len(found) <= _RARE for rid in found}
        twice = {rid for rid, times in often.items() if times > 1}
        return twice | few | self.by_number.get(wanted.number, set())

    def alike(self, kind_name: str, most: int | None = None) -> Mapping[tuple[int, int], Likeness]:
        """Every two that are like enough for a question; only what is new is compared anew.

        With ``most`` no more pairs than that are compared now, and ``is_done`` tells whether any
        are left.
        """
        if self.fresh is None or len(self.fresh) > _MANY:
            self.found, self.fresh = {}, set()
            self.todo, self.is_done = self.pairs(), False
        compared = self._compare(kind_name, islice(self.todo, most))
        self.is_done = self.is_done or most is None or compared < most
        if fresh := self.fresh:
            self.found = {two: why for two, why in self.found.items() if not fresh & {*two}}
            self._compare(kind_name, self._pairs_of(fresh))
            self.fresh = set()
        return self.found

    def _compare(self, kind_name: str, pairs: Iterable[tuple[int, int]]) -> int:
        """Keep the pairs that are like enough; returns how many were compared."""
        compared = 0
        for two in pairs:
            compared += 1
            # In one order on every laptop: which word stands for which may depend on it.
            first, second = sorted(two, key=self._age)
            one, other = self.traits.get(first), self.traits.get(second)
            # One of them may have gone since the pair was written down.
            if one is None or other is None or one.joined or other.joined:
                continue
            score, why = likeness(kind_name, one, other)
            if score >= FEWEST:
                self.found[two] = (score, why)
        return compared

    def _age(self, rid: int) -> bytes:
        return self.made.get(rid, b"")

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Every two that share two words, the only word they have, or the number; each once."""
        shelves: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        for rid, traits in sorted(self.traits.items()):
            if not traits.joined:
                for shelf in _shelves(traits):
                    shelves[shelf].append(rid)
        given: set[tuple[int, int]] = set()
        for shelf, rids in shelves.items():
            # A crowd that shares two everyday words says nothing about anybody.
            if not shelf or len(rids) > _CROWD:
                continue
            for two in combinations(rids, 2):
                if two not in given:
                    given.add(two)
                    yield two

    def _pairs_of(self, fresh: set[int]) -> Iterator[tuple[int, int]]:
        """Of those pairs, the ones that one of ``fresh`` is in."""
        given: set[tuple[int, int]] = set()
        for rid in fresh:
            traits = self.traits.get(rid)
            if traits is None or traits.joined:
                continue
            for shelf in filter(None, _shelves(traits)):
                rids = self._on(shelf)
                if len(rids) <= _CROWD:
                    given.update((min(rid, one), max(rid, one)) for one in rids if one != rid)
        yield from given

    def _on(self, shelf: tuple[str, ...]) -> list[int]:
        """Who shares these words, or this number."""
        if shelf[0]:
            first, *others = sorted((self.by_sound.get(one, set()) for one in shelf), key=len)
            rids = first.intersection(*others)
        else:
            rids = self.by_number.get(shelf[1], set())
        return [
            rid
            for rid in rids
            if not self.traits[rid].joined and shelf in _shelves(self.traits[rid])
        ]


def _shelves(traits: Traits) -> list[tuple[str, ...]]:
    """What somebody is found by: every two words of the name, the only one, and the number."""
    words = traits.sounds
    found: list[tuple[str, ...]] = [*combinations(words, 2)] if len(words) > 1 else [words]
    return [*found, ("", traits.number)] if traits.number else found


_indexes: WeakKeyDictionary[Project, dict[str, _Index]] = WeakKeyDictionary()


def _index(project: Project, kind_name: str) -> _Index:
    """The index of a kind, brought up to date with the store."""
    held = _indexes.setdefault(project, {})
    index = held.setdefault(kind_name, _Index())
    last = project.store.row(
        "SELECT (SELECT ifnull(max(rid), 0) FROM records), (SELECT ifnull(max(eid), 0) FROM edits)"
    )
    assert last is not None
    now = (int(last[0]), int(last[1]))
    rewritten = project.ledger.rewriting.count
    if index.rewritten != rewritten:
        index = held[kind_name] = _Index(rewritten=rewritten)
    if now != index.seen or _size(project, kind_name) != len(index.traits):
        _read(project, kind_name, index)
        if _size(project, kind_name) != len(index.traits):
            # Something was judged anew: what is visible changed without a change to read.
            index = held[kind_name] = _Index(rewritten=rewritten)
            _read(project, kind_name, index)
        index.seen = now
    return index


def _size(project: Project, kind_name: str) -> int:
    return int(project.store.value(f'SELECT count(*) FROM "{table(kind_name)}"'))


def _read(project: Project, kind_name: str, index: _Index) -> None:
    """Take in what was made or edited since the index was read."""
    made, edited = index.seen
    columns = ", ".join(f"f.{one}" for one in COLUMNS[kind_name])
    source = f'SELECT f.rid, f.{MADE}, {columns} FROM "{table(kind_name)}" f'
    if made:
        since = "(SELECT rid FROM edits WHERE eid>?)"
        for (rid,) in project.store.rows(f"SELECT DISTINCT rid FROM {since}", (edited,)):
            index.drop(rid)
        for row in project.store.rows(f"{source} WHERE f.rid IN {since}", (edited,)):
            index.put(row[0], row[1], traits_of(kind_name, list(row[2:])))
    for row in project.store.rows(f"{source} WHERE f.rid>?", (made,)):
        index.put(row[0], row[1], traits_of(kind_name, list(row[2:])))
