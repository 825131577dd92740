"""Finds records for the fields that refer to one, by what is typed."""

from __future__ import annotations

from collections.abc import Callable

from app.errors import KipuError
from app.models.project import Project
from app.models.queries import lists, records
from app.models.queries.lists import Listing
from app.models.records import kind
from app.views.desk import Desk
from app.views.widgets.link_input import Answer, Found

_MOST = 12


class DeskLookup:
    """The `Lookup` of the open project."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def find(self, kind: str, typed: str, answer: Answer) -> None:
        self._desk.ask(find_titles, kind, typed, on_done=answer)

    def name(self, kind: str, id_: str, answer: Callable[[str], object]) -> None:
        self._desk.ask(title, kind, id_, on_done=answer)


def title(project: Project, kind_name: str, record: str) -> str:
    """Return how a record is named, references in its name included; its first letters when it is
    not here."""

    def names(kind_name: str, record: str) -> str:
        return records.title(project, kind_name, record)

    try:
        key = records.find(project, record, kind_name)
    except KipuError:
        # It lies in a space this laptop cannot read.
        return record[:8]
    return kind(kind_name).title_of(records.values(project, key), names)


def find_titles(project: Project, kind_name: str, typed: str) -> Found:
    """Return ids and names of up to a dozen records that match the words typed."""
    rows = lists.page(project, Listing(kind_name, typed), 0, _MOST)
    found: list[tuple[str, str]] = []
    for row in rows:
        id_ = row.key.id.hex()
        shown = title(project, kind_name, id_)
        # Two people of one name are told apart by the beginning of their ids.
        taken = any(shown == other for _id, other in found)
        found.append((id_, f"{shown} · {id_[:4]}" if taken else shown))
    return found
