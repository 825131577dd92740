"""What is worked out in responses, worked out anew where their rows or answers came to be others.

Two laptops that each added a row hold a sum each, and neither is right once they have met; a row that
is deleted or brought in from a table takes no part in a sum made before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.models.commands import revising
from app.models.ledger import RecordKey, Touched
from app.models.ledger.registers import State
from app.models.project import Project
from app.models.queries import answering, form_files, lists, records
from app.models.queries.answering import Whole
from app.models.queries.lists import Listing
from app.models.queries.surveys import STATUS, Form, innermost_repeat
from sync.changes import Change, Verb
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Session
    from app.forms.following import Following

_PAGE = 500


@dataclass
class Recounted:
    """How many responses were looked through, and in how many something was worked out anew."""

    checked: int = 0
    changed: int = 0


def recount_form(project: Project, form: Form) -> Recounted:
    """Work out anew all that follows from answers in the responses to a form, whatever its version.

    Raises KipuError for whoever is no coordinator.
    """
    project.require_coordinator()
    done = Recounted()
    found = lists.every(project, Listing("response", equal={"form_id": form.form_id}))
    keys = [row.key for row in found]
    for start in range(0, len(keys), _PAGE):
        part = keys[start : start + _PAGE]
        changed, _touched = recount(project, part)
        done.checked += len(part)
        done.changed += changed
    return done


def after_rows(project: Project, key: RecordKey) -> Touched:
    """Work a response out anew after one of its rows, or an answer in one, became another."""
    if not answering.is_of_response(key):
        return Touched()
    return recount(project, [answering.response_of(project, key)])[1]


def recount(
    project: Project, responses: Iterable[RecordKey], label: str = "recount"
) -> tuple[int, Touched]:
    """Work some responses out anew; returns in how many something changed, and what."""
    reader, found = _Reader(project), defaultdict[bytes, list[Change]](list)
    changed, touched = 0, Touched()
    with project.ledger.writing():
        for key in responses:
            changes = list(reader.changes(key))
            found[key.space] += changes
            changed += bool(changes)
        for space, changes in found.items():
            if changes:
                touched.merge(project.ledger.commit(space, changes, label))
    return changed, touched


class _Reader:
    """Fills forms with responses; what a form takes its lists from is read once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._media: dict[tuple[object, bytes], Mapping[str, bytes]] = {}

    def changes(self, key: RecordKey) -> Iterator[Change]:
        """The edits of a response, and of its rows, that set what is worked out right."""
        if not records.flags(self._project, key) & State.VISIBLE:
            return
        try:
            held = answering.whole(self._project, key)
        except KipuError:
            # Its form is not on this laptop: nothing here tells what follows from what.
            return
        following = held.form.following
        if not following.counted:
            return
        session = self._session(held, following)
        top, rows = revising.laid_out(session, session.answers())
        yield from self._edit(held, held.key, held.values, top)
        for row in rows:
            known = held.rows.get(row.path)
            if known is not None and known.key.id.hex() == row.tag:
                yield from self._edit(held, known.key, known.values, row.answers, row.repeat)

    def _session(self, held: Whole, following: Following) -> Session:
        from app.forms import Session
        from app.forms.paths import place_path

        place = (held.form, held.key.space)
        if place not in self._media:
            self._media[place] = form_files.media(self._project, held)
        session = Session(held.form, held.answers, media=self._media[place])
        known = [(place_path(path), path) for path in held.answers]
        for kept in following.kept:
            for path in (path for place, path in known if place == kept):
                if session.value(path) != held.answers[path]:
                    session.set(path, held.answers[path], noted=True)
        return session

    def _edit(
        self,
        held: Whole,
        key: RecordKey,
        was: Mapping[str, Value],
        now: Mapping[str, Value],
        repeat: str = "",
    ) -> Iterator[Change]:
        """The edit of one record, a row of `repeat`, if anything in it is not right any more."""
        disputed = records.conflicted(self._project, key)
        fields = {
            name: now.get(name)
            for name in sorted(held.form.following.counted - {STATUS})
            if innermost_repeat(held.form, name) == repeat
            and (now.get(name) != was.get(name) or name in disputed)
        }
        if fields:
            heads = records.heads(self._project, key)
            replaces = {name: heads.get(name, ()) for name in fields}
            yield Change(Verb.EDIT, key.kind, key.id, None, fields, replaces)
