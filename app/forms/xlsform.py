"""From the file of a form author to a definition, or to a list of all that keeps it from being one.

pyxform converts; what it does not look at is checked before, and what it complains about is told
with sheet and row where they can be known. Nothing is written to disk and no validator is started.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from app.forms.checks.whereabouts import Places
from app.forms.definition import Definition
from app.forms.external import embedded
from app.forms.form_check import SheetCheck
from app.forms.guard import all_stays
from app.forms.problems import FormError, Problem
from app.forms.workbook import MAX_FILE_BYTES, Workbook, open_workbook, refused
from app.i18n import _

KINDS = (".xlsx", ".xlsm", ".xls", ".csv", ".md", ".xml")
_ROW = re.compile(r"\[row\s*:\s*(\d+)\]\s*")
_SHEET = re.compile(r"(?:On the|the) '(\w+)' sheet")
_NAMED = re.compile(r"(?:named|element|question|reference to) ['“\"]([\w.\-]+)['”\"]")


@dataclass(frozen=True)
class Converted:
    """A form read from a file, and what finds the places of its questions in the file.

    ``remarks`` are what our own look at the sheets had to say, ``told`` what the converter had.
    """

    definition: Definition
    place: Callable[[Problem], Problem]
    remarks: tuple[Problem, ...] = ()
    told: tuple[str, ...] = ()


def from_file(data: bytes, file_name: str, files: Container[str] = ()) -> Definition:
    """Return the form in a file; its ending says what it is (see ``KINDS``).

    ``files`` are the names of the files that come with it. Raises FormError with everything that
    is wrong, missing, or not supported yet, each with its place.
    """
    definition = converted(data, file_name).definition
    definition.refuse_unsupported(files)
    return definition


def converted(data: bytes, file_name: str) -> Converted:
    """Return the form in a file as ``from_file`` does, supported or not; raises FormError."""
    path = PurePath(file_name)
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise refused(
            _("A form is a file of one of these kinds: {kinds}.").format(kinds=", ".join(KINDS))
        )
    if kind == ".xml":
        return Converted(Definition.from_xform(_decoded(data)), lambda problem: problem)
    with all_stays():
        return _from_workbook(open_workbook(data, kind), path.stem)


def _decoded(data: bytes) -> str:
    if len(data) > MAX_FILE_BYTES:
        raise refused(_("The file is too large: a form may have at most 10 MB."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused(_("The file is not written in UTF-8.")) from None


def _from_workbook(workbook: Workbook, stem: str) -> Converted:
    check = SheetCheck(workbook)
    check.run()
    if check.problems:
        raise FormError(check.problems)
    placed = Places(workbook, check)
    xform, told = _convert(workbook, stem, placed)
    try:
        definition = Definition.from_xform(xform, (*told, *map(str, check.remarks)))
    except FormError as error:
        raise FormError(map(placed.place, error.problems)) from None
    definition = replace(
        definition,
        unsupported=tuple(map(placed.place, definition.unsupported)),
        files={name: placed.place(problem) for name, problem in definition.files.items()},
    )
    return Converted(definition, placed.place, tuple(check.remarks), told)


def _convert(workbook: Workbook, stem: str, placed: Places) -> tuple[str, tuple[str, ...]]:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    told: list[str] = []
    data: dict[str, Any] = {**workbook.data, "fallback_form_name": _identifier(stem)}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = convert(data, warnings=told, validate=False, enketo=False)
    except PyXFormError as error:
        raise FormError([placed.place(_from_pyxform(str(error)))]) from None
    except Exception as error:
        # It meets odd sheets with any exception at all; the author needs a sentence either way.
        raise refused(
            _("The form cannot be converted; its structure is not understood.")
        ) from error
    whole = embedded(result.xform, result.itemsets) if result.itemsets else result.xform
    return whole, tuple(told)


def _identifier(stem: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_.\-]", "_", stem) or "form"
    return name if name[0].isalpha() or name[0] == "_" else f"_{name}"


def remark(message: str) -> Problem:
    """Return a warning of the converter with its place."""
    return replace(_from_pyxform(message), message=_ROW.sub("", message).strip())


def _from_pyxform(message: str) -> Problem:
    row = _ROW.search(message)
    sheet = _SHEET.search(message)
    text = _ROW.sub("", message).strip()
    number = int(row[1]) if row else None
    named = _NAMED.search(text) if row is None else None
    return Problem(
        _("The form cannot be converted: {reason}").format(reason=text),
        name=named[1] if named else "",
        sheet=sheet[1] if sheet else "survey" if number is not None else "",
        row=number,
    )
