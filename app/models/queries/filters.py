"""Conditions on fields and answers, as people type them: age>=18, why~alarm, sex=female, note=.

Several conditions hold together. The comparison is SQL's; a name never reaches it as raw text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from app.errors import KipuError
from app.i18n import _
from app.models.queries.folding import loose, loose_sql
from sync.values import Value

Operator = Literal["=", "!=", "<", ">", "<=", ">=", "~"]
OPERATORS: Final[tuple[Operator, ...]] = ("!=", "<=", ">=", "=", "<", ">", "~")
_WRITTEN = re.compile(r"\s*([\w./-]+?)\s*(!=|<=|>=|=|<|>|~)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Condition:
    """One comparison. Without a value, "=" asks for the empty ones and "!=" for the others.

    "!=" holds for the empty ones too, as in a spreadsheet. "~" asks whether a text holds another,
    whatever the accents and capitals.
    """

    field: str
    operator: Operator
    value: Value


def read_conditions(
    written: Iterable[str], value_of: Callable[[str, str], tuple[str, Value]]
) -> list[Condition]:
    """Return the conditions that were typed.

    ``value_of(name, text)`` turns a name and what it is compared with into a field and its value;
    it is given the text as it stands for "~". Raises KipuError for what is no condition.
    """
    found = []
    for text in written:
        match = _WRITTEN.fullmatch(text)
        if match is None:
            raise KipuError(
                _("“{text}” is no condition; write it like age>=18 or why~word.").format(text=text)
            )
        found.append(_condition(match[1], match[2], match[3].strip(), value_of))
    return found


def _condition(
    name: str, sign: str, text: str, value_of: Callable[[str, str], tuple[str, Value]]
) -> Condition:
    operator = next(one for one in OPERATORS if one == sign)
    if operator == "~":
        field, _empty = value_of(name, "")
        return Condition(field, operator, text)
    field, value = value_of(name, text)
    if value is None and operator not in ("=", "!="):
        raise KipuError(_("“{name}” is compared with nothing; write a value.").format(name=name))
    return Condition(field, operator, value)


def clause(condition: Condition, column: str, comparable: Any) -> tuple[str, list[Any]]:
    """Return the SQL of a condition on ``column``, and its parameters."""
    if condition.operator == "~":
        wanted = loose(str(condition.value))
        return f"instr({loose_sql(f'cast({column} AS TEXT)')}, ?) > 0", [wanted]
    if condition.operator in ("=", "!="):
        return f"{column} IS {'NOT ' if condition.operator == '!=' else ''}?", [comparable]
    return f"{column} {condition.operator} ?", [comparable]
