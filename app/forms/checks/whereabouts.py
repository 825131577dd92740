"""Where in a workbook the things stand that a converted form complains about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from app.forms.checks.headers import meaning
from app.forms.problems import Problem
from app.forms.workbook import Sheet, Workbook

if TYPE_CHECKING:
    from app.forms.form_check import SheetCheck


class Places:
    """Finds the row of a question by its path or name, or of a choice by its text (``list-3``)."""

    def __init__(self, workbook: Workbook, check: SheetCheck) -> None:
        self._rows = check.rows
        self._paths = check.paths
        self._sheets = workbook.sheets
        self._choices: dict[str, list[int]] = {}
        choices = workbook.sheets.get("choices")
        for number, row in choices.numbered() if choices else ():
            cells = {meaning(header): value for header, value in row.items()}
            self._choices.setdefault(str(cells.get("list_name", "")), []).append(number)

    def place(self, problem: Problem) -> Problem:
        """Return ``problem`` with sheet, row and the author's own name of the column."""
        if problem.row is not None:
            return problem
        row = self._paths.get(problem.path) or self._rows.get(problem.name)
        if row is not None:
            return self._at(problem, "survey", row)
        name, _dash, index = problem.name.rpartition("-")
        rows = self._choices.get(name, [])
        if index.isdigit() and int(index) < len(rows):
            return self._at(problem, "choices", rows[int(index)])
        return self._mentioned(problem) if problem.name else problem

    def _mentioned(self, problem: Problem) -> Problem:
        """Place what is no row of its own where it is first spoken of, as a file of data is."""
        words = [f"'{problem.name}'", f'"{problem.name}"', f"{problem.name}."]
        survey = self._sheets.get("survey")
        for number, row in survey.numbered() if survey is not None else ():
            for header, value in row.items():
                if any(word in str(value) for word in words):
                    return replace(problem.at("survey", number), column=str(header))
        return problem

    def _at(self, problem: Problem, sheet: str, row: int) -> Problem:
        header = self._written(self._sheets[sheet], problem.column)
        return replace(problem.at(sheet, row), column=header)

    def _written(self, sheet: Sheet, column: str) -> str:
        exact = [one for one in sheet.headers if one.lower() == column.lower()]
        wanted = column.rpartition("::")[2]
        known = [
            one
            for one in sheet.headers
            if wanted and (wanted in one.replace("-", "_").split(":") or meaning(one) == wanted)
        ]
        return (exact or known or [column])[0]
