"""Which control a question with choices gets, by how many they are and by what the form wishes."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QPushButton, QWidget

from app.i18n import _
from app.views.answering.finding import FindAnswer
from app.views.answering.grids import (
    ChoiceColumns,
    ChoicePack,
    ColumnHeads,
    LabelledCells,
    Likert,
    TableCells,
    columns_wished,
)
from app.views.answering.keeping import bare, show_on
from app.views.answering.mapping import MapAnswer
from app.views.interview import FileBench, Question, heads_only
from app.views.theme import theme
from app.views.widgets.answers import Answer, ChoiceButtons, ChoiceRows

MOST_ROWS: Final = 100
"""Choices beyond which rows would take too long to make, and to look through."""
_FOUND: Final = frozenset({"minimal", "autocomplete", "autocomplete_chars", "search"})
_WIDEST_SCALE: Final = 11
_PICTURE: Final = 96


def select_answer(question: Question, parent: QWidget | None, files: FileBench | None) -> Answer:
    """Return the control for a question with choices."""
    wishes = question.wishes
    if heads_only(question.kind, question.appearance):
        return ColumnHeads(question, parent)
    if len(question.choices) > MOST_ROWS:
        return FindAnswer(question, parent, folds=bool(_FOUND & wishes))
    if _FOUND & wishes:
        return FindAnswer(question, parent, folds=True)
    made = _buttons(question, parent, files)
    if question.choice_media:
        _put_pictures(made, question, files)
    return made


def _buttons(question: Question, parent: QWidget | None, files: FileBench | None) -> ChoiceButtons:
    wishes = question.wishes
    few = 0 < len(question.choices) <= _WIDEST_SCALE
    if "list-nolabel" in wishes and few:
        return TableCells(question, parent)
    if "list" in wishes and few:
        return LabelledCells(question, parent)
    if "likert" in wishes and few:
        return Likert(question, parent)
    if "image-map" in wishes:
        return MapAnswer(question, parent, files)
    if wishes & {"columns-pack", "columns-flex", "horizontal-compact"}:
        return ChoicePack(question, parent)
    columns = columns_wished(question)
    return ChoiceColumns(question, columns, parent) if columns else ChoiceRows(question, parent)


def _put_pictures(answer: ChoiceButtons, question: Question, files: FileBench | None) -> None:
    size = round(_PICTURE * theme().scale)
    for code, row in answer.rows():
        media = question.choice_media.get(code, {})
        if media.get("image") or media.get("big-image"):
            show_on(files, media, row, size, partial(_put_picture, row, media.get("image", "")))


def _put_picture(row: QPushButton, reference: str, found: QPixmap | None) -> None:
    if found is None:
        missing = _("{choice} (picture that is not here: {file})")
        row.setToolTip(missing.format(choice=row.accessibleName(), file=bare(reference)))
        return
    row.setIcon(QIcon(found))
    row.setText(f"  {row.text()}")
    row.setIconSize(QSize(found.width(), found.height()))
