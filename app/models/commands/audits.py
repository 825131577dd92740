"""The log a form wants of its interview (audit.csv): kept with the draft, handed over with the response.

At the desk it tells what was on show and when. An interview filled by a script shows nothing to
anybody: its log has its beginning and its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from app.models.commands import answer_files, contact
from app.models.drafts import Draft
from app.models.project import Project
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Session
    from app.forms.audit import Row

ROWS: Final = "audit"
"""Where a draft keeps its log."""
_NAME: Final = "audit.csv"


def rows_of(draft: Draft) -> list[Row]:
    """Return what a draft has logged; what is no row of a log is left out."""
    kept = draft.body.get(ROWS)
    return list(_rows(kept if isinstance(kept, list) else []))


def _rows(kept: list[Value]) -> Iterator[Row]:
    for one in kept:
        match one:
            case [
                str(event),
                str(node),
                int(start),
                (int() | None) as end,
                str(old),
                str(new),
                *at,
            ]:
                # A draft of a version that logged no places tells none.
                yield event, node, start, end, old, new, str(at[0]) if at else ""


def as_kept(rows: list[Row]) -> list[Value]:
    """Return a log as a draft keeps it."""
    return [list(one) for one in rows]


def seal(project: Project, draft: Draft, session: Session, ending: str = "form finalize") -> Draft:
    """Make the log of a draft a file of its own, named by the form's answer; nothing where the form
    wants no log. ``ending`` is the event it ends with.

    The log of an interview that is corrected goes on where it ended, where its file is here.
    """
    from app.forms.audit import PATH, REASON, written

    wanted = session.definition.audit
    if wanted is None:
        return draft
    place = contact.position(project)
    now, reason = project.ledger.now_ms(), str(draft.body.get("reason") or "")
    rows: list[Row] = rows_of(draft) or [("form start", "", draft.started_ms, None, "", "", place)]
    if wanted.reasons and reason:
        rows.append((REASON, "", now, None, "", "", place))
    rows.append((ending, "", now, None, "", "", place))
    data = written(rows, session.definition.root, wanted, project.person.name, reason)
    data = _before(project, draft, str(session.value(PATH) or ""), data)
    name = answer_files.reference(PATH, _NAME)
    kept = answer_files.put(project, draft, name, data, "text/csv")
    session.set(PATH, name)
    return kept


def _before(project: Project, draft: Draft, name: str, new: bytes) -> bytes:
    """The log after the one the response has already, as far as that is here."""
    from app.forms.audit import continued

    old = answer_files.read(project, draft, name) if name else None
    return new if old is None else continued(old, new)
