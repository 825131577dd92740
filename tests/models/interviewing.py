"""Interviews for tests, from a form's first question to a finished response."""

from __future__ import annotations

from app.models import drafts, spaces
from app.models.commands import surveys
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import surveys as reading
from sync.values import Value
from tests.models.laptops import PARISH


def begin(project: Project, form: str) -> drafts.Draft:
    """An interview of the parish, without an answer yet."""
    found = reading.find_form(project, form)
    return surveys.start(project, found, spaces.find(project, PARISH).id)


def give(project: Project, draft: drafts.Draft, given: dict[str, Value]) -> drafts.Draft:
    """Give answers that the form takes; the draft as it stands after them."""
    assert not surveys.answer(project, draft, given).errors
    return drafts.require(project, draft.id)


def done(project: Project, form: str, given: dict[str, Value]) -> RecordKey:
    """An interview begun, answered and finished."""
    return surveys.finish(project, give(project, begin(project, form), given))
