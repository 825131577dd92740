"""Whether a talk is recorded, always in words, with the day its recording is deleted by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from app.i18n import _
from app.models.records import kind
from app.models.vocabulary import Value
from app.views import words
from app.views.widgets.parts import State

_USUAL: Final = timedelta(days=90)
"""How long a recording is kept unless somebody says otherwise: time to write it out."""


def recording(values: Mapping[str, Value], recorder: str) -> tuple[State, str]:
    """Return how grave it is and the sentence for whether the talk is recorded."""
    day = values.get("delete_recording_by")
    until = words.day(day) if isinstance(day, str) else "–"
    if recorder == "on":
        return "danger", _("recorder on · to be deleted by {day}").format(day=until)
    if recorder == "paused":
        return "warning", _("recorder paused · to be deleted by {day}").format(day=until)
    if values.get("recorded") is True:
        return "info", _("was recorded · to be deleted by {day}").format(day=until)
    return "", _("not recorded")


def default_day(values: Mapping[str, Value]) -> str:
    """Return the day to offer, as it is typed."""
    day = values.get("delete_recording_by")
    if isinstance(day, str):
        return day
    return (datetime.now(UTC).astimezone().date() + _USUAL).isoformat()


def require_day(typed: str) -> str:
    """Return the day somebody typed. Raises KipuError for what is none."""
    found = kind("focus_group").field("delete_recording_by").parse(typed)
    return str(found) if found else ""
