"""From what a person, a CSV row or JSON brings to the values of a record; what is wrong there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard

from app.errors import KipuError
from app.i18n import _
from app.models.fields import Field, Reference, record_id
from app.models.records.base import Kind, Problem
from app.models.records.registry import parent_field
from sync.values import ERASED, Value


def read_texts(kind: Kind, texts: Mapping[str, str]) -> dict[str, Value]:
    """Return the values of ``field=text`` pairs, as a person or a CSV row wrote them.

    A name where a record's id belongs goes into the text field beside it, where there is one and it
    is not given. The owner may be named by its kind and comes back as its id. Raises KipuError for
    the first field that is unknown or cannot be read.
    """
    values: dict[str, Value] = {}
    for field_id, text in texts.items():
        declared = _declared(kind, field_id)
        if _is_name(declared, text) and declared.in_words not in texts:
            declared = kind.field(declared.in_words)
        values[declared.id] = declared.parse(text)
    return values


def check_values(kind: Kind, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return typed values, as JSON brought them, in the form that is stored.

    Raises KipuError for the first field that is unknown or does not take its value.
    """
    found: dict[str, Value] = {}
    for field_id, value in values.items():
        found[field_id] = _declared(kind, field_id).check(value)
    return found


def _declared(kind: Kind, field_id: str) -> Field:
    owner = parent_field(kind)
    return owner if owner is not None and field_id == owner.id else kind.field(field_id)


def _is_name(declared: Field, text: str) -> TypeGuard[Reference]:
    return (
        isinstance(declared, Reference)
        and declared.in_words != ""
        and text.strip() != ""
        and record_id(text) is None
    )


def check_record(kind: Kind, values: Mapping[str, Value]) -> list[Problem]:
    """Return everything that keeps ``values`` from being a whole record of ``kind``; [] when fit.

    Answers to a form (ids beginning with "/") are the survey engine's to judge, the owner is the
    caller's, and what was erased by law is in order.
    """
    problems = [
        Problem(one.id, _("{field} is missing.").format(field=one.label))
        for one in kind.columns
        if one.required and values.get(one.id) is None
    ]
    for field_id, value in values.items():
        foreign = field_id == kind.owner_field or (kind.dynamic and field_id.startswith("/"))
        if foreign or value is ERASED:
            continue
        try:
            kind.field(field_id).check(value)
        except KipuError as error:
            problems.append(Problem(field_id, error.message))
    if not problems:
        problems.extend(found for rule in kind.rules if (found := rule(values)))
    return problems
