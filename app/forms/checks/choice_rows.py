"""What a form author gets wrong on the sheet of choices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.forms.checks.headers import meaning
from app.forms.checks.survey_rows import Row
from app.forms.problems import Problem
from app.forms.workbook import Sheet
from app.i18n import _


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A row of the choices: the list it belongs to, what is stored, whether it says anything."""

    number: int
    listed: str
    name: str
    has_words: bool


_WORDS = frozenset({"label", "image", "big-image", "audio", "video"})


def choice_rows(sheet: Sheet | None) -> list[ChoiceRow]:
    """Return every row with something in it."""
    found = []
    for number, given in sheet.numbered() if sheet is not None else ():
        cells = {meaning(header): str(value).strip() for header, value in given.items()}
        name = cells.get("name") or cells.get("value") or ""
        words = any(text and column in _WORDS for column, text in cells.items())
        found.append(ChoiceRow(number, cells.get("list_name", ""), name, words))
    return found


def choices(rows: list[ChoiceRow], survey: list[Row], twins_allowed: bool) -> Iterator[Problem]:
    """Yield rows without a list or a name, names that stand twice, names with spaces."""
    several = {row.listed for row in survey if row.kind in ("select_multiple", "rank")}
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        if not row.listed:
            if row.name:
                yield _at(row, "list_name", _("The choice belongs to no list."))
            continue
        if not row.name:
            yield _at(row, "name", _("The choice has no name: nothing could be stored."))
            continue
        if " " in row.name and row.listed in several:
            message = _(
                "The name “{name}” has a space; where several may be chosen, spaces part them."
            )
            yield _at(row, "name", message.format(name=row.name), _underscored(row.name))
        first = seen.setdefault((row.listed, row.name), row.number)
        if first != row.number and not twins_allowed:
            message = _("The list “{list}” has the choice “{name}” already, in row {row}.")
            told = message.format(list=row.listed, name=row.name, row=first)
            yield _at(row, "name", told, _("Give one of them another name."))


def unlabelled(rows: list[ChoiceRow]) -> Iterator[Problem]:
    """Yield choices that show only what is stored."""
    for row in rows:
        if row.listed and row.name and not row.has_words:
            yield _at(row, "label", _("The choice has no label; its name is shown."))


def unused(rows: list[ChoiceRow], survey: list[Row], text: str) -> Iterator[Problem]:
    """Yield the first row of every list that no question uses; ``text`` is all expressions."""
    used = {word for row in survey for word in (row.listed, row.listed.lower())}
    told: set[str] = set()
    for row in rows:
        if row.listed and row.listed not in used and row.listed not in told:
            told.add(row.listed)
            if f"'{row.listed}'" not in text and f'"{row.listed}"' not in text:
                message = _("No question uses the list “{name}”.").format(name=row.listed)
                yield Problem(message, "", "choices", row.number, "list_name")


def _underscored(name: str) -> str:
    return _("Write “{name}”.").format(name="_".join(name.split()))


def _at(row: ChoiceRow, column: str, message: str, advice: str = "") -> Problem:
    return Problem(message, row.name, "choices", row.number, column, advice)
