"""Founding a project: who, a passphrase, and two papers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.jobs import Jobs
from app.views.pages.papers import laptop_paper, project_paper
from app.views.pages.papers_step import Owner, PapersStep
from app.views.pages.unshown import on_paper
from app.views.pages.who_step import PassphraseStep, WhoStep
from app.views.pages.wizard import Wizard

if TYPE_CHECKING:
    from app.models.commands.membership import Created


class CreateWizard(Wizard):
    """Three steps; the project exists once the passphrase is given, and is entered once the papers
    are shown to be readable."""

    def __init__(self, jobs: Jobs, home: Path, parent: QWidget | None = None) -> None:
        self.who = WhoStep(founding=True)
        self.passphrase = PassphraseStep()
        self.papers = PapersStep(jobs=jobs)
        self._home = home
        self._created: Created | None = None
        super().__init__(jobs, [self.who, self.passphrase, self.papers], parent)
        self.papers.turned.connect(self.retranslate)

    def leave_step(self, at: int) -> None:
        if at == 1:
            who = self.who
            self.run(
                _create, self._home, who.project.text(), who.person.text(), self.passphrase.take(),
                who.initials.text(), who.country.currentData(), done=self._made,
            )  # fmt: skip
        elif at == 2 and self._created is not None:
            self.run(on_paper, self._created.project, done=self.finished.emit)
        else:
            self.passphrase.know(self.who.project.text(), self.who.person.text())
            super().leave_step(at)

    def _made(self, created: Created) -> None:
        self._created = created
        self.papers.take_papers(
            laptop_paper(created.laptop_code),
            project_paper(created.project_code),
            owner=Owner(self.who.project.text().strip(), self.who.person.text().strip()),
        )
        self.show_step(2, no_way_back=True)


def _create(
    home: Path, name: str, person: str, passphrase: str, label: str, country: str
) -> Created:
    from app.models.commands.membership import create_project

    return create_project(home, name, person, passphrase, label.strip(), country)
