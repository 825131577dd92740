"""What questions are answered with: one module a family, and `answer_for`, which picks the control.

A wish of the form that makes no sense at a desk, or a kind nobody knows, gets the plain control of
its kind, so that every question can be answered.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from app.views.answering.choosing import select_answer
from app.views.answering.dates import date_answer
from app.views.answering.drawing import DrawnAnswer
from app.views.answering.lines import line_answer
from app.views.answering.points import PointAnswer, PointsAnswer
from app.views.answering.ranges import range_answer
from app.views.answering.ranking import RankAnswer
from app.views.answering.uploads import UploadAnswer
from app.views.interview import FileBench, Question
from app.views.widgets.answers import Answer, NothingToAnswer

_DRAWN: Final = frozenset({"signature", "draw", "annotate"})


def answer_for(
    question: Question, parent: QWidget | None = None, files: FileBench | None = None
) -> Answer:
    """Return the control that fits a question's kind and appearance.

    ``files`` keeps the files people answer with and reads the form's own; without it such a
    question says that it cannot be answered here.
    """
    match question.kind:
        case "note":
            return NothingToAnswer(parent)
        case "select_one" | "select_multiple":
            return select_answer(question, parent, files)
        case "rank":
            return RankAnswer(question, parent)
        case "range":
            return range_answer(question, parent)
        case "date":
            return date_answer(question, parent)
        case "geopoint":
            return PointAnswer(question, parent)
        case "geotrace" | "geoshape":
            return PointsAnswer(question, parent)
        case "upload" if _DRAWN & question.wishes:
            return DrawnAnswer(question, parent, files)
        case "upload":
            return UploadAnswer(question, parent, files)
        case _:
            return line_answer(question, parent)
