"""Values as people read them: dates with the month in words, decimals and sizes as the language
writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from PySide6.QtCore import QDate, QDateTime, QLocale

from app.i18n import _, ngettext


def day(value: date | str) -> str:
    """Return ``20 nov 2026`` for a date or its ISO text; text that is no date comes back as is."""
    try:
        moment = value if isinstance(value, date) else date.fromisoformat(value[:10])
    except ValueError:
        return str(value)
    return QLocale().toString(QDate(moment.year, moment.month, moment.day), "d MMM yyyy")


def moment(at_ms: int) -> str:
    """Return ``20 nov 2026, 14:02`` in local time for milliseconds since 1970."""
    local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()
    return f"{day(local.date())}, {local:%H:%M}"


def clock(at_ms: int) -> str:
    """Return ``14:02`` in local time for milliseconds since 1970."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone():%H:%M}"


def number(value: int | float) -> str:
    """Return a number as the language groups and points it."""
    if isinstance(value, int):
        return QLocale().toString(value) if abs(value) < 2**63 else str(value)
    shortest = QLocale.FloatingPointPrecisionOption.FloatingPointShortest.value
    return QLocale().toString(value, "f", shortest)


def size(count: int) -> str:
    """Return a number of bytes as people say it: ``1.4 MB``."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def ago(at_ms: int, now: QDateTime | None = None) -> str:
    """Return how long ago a moment was, in whole days or sooner: ``9 days ago``, ``today``."""
    then = QDateTime.fromMSecsSinceEpoch(at_ms)
    days = then.daysTo(now or QDateTime.currentDateTime())
    if days <= 0:
        return _("today {time}").format(time=clock(at_ms))
    return ngettext("{count} day ago", "{count} days ago", days).format(count=days)


def value(thing: Any, kind: str = "text") -> str:
    """Return any value a record may hold as one line of text."""
    if thing is None:
        return ""
    if isinstance(thing, bool):
        return _("yes") if thing else _("no")
    if isinstance(thing, int | float) and kind != "code":
        return number(thing)
    if kind in ("date", "datetime") and isinstance(thing, str):
        return _dated(thing)
    if isinstance(thing, list | tuple):
        return ", ".join(value(part) for part in thing)
    if isinstance(thing, dict):
        return ", ".join(value(part) for part in thing.values())
    if isinstance(thing, bytes):
        return thing.hex()[:8]
    return " ".join(str(thing).split())


def _dated(text: str) -> str:
    shown = day(text)
    return f"{shown}, {text[11:16]}" if shown != text and len(text) >= 16 else shown
