"""The ways in and out of a project, with made-up people: practice, somebody else's turn, a clock
that went back, a laptop handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.jobs import Jobs
from app.models.clock_question import Doubt
from app.models.handover import SpaceState, Standing
from app.views.frame import Frame
from app.views.gallery_project import SampleDesk, office, papers_wizard, sample_answers
from app.views.pages.clock import ClockPage
from app.views.pages.project import ProjectPage
from app.views.pages.recover import RecoverProjectWizard
from app.views.pages.settings import SettingsPage
from app.views.project_reads import overview
from app.views.unlock import UnlockPage

_NOWHERE: Final = Path("sample")
_NOON_MS: Final = 1_795_633_320_000
_CLEAR: Final = Standing(
    "L2",
    "Pastaza Segura",
    ("Rosa Tapuy", "Wilmer Andi"),
    (
        SpaceState("Pastaza Segura", "5b0f9a11c2d34e5f60718293a4b5c6d7", 61),
        SpaceState("Consejo Cantonal", "9f3c1d2e4b5a69788796a5b4c3d2e1f0", 214),
    ),
    482,
    "/media/usb/kipu",
    _NOON_MS,
)


def practice_entrance(jobs: Jobs) -> QWidget:
    del jobs
    page = UnlockPage(["EG", "RT", "AP", "LE"], projects=[0, 0, 1, 1], practice=1, switching=1)
    return _alone(page)


def first_start(jobs: Jobs) -> QWidget:
    del jobs
    return _alone(UnlockPage([]))


def practice(jobs: Jobs) -> QWidget:
    frame, _page = office(jobs, "home")
    frame.practice.show()
    return frame


def practice_thrown(jobs: Jobs) -> QWidget:
    frame, _page = office(jobs, "home")
    frame.practice.show()
    frame.practice.throw_away()
    return frame


def clock(jobs: Jobs) -> QWidget:
    found = Doubt("behind", _NOON_MS - 400 * 86_400_000, _NOON_MS)
    page = ClockPage(SampleDesk(jobs, sample_answers()), found)
    page.look_again()
    return _alone(page)


def handing_over(jobs: Jobs) -> QWidget:
    return _handing(jobs, _CLEAR)


def handing_over_pending(jobs: Jobs) -> QWidget:
    trouble = _(
        "{place} is not there: not connected, unplugged or moved. Your work is safe on this laptop."
    ).format(place="/media/usb/kipu")
    return _handing(
        jobs, replace(_CLEAR, unsent=12, drafts=2, sole_coordinator=True, trouble=trouble)
    )


def _handing(jobs: Jobs, found: Standing) -> QWidget:
    frame, page = office(jobs, "settings")
    assert isinstance(page, SettingsPage)
    page.handing._take(found)
    return frame


def roles(jobs: Jobs) -> QWidget:
    frame, page = office(jobs, "project")
    assert isinstance(page, ProjectPage)
    found = sample_answers()[overview]
    page._take(found)
    page.laptops.change(found.laptops[1])
    return frame


def papers_printed(jobs: Jobs) -> QWidget:
    frame, wizard = papers_wizard(jobs)
    wizard.papers.print_paper(wizard.papers._papers[0])
    return frame


def recover_project(jobs: Jobs) -> QWidget:
    return _alone(RecoverProjectWizard(jobs, _NOWHERE))


def _alone(page: QWidget) -> Frame:
    frame = Frame()
    frame.show_alone(page)
    return frame


PAGES: Final[dict[str, Callable[[Jobs], QWidget]]] = {
    "first-start": first_start,
    "unlock-practice": practice_entrance,
    "practice": practice,
    "practice-thrown": practice_thrown,
    "clock": clock,
    "handover": handing_over,
    "handover-pending": handing_over_pending,
    "project-roles": roles,
    "recover-project": recover_project,
    "papers-printed": papers_printed,
}
