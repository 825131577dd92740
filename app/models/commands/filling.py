"""Answers from a script put into a session: by name, by path, and rows as lists of objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _
from app.models.commands.revising import plain
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Session


def fill(session: Session, given: Mapping[str, Value]) -> dict[str, str]:
    """Answer questions; returns what each was called by its path.

    A repeat takes a list of objects, one a row: it then has just these rows. Several choices may
    come as a list. Raises KipuError for an unknown question or what can be no answer.
    """
    names: dict[str, str] = {}
    for name, value in given.items():
        if _is_rows(session, name, value):
            _fill_rows(session, repeat_path(session, name), value, names)
        else:
            _set(session, session.resolve(name), name, value, names)
    return names


def _set(session: Session, path: str, name: str, value: Value, names: dict[str, str]) -> None:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = " ".join(str(one) for one in value)
    session.set(path, plain(name, value))
    names[path] = name


def _is_rows(session: Session, name: str, value: Value) -> bool:
    return isinstance(value, list) and _last(name) in map(_last, session.definition.repeats)


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _fill_rows(session: Session, path: str, rows: Value, names: dict[str, str]) -> None:
    assert isinstance(rows, list)
    if session.can_add(path):
        while len(session.rows(path)) > len(rows):
            session.remove_repeat(session.rows(path)[-1])
        while len(session.rows(path)) < len(rows):
            session.add_repeat(path)
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise KipuError(_("The rows of “{name}” are objects of answers.").format(name=path))
        for name, value in row.items():
            at, is_rows = f"{path}[{number}]", _is_rows(session, name, value)
            form = session.definition
            found = _inside(form.repeats if is_rows else form.questions, at, name)
            if found is None:
                raise KipuError(_("The form has no question “{name}”.").format(name=name))
            if is_rows:
                _fill_rows(session, found, value, names)
            else:
                _set(session, found, f"{at}/{name}", value, names)


def _inside(known: Iterable[str], row: str, name: str) -> str | None:
    """The path in a row of what `known` calls by its last part, or by its path inside the row."""
    from app.forms.paths import place_path

    repeat = place_path(row)
    below = [one for one in known if one.startswith(f"{repeat}/")]
    exact = [one for one in below if one == f"{repeat}/{name}"]
    found = exact or [one for one in below if _last(one) == _last(name)]
    return row + found[0][len(repeat) :] if found else None


def repeat_path(session: Session, name: str) -> str:
    """Return the path of a repeat by path or name; inside a row with its number (`house[2]/room`).

    Raises KipuError when there is none.
    """
    from app.forms.paths import numbers_of, place_path

    bare, repeats = place_path(name), session.definition.repeats
    found = [one for one in repeats if one == bare] or [
        one for one in repeats if _last(one) == _last(bare)
    ]
    if not found:
        raise KipuError(_("“{name}” is not a repeat.").format(name=name))
    return numbers_of(session.definition, found[0], name)


def row_path(session: Session, name: str) -> str:
    """Return the path of a row by path or name (`member[2]`). Raises KipuError."""
    head, bracket, _rest = name.rpartition("[")
    if not bracket or not name.endswith("]"):
        raise KipuError(_("A row is named with its number: member[2]."))
    return repeat_path(session, head) + name[len(head) :]
