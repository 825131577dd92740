"""Interviews and home for the gallery: two open at once, a whole section, Kipu's own forms, roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.forms import Definition, Session, from_file
from app.jobs import Jobs
from app.models import own_forms
from app.models.drafts import Draft
from app.models.unsent import Unsent
from app.settings import Settings
from app.views import samples_desk, samples_home
from app.views.facts import Facts, Place
from app.views.frame import Frame
from app.views.gallery_project import SampleDesk
from app.views.office import Office
from app.views.pages.form import FormPage
from app.views.pages.home_reads import News, news
from app.views.pages.interviews import InterviewsPage
from app.views.pages.interviews_reads import Ready

_SPACE: Final = bytes(16)
_NOWHERE: Final = Path("sample")
_ANSWERED: Final = {
    "sector": "Curaray", "area": "rural", "adulto": "si", "acepta": "si", "sexo": "female",
    "edad": "30-44", "etnia": "indigenous", "nacionalidad": "kichwa", "pueblo": "amazonico",
    "discapacidad": "no", "residencia": "5mas", "personas": "6", "barrio_dia": "3",
}  # fmt: skip


@cache
def _household() -> Definition:
    return from_file(own_forms.read("hogar"), "hogar.md")


def _ready(number: int) -> Ready:
    session = Session(_household())
    for name, value in _ANSWERED.items():
        session.set(session.resolve(name), value)
    body = {"folio": f"ARJ-L2-{number:03d}", "survey": "", "at": "/percepcion/barrio_noche"}
    kept = samples_desk.NOON_MS
    return Ready(Draft(bytes([number]), "response", _SPACE, kept, kept, body), session, "Arajuno")


def _framed(page: QWidget, current: str = "surveys") -> QWidget:
    from app.views.gallery import framed

    return framed(page, current)


def household(jobs: Jobs) -> QWidget:
    return _framed(_page(jobs, 14))


def _page(jobs: Jobs, *numbers: int) -> InterviewsPage:
    page = InterviewsPage(samples_desk.interviewing(jobs))
    for number in numbers:
        page._open(_ready(number))
    return page


def two_open(jobs: Jobs) -> QWidget:
    return _framed(_page(jobs, 14, 11))


def list_open(jobs: Jobs) -> QWidget:
    page = _page(jobs, 14, 11)
    page.bring(None)
    return _framed(page)


def whole_section(jobs: Jobs) -> QWidget:
    page = _page(jobs, 14)
    _form(page).toggle_whole()
    return _framed(page)


def abandoning(jobs: Jobs) -> QWidget:
    page = _page(jobs, 14)
    _form(page).abandon()
    return _framed(page)


def _form(page: InterviewsPage) -> FormPage:
    form = page.interview()
    assert form is not None
    return form


def own(jobs: Jobs) -> QWidget:
    return _framed(InterviewsPage(samples_desk.interviewing(jobs, own=True)))


def _home(role: str, found: Callable[[], News], jobs: Jobs) -> QWidget:
    frame = Frame()
    own_space = () if role == "fresh" else (Place(_SPACE, "Arajuno", role, False),)
    is_coordinator = role in ("coordinator", "fresh")
    facts = Facts(
        True, "Pastaza Segura", "EG", is_coordinator,
        (Place(b"0" * 16, "Pastaza Segura", role, True), *own_space),
        Unsent(12), samples_desk.NOON_MS, 2 if is_coordinator else 0,
    )  # fmt: skip
    if role == "fresh":
        facts = replace(facts, unsent=Unsent(), last_sync_ms=None, waiting=0)
    answers: dict[Any, Any] = {news: found()}
    office = Office(frame, SampleDesk(jobs, answers), Settings(_NOWHERE), facts, parent=frame)
    office.quiet()
    return frame


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "household": household,
    "interviews-two": two_open,
    "interviews-open": list_open,
    "interview-section": whole_section,
    "interview-abandon": abandoning,
    "interviews-own": own,
    "home-facilitator": partial(_home, "facilitator", samples_home.facilitator),
    "home-secretary": partial(_home, "secretary", samples_home.secretary),
    "home-fresh": partial(_home, "fresh", samples_home.fresh),
}
