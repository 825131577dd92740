"""What a form says to people: labels, hints and messages, in each of its languages.

A text may quote answers (``output``), so it is a row of pieces, and it is put together only when
someone looks at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from app.forms.formula import Formula
from app.forms.places import Reach
from app.forms.xpath.context import Context
from app.forms.xpath.errors import XPathError

Phrase: TypeAlias = tuple[str | Formula, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """A text in every language that has it; ``""`` is the text that knows no language.

    ``forms`` holds its other readings by name (``guidance``, ``short``), each again by language.
    """

    phrases: Mapping[str, Phrase] = field(default_factory=dict)
    forms: Mapping[str, Mapping[str, Phrase]] = field(default_factory=dict)

    def phrase(self, language: str, fallback: str, form: str = "") -> Phrase:
        """Return the text in ``language``, else in ``fallback``, else in whichever there is."""
        phrases = self.forms.get(form, {}) if form else self.phrases
        for wanted in (language, fallback, ""):
            if wanted in phrases:
                return phrases[wanted]
        return next(iter(phrases.values()), ())

    def reads(self) -> Reach:
        """Return the places whose answers the text quotes, as ``Formula.reads`` does."""
        found: Reach = {}
        for phrases in (self.phrases, *self.forms.values()):
            for phrase in phrases.values():
                for part in phrase:
                    for place, depth in part.reads.items() if isinstance(part, Formula) else ():
                        found[place] = min(found.get(place, depth), depth)
        return found

    def __bool__(self) -> bool:
        return bool(self.phrases)


NO_WORDS = Words()


def spoken(phrase: Phrase, context: Context) -> str:
    """Put a text together, quoting the answers as they are now."""
    return "".join([_quoted(part, context) for part in phrase]).strip()


def _quoted(part: str | Formula, context: Context) -> str:
    if isinstance(part, str):
        return part
    try:
        return part.text(context)
    except XPathError:
        # The question must be readable even if what it quotes cannot be worked out.
        return "…"
