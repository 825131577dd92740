"""Which questions SPSS and Stata will call otherwise than the form does.

Both cut or refuse names; two that become the same leave one column unread. Warned about while the
form can still be changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.forms.columns import columns
from app.forms.definition import Definition
from app.forms.problems import Problem
from app.i18n import _

SPSS_BYTES = 64
STATA_LETTERS = 32
SPSS_RESERVED = frozenset(
    {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}
)
STATA_RESERVED = frozenset(
    {
        *("_all", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int", "long"),
        *("_n", "_N", "_pi", "_pred", "_rc", "_skip", "strL", "using", "with"),
    }
)
_MADE = ("reserved_name_for_field_list_labels_", "generated_note_name_", "generated_table_list_")
"""How pyxform begins the names it makes up; nobody can change them."""


@dataclass(frozen=True, slots=True)
class Program:
    """A statistics program: what it makes of a name, and which names it takes for the same."""

    name: str
    made: Callable[[str], str]
    key: Callable[[str], str]


def spss(name: str) -> str:
    """Return what SPSS can call a variable: 64 bytes, a letter first, no dot last, no keyword."""
    cleaned = re.sub(r"[^\w.@#$]", "_", name)
    if not cleaned[:1].isalpha():
        cleaned = f"v{cleaned}"
    cut = cleaned.encode()[:SPSS_BYTES].decode(errors="ignore").rstrip(".")
    return f"{cut}_" if cut.upper() in SPSS_RESERVED else cut


def stata(name: str) -> str:
    """Return what Stata can call a variable: 32 letters, digits and underscores, no keyword."""
    cleaned = re.sub(r"\W", "_", name)
    if not (cleaned[:1].isalpha() or cleaned.startswith("_")):
        cleaned = f"v{cleaned}"
    cut = cleaned[:STATA_LETTERS]
    reserved = cut in STATA_RESERVED or re.fullmatch(r"str\d+", cut)
    return f"{cut}_"[:STATA_LETTERS] if reserved else cut


PROGRAMS = (Program("SPSS", spss, str.casefold), Program("Stata", stata, str))


def variable_names(definition: Definition) -> Iterator[Problem]:
    """Yield every question whose name a program cuts or changes, or takes for another's."""
    for program in PROGRAMS:
        seen: dict[str, str] = {}
        for column in columns(definition):
            path, header = column.path, column.header
            if path.startswith("/meta/") or column.question.name.startswith(_MADE):
                continue
            made = program.made(header.replace("/", "_"))
            first = seen.setdefault(program.key(made), header)
            if first != header:
                message = _("{program} cannot tell “{name}” from “{other}”: both become “{made}”.")
                told = message.format(program=program.name, name=header, other=first, made=made)
            elif made != header.replace("/", "_"):
                message = _("{program} will call “{name}” “{made}”.")
                told = message.format(program=program.name, name=header, made=made)
            else:
                continue
            yield Problem(
                told,
                column.question.name,
                column="name",
                advice=_("Choose a shorter or plainer name."),
                path=path,
            )
