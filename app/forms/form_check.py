"""What pyxform lets through: our own look at the sheets before it converts them.

Every expression is read where it stands, so that a mistake is told with its sheet, row, column and
character instead of surfacing in the middle of an interview.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from app.forms.checks import choice_rows, structure
from app.forms.checks.appearances import unbalanced
from app.forms.checks.headers import (
    EXPRESSIONS,
    QUOTING,
    SETTINGS_COLUMNS,
    SURVEY_COLUMNS,
    TEXTS,
    base,
    meaning,
)
from app.forms.checks.structure import REFERENCE, closest
from app.forms.checks.survey_rows import Row, survey_rows
from app.forms.problems import Problem
from app.forms.workbook import FIRST_ROW, Sheet, Workbook
from app.forms.xpath import patterns
from app.forms.xpath.errors import XPathEvaluationError, XPathSyntaxError
from app.forms.xpath.parser import parse
from app.forms.xpath.syntax import Call, Expression, String, everything
from app.i18n import _

_STRUCTURE = re.compile(r"(begin|end)[ _](group|lgroup|repeat|loop|looped group)(\s.*)?")
_SELECT_PREFIXES = (
    *("select_one", "select one", "select1", "select_multiple", "select all that apply", "rank"),
    *("add select", "osm", "loop", "csv-external", "xml-external"),
)
_CHARACTER = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]*")
"""What a text may be made of to be written into XML."""


class SheetCheck:
    """Looks through a workbook; ``problems`` refuse the form, ``remarks`` are only told.

    ``rows`` are the row numbers by name of question, ``paths`` by path.
    """

    def __init__(self, workbook: Workbook) -> None:
        self._sheets = workbook.sheets
        self._names_of_sheets = workbook.names
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self.rows: dict[str, int] = {}
        self.paths: dict[str, int] = {}
        self._readable: set[str] = set()
        """Expressions found to be right: most of a long form are one written over and over."""

    def run(self) -> None:
        """Look at everything."""
        survey = self._sheets.get("survey")
        if survey is None:
            self.problems.append(self._no_survey())
            return
        self._columns(survey, SURVEY_COLUMNS)
        if "settings" in self._sheets:
            self._columns(self._sheets["settings"], SETTINGS_COLUMNS)
        if "choices" in self._sheets:
            self._choice_columns(self._sheets["choices"])
        if self._has_survey_columns(survey):
            self._survey(list(survey_rows(survey)))
        self._characters()

    def _survey(self, rows: list[Row]) -> None:
        self.rows = {row.name: row.number for row in rows if row.name and row.kind != "closes"}
        self.paths = {row.path: row.number for row in rows if row.name and row.kind != "closes"}
        choices = choice_rows.choice_rows(self._sheets.get("choices"))
        external = choice_rows.choice_rows(self._sheets.get("external_choices"))
        found = [
            *structure.nesting(rows),
            *structure.names(rows),
            *(problem for row in rows for problem in self._row(row)),
            *structure.lists(
                rows, {one.listed for one in choices}, {one.listed for one in external}
            ),
            *structure.labels(rows),
            *structure.calculations(rows),
            *structure.references(rows, EXPRESSIONS | TEXTS | QUOTING),
        ]
        order = {header: at for at, header in enumerate(self._sheets["survey"].headers)}
        found.sort(key=lambda one: (one.row or 0, order.get(one.column, len(order))))
        self.problems += found
        self.problems += choice_rows.choices(choices, rows, self._twins_allowed())
        self.problems += self._instance_name(self.rows)
        self.remarks += choice_rows.unlabelled(choices)
        text = " ".join(value for row in rows for value in row.cells.values())
        self.remarks += choice_rows.unused(choices, rows, text)

    def _twins_allowed(self) -> bool:
        return self._setting("allow_choice_duplicates").lower() in ("yes", "true", "true()")

    def _setting(self, column: str) -> str:
        settings = self._sheets.get("settings")
        for _number, row in settings.numbered() if settings is not None else ():
            for header, value in row.items():
                if base(header) == column:
                    return str(value).strip()
        return ""

    def _instance_name(self, names: dict[str, int]) -> Iterator[Problem]:
        text = self._setting("instance_name")
        for match in REFERENCE.finditer(text):
            if match[1] not in names:
                message = _("There is no question called “{name}”.").format(name=match[1])
                place = {"sheet": "settings", "row": FIRST_ROW, "column": "instance_name"}
                yield Problem(message, advice=closest(match[1], names), **place)  # type: ignore[arg-type]
        for told, advice in unreadable(text) if text else ():
            yield Problem(told, "", "settings", FIRST_ROW, "instance_name", advice)

    def _no_survey(self) -> Problem:
        names = ", ".join(self._names_of_sheets)
        if not names:
            return Problem(_("The file has no sheet called “survey”."))
        return Problem(
            _("The file has no sheet called “survey”; its sheets are: {names}.").format(names=names)
        )

    def _has_survey_columns(self, survey: Sheet) -> bool:
        known = {meaning(header) for header in survey.headers}
        if "value" in known:
            known.add("name")
        missing = [one for one in ("type", "name") if one not in known]
        for name in missing:
            message = _("The sheet needs a column called “{name}”.").format(name=name)
            self.problems.append(Problem(message, sheet="survey", row=1))
        return not missing

    def _columns(self, sheet: Sheet, known: frozenset[str]) -> None:
        for header in sheet.headers:
            name = base(header)
            if not name or name in known:
                continue
            close = get_close_matches(name, known, 1, 0.85)
            place = {"sheet": sheet.name, "column": header}
            if close:
                message = _("There is no column “{name}”; did you mean “{other}”?")
                told = message.format(name=header, other=close[0])
                self.problems.append(Problem(told, row=1, **place))
            else:
                message = _("The column “{name}” is not part of a form; it is left aside.")
                self.remarks.append(Problem(message.format(name=header), row=1, **place))

    def _choice_columns(self, sheet: Sheet) -> None:
        bases = {base(header) for header in sheet.headers}
        for wanted, other in (("list_name", "list_name"), ("name", "value")):
            if sheet.rows and not bases & {wanted, other}:
                message = _("The sheet needs a column called “{name}”.").format(name=wanted)
                self.problems.append(Problem(message, sheet=sheet.name, row=1))

    def _characters(self) -> None:
        """Refuse characters that no XML can hold, which the converter meets with an exception."""
        for sheet in self._sheets.values():
            for number, row in sheet.numbered():
                for header, value in row.items():
                    text = str(value)
                    if _CHARACTER.fullmatch(text) is None:
                        message = _("The text has a character that no form can hold.")
                        place = {"sheet": sheet.name, "column": str(header)}
                        self.problems.append(Problem(message, row=number, **place))

    def _row(self, row: Row) -> Iterator[Problem]:
        if row.written and not is_known_type(row.written):
            message = _("There is no question type “{type}”.").format(type=row.written)
            yield row.problem(message, "type", closest(row.written, known_types()))
        elif not row.written and (row.name or row.cell("label")):
            yield row.problem(
                _("This row has no type."), "type", _("Write one, such as text or select_one LIST.")
            )
        if unbalanced(row.cell("appearance")):
            message = _("“{appearance}” is not written to its end.")
            told = message.format(appearance=row.cell("appearance")[:80])
            yield row.problem(told, "appearance", _("Close every bracket and quotation mark."))
        for column, text in row.cells.items():
            if column in EXPRESSIONS and masked(text) not in self._readable:
                wrong = list(unreadable(text))
                for told, advice in wrong:
                    yield row.problem(told, column, advice)
                if not wrong:
                    self._readable.add(masked(text))


def unreadable(text: str) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with an expression as written in a sheet, and what to write."""
    try:
        tree = parse(masked(text))
    except XPathSyntaxError as error:
        yield (
            _("“{expression}” cannot be read at character {number}: {reason}").format(
                expression=" ".join(text.split())[:80],
                number=error.position + 1,
                reason=error.message,
            ),
            "",
        )
        return
    yield from _calls(tree)


