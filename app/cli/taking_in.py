"""What the verbs that take in a table tell of it."""

from __future__ import annotations

from typing import Any

from app.i18n import _, ngettext
from app.models.commands.taking_in import MAX_TOLD, Imported


def as_json(done: Imported) -> dict[str, Any]:
    """What came of a table, for scripts."""
    return {
        "new": done.new, "known": done.known, "differing": [one.hex() for one in done.differing],
    }  # fmt: skip


def differing_lines(done: Imported) -> list[str]:
    """Which known rows say something else than what is here, and what corrects it; or nothing."""
    if not done.differing:
        return []
    count = len(done.differing)
    head = ngettext(
        "{count} known row says something else than what is here. What is here stays:",
        "{count} known rows say something else than what is here. What is here stays:",
        count,
    ).format(count=count)
    more = [_("… and {count} more.").format(count=count - MAX_TOLD)] if count > MAX_TOLD else []
    means = _("“kipu record set” corrects a record, “kipu interview reopen” an interview.")
    return [head, *(one.hex() for one in done.differing[:MAX_TOLD]), *more, means]
