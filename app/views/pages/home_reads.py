"""What home shows, read in one go in the worker: figures, what to go on with, what falls due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.i18n import _
from app.models import drafts, own_forms, unfinished
from app.models.commands import reopening
from app.models.drafts import Draft
from app.models.ledger import RecordKey
from app.models.own_forms import OwnForm
from app.models.project import Project
from app.models.queries import lists, meetings
from app.models.queries import surveys as forms
from app.models.queries.lists import Listing
from app.models.queries.meetings import MeetingRow
from app.models.records import KINDS, kind
from app.views import words

AHEAD_DAYS: Final = 14
_MOST: Final = 8
_COMING: Final = frozenset({"planned", "called"})


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence with where its button leads: an area, a record, or a draft of a kind."""

    text: str
    word: str
    when: str
    """ISO; newest first for what is begun, soonest first for what falls due."""
    area: str = ""
    key: RecordKey | None = None
    kind: str = ""
    draft: bytes = b""
    late: bool = False


@dataclass(frozen=True, slots=True)
class News:
    """What home counts and tells."""

    today: int
    responses: int
    target: int
    overdue: int
    dormant: int
    begun: tuple[Line, ...]
    due: tuple[Line, ...]
    forms: int
    committees: int
    laptops: int
    own: tuple[OwnForm, ...] = ()
    """Kipu's own questionnaires that could be taken in here."""


def news(project: Project) -> News:
    """Read what waits."""
    today = date.fromtimestamp(project.ledger.now_ms() / 1000)
    health = meetings.committee_health(project, today)
    held = meetings.meetings_of(project)
    begun = [*_drafts(project), *_open_meetings(held, today)]
    due = [*_commitments(project, today), *_coming(held, today)]
    surveys = list(lists.every(project, Listing("survey")))
    return News(
        len(forms.done_here(project, today.isoformat())),
        lists.count(project, Listing("response")),
        sum(_whole(row.values.get("target")) for row in surveys),
        len(health.overdue),
        len(health.dormant),
        tuple(sorted(begun, key=lambda one: one.when, reverse=True)[:_MOST]),
        tuple(sorted(due, key=lambda one: one.when)[:_MOST]),
        len(surveys),
        len(health.committees),
        len(project.roster.view().members),
        tuple(own_forms.missing(project)),
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


# -- what is begun ---------------------------------------------------------------------------------


def _drafts(project: Project) -> list[Line]:
    titles = {one.key.id.hex(): one.title or one.form_id for one in forms.forms(project)}
    found = []
    for draft in drafts.all_drafts(project):
        moment = _iso(draft.kept_ms)
        if draft.kind == "response":
            title = titles.get(str(draft.body.get("survey")), "")
            said = _interview(draft, title)
            found.append(Line(said, _("Go on"), moment, kind=draft.kind, draft=draft.id))
        elif draft.kind in KINDS:
            said, owner = _record(draft), unfinished.owner_of(draft)
            if owner is None:
                line = Line(said, _("Go on"), moment, kind=draft.kind, draft=draft.id)
            else:
                # What belongs to a record is added, and found again, from there.
                line = Line(said, _("Open it"), moment, key=owner)
            found.append(line)
    return found


def _interview(draft: Draft, title: str) -> str:
    folio, kept = str(draft.body.get("folio")), words.ago(draft.kept_ms)
    if reopening.is_reopened(draft):
        folio = _("correction of {folio}").format(folio=folio)
    counted = draft.body.get("progress")
    if isinstance(counted, list) and len(counted) == 3:
        return _("{folio} · {form}: {done} of about {total} answered, kept {when}.").format(
            folio=folio, form=title, done=counted[0], total=counted[1], when=kept
        )
    return _("{folio} · {form}: begun, kept {when}.").format(folio=folio, form=title, when=kept)


def _record(draft: Draft) -> str:
    return _("{kind}: begun and not complete, kept {when}.").format(
        kind=kind(draft.kind).label, when=words.ago(draft.kept_ms)
    )


def _open_meetings(held: list[MeetingRow], today: date) -> list[Line]:
    found = []
    for one in held:
        if one.is_closed:
            continue
        if one.status == "in_session":
            text = _("{committee}: the session of {date} is under way.")
        elif one.status == "held" and one.date <= today.isoformat():
            text = _("{committee}: the minutes of {date} are not closed yet.")
        else:
            continue
        said = text.format(committee=one.committee_name, date=words.day(one.date))
        found.append(Line(said, _("Open it"), f"{one.date}T{one.starts}", key=one.key))
    return found


def _iso(at_ms: int) -> str:
    return str(date.fromtimestamp(at_ms / 1000)) + f"T{words.clock(at_ms)}"


# -- what falls due --------------------------------------------------------------------------------


def _commitments(project: Project, today: date) -> list[Line]:
    """Commitments overdue or due within the fortnight, each with who answers for it."""
    last = today + timedelta(days=AHEAD_DAYS + 1)
    found = []
    for one in meetings.overdue(project, last):
        who = one.responsible or one.institution
        text = _("{date} · {text} ({who})") if who else _("{date} · {text}")
        late = one.due < today.isoformat()
        text = _("overdue · {line}").format(line=text) if late else text
        said = text.format(date=words.day(one.due), text=_short(one.text), who=who)
        found.append(Line(said, _("Open it"), one.due, key=one.key, late=late))
    return found


def _coming(held: list[MeetingRow], today: date) -> list[Line]:
    last = (today + timedelta(days=AHEAD_DAYS)).isoformat()
    found = []
    for one in held:
        if one.status in _COMING and today.isoformat() <= one.date <= last:
            when = words.day(one.date) + (f", {one.starts}" if one.starts else "")
            said = _("{date} · meeting of {committee}: {subject}").format(
                date=when,
                committee=one.committee_name,
                subject=one.subject or _("no subject yet"),
            )
            found.append(Line(said, _("Open it"), one.date, key=one.key))
    return found


def _short(text: str, most: int = 90) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
