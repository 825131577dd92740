"""What an editor needs of a record, read in one go in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.models import drafts
from app.models.commands import records as writing
from app.models.ledger import RecordKey, Touched
from app.models.ledger.registers import State
from app.models.project import Project
from app.models.queries import erasures, lists, records
from app.models.queries.lists import Listing
from app.models.records import children_of, kind
from app.models.vocabulary import Ref, Value, Verb
from app.views.lookup import title

MOST_CHILDREN = 200
Heads = Mapping[str, tuple[Ref, ...]]


@dataclass(frozen=True, slots=True)
class Rights:
    """What the roles of this laptop may do with records of one kind in one space."""

    edit: bool = False
    delete: bool = False
    close: bool = False
    adopt: bool = False
    erase: bool = False
    """For good: a coordinator what others may have, whoever may delete it what nobody else has."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What a record owns of one kind: its rows by title, the first of them, and how many."""

    kind: str
    rows: tuple[tuple[RecordKey, str], ...]
    count: int
    may_add: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as the editor shows it; `versions` is all that stands in each field, of which the
    editor shows one (sync rule 14)."""

    key: RecordKey
    title: str
    values: Mapping[str, Value]
    versions: Mapping[str, tuple[tuple[Ref, Value], ...]]
    state: State
    rights: Rights
    children: tuple[Rows, ...]
    owned: int
    is_erased: bool = False
    """Whether all of it was erased for good: then nothing is written in it any more."""


def may(project: Project, kind_name: str, verb: Verb, space: bytes) -> bool:
    """Return whether this laptop's role there allows `verb`."""
    view = project.roster.view()
    where = "common" if space == project.roster.common else "space"
    return view.policy.allows(kind_name, verb, where, view.role(project.device, space))


def may_erase(project: Project, key: RecordKey) -> bool:
    """Return whether this laptop may erase a record for good, as far as its own values go."""
    return project.is_coordinator or (
        may(project, key.kind, Verb.DELETE, key.space) and erasures.never_left(project, key)
    )


def read(project: Project, key: RecordKey) -> Shown:
    """Read a record with its rights and what it owns. Raises KipuError when it is gone."""
    declared = kind(key.kind)
    children = tuple(_rows(project, key, child.name) for child in children_of(key.kind))
    flags = records.flags(project, key)
    is_erased = project.ledger.forgotten.is_erased(key)
    return Shown(
        key,
        title(project, key.kind, key.id.hex()),
        records.values(project, key),
        records.versions(project, key),
        flags,
        Rights(
            may(project, key.kind, Verb.EDIT, key.space) and not is_erased,
            may(project, key.kind, Verb.DELETE, key.space),
            declared.closes and may(project, key.kind, Verb.CLOSE, key.space),
            declared.adoptable and project.is_coordinator and key.space != project.roster.common,
            State.CLOSED not in flags and may_erase(project, key),
        ),
        children,
        sum(one.count for one in children),
        is_erased,
    )


def _rows(project: Project, owner: RecordKey, kind_name: str) -> Rows:
    order = "position" if kind(kind_name).ordered else ""
    listing = Listing(kind_name, space=owner.space, owner=owner.id, sort=order)
    found = lists.page(project, listing, 0, MOST_CHILDREN)
    rows = tuple((row.key, title(project, kind_name, row.key.id.hex())) for row in found)
    return Rows(
        kind_name,
        rows,
        lists.count(project, listing),
        may(project, kind_name, Verb.CREATE, owner.space),
    )


def homes(project: Project, kind_name: str) -> list[tuple[bytes, str]]:
    """Return the spaces (id, name) in which this laptop may make records of a kind, the usual
    first; none whose key is not here."""
    from app.models import spaces

    found = [
        (one.id, one.name)
        for one in spaces.all_named(project, with_common=True)
        if may(project, kind_name, Verb.CREATE, one.id) and project.store.has_key(one.id)
    ]
    common = project.roster.common
    usual = kind(kind_name).home == "common"
    return sorted(found, key=lambda one: (one[0] == common) != usual)


def make(
    project: Project,
    kind_name: str,
    values: Mapping[str, Value],
    space: bytes | None,
    draft: bytes = b"",
) -> tuple[Shown, Touched]:
    """Make a record, in the place of the draft it was, and read it as the editor goes on with it."""
    with project.ledger.writing():
        key = writing.new(project, kind_name, values, space)
        drafts.drop(project, draft)
    return read(project, key), Touched({kind_name}, {key.id})


def change(
    project: Project, key: RecordKey, values: Mapping[str, Value], heads: Heads
) -> tuple[Shown, Touched]:
    """Set fields; returns the record as it is now, and what changed."""
    touched = writing.edit(project, key, values, heads)
    return read(project, key), touched
