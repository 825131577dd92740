"""Real projects under the pages: three laptops of one parish, their desks, and a share between.

They are made once and copied; a test plays the person at the first laptop in the window, and the
others by plain commands.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtWidgets import QWidget

from app.jobs import Jobs
from app.models.commands import remotes, surveys, syncing
from app.models.project import Project
from app.models.queries import surveys as reading
from app.models.remotes import known
from app.views import interview_recording
from app.views.desk import Desk
from app.views.screenshots import settle
from tests.models.laptops import PARISH, Laptop, found, join, reopened

Page = TypeVar("Page", bound=QWidget)
COORDINATOR, FACILITATOR, SECRETARY = "l1", "l2", "l3"


@dataclass
class Office:
    """One laptop's project, open in the worker, and the desk pages reach it by."""

    desk: Desk
    jobs: Jobs

    def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """Run `function(project, *args)` in the worker and wait for what it returns."""
        got: list[Any] = []
        failed: list[BaseException] = []
        self.desk.ask(function, *args, on_done=got.append, on_error=failed.append)
        settle(self.jobs)
        if failed:
            raise failed[0]
        return got[0]

    def settle(self) -> None:
        """Let everything that was asked for happen."""
        settle(self.jobs)

    def close(self) -> None:
        """Put the project away, as the window does."""
        interview_recording.hush()
        self.run(Project.close)


def make_offices(folder: Path) -> Path:
    """Three closed laptops with the sample form and a synced share; returns their folder."""
    share = folder / "share"
    share.mkdir(parents=True)
    first = found(folder / COORDINATOR)
    form = (files("resources") / "forms" / "percepcion.md").read_bytes()
    surveys.import_form(first.project, form, "percepcion.md")
    second = join(first, folder / FACILITATOR, "Wilmer Andi", "facilitator")
    third = join(first, folder / SECRETARY, "Sara Tapuy", "secretary")
    syncing.found_share(first.project, str(share))
    for one in (first, second, third, first):
        syncing.sync(one.project, str(share))
    for one in (first, second, third):
        # Copies sync with their own share, and never again with the one all were copied with.
        (place,) = known.all_known(one.project)
        remotes.change(one.project, place, is_paused=True)
        one.close()
    return folder


def copy_offices(template: Path, folder: Path) -> Path:
    """The same, for one test to change."""
    return Path(shutil.copytree(template, folder))


def open_office(jobs: Jobs, home: Path) -> Office:
    """Open a laptop's project in the worker."""
    desk = Desk(jobs)
    opened: list[Project] = []
    jobs.run(reopened, home, on_done=opened.append)
    settle(jobs)
    desk.opened(opened[0])
    return Office(desk, jobs)


def put_on_show(
    qtbot: Any, office: Office, page: Page, width: int = 1200, height: int = 768
) -> Page:
    """Show a page as the window does, and let it read; returns the page."""
    qtbot.addWidget(page)
    page.resize(width, height)
    page.show()
    page.activateWindow()
    office.settle()
    return page


def only_place(project: Project, share: str) -> None:
    """Leave a share as the one place a project knows, and sync with it."""
    for one in known.all_known(project):
        remotes.remove(project, one)
    remotes.add(project, "office", remotes.place_from(remotes.Given(share)))
    syncing.sync(project)


def elsewhere(folder: Path, name: str = FACILITATOR) -> Laptop:
    """The other person's laptop, open in this thread."""
    home = folder / name
    return Laptop(home, reopened(home))


def respond(project: Project, **answers: str | int) -> str:
    """Fill the sample form and finish it; returns the folio."""
    from app.models import spaces

    form = reading.find_form(project, "percepcion")
    draft = surveys.start(project, form, spaces.find(project, PARISH).id)
    given = {"acepta": "si", "sexo": "mujer", "edad": 30, "de_noche": "poco", "victima": "no"}
    surveys.answer(project, draft, {**given, **answers})
    from app.models import drafts

    surveys.finish(project, drafts.require(project, draft.id))
    return str(draft.body["folio"])
