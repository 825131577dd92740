"""Catalogues of places: the first-level divisions that ship, and the rest by CSV."""

from __future__ import annotations

from app.errors import KipuError
from app.i18n import _
from app.models.places_csv import Catalogue, read_places, shipped
from app.models.project import Project
from sync.changes import Change, Verb

SHIPPED = ("ecuador", "panama")
_MAX_TOLD = 20


def read(project: Project, name: str, data: bytes | None) -> Catalogue:
    """A shipped catalogue by name, or one from the bytes of a CSV.

    Raises KipuError naming the rows that are wrong; then nothing is taken.
    """
    if data is None:
        return shipped(name)
    known = {bytes(one) for (one,) in _known(project)}
    catalogue = read_places(data, known)
    if catalogue.problems:
        lines = [
            _("Row {row}: {problem}").format(row=one.row, problem=one.message)
            for one in catalogue.problems
        ]
        more = [_("… and {count} more.").format(count=len(lines) - _MAX_TOLD)]
        raise KipuError("\n".join(lines[:_MAX_TOLD] + (more if len(lines) > _MAX_TOLD else [])))
    return catalogue


def take(project: Project, catalogue: Catalogue) -> int:
    """Add the places that are not here yet to the common space; returns how many. Coordinators."""
    project.require_joined()
    known = {bytes(one) for (one,) in _known(project)}
    changes = [
        Change(Verb.CREATE, "place", place.id, None, place.fields)
        for place in catalogue.places
        if place.id not in known
    ]
    for start in range(0, len(changes), 1000):
        project.ledger.commit(project.roster.common, changes[start : start + 1000], "catalogue")
    return len(changes)


def _known(project: Project) -> list[tuple[bytes]]:
    registers = project.ledger.registers
    return [
        (bytes(one),)
        for (one,) in project.store.rows(
            "SELECT id FROM records WHERE kid=? AND sid=?",
            (registers.kid("place"), registers.sid(project.roster.common)),
        )
    ]
