"""What forms follow from one visit to the next: houses, cases, wells, whatever a form lists."""

from __future__ import annotations

from app.i18n import lazy
from app.models.fields import Answers, Text
from app.models.records.base import Kind

ENTITY = Kind(
    "entity",
    lazy("Followed thing"),
    lazy("Followed things"),
    (
        Text(
            "list",
            lazy("List"),
            required=True,
            searchable=True,
            listed=True,
            coded=True,
            help=lazy("The list it stands on, as forms name it: the file LIST.csv is made of it."),
        ),
        Text("label", lazy("Name"), searchable=True, listed=True, sensitivity=1),
        Answers("properties", lazy("Properties"), searchable=True, sensitivity=2),
    ),
    help=lazy(
        "Made and changed by finished interviews whose form says so (entities), and offered again "
        "by the forms that ask for its list."
    ),
    title=("label", "list"),
    roles={"facilitator": "ced"},
)

KINDS = (ENTITY,)
