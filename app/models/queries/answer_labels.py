"""What the questions of a form and their choices are called, for tables people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.i18n import current
from sync.values import Value

if TYPE_CHECKING:
    from app.forms import Column, Definition
    from app.forms.words import Words

SEVERAL = "; "


@dataclass(frozen=True)
class Labels:
    """A question's own words, and those of its choices by code; ``several`` may be chosen."""

    question: str
    choices: Mapping[str, str]
    several: bool

    def shown(self, value: Value) -> Value:
        """Return an answer as people read it; what was not chosen from a list stays as it is."""
        if not self.choices or not isinstance(value, str):
            return value
        if not self.several:
            return self.choices.get(value, value)
        return SEVERAL.join(self.choices.get(code, code) for code in value.split())


def labels_of(definition: Definition, columns: Sequence[Column]) -> list[Labels]:
    """Return the labels of each column, in the language of the window where the form has it."""
    language = _language(definition)

    def said(words: Words) -> str:
        phrase = words.phrase(language, definition.default_language)
        # A text may quote answers, which differ from one interview to the next.
        parts = (part if isinstance(part, str) else "…" for part in phrase)
        return " ".join("".join(parts).split())

    return [
        Labels(
            said(one.question.label) or one.header,
            {choice.value: said(choice.label) or choice.value for choice in one.question.choices},
            one.question.kind == "select_multiple",
        )
        for one in columns
    ]


def _language(definition: Definition) -> str:
    """The form's language that is the window's: "es", "Español (es)"; else its own default."""
    wanted = current()
    for language in definition.languages:
        if language == wanted or f"({wanted})" in language:
            return language
    return definition.default_language
