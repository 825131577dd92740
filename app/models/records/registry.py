"""The list of every kind: a new subject is a file and its line here."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from app.errors import KipuError
from app.i18n import _, lazy
from app.models.fields import Reference
from app.models.records import (
    attachments,
    commitments,
    committees,
    entities,
    groups,
    meetings,
    organisations,
    people,
    places,
    settings,
    surveys,
)
from app.models.records.base import ANYTHING, Kind

ALL: Final = (
    *people.KINDS,
    *organisations.KINDS,
    *places.KINDS,
    *committees.KINDS,
    *meetings.KINDS,
    *commitments.KINDS,
    *surveys.KINDS,
    *entities.KINDS,
    *groups.KINDS,
    *attachments.KINDS,
    *settings.KINDS,
)

KINDS: Final = MappingProxyType({kind.name: kind for kind in ALL})
"""Every declared kind by its name, in the order lists show them."""


def kind(name: str) -> Kind:
    """Return the kind of that name; raises KipuError listing those there are."""
    found = KINDS.get(name)
    if found is None:
        raise KipuError(
            _("Kipu keeps no “{name}”; it keeps: {known}.").format(
                name=name, known=", ".join(KINDS)
            )
        )
    return found


def children_of(name: str) -> tuple[Kind, ...]:
    """Return the kinds whose records belong to one of kind ``name``."""
    return tuple(child for child in ALL if child.parent == name)


def parent_field(child: Kind) -> Reference | None:
    """Return the field by which editors and commands name the owner, None for a kind without one.

    It bears the owner's kind as its id (``meeting=<id>``), or ``owner`` where that is of any kind. It
    is no stored field: the owner is part of what a record is, fixed when it is made.
    """
    if child.parent is None:
        return None
    if child.parent == ANYTHING:
        return Reference(str(child.owner_field), lazy("Belongs to"), required=True)
    owner = KINDS[child.parent]
    return Reference(owner.name, owner.label, kind=owner.name, required=True)
