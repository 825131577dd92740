"""What a newcomer sees: the first steps of a project, and looking for what is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.jobs import Jobs
from app.models import own_forms
from app.settings import Settings
from app.views import samples_home
from app.views.facts import Facts, Place
from app.views.frame import Frame
from app.views.gallery_project import SampleDesk, office, sample_answers
from app.views.office import Office, find_records
from app.views.pages.home_reads import news
from app.views.project_reads import overview

_NOWHERE: Final = Path("sample")
_SPACES: Final = (
    Place(b"0" * 16, "Pastaza Segura", "coordinator", True),
    Place(b"1" * 16, "Arajuno", "coordinator", False),
)


_TYPED: Final = "zzz exportar todo"


def home_forms(jobs: Jobs) -> QWidget:
    """A project with a space and nothing to ask yet."""
    frame = Frame()
    answers: dict[Any, Any] = {news: replace(samples_home.fresh(), own=own_forms.OWN)}
    facts = Facts(True, "Pastaza Segura", "EG", True, _SPACES)
    Office(frame, SampleDesk(jobs, answers), Settings(_NOWHERE), facts, parent=frame).quiet()
    return frame


def project_forms(jobs: Jobs) -> QWidget:
    """The coordinator's page before any questionnaire is here."""
    found = replace(sample_answers()[overview], forms=(), laptops=())
    return office(jobs, "project", {overview: found, own_forms.missing: [*own_forms.OWN]})[0]


def finding_nothing(jobs: Jobs) -> QWidget:
    """Ctrl+K for something that is nowhere."""
    frame, _page = office(jobs, "home", {own_forms.missing: [], find_records: []})
    frame.resize(1366, 768)
    frame.palette_.open()
    frame.palette_.typed.setText(_TYPED)
    frame.palette_.search()
    return frame


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "home-forms": home_forms,
    "project-forms": project_forms,
    "find-nothing": finding_nothing,
}
