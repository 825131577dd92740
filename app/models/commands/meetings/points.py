"""The agenda while it is worked through: points added, moved, begun, written on, finished."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import KipuError
from app.i18n import _
from app.models.commands.meetings.sitting import at_clock
from app.models.commands.meetings.work import Done, Work, require_kind
from app.models.commands.records import Heads
from app.models.fields import between
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.meetings import desk as read_desk
from app.models.queries.meetings.rows import Row, children
from app.models.queries.meetings.snapshot import Desk, Item
from app.models.records import kind
from sync.values import Value


def add_item(
    project: Project, meeting: RecordKey, title: str, type: str = "discussion",
    after: RecordKey | None = None,
) -> Done:  # fmt: skip
    """Add a point; without a place, before the points that close every session."""
    require_kind(meeting, "meeting")
    items = children(project, meeting, "agenda_item")
    declared = kind("agenda_item")
    values: dict[str, Value] = {
        "title": declared.field("title").check(title),
        "type": declared.field("type").parse(type),
        "position": _place(items, after) if after else _before_the_end(items),
    }
    work = Work(project, meeting.space)
    key = work.create("agenda_item", values, meeting)
    return work.commit("meeting item", _("add the point “{title}”").format(title=title), key)


def _before_the_end(items: list[Row]) -> str:
    last = len(items)
    while last and items[last - 1].text("type") in ("other_business", "closing"):
        last -= 1
    before = items[last - 1].text("position") if last else None
    return between(before, items[last].text("position") if last < len(items) else None)


def _place(items: list[Row], after: RecordKey | None) -> str:
    """A position behind a point; None is the first place."""
    places = [one.key for one in items]
    if after is not None and after not in places:
        raise KipuError(_("That point is not on this agenda."))
    at = places.index(after) + 1 if after else 0
    before = items[at - 1].text("position") if at else None
    return between(before, items[at].text("position") if at < len(items) else None)


def move_item(project: Project, item: RecordKey, after: RecordKey | None = None) -> Done:
    """Move a point behind another, or to the first place."""
    meeting = _meeting(project, item)
    rest = [one for one in children(project, meeting, "agenda_item") if one.key != item]
    work = Work(project, item.space)
    work.edit(item, {"position": _place(rest, after)})
    return work.commit("meeting order", _("move a point of the agenda"), item)


def _meeting(project: Project, item: RecordKey) -> RecordKey:
    require_kind(item, "agenda_item")
    found = reading.parent(project, item)
    assert found is not None, "a point belongs to a meeting"
    return found


def edit_item(
    project: Project, item: RecordKey, values: Mapping[str, Value], shown: Heads | None = None
) -> Done:
    """Set fields of a point; `shown` are the heads on the screen when editing began."""
    require_kind(item, "agenda_item")
    work = Work(project, item.space)
    work.edit(item, values, shown)
    return work.commit("meeting item", _("edit a point of the agenda"), item)


def set_text(project: Project, item: RecordKey, text: str, shown: Heads | None = None) -> Done:
    """Keep what is written under a point."""
    require_kind(item, "agenda_item")
    work = Work(project, item.space)
    checked = kind("agenda_item").field("discussion").check(text)
    work.edit(item, {"discussion": checked}, shown)
    return work.commit("meeting text", _("write under a point"), item)


def start_item(project: Project, item: RecordKey, at: str = "") -> Done:
    """Take a point up; the one being treated is finished."""
    desk, one = _listed(project, item)
    at = at_clock(desk, at)
    work = Work(project, item.space)
    if desk.running and desk.running.key != item:
        work.edit(desk.running.key, {"finished": at})
    work.edit(item, {"started": one.started or at, "finished": None})
    return work.commit("meeting item", _("begin point {number}").format(number=one.number), item)


def finish_item(project: Project, item: RecordKey, at: str = "") -> Done:
    """Finish a point."""
    desk, one = _listed(project, item)
    at = at_clock(desk, at)
    work = Work(project, item.space)
    work.edit(item, {"started": one.started or at, "finished": at})
    return work.commit("meeting item", _("finish point {number}").format(number=one.number), item)


def _listed(project: Project, item: RecordKey) -> tuple[Desk, Item]:
    desk = read_desk(project, _meeting(project, item))
    found = [one for one in desk.agenda if one.key == item]
    if not found:
        raise KipuError(_("That point is not on this agenda."))
    return desk, found[0]
