"""What is made to be slow: texts that lure patterns into going back, and what they may take at most.

The tests count steps; what happens inside one call of a C library only a clock can tell.
"""

from __future__ import annotations

import contextlib
from typing import Final

from app.errors import KipuError
from app.forms.xpath import patterns
from app.models import fields
from benchmarks.measure import Report, timed

_TEXTS: Final = (" " * 1900 + "x", "1T1: " * 390, "a " * 990, "9" * 100_000)
_PATTERNS: Final = ("(a+)+$", "^(a|a)*$", "(a*)*b", "^(a|aa)+$", ".*.*.*.*=", "(x+x+)+y")
_FIELDS: Final = (
    fields.Integer("integer", "Integer"), fields.Decimal("decimal", "Decimal"),
    fields.Date("date", "Date"), fields.PartialDate("partial", "Partial date"),
    fields.DateTime("moment", "Moment"), fields.Time("time", "Time"),
    fields.Languages("languages", "Languages"), fields.Money("money", "Money"),
    fields.Location("location", "Location"), fields.Document("document", "Document"),
)  # fmt: skip


def run(report: Report) -> None:
    """The slowest of all fields and patterns beside a text of the same length that is in order."""
    slow, field, text = max(
        (_parsed(field, "x" + text), field.id, text) for field in _FIELDS for text in _TEXTS
    )
    plain = _parsed(fields.Text("text", "Text"), "x" * len(text))
    report.compare(f"slowest text for a field ({field})", slow * 1e3, plain * 1e3, "ms", "≤ 1 s")
    letters = "a" * 2_000 + "!"
    slow, pattern = max((timed(lambda p=p: patterns.matches(letters, p))[0], p) for p in _PATTERNS)  # type: ignore[misc]
    plain = timed(lambda: patterns.matches(letters, "b$"))[0]
    report.compare(f"slowest pattern of a form: {pattern}", slow * 1e3, plain * 1e3, "ms", "≤ 2 s")


def _parsed(field: fields.Field, text: str) -> float:
    def parse() -> None:
        with contextlib.suppress(KipuError):
            field.parse(text)

    return timed(parse)[0]
