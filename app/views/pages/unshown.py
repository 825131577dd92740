"""Recovery codes shown after all, when something came between making and showing them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.jobs import Jobs
from app.views.pages.papers import laptop_paper, project_paper
from app.views.pages.papers_step import PapersStep
from app.views.pages.wizard import Wizard

if TYPE_CHECKING:
    from app.models.project import Project

_PAPERS = {"recovery_code": laptop_paper, "project_recovery_code": project_paper}


class UnshownWizard(Wizard):
    """The one step of copying codes, before the project is entered."""

    def __init__(
        self,
        jobs: Jobs,
        project: Project,
        codes: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        self.papers = PapersStep(jobs=jobs)
        self._project = project
        super().__init__(jobs, [self.papers], parent)
        self.papers.turned.connect(self.retranslate)
        self.papers.take_papers(
            *(make(codes[name]) for name, make in _PAPERS.items() if name in codes)
        )
        self.show_step(0, no_way_back=True)

    def leave_step(self, at: int) -> None:
        self.run(on_paper, self._project, done=self.finished.emit)


def on_paper(project: Project) -> Project:
    """Note that the codes were copied; returns the project."""
    from app.models import papers

    papers.shown(project)
    return project
