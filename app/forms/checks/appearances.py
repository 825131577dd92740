"""Which wishes about a control Kipu fulfils, and what it does with the others.

ODK's and Enketo's documentation name some eighty appearances; those made for a phone or for paper
fall back to a plain control here, and the form's author is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.forms.checks.structure import closest
from app.forms.definition import Definition, Group, Question
from app.forms.problems import Problem
from app.i18n import _

_CHOOSING = frozenset({"select_one", "select_multiple"})
_NUMBERS = frozenset({"integer", "decimal"})
_TEXT = frozenset({"text"})
_LINES = frozenset({"barcode", *_TEXT})
SHOWN: dict[str, frozenset[str]] = {
    "field-list": frozenset({"group"}),
    "table-list": frozenset({"group"}),
    "pages": frozenset({"group"}),
    "minimal": _CHOOSING,
    "autocomplete": _CHOOSING,
    "autocomplete_chars": _CHOOSING,
    "search": _CHOOSING,
    "likert": frozenset({"select_one"}),
    "quick": frozenset({"select_one"}),
    "columns": _CHOOSING,
    "columns-pack": _CHOOSING,
    "columns-flex": _CHOOSING,
    "compact": _CHOOSING,
    "quickcompact": _CHOOSING,
    "horizontal": _CHOOSING,
    "horizontal-compact": _CHOOSING,
    "list": _CHOOSING,
    "no-buttons": _CHOOSING,
    "list-nolabel": _CHOOSING,
    "label": _CHOOSING,
    "image-map": _CHOOSING,
    "multiline": _TEXT,
    "masked": _TEXT,
    "hidden-answer": _LINES,
    "url": _TEXT,
    "numbers": _TEXT | _NUMBERS,
    "thousands-sep": _TEXT | _NUMBERS,
    "counter": frozenset({"integer"}),
    "month-year": frozenset({"date"}),
    "year": frozenset({"date"}),
    "no-calendar": frozenset({"date", "dateTime"}),
    "signature": frozenset({"upload"}),
    "draw": frozenset({"upload"}),
    "annotate": frozenset({"upload"}),
    "rating": frozenset({"range"}),
    "picker": frozenset({"range"}),
    "vertical": frozenset({"range"}),
    "no-ticks": frozenset({"range"}),
}
_NUMBERED = re.compile(r"(?:columns|compact|quickcompact)-\d{1,2}")
ELSEWHERE = frozenset(
    {
        *("ethiopian", "coptic", "islamic", "persian", "bikram-sambat", "myanmar", "buddhist"),
        *(
            "new",
            "new-front",
            "new-rear",
            "selfie",
            "front",
            "no-collapse",
            "comment",
            "maps",
            "map",
        ),
        *("placement-map", "hide-input", "streets", "satellite", "terrain", "printer", "bearing"),
        *("distress", "dn", "analog-scale", "my-picker", "randomized", "textarea", "invisible"),
        *("show-vertical", "horizontal-analog-scale", "inline", "accordion", "nolabel", "page"),
    }
)
_GRID = re.compile(r"w\d{1,2}")
_CALL = re.compile(r"(?:ex|search|intent|printer)\b.*", re.DOTALL)


def appearances(definition: Definition) -> Iterator[Problem]:
    """Yield every wish that Kipu does not fulfil, with what it does instead."""
    for question in definition.questions.values():
        if question.asked:
            yield from _of(question.appearance, question.kind, question)
    for group in definition.groups():
        yield from _of(group.appearance, "group", group)


def _of(written: str, kind: str, item: Question | Group) -> Iterator[Problem]:
    call = _CALL.search(written) if "(" in written or ":" in written else None
    plain = written[: call.start()] if call is not None else written
    if call is not None and not call[0].startswith("search"):
        yield _told(item, _("“{appearance}” is shown as a plain question."), call[0][:60], "")
    for word in plain.split():
        if _NUMBERED.fullmatch(word) and kind in _CHOOSING:
            continue
        kinds = SHOWN.get(word)
        if kinds is None and (word in ELSEWHERE or _GRID.fullmatch(word)):
            yield _told(item, _("“{appearance}” is shown as a plain question."), word, "")
        elif kinds is None:
            message = _("There is no appearance “{appearance}”; the question is shown plainly.")
            yield _told(item, message, word, closest(word, SHOWN))
        elif kind not in kinds and not (word == "label" and kind == "note"):
            message = _("“{appearance}” means nothing for this kind of question.")
            yield _told(item, message, word, "")


def _told(item: Question | Group, message: str, word: str, advice: str) -> Problem:
    told = message.format(appearance=word)
    return Problem(told, item.name, column="appearance", advice=advice, path=item.path)


def unbalanced(written: str) -> bool:
    """Tell whether an appearance that calls something is not written to its end."""
    depth = 0
    quoted = ""
    for letter in written:
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "'\"":
            quoted = letter
        else:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if depth < 0:
                return True
    return depth != 0 or bool(quoted)
