"""Rows of an interview for the gallery: is there another, which is to go, the tree of the outline."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.forms import Definition, Session, from_file
from app.jobs import Jobs
from app.views.interview_session import SessionInterview
from app.views.pages.form import FormPage

_FORM: Final = """
| survey | | | | | | |
| | type | name | label | relevant | repeat_count | appearance |
| | begin group | home | Hogar | | | |
| | text | head | ¿Quién responde por el hogar? | | | |
| | begin repeat | member | Integrante | | | |
| | text | name | ¿Cómo se llama? Solo el nombre. | | | |
| | integer | age | ¿Cuántos años cumplidos tiene? | | | |
| | select_one yn | studies | ¿Asiste a un centro educativo? | ${age} < 25 | | |
| | end repeat | | | | | |
| | end group | | | | | |
| | begin group | nights | Noches | | | field-list |
| | begin repeat | night | Noche | | 3 | |
| | text | heard | ¿Qué se oyó esa noche? | | | |
| | end repeat | | | | | |
| | end group | | | | | |
| | text | story | ¿Quiere añadir algo? | | | |
| choices | | | | | | |
| | list_name | name | label | | | |
| | yn | 1 | Sí | | | |
| | yn | 2 | No | | | |
| settings | | | | | | |
| | form_id | form_title | version | | | |
| | hogar_filas | Seguridad en el hogar | 1 | | | |
"""
_PEOPLE: Final = (("Rosa", 44, None), ("Luis", 19, "1"), ("Inés", 12, None))


@cache
def _form() -> Definition:
    return from_file(_FORM.encode(), "hogar.md")


def _page(at: str, rows: int = len(_PEOPLE)) -> tuple[FormPage, QWidget]:
    from app.views.gallery import framed

    answers: dict[str, Any] = {"/home/head": "Rosa", "/home/member": rows}
    for number, (name, age, studies) in enumerate(_PEOPLE[:rows], 1):
        row = f"/home/member[{number}]"
        answers |= {f"{row}/name": name, f"{row}/age": age, f"{row}/studies": studies}
    page = FormPage(SessionInterview(Session(_form(), answers)), "ARJ-L2-014 · Curaray", at)
    return page, framed(page, "surveys")


def rows(jobs: Jobs) -> QWidget:
    del jobs
    return _page("/home/member")[1]


def first(jobs: Jobs) -> QWidget:
    del jobs
    return _page("/home/member", rows=0)[1]


def removing(jobs: Jobs) -> QWidget:
    del jobs
    page, frame = _page("/home/member")
    _press_delete(page)
    return frame


def removed(jobs: Jobs) -> QWidget:
    del jobs
    page, frame = _page("/home/member")
    _press_delete(page)
    _press_delete(page)
    return frame


def tree(jobs: Jobs) -> QWidget:
    del jobs
    page, frame = _page("/home/member[2]/age")
    page.toggle_outline()
    return frame


def one_page(jobs: Jobs) -> QWidget:
    del jobs
    return _page("/nights/night[1]/heard")[1]


def _press_delete(page: FormPage) -> None:
    key, none = Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(page, QKeyEvent(QEvent.Type.KeyPress, key, none))


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "interview-rows": rows,
    "interview-rows-first": first,
    "interview-rows-remove": removing,
    "interview-rows-removed": removed,
    "interview-rows-tree": tree,
    "interview-rows-page": one_page,
}
