"""The survey engine: an XLSForm or XForm becomes a definition, a definition is filled in sessions.

It knows neither windows nor the store. ``from_file`` converts what a person brings,
``Definition.from_xform`` reads what the store kept, a ``Session`` takes the answers.
"""

from __future__ import annotations

from app.forms.answers import Answer, AnswerError, Given
from app.forms.columns import Column, columns
from app.forms.definition import Action, Choice, Definition, Group, Item, Question, Repeat
from app.forms.problems import FormError, Problem
from app.forms.session import Session
from app.forms.state import Completion, Entry, Outcome, Page, State
from app.forms.xlsform import KINDS, from_file

__all__ = [
    "KINDS",
    "Action",
    "Answer",
    "AnswerError",
    "Choice",
    "Column",
    "Completion",
    "Definition",
    "Entry",
    "FormError",
    "Given",
    "Group",
    "Item",
    "Outcome",
    "Page",
    "Problem",
    "Question",
    "Repeat",
    "Session",
    "State",
    "columns",
    "from_file",
]
