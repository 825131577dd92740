"""The whole check of a form: what refuses it, and what its author may not have meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass

from app.forms import xlsform
from app.forms.checks.appearances import appearances
from app.forms.checks.conditions import World
from app.forms.checks.languages import missing_media, untranslated
from app.forms.checks.metadata import metadata
from app.forms.checks.reach import (
    impossible_constraints,
    never_offered,
    strange_choices,
    unreachable,
)
from app.forms.checks.variable_names import variable_names
from app.forms.definition import Definition
from app.forms.problems import FormError, Problem


@dataclass(frozen=True)
class Report:
    """What is wrong with a form (``problems``), and what is odd about it (``warnings``).

    ``definition`` is None where it cannot be read at all. ``place`` finds the row of a problem
    told later, as by a preview.
    """

    definition: Definition | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    place: Callable[[Problem], Problem] = lambda problem: problem

    @property
    def ok(self) -> bool:
        """Whether the form can be used."""
        return not self.problems


def check(data: bytes, file_name: str, present: Container[str] = ()) -> Report:
    """Check the form in a file; ``present`` are the names of the files that came with it.

    Never raises FormError: what refuses the form is in the report.
    """
    try:
        found = xlsform.converted(data, file_name)
    except FormError as error:
        return Report(None, error.problems)
    definition = found.definition
    missing = [definition.files[name] for name in definition.missing(present)]
    unknown = map(found.place, definition.unknown)
    problems = dict.fromkeys((*definition.unsupported, *unknown, *missing))
    told = [xlsform.remark(one) for one in found.told if not _TOLD_ALREADY.search(one)]
    odd = [found.place(one) for one in oddities(definition, present)]
    warnings = dict.fromkeys((*found.remarks, *map(found.place, told), *odd))
    return Report(definition, tuple(problems), tuple(_sorted(warnings)), found.place)


def oddities(definition: Definition, present: Container[str] = ()) -> Iterator[Problem]:
    """Yield what is odd about a form that can be used, in no order, without its rows."""
    world = World(definition)
    dead = list(unreachable(definition, world))
    yield from dead
    told = {problem.path for problem in dead}
    for problem in strange_choices(definition, world):
        # A question that can never be reached has been told with its reason.
        if problem.path not in told or problem.column != "relevant":
            yield problem
    yield from never_offered(definition, world)
    yield from impossible_constraints(definition, world)
    yield from variable_names(definition)
    yield from appearances(definition)
    yield from metadata(definition)
    yield from untranslated(definition)
    yield from missing_media(definition, present)


_TOLD_ALREADY = re.compile("max-pixels|'label' value is invalid|is missing the .* columns?")
"""What the converter warns of that we tell otherwise, or that concerns telephones only."""
_SHEETS = {"survey": 0, "choices": 1}


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    """Put problems in the order in which their author comes across them."""
    return sorted(problems, key=lambda one: (_SHEETS.get(one.sheet, 2), one.row or 0))
