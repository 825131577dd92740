"""What is wrong with a form, each thing with the place where its author can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.errors import KipuError
from app.i18n import _, ngettext

MAX_TOLD = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in a sentence.

    ``sheet``, ``row`` (as the spreadsheet numbers it, the header being 1), ``column`` (its header)
    and ``name`` (of the question) say where, as far as it is known; ``path`` tells questions of
    one name apart. ``advice`` says what to write instead, where that can be said.
    """

    message: str
    name: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    advice: str = ""
    path: str = ""

    def __str__(self) -> str:
        where = self.where()
        told = f"{self.message} {self.advice}".rstrip()
        return f"{where}: {told}" if where else told

    def where(self) -> str:
        """Return the place in words, as in “survey, row 12, relevant (age)”."""
        parts = [self.sheet]
        if self.row is not None:
            parts.append(_("row {row}").format(row=self.row))
        parts.append(self.column)
        where = ", ".join(part for part in parts if part)
        if not self.name or not where:
            return where or self.name
        return f"{where} ({self.name})"

    def at(self, sheet: str, row: int | None) -> Problem:
        """Return the same problem, placed in a sheet."""
        return replace(self, sheet=sheet, row=row)


class FormError(KipuError):
    """A form cannot be used; ``problems`` says all that is wrong, in the order of the form."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        told = [str(problem) for problem in self.problems[:MAX_TOLD]]
        more = len(self.problems) - len(told)
        if more:
            told.append(ngettext("and {count} more.", "and {count} more.", more).format(count=more))
        super().__init__("\n".join(told))
