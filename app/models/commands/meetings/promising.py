"""Commitments: made from any line of a meeting, followed up in the next ones."""

from __future__ import annotations

from app.errors import KipuError
from app.i18n import _
from app.models.commands.meetings.sitting import require_open
from app.models.commands.meetings.work import Done, Work, require_kind
from app.models.fields import record_id
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.meetings import desk as read_desk
from app.models.queries.meetings.snapshot import Desk
from app.models.records import kind
from sync.values import Value


def commit(
    project: Project, meeting: RecordKey, text: str, who: str = "", due: str = "",
    item: RecordKey | None = None, organisation: str = "", resolution: RecordKey | None = None,
    deliverable: str = "",
) -> Done:  # fmt: skip
    """Write down who does what by when.

    ``who`` is the id of a person or of somebody on the attendance list, or a name in words;
    ``organisation`` an id or words; ``due`` a day as people write it.
    """
    desk = read_desk(project, meeting)
    require_open(desk)
    item = item or (desk.running.key if desk.running else None)
    declared = kind("commitment")
    values: dict[str, Value] = {
        "text": text.strip() or None,
        "origin": _origin(desk, resolution),
        "committee": desk.committee.id.hex(),
        "meeting": meeting.id.hex(),
        "agenda_item": item.id.hex() if item else None,
        "resolution": resolution.id.hex() if resolution else None,
        "agreed_on": desk.date,
        "due": declared.field("due").parse(due),
        "deliverable": deliverable.strip() or None,
        **_responsible(project, desk, who),
        **_institution(project, organisation),
    }
    work = Work(project, meeting.space)
    key = work.create("commitment", values)
    return work.commit("meeting commitment", _("write down a commitment"), key)


def _origin(desk: Desk, resolution: RecordKey | None) -> str:
    if resolution is not None:
        return "resolution"
    return "assembly" if desk.type == "assembly" else "agreement"


def _responsible(project: Project, desk: Desk, who: str) -> dict[str, Value]:
    found = record_id(who)
    if found is None:
        return {"responsible": " ".join(who.split()) or None}
    for one in desk.attendance:
        if one.key.id.hex() == found:
            words = None if one.person else one.name or one.role
            return {"person": one.person or None, "responsible": words,
                    "institution": one.institution or None}  # fmt: skip
    if not reading.is_here(project, "person", bytes.fromhex(found)):
        raise KipuError(
            _("Nobody here has the id {id}: neither a person nor somebody on this list.").format(
                id=found
            )
        )
    return {"person": found}


def _institution(project: Project, given: str) -> dict[str, Value]:
    found = record_id(given)
    if not given.strip():
        return {}
    if found and not reading.is_here(project, "organisation", bytes.fromhex(found)):
        raise KipuError(_("There is no organisation with the id {id} here.").format(id=found))
    return {"organisation": found} if found else {"institution": " ".join(given.split())}


def follow(
    project: Project, meeting: RecordKey, commitment: RecordKey, said: str = "", state: str = "",
    due: str = "",
) -> Done:  # fmt: skip
    """Write down what a meeting heard of a commitment, and how it stands since.

    ``commitment`` is the commitment or its line on this meeting's agenda; one that is not on it yet
    is put there. A later date counts as an extension. Raises KipuError when it lies in a space of
    its own.
    """
    require_kind(commitment, "commitment", "follow_up")
    desk = read_desk(project, meeting)
    require_open(desk)
    line = next((o for o in desk.follow_ups if commitment in (o.key, o.commitment)), None)
    carried = line.commitment if line else None
    target = commitment if commitment.kind == "commitment" else carried
    if target is None:
        raise KipuError(_("This commitment is not here."))
    if target.space != meeting.space:
        raise KipuError(_("This commitment lies in another space; follow it up there."))
    current = reading.values(project, target)
    told = _told(said, state, due)
    work = Work(project, meeting.space)
    if line is None:
        link: dict[str, Value] = {"commitment": target.id.hex(),
                                  "before": current.get("status") or "open"}  # fmt: skip
        work.create("follow_up", {**link, **told}, meeting)
    else:
        work.edit(line.key, told)
    work.edit(target, _stands_now(desk, current, told))
    return work.commit("meeting follow-up", _("follow up a commitment"), target)


def _told(said: str, state: str, due: str) -> dict[str, Value]:
    declared = kind("follow_up")
    given = {"said": said, "outcome": state, "new_due": due}
    told = {name: declared.field(name).parse(text) for name, text in given.items()}
    found: dict[str, Value] = {name: one for name, one in told.items() if one is not None}
    if not found:
        raise KipuError(_("Say what was reported, how it stands, or its new date."))
    return found


def _stands_now(desk: Desk, current: dict[str, Value], told: dict[str, Value]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    if "outcome" in told:
        values["status"] = told["outcome"]
        values["met_on"] = desk.date if told["outcome"] == "met" else None
    if "said" in told:
        values["follow_up"] = told["said"]
    due, before = told.get("new_due"), current.get("due")
    if due is not None:
        values["due"] = due
        extensions = current.get("extensions")
        if str(due) > str(before or due):
            values["extensions"] = (extensions if isinstance(extensions, int) else 0) + 1
    return values
