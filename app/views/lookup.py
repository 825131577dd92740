"""Finds records for the fields that refer to one, by what is typed, and adds the missing ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from app.errors import KipuError
from app.i18n import _
from app.models.commands import records as writing
from app.models.ledger import Touched
from app.models.project import Project
from app.models.queries import duplicates, lists, places, records
from app.models.queries.lists import Listing
from app.models.queries.same import canonical
from app.models.records import kind
from app.models.vocabulary import Value
from app.views.desk import Desk
from app.views.widgets.link_input import Answer, Found

_MOST = 12


class DeskLookup:
    """The `Lookup` of the open project, and its `Registry`.

    `space` tells which space the window works in, None for all.
    """

    def __init__(self, desk: Desk, space: Callable[[], bytes | None] = lambda: None) -> None:
        self._desk = desk
        self._space = space

    def find(self, kind: str, typed: str, answer: Answer) -> None:
        self._desk.ask(find_titles, kind, typed, on_done=answer)

    def name(self, kind: str, id_: str, answer: Callable[[str], object]) -> None:
        self._desk.ask(called, kind, id_, on_done=answer)

    def alike(
        self,
        kind: str,
        values: Mapping[str, Value],
        own: bytes | None,
        answer: Callable[[Any], object],
    ) -> None:
        self._desk.ask(duplicates.likely, kind, values, own, on_done=answer)

    def below(self, place: str, answer: Callable[[Any], object]) -> None:
        self._desk.ask(places.parts, place, on_done=answer)

    def add(
        self,
        kind: str,
        values: Mapping[str, Value],
        answer: Callable[[tuple[str, str]], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        done = partial(_answered, answer)
        self._desk.do(add, kind, values, self._space(), on_done=done, on_error=failed)


def _answered(
    answer: Callable[[tuple[str, str]], object], result: tuple[str, str, Touched]
) -> None:
    answer(result[:2])


def add(
    project: Project, kind_name: str, values: Mapping[str, Value], space: bytes | None
) -> tuple[str, str, Touched]:
    """Make a record that was missing, in the space the window works in, else in the first this
    laptop may make it in; returns its id and how it is called."""
    # What is read of records is named by this module.
    from app.views.record_reads import homes

    offered = [one for one, _name in homes(project, kind_name)]
    if not offered:
        raise KipuError(_("Your role here does not allow this. Ask a coordinator to add it."))
    home = space if space in offered else offered[0]
    key = writing.new(project, kind_name, values, home)
    return key.id.hex(), called(project, kind_name, key.id.hex()), Touched({kind_name}, {key.id})


def title(project: Project, kind_name: str, record: str) -> str:
    """Return how a record is named, references in its name included; its first letters when it is
    not here."""

    def names(kind_name: str, record: str) -> str:
        return records.title(project, kind_name, record)

    key = records.shown_by(project, record, kind_name)
    if key is None:
        # It lies in a space this laptop cannot read.
        return record[:8]
    return kind(kind_name).title_of(records.values(project, key), names)


def called(project: Project, kind_name: str, record: str) -> str:
    """Return what stands in a field that refers to a record: its title, a place's whole path."""
    if kind_name == "place":
        return places.path(project, record) or record[:8]
    return title(project, kind_name, record)


def find_titles(project: Project, kind_name: str, typed: str) -> Found:
    """Return ids and names of up to a dozen records that match the words typed.

    A record that was joined to another is offered as the one that stands for both.
    """
    found: dict[str, str] = {}
    for id_ in _matching(project, kind_name, typed):
        shown = called(project, kind_name, id_)
        # Two people of one name are told apart by the beginning of their ids.
        taken = any(shown == other for one, other in found.items() if one != id_)
        found[id_] = f"{shown} · {id_[:4]}" if taken else shown
    return list(found.items())


def _matching(project: Project, kind_name: str, typed: str) -> list[str]:
    if kind_name == "place":
        return [spot.id for spot in places.find(project, typed, _MOST)]
    rows = lists.page(project, Listing(kind_name, typed), 0, _MOST)
    return list(dict.fromkeys(canonical(project, row.key).id.hex() for row in rows))
