"""Who was at a meeting, from when to when, as often as they came back."""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n import _, lazy
from app.models.fields import AttachmentRef, Boolean, Choice, Reference, Text, Time
from app.models.records.base import Kind, Problem
from app.models.records.common import SECRETARY, notes, traits
from sync.values import Value

_HALF_A_DAY = 12 * 60


def _minutes(value: Value) -> int | None:
    if not isinstance(value, str) or not value[:2].isdigit() or not value[3:5].isdigit():
        return None
    return int(value[:2]) * 60 + int(value[3:5])


def _leaves_after_arriving(values: Mapping[str, Value]) -> Problem | None:
    """Refuse leaving before arriving; a session may pass midnight, so far earlier is the next day."""
    arrived, departed = _minutes(values.get("arrived")), _minutes(values.get("departed"))
    if arrived is None or departed is None or not 0 < arrived - departed < _HALF_A_DAY:
        return None
    return Problem("departed", _("Nobody leaves before arriving."))


ATTENDANCE = Kind(
    "attendance",
    lazy("Attendance"),
    lazy("Attendance list"),
    (
        Reference(
            "person", lazy("Person"), kind="person", in_words="name", listed=True, sensitivity=1
        ),
        Text(
            "name",
            lazy("Name, in words"),
            searchable=True,
            listed=True,
            sensitivity=1,
            help=lazy("For whoever is not in the register of people."),
        ),
        Reference("seat", lazy("Seat"), kind="seat", listed=True),
        Text("institution", lazy("Institution"), searchable=True, listed=True),
        Text("role", lazy("Role"), listed=True),
        Choice(
            "capacity",
            lazy("Attends as"),
            choices=(
                ("holder", lazy("Holder")),
                ("alternate", lazy("Alternate")),
                ("delegate", lazy("Delegate")),
                ("guest", lazy("Guest")),
                ("public", lazy("Public")),
            ),
            listed=True,
        ),
        Choice(
            "presence",
            lazy("Presence"),
            choices=(
                ("present", lazy("Present")),
                ("remote", lazy("Present remotely")),
                ("expected", lazy("Expected")),
                ("excused", lazy("Excused")),
                ("absent", lazy("Absent")),
            ),
            default="present",
            listed=True,
        ),
        Time("arrived", lazy("Arrived")),
        Time("departed", lazy("Left")),
        Text(
            "delegation",
            lazy("Delegation"),
            searchable=True,
            help=lazy("The letter or order by which they speak for the seat."),
        ),
        AttachmentRef("delegation_file", lazy("Delegation, as a file")),
        *traits(),
        Boolean("signed", lazy("Signed the list")),
        notes(),
    ),
    help=lazy("One person at a meeting, from when to when. Quorum is counted from these rows."),
    parent="meeting",
    ordered=True,
    title=("person|name", "institution"),
    roles=SECRETARY,
    rules=(_leaves_after_arriving,),
)

REENTRY = Kind(
    "reentry",
    lazy("Return to the meeting"),
    lazy("Returns to the meeting"),
    (
        Time("arrived", lazy("Came back"), listed=True),
        Time("departed", lazy("Left again"), listed=True),
        Boolean("remote", lazy("Remotely")),
        notes(),
    ),
    help=lazy("Each time somebody who had left comes back; quorum is counted from these too."),
    parent="attendance",
    ordered=True,
    title=("arrived",),
    roles=SECRETARY,
    rules=(_leaves_after_arriving,),
)

KINDS = (ATTENDANCE, REENTRY)
