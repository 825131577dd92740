"""What a form reads besides its own text: the files that came with it, and lists that are followed."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from app.models import attachments
from app.models.ledger import RecordKey
from app.models.ledger.projection import MADE
from app.models.project import Project
from app.models.queries import answering, entities
from app.models.queries import attachments as attached
from app.models.queries import surveys as reading
from app.models.queries.answering import Whole

if TYPE_CHECKING:
    from app.forms import Definition, Session


def lists(project: Project, form: Definition, survey: RecordKey, space: bytes) -> dict[str, bytes]:
    """The files a form takes its choices and data from, by name, for an interview in a space.

    A file that came with the form goes first; else the list of that name is written out as it
    stands now. What is not on this laptop is left out: the form says so where it needs it.
    """
    from app.forms.entities import datasets

    brought = {one.file.title: one for one in attached.of(project, survey) if one.file}
    found = {}
    changed = [f"{one}.csv" for one in datasets(form) if f"instance('{one}')" in form.xform]
    for name in dict.fromkeys([*form.files, *changed]):
        if name in brought:
            if brought[name].is_here:
                found[name] = attachments.read(project, brought[name].ref)
        elif name.endswith(".csv"):
            places = list(dict.fromkeys([space, project.roster.common]))
            found[name] = entities.as_csv(project, PurePath(name).stem, places)
    return found


def session(project: Project, held: Whole) -> Session:
    """The form filled with a response, with all that the form reads from outside as it is now."""
    from app.forms import Session

    return Session(
        held.form,
        held.answers,
        media=media(project, held),
        last_saved=last_saved(project, held.form),
    )


def media(project: Project, held: Whole) -> dict[str, bytes]:
    """The files that the form of a response reads, as they are now."""
    survey = reading.form_of(project, str(held.values.get("survey"))).key
    return lists(project, held.form, survey, held.key.space)


def picture(project: Project, survey: RecordKey, reference: str) -> bytes | None:
    """A file that goes with a form's texts (``jr://images/map.png``); None where it is not here."""
    name = reference.rpartition("/")[2]
    for one in attached.of(project, survey):
        if one.file and one.file.title == name and one.is_here:
            return attachments.read(project, one.ref)
    return None


def last_saved(project: Project, form: Definition) -> str:
    """The response this laptop finished last, as the XML that forms look back at; or empty."""
    from app.forms.secondary import LAST_SAVED

    if not any(one.get("src") == LAST_SAVED for one in form.instances.values()):
        return ""
    # One whose version of the form is gone cannot be read, and must not stop the next interview.
    versions = [one.key.id.hex() for one in reading.forms(project, form.form_id)]
    row = project.store.row(
        'SELECT s.space, r.id FROM "kind_response" f JOIN records r USING(rid) '
        "JOIN spaces s ON s.sid=r.sid JOIN logs l ON l.lid=r.lid "
        f"WHERE l.device=? AND r.state & 1 AND f.survey IN ({','.join('?' * len(versions))}) "
        f"ORDER BY f.{MADE} DESC LIMIT 1",
        (project.device, *versions),
    )
    if row is None:
        return ""
    key = RecordKey(bytes(row[0]), "response", bytes(row[1]))
    return answering.whole(project, key).session().to_xml()
