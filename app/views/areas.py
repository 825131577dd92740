"""Which areas the navigation has, by the roles of this laptop."""

from __future__ import annotations

from functools import partial
from typing import Final

from app.i18n import Text, lazy
from app.views.pages.groups import GroupsPage
from app.views.pages.home import HomePage
from app.views.pages.interviews import InterviewsPage
from app.views.pages.lists import ListPage
from app.views.pages.meeting_committees import CommitteesPage
from app.views.pages.meetings import MeetingsPage
from app.views.pages.project import ProjectPage
from app.views.pages.review import ReviewPage
from app.views.pages.settings import SettingsPage
from app.views.pages.sync import SyncPage
from app.views.shared import Shared
from app.views.widgets.navigation import Area

LISTS: Final = {
    "person": "people",
    "organisation": "organisations",
    "place": "places",
    "committee": "committees",
    "meeting": "meetings",
    "commitment": "commitments",
    "focus_group": "groups",
}
"""The kinds that have an area of their own, and its id and icon."""
_FIELD = frozenset({"coordinator", "facilitator", "observer"})
_TABLE = frozenset({"coordinator", "secretary", "observer"})


def areas_for(shared: Shared) -> list[Area]:
    """Return the areas in the order the navigation shows them."""
    roles = shared.facts.roles
    found = [Area("home", lazy("Home"), "home", partial(HomePage, shared))]
    if roles & _FIELD:
        found += [
            Area("surveys", lazy("Surveys"), "surveys", _interviews(shared)),
            Area("groups", lazy("Focus groups"), "groups", partial(GroupsPage, shared)),
        ]
    if roles & _TABLE:
        found += [
            Area("committees", lazy("Committees"), "committees", partial(CommitteesPage, shared)),
            Area("meetings", lazy("Meetings"), "meetings", partial(MeetingsPage, shared)),
            _list(shared, lazy("Commitments"), "commitment"),
        ]
    found += [
        _list(shared, lazy("People"), "person"),
        _list(shared, lazy("Organisations"), "organisation"),
        _list(shared, lazy("Places"), "place"),
        Area("sync", lazy("Sync"), "sync", partial(SyncPage, shared.desk)),
        Area("review", lazy("Review"), "review", partial(ReviewPage, shared.desk, shared.undo)),
    ]
    if shared.facts.coordinator:
        found.append(Area("project", lazy("Project"), "spaces", partial(ProjectPage, shared)))
    found.append(Area("settings", lazy("This laptop"), "settings", partial(SettingsPage, shared)))
    return found


def _interviews(shared: Shared) -> partial[InterviewsPage]:
    return partial(InterviewsPage, shared.desk, settings=shared.settings)


def _list(shared: Shared, text: Text, kind: str) -> Area:
    id_ = LISTS[kind]
    return Area(id_, text, id_, partial(ListPage, shared, kind, id_))
