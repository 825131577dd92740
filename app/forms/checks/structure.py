"""What a form author gets wrong in the rows of a survey: names, nesting, lists, labels.

pyxform tells the first such mistake only, and some of them without a row; here all are told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from app.forms.checks.survey_rows import Row
from app.forms.guard import MAX_XML_DEPTH
from app.forms.problems import Problem
from app.i18n import _

NAME = re.compile(r"[^\W\d][\w.\-:]*")
REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?([^}]*?)\s*\}")
_FILES = (".csv", ".xml", ".geojson")
_SELECTS = frozenset({"select_one", "select_multiple", "rank", "external"})
_UNSEEN = frozenset(
    {
        *("calculate", "hidden", "start", "end", "today", "deviceid", "username", "email"),
        *("phonenumber", "audit", "start-geopoint", "background-audio", "background-geopoint"),
        *("csv-external", "xml-external", "simserial", "subscriberid", "entity", "imei"),
        *("phone number", "sim id", "device id", "subscriber id", "start time", "end time"),
        *("q calculate", "add calculate prompt", "osm"),
    }
)
_WORDS = ("label", "hint", "guidance_hint", "image", "big-image", "audio", "video")


def closest(written: str, known: Iterable[str]) -> str:
    """Return the sentence “Did you mean …?”, or an empty text where nothing is close."""
    close = get_close_matches(written, list(known), 1, 0.6)
    return _("Did you mean “{name}”?").format(name=close[0]) if close else ""


def names(rows: list[Row]) -> Iterator[Problem]:
    """Yield names that are missing, that no form can have, or that stand twice in one group."""
    seen: dict[str, int] = {}
    for row in rows:
        if row.kind == "closes" or not row.written:
            continue
        if not row.name:
            if row.kind not in ("note", "q note", "add note prompt"):
                yield row.problem(_("This row has no name."), "name", _("Write one in “name”."))
        elif NAME.fullmatch(row.name) is None:
            yield row.problem(
                _("“{name}” cannot be a name: it must begin with a letter and have no spaces.")
                .format(name=row.name),
                "name",
                _("Write “{name}”.").format(name=proposed(row.name)),
            )  # fmt: skip
        elif row.path in seen:
            message = _("The name “{name}” stands already in row {row}.")
            advice = _("Give one of them another name.")
            yield row.problem(message.format(name=row.name, row=seen[row.path]), "name", advice)
        else:
            seen[row.path] = row.number


def proposed(name: str) -> str:
    """Return the nearest thing to ``name`` that may be a name."""
    cleaned = re.sub(r"[^\w.\-]+", "_", name).strip("_") or "q"
    return cleaned if NAME.fullmatch(cleaned) else f"q_{cleaned}"


def nesting(rows: list[Row]) -> Iterator[Problem]:
    """Yield groups and repeats that are not closed, or closed without having been opened."""
    open_rows: list[Row] = []
    for row in rows:
        if row.kind == "opens":
            open_rows.append(row)
            if len(open_rows) > MAX_XML_DEPTH:
                yield row.problem(_("The form is nested too deeply."), "type")
                return
        elif row.kind == "closes":
            yield from _closed(row, open_rows)
    for row in open_rows:
        yield row.problem(
            _("“{type}” is never closed.").format(type=row.written),
            "type",
            _("Write a row “end {what}” after its last question.").format(what=row.what),
        )


def _closed(row: Row, open_rows: list[Row]) -> Iterator[Problem]:
    if not open_rows:
        yield row.problem(
            _("Nothing is open that “{type}” could close.").format(type=row.written),
            "type",
            _("Take the row out, or write its “begin {what}”.").format(what=row.what),
        )
        return
    opened = open_rows.pop()
    if opened.what != row.what:
        yield row.problem(
            _("“{type}” closes what row {row} opened with “{other}”.").format(
                type=row.written, row=opened.number, other=opened.written
            ),
            "type",
            _("Write “end {what}”.").format(what=opened.what),
        )


def lists(rows: list[Row], known: Collection[str], external: Collection[str]) -> Iterator[Problem]:
    """Yield selects whose list is missing."""
    for row in rows:
        if row.kind not in _SELECTS:
            continue
        if not row.listed:
            yield row.problem(
                _("The type does not say which list of choices to use."),
                "type",
                _("Write “{type} LIST”, with the name of a list.").format(type=row.written),
            )
        elif "file" in row.written.lower().partition(row.listed.lower())[0]:
            if not row.listed.lower().endswith(_FILES):
                yield row.problem(
                    _("“{name}” is no file of choices.").format(name=row.listed),
                    "type",
                    _("Its name must end in .csv, .xml or .geojson."),
                )
        elif "${" not in row.listed and not row.cell("appearance").startswith("search("):
            yield from _unlisted(row, external if row.kind == "external" else known)


def _unlisted(row: Row, known: Collection[str]) -> Iterator[Problem]:
    if row.listed in known:
        return
    sheet = "external_choices" if row.kind == "external" else "choices"
    yield row.problem(
        _("There is no list called “{name}” on the sheet “{sheet}”.").format(
            name=row.listed, sheet=sheet
        ),
        "type",
        closest(row.listed, known)
        or (
            _("Its lists are: {names}.").format(names=", ".join(sorted(known)[:8])) if known else ""
        ),
    )


def is_unseen(row: Row) -> bool:
    """Tell whether a row asks nobody anything: it only groups, calculates or notes down."""
    kind = row.kind.lower()
    return kind in ("", "opens", "closes") or kind in _UNSEEN or kind.startswith("uri:")


def labels(rows: list[Row]) -> Iterator[Problem]:
    """Yield questions that say nothing to the person who is to answer them."""
    for row in rows:
        if is_unseen(row):
            continue
        if row.cell("calculation") and row.kind.lower() not in ("note", *_SELECTS):
            # What is worked out need not be shown.
            continue
        if not any(row.cell(column) for column in _WORDS):
            yield row.problem(
                _("The question has no label: nobody would know what is asked."),
                "label",
                _("Write the question in “label”."),
            )


def calculations(rows: list[Row]) -> Iterator[Problem]:
    """Yield calculations that calculate nothing."""
    for row in rows:
        if row.kind.lower() in ("calculate", "q calculate", "add calculate prompt") and not any(
            row.cell(one) for one in ("calculation", "default")
        ):
            yield row.problem(
                _("There is nothing to calculate."),
                "calculation",
                _("Write an expression in “calculation”."),
            )


def references(rows: list[Row], columns: Collection[str]) -> Iterator[Problem]:
    """Yield every ``${name}`` that names no row."""
    known = {row.name for row in rows if row.kind != "closes"}
    for row in rows:
        for column, text in (*row.cells.items(), ("type", row.listed)):
            if column not in columns and not (column == "type" and text == row.listed):
                continue
            for match in REFERENCE.finditer(text):
                if match[1] not in known:
                    message = _("There is no question called “{name}”.").format(name=match[1])
                    yield row.problem(message, column, closest(match[1], known))
