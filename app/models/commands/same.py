"""Duplicates joined and parted again: a mark on the duplicate, and nothing else (sync rule 15).

References stay as they are, so that parting brings everything back, and so that a laptop that has
not heard of it yet loses nothing. Who a joined record stands for is worked out on reading.
"""

from __future__ import annotations

from app.errors import KipuError
from app.i18n import _
from app.models.commands import records
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.duplicates import KINDS
from app.models.queries.same import canonical
from sync.changes import Verb


def join(project: Project, duplicate: RecordKey, kept: RecordKey) -> tuple[RecordKey, Touched]:
    """Mark a record as the same as another; returns the one that stands for both.

    Raises KipuError for records of different kinds, of kinds that are not joined, or that are one
    already, and where this laptop's role may not edit the duplicate.
    """
    _require_joinable(duplicate, kept)
    target, marked = canonical(project, kept), canonical(project, duplicate)
    if target.id == marked.id:
        raise KipuError(_("These two are joined already."))
    reading.require_shown(project, marked)
    # Whoever was the same as the duplicate stays so.
    touched = records.edit(project, marked, {"same_as": target.id.hex()}, label="same")
    return target, touched


def _require_joinable(one: RecordKey, other: RecordKey) -> None:
    if one.kind != other.kind or one.kind not in KINDS:
        raise KipuError(
            _("Only two people, two organisations or two places can be marked as the same.")
        )
    if one.id == other.id:
        raise KipuError(_("This is one record; name the two that are the same."))


def part(project: Project, key: RecordKey) -> Touched:
    """Take the mark away: from now on the record stands for itself again."""
    if key.kind not in KINDS or not reading.values(project, key).get("same_as"):
        raise KipuError(_("This record is not joined to another."))
    return records.edit(project, key, {"same_as": None}, label="apart")


def keep_apart(project: Project, one: RecordKey, other: RecordKey) -> RecordKey:
    """Remember that two which look alike are two, so that nobody is asked again.

    Parts them first where they are joined. The memory lies in the space of the first that this
    laptop may write in; returns its key.
    """
    _require_joinable(one, other)
    with project.ledger.writing():
        for key, twin in ((one, other), (other, one)):
            if reading.values(project, key).get("same_as") == twin.id.hex():
                part(project, key)
        names = {"one": one.id.hex(), "other": other.id.hex()}
        return records.new(project, "distinction", names, _home(project, one, other))


def _home(project: Project, one: RecordKey, other: RecordKey) -> bytes | None:
    view, common = project.roster.view(), project.roster.common
    for space in (one.space, other.space):
        where = "common" if space == common else "space"
        role = view.role(project.device, space)
        if view.policy.allows("distinction", Verb.CREATE, where, role):
            return space
    return None
