"""What made-up households answer to Kipu's own questionnaire, for the practice project.

The questionnaire itself is asked what may be answered, so that the practice follows every change
of it and needs no second list of its questions.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from app.forms import Session

FORM: Final = "hogar"
FORM_ID: Final = "hogar_seguridad"
HOUSEHOLDS: Final = 8
DRAFTS: Final = (34, 12)
"""How many questions of each interview that waits to be gone on with are answered."""
_GIVEN: Final = {"sector": ("Centro", "La Playa", "Santa Clara"), "adulto": ("si",),
                 "acepta": ("si",), "personas": ("2", "3", "4", "5"),
                 "propuesta": ("Luces en el parque", "Rondas con los vecinos")}  # fmt: skip
"""What is no matter of chance, or is written rather than chosen."""
_UNSAID: Final = frozenset({"ns", "nr", "otro"})
_RARE: Final = 0.12
"""How often the answer to a question of yes or no is yes: most people suffered no crime."""


def answer(session: Session, chance: random.Random, most: int | None = None) -> int:
    """Answer the questions in their order, all or the first ``most``; returns how many were."""
    count = 0
    for path, question in session.definition.questions.items():
        if count == most:
            break
        if not question.asked or not session.is_relevant(path) or session.is_readonly(path):
            continue
        value = _value(session, path, chance)
        if value:
            session.set(path, value)
            count += 1
    return count


def _value(session: Session, path: str, chance: random.Random) -> str:
    given = _GIVEN.get(path.rsplit("/", 1)[-1])
    if given is not None:
        return chance.choice(given)
    codes = [code for code, _label in session.state(path).choices if code not in _UNSAID]
    if {"si", "no"} <= set(codes):
        return "si" if chance.random() < _RARE else "no"
    return chance.choice(codes) if codes else ""
