"""What pyxform lets through: our own look at the sheets before it converts them.

Every expression is read where it stands, so that a mistake is told with its sheet, row, column and
character instead of surfacing in the middle of an interview.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from app.forms.guard import MAX_XML_DEPTH
from app.forms.problems import Problem
from app.forms.workbook import Sheet, Workbook
from app.forms.xpath.errors import XPathSyntaxError
from app.forms.xpath.parser import parse
from app.i18n import _

EXPRESSIONS = frozenset(
    {
        "relevant",
        "relevance",
        "constraint",
        "calculation",
        "calculate",
        "required",
        "readonly",
        "read_only",
        "choice_filter",
        "repeat_count",
    }
)
TEXTS = frozenset(
    {"label", "hint", "guidance_hint", "constraint_message", "required_message", "caption"}
)
SURVEY_COLUMNS = (
    EXPRESSIONS
    | TEXTS
    | {
        *("type", "name", "command", "tag", "value", "appearance", "default", "parameters"),
        *("trigger", "image", "big-image", "audio", "video", "media", "bind", "control", "body"),
        *("instance", "count", "rows", "autoplay", "note", "notes", "comment", "comments"),
        *("disabled", "save_to", "intent", "query", "list_name", "choices"),
        *("requiredmsg", "constraining_message", "noapperrorstring", "no_app_error_string"),
        *("compact_tag", "sms_field", "sms_option", "sms_separator", "accuracythreshold", "jr"),
    }
)
SETTINGS_COLUMNS = frozenset(
    {
        *("form_title", "form_id", "version", "default_language", "style", "instance_name"),
        *("public_key", "submission_url", "auto_send", "auto_delete", "allow_choice_duplicates"),
        *("name", "title", "id_string", "set_form_title", "set_form_id", "namespaces", "prefix"),
        *("add_none_option", "omit_instanceid", "clean_text_values", "client_editable"),
        *("sms_keyword", "sms_separator", "delimiter", "attribute", "compact_prefix", "note"),
    }
)
_REFERENCE = re.compile(r"\$\{\s*(?:last-saved#)?([^}]*?)\s*\}")
_STRUCTURE = re.compile(r"(begin|end)[ _](group|repeat|loop|looped group)(\s.*)?")
_SELECT_PREFIXES = (
    *("select_one", "select one", "select1", "select_multiple", "select all that apply", "rank"),
    *("add select", "osm", "loop", "csv-external", "xml-external"),
)


class SheetCheck:
    """Looks through a workbook; ``problems`` refuse the form, ``remarks`` are only told."""

    def __init__(self, workbook: Workbook) -> None:
        self._sheets = workbook.sheets
        self._names_of_sheets = workbook.names
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self.rows: dict[str, int] = {}

    def run(self) -> None:
        """Look at everything."""
        survey = self._sheets.get("survey")
        if survey is None:
            self.problems.append(self._no_survey())
            return
        self.rows = {_name(row): number for number, row in survey.numbered() if _name(row)}
        self._columns(survey, SURVEY_COLUMNS)
        if "settings" in self._sheets:
            self._columns(self._sheets["settings"], SETTINGS_COLUMNS)
        if "choices" in self._sheets:
            self._choice_columns(self._sheets["choices"])
        for number, row in survey.numbered():
            if not _is_disabled(row):
                self.problems += (
                    problem.at("survey", number) for problem in self._row(row, _name(row))
                )

        self._nesting(survey)

    def _nesting(self, survey: Sheet) -> None:
        """Refuse groups within groups without end, which take the converter much memory."""
        depth = 0
        for number, row in survey.numbered():
            written = str(row.get("type", row.get("command", ""))).strip().lower()
            if written.startswith(("begin ", "begin_")):
                depth += 1
            elif written.startswith(("end ", "end_")):
                depth -= 1
            if depth > MAX_XML_DEPTH:
                problem = Problem(_("The form is nested too deeply."), column="type")
                self.problems.append(problem.at("survey", number))
                return

    def _no_survey(self) -> Problem:
        names = ", ".join(self._names_of_sheets)
        if not names:
            return Problem(_("The file has no sheet called “survey”."))
        return Problem(
            _("The file has no sheet called “survey”; its sheets are: {names}.").format(names=names)
        )

    def _columns(self, sheet: Sheet, known: frozenset[str]) -> None:
        for header in sheet.headers:
            name = _base(header)
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
        bases = {_base(header) for header in sheet.headers}
        for wanted, other in (("list_name", "list_name"), ("name", "value")):
            if sheet.rows and not bases & {wanted, other}:
                message = _("The sheet needs a column called “{name}”.").format(name=wanted)
                self.problems.append(Problem(message, sheet=sheet.name, row=1))

    def _row(self, row: dict[str, str], name: str) -> Iterator[Problem]:
        written = " ".join(str(row.get("type", row.get("command", ""))).split())
        if written and not is_known_type(written):
            yield Problem(
                _("There is no question type “{type}”.").format(type=written), name, column="type"
            )
        for header, value in row.items():
            base, text = _base(header), str(value)
            if base == "bind":
                base = _bound(header)
            if base in EXPRESSIONS:
                yield from self._expression(text, name, header)
            elif base in TEXTS:
                yield from self._references(text, name, header)

    def _references(self, text: str, name: str, column: str) -> Iterator[Problem]:
        for match in _REFERENCE.finditer(text):
            if match[1] not in self.rows:
                yield Problem(
                    _("There is no question called “{name}”.").format(name=match[1]),
                    name,
                    column=column,
                )

    def _expression(self, text: str, name: str, column: str) -> Iterator[Problem]:
        yield from self._references(text, name, column)
        # The same length, so that the character told is the one the author sees.
        plain = _REFERENCE.sub(lambda match: "/" + "q" * (len(match[0]) - 1), text)
        try:
            parse(plain)
        except XPathSyntaxError as error:
            yield Problem(
                _("“{expression}” cannot be read at character {number}: {reason}").format(
                    expression=" ".join(text.split())[:80],
                    number=error.position + 1,
                    reason=error.message,
                ),
                name,
                column=column,
            )


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


def _base(header: str) -> str:
    return header.partition(":")[0].strip().lower().replace(" ", "_")


def _bound(header: str) -> str:
    return header.rpartition(":")[2].strip().lower()


def _name(row: dict[str, str]) -> str:
    return str(row.get("name", row.get("tag", row.get("value", "")))).strip()


def _is_disabled(row: dict[str, str]) -> bool:
    return str(row.get("disabled", "")).strip().lower() in ("yes", "true", "true()", "1")
