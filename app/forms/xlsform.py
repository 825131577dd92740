"""From the file of a form author to a definition, or to a list of all that keeps it from being one.

pyxform converts; what it does not look at is checked before, and what it complains about is told
with sheet and row where they can be known. Nothing is written to disk and no validator is started.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from app.forms.definition import Definition
from app.forms.form_check import SheetCheck
from app.forms.problems import FormError, Problem
from app.forms.workbook import MAX_FILE_BYTES, Workbook, open_workbook, refused
from app.i18n import _

KINDS = (".xlsx", ".xlsm", ".xls", ".csv", ".md", ".xml")
_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"(?:On the|the) '(\w+)' sheet")


def from_file(data: bytes, file_name: str) -> Definition:
    """Return the form in a file; its ending says what it is (see ``KINDS``).

    Raises FormError with everything that is wrong, or not supported yet, each with its place.
    """
    path = PurePath(file_name)
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise refused(
            _("A form is a file of one of these kinds: {kinds}.").format(kinds=", ".join(KINDS))
        )
    if kind == ".xml":
        definition = Definition.from_xform(_decoded(data))
        definition.refuse_unsupported()
        return definition
    return _from_workbook(open_workbook(data, kind), path.stem)


def _decoded(data: bytes) -> str:
    if len(data) > MAX_FILE_BYTES:
        raise refused(_("The file is too large: a form may have at most 10 MB."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(_("The file is not written in UTF-8.")) from None


def _from_workbook(workbook: Workbook, stem: str) -> Definition:
    check = SheetCheck(workbook)
    check.run()
    if check.problems:
        raise FormError(check.problems)
    xform, told = _convert(workbook, stem)
    placed = _Places(workbook, check.rows)
    try:
        definition = Definition.from_xform(xform, (*told, *map(str, check.remarks)))
    except FormError as error:
        raise FormError(map(placed.place, error.problems)) from None
    definition = replace(definition, unsupported=tuple(map(placed.place, definition.unsupported)))
    definition.refuse_unsupported()
    return definition


def _convert(workbook: Workbook, stem: str) -> tuple[str, tuple[str, ...]]:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    told: list[str] = []
    data: dict[str, Any] = {**workbook.data, "fallback_form_name": _identifier(stem)}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = convert(data, warnings=told, validate=False, enketo=False)
    except PyXFormError as error:
        raise FormError([_from_pyxform(str(error))]) from None
    except Exception as error:
        # It meets odd sheets with any exception at all; the author needs a sentence either way.
        raise refused(
            _("The form cannot be converted; its structure is not understood.")
        ) from error
    return result.xform, tuple(told)


def _identifier(stem: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_.\-]", "_", stem) or "form"
    return name if name[0].isalpha() or name[0] == "_" else f"_{name}"


def _from_pyxform(message: str) -> Problem:
    row = _ROW.search(message)
    sheet = _SHEET.search(message)
    text = _ROW.sub("", message).strip()
    number = int(row[1]) if row else None
    return Problem(
        _("The form cannot be converted: {reason}").format(reason=text),
        sheet=sheet[1] if sheet else "survey" if number is not None else "",
        row=number,
    )


class _Places:
    """Finds the row of a question, or of a choice by its text's name (``list-3``)."""

    def __init__(self, workbook: Workbook, rows: dict[str, int]) -> None:
        self._rows = rows
        self._headers = {name: sheet.headers for name, sheet in workbook.sheets.items()}
        self._choices: dict[str, list[int]] = {}
        choices = workbook.sheets.get("choices")
        for number, row in choices.numbered() if choices else ():
            name = str(row.get("list_name", row.get("list name", "")))
            self._choices.setdefault(name, []).append(number)

    def place(self, problem: Problem) -> Problem:
        """Return ``problem`` with sheet, row and the author's own name of the column."""
        if problem.name in self._rows:
            placed = problem.at("survey", self._rows[problem.name])
            return replace(placed, column=self._written("survey", problem.column))
        name, _dash, index = problem.name.rpartition("-")
        rows = self._choices.get(name, [])
        if index.isdigit() and int(index) < len(rows):
            placed = problem.at("choices", rows[int(index)])
            return replace(placed, column=self._written("choices", problem.column))
        return problem

    def _written(self, sheet: str, column: str) -> str:
        headers = self._headers.get(sheet, ())
        wanted = column.rpartition("::")[2]
        known = [one for one in headers if wanted and wanted in one.replace("-", "_").split(":")]
        return known[0] if known else column
