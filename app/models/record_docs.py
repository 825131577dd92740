"""Renders the page about records from their declarations, so that the two cannot drift apart.

``python -m app.models.record_docs`` writes docs/records.md anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from app.i18n import set_language
from app.models.fields import Choice, Field, MultiChoice, Reference
from app.models.places_csv import CODE_WIDTHS, NEEDED, OPTIONAL, OWN_COLUMNS
from app.models.records import ANYTHING, KINDS, Kind, children_of, default_policy, parent_field
from app.models.records.common import SENSITIVITY

PAGE: Final = Path("docs/records.md")

_INTRODUCTION: Final = """\
# Records

What Kipu keeps, kind by kind. This page is made from the declarations in `app/models/records`;
`python -m app.models.record_docs` writes it anew.

A field is given as `field=value` on the command line and by the same name in CSV and JSON. Only
the fields marked “needed” must be there.

Sensitivity: {sensitivity}.

Who may do what is the policy a new project starts with: **c**reate, **e**dit, **d**elete, close
(**x**), **a**dmit what came late. In the common space only coordinators write.
"""


_CATALOGUE: Final = """\
## A catalogue of places as CSV

One row is one place; the header names the columns by field or label, in any order.

- Needed: {needed}.
- May be left out: {optional}. `parent_code` is the code of the place it lies in, of the same system
  and year, in this file or already in the project; `lat` and `lon` are degrees.
- Digits of a code by level: {widths}. A shorter code has lost its leading zero and is refused.

A place is known by code system, year and code: imported twice, on any laptop, it is one place.
Whatever is wrong is told by row, and nothing is imported until every row is right.
"""


def render() -> str:
    """Return the page in English, as Markdown."""
    sensitivity = ", ".join(f"{code} {str(label).lower()}" for code, label in SENSITIVITY)
    lines = [_INTRODUCTION.format(sensitivity=sensitivity)]
    for kind in KINDS.values():
        lines.extend(_kind(kind))
    lines.append(_catalogue())
    return "\n".join(lines).rstrip() + "\n"


def _catalogue() -> str:
    needed = ", ".join(f"`{name}`" for name in NEEDED)
    optional = ", ".join(f"`{name}`" for name in (*OPTIONAL, *OWN_COLUMNS))
    widths = "; ".join(
        f"{system}: " + ", ".join(f"{level} {width}" for level, width in levels.items())
        for system, levels in CODE_WIDTHS.items()
    )
    return _CATALOGUE.format(needed=needed, optional=optional, widths=widths)


def _kind(kind: Kind) -> Iterator[str]:
    yield f"## {kind.label} (`{kind.name}`)\n"
    if kind.help:
        yield f"{kind.help}\n"
    yield " ".join(_facts(kind)) + "\n"
    yield "| Field | Label | Value | Notes |"
    yield "|---|---|---|---|"
    owner = parent_field(kind)
    for field in (*([owner] if owner else []), *kind.fields):
        yield f"| `{field.id}` | {field.label} | {_value(field)} | {_notes(field)} |"
    yield ""


def _facts(kind: Kind) -> Iterator[str]:
    if kind.parent == ANYTHING:
        yield "Belongs to a record of any kind."
    elif kind.parent:
        yield f"Belongs to a `{kind.parent}`{', in an order of its own' if kind.ordered else ''}."
    elif kind.home == "common":
        yield "Kept in the project's common space."
    if kind.adoptable:
        yield "A member may add one in their own space; a coordinator adopts it."
    if children := children_of(kind.name):
        yield f"Owns: {', '.join(f'`{child.name}`' for child in children)}."
    if kind.closes:
        yield "Can be closed for good, with everything it owns."
    own = default_policy()[kind.name]["space"]
    allowed = [f"{role} {letters}" for role, letters in own.items() if letters]
    yield f"May be changed by: {', '.join(allowed)}."


def _value(field: Field) -> str:
    if isinstance(field, Reference):
        return _reference(field)
    if type(field) in (Choice, MultiChoice):
        codes = ", ".join(f"`{code}` {label}" for code, label in field.choices)
        several = " (several, separated by semicolons)" if isinstance(field, MultiChoice) else ""
        return f"{codes}{several}"
    return str(field.written_as)


def _reference(field: Reference) -> str:
    kind = f" (`{field.kind}`)" if field.kind else ""
    name = f", or a name, which goes into `{field.in_words}`" if field.in_words else ""
    return f"{field.written_as}{kind}{name}"


def _notes(field: Field) -> str:
    facts = [str(field.help)] if field.help else []
    if field.required:
        facts.append("Needed.")
    if field.automatic:
        facts.append("Written by Kipu.")
    if field.default is not None:
        facts.append(f"At first: {field.format(field.default, labels=False)}.")
    if field.writers:
        facts.append(f"Meant for: {', '.join(field.writers)}.")
    if field.sensitivity:
        facts.append(f"Sensitivity {field.sensitivity}.")
    return " ".join(facts)


def main() -> None:
    """Write the page where the repository keeps it."""
    set_language("en")
    PAGE.write_text(render(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
