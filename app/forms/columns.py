"""The columns of a form laid flat: what a table of its responses is made of."""

from __future__ import annotations

from dataclasses import dataclass

from app.forms.definition import Definition, Question


@dataclass(frozen=True, slots=True)
class Column:
    """A question as a column; ``header`` is its bare name where no other question shares it."""

    path: str
    header: str
    question: Question


def columns(definition: Definition, repeat: str = "") -> tuple[Column, ...]:
    """Return everything a response may answer once, calculations and metadata included, in order;
    with the path of a ``repeat``, what each of its rows may answer.

    Notes are left out: they only say something.
    """
    return tuple(
        Column(
            path,
            question.name if definition.is_unique(question.name) else path.removeprefix("/"),
            question,
        )
        for path, question in definition.questions.items()
        if question.kind != "note" and _innermost(definition, path) == repeat
    )


def _innermost(definition: Definition, path: str) -> str:
    repeats = definition.place(path).repeats
    return repeats[-1].path if repeats else ""
