"""Beginning on a laptop that wants to join: who, a passphrase, and this laptop's paper.

The request file, the words to compare and the grant come after: they are there at every unlock
until the laptop has joined.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.jobs import Jobs
from app.views.pages.papers import laptop_paper
from app.views.pages.papers_step import Owner, PapersStep
from app.views.pages.unshown import on_paper
from app.views.pages.who_step import PassphraseStep, WhoStep
from app.views.pages.wizard import Wizard

if TYPE_CHECKING:
    from app.models.commands.membership import Asked


class JoinWizard(Wizard):
    """Three steps, after which the laptop waits for its grant."""

    def __init__(self, jobs: Jobs, home: Path, parent: QWidget | None = None) -> None:
        self.who = WhoStep(founding=False)
        self.passphrase = PassphraseStep()
        self.papers = PapersStep(jobs=jobs)
        self._home = home
        self._asked: Asked | None = None
        super().__init__(jobs, [self.who, self.passphrase, self.papers], parent)
        self.papers.turned.connect(self.retranslate)

    def leave_step(self, at: int) -> None:
        if at == 1:
            who = self.who
            self.run(
                _ask, self._home, who.person.text(), self.passphrase.take(), who.initials.text(),
                done=self._made,
            )  # fmt: skip
        elif at == 2 and self._asked is not None:
            self.run(on_paper, self._asked.project, done=self.finished.emit)
        else:
            self.passphrase.know(self.who.person.text())
            super().leave_step(at)

    def _made(self, asked: Asked) -> None:
        self._asked = asked
        self.papers.take_papers(
            laptop_paper(asked.laptop_code), owner=Owner(person=self.who.person.text().strip())
        )
        self.show_step(2, no_way_back=True)


def _ask(home: Path, person: str, passphrase: str, label: str) -> Asked:
    from app.models.commands.membership import make_request

    return make_request(home, person, passphrase, label.strip())
