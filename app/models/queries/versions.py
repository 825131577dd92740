"""The versions of a form: which is the newest, and which clash."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.models.ledger import RecordKey
from app.models.ledger.projection import table
from app.models.project import Project

if TYPE_CHECKING:
    from app.models.queries.surveys import Form


def rank(version: str) -> tuple[tuple[int, str], ...]:
    """What versions are compared by: their numbers, from left to right; 10 comes after 9.

    A version in words alone comes before all with numbers.
    """
    digits = (one.lstrip("0") for one in re.findall("[0-9]+", version))
    return tuple((len(one), one) for one in digits)


def in_order(forms: Sequence[Form]) -> list[Form]:
    """Forms, given in the order they were made, with each one's versions together, the newest last.

    Of versions that rank alike the one made last is the newest.
    """
    latest = {one.form_id: at for at, one in enumerate(forms)}
    return sorted(forms, key=lambda one: (latest[one.form_id], rank(one.version)))


def clashing(project: Project) -> frozenset[RecordKey]:
    """The forms that bear the name and version of another, and are not the same."""
    texts: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    keys: defaultdict[tuple[str, str], list[RecordKey]] = defaultdict(list)
    for space, record, form_id, version, xform in project.store.rows(
        f'SELECT s.space, r.id, f.form_id, f.version, f.xform FROM "{table("survey")}" f '
        "JOIN records r USING(rid) JOIN spaces s ON s.sid=r.sid"
    ):
        name = str(form_id or ""), str(version or "")
        texts[name].add(str(xform))
        keys[name].append(RecordKey(bytes(space), "survey", bytes(record)))
    return frozenset(key for name, found in keys.items() if len(texts[name]) > 1 for key in found)