def masked(text: str) -> str:
    """Return an expression with a plain path for each reference: of the same length, so that the
    character told is the one the author sees."""
    return REFERENCE.sub(lambda match: "/" + "q" * (len(match[0]) - 1), text)


def _calls(tree: Expression) -> Iterator[tuple[str, str]]:
    """Yield calls with a wrong number of arguments, and regular expressions that are none."""
    from app.forms.xpath.functions.registry import FUNCTIONS, check_count

    for call in everything(tree):
        found = FUNCTIONS.get(call.name) if isinstance(call, Call) else None
        if not isinstance(call, Call) or found is None:
            continue
        try:
            check_count(found, len(call.arguments))
            if call.name == "regex" and isinstance(call.arguments[1], String):
                patterns.check(call.arguments[1].value)
        except XPathEvaluationError as error:
            yield error.message, ""


def known_types() -> frozenset[str]:
    """Return the types an author may write, for telling what was meant."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    plain = {one for one in QUESTION_TYPE_DICT if " " not in one}
    return frozenset(plain | {"select_one", "select_multiple", "begin group", "begin repeat",
                              "end group", "end repeat", "audit"})  # fmt: skip


def is_known_type(written: str) -> bool:
    """Tell whether pyxform knows a question type, as written in the ``type`` column."""
    from pyxform.aliases import _type_alias_map
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

    lowered = written.lower()
    if _STRUCTURE.fullmatch(lowered) or lowered.startswith(_SELECT_PREFIXES):
        return True
    return any(
        one in QUESTION_TYPE_DICT or one in _type_alias_map or one in ("audit", "entity")
        for one in (written, lowered, lowered.replace("_", " "))
    )
