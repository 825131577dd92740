"""A new recovery paper for this laptop: when the old one is lost, read by others, or never made."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.models import practice
from app.models.project import Project
from app.views.desk import Desk
from app.views.language import Retranslated
from app.views.pages.papers import laptop_paper
from app.views.pages.papers_step import Owner, PapersStep
from app.views.widgets.parts import button, label
from app.views.widgets.section import Section


class NewPaper(Retranslated, Section):
    """Asks twice, shows the new code to copy, and has two of its groups typed back."""

    confirmed = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked = False
        self.step: PapersStep | None = None
        self._message = label("refused", self)
        self._message.hide()
        self._go = button(self, "plain", "key", self.go_on)
        self.column.addWidget(self._message)
        self.add_row().addWidget(self._go)
        self.retranslate()

    def go_on(self) -> None:
        """Take the next step: ask again, make the code, ask it back, finish."""
        if self.step is not None:
            self._finish(self.step)
        elif self._asked:
            self._desk.ask(_new_code, on_done=self._made, on_error=self.failed.emit)
        else:
            self._asked = True
            self._tell(_("The paper you have now will open nothing any more."))
        self.retranslate()

    def retranslate(self) -> None:
        self.say(
            _("This laptop's paper"),
            _("If it was lost, read by others or never copied, make a new one."),
        )
        if self.step is not None:
            self._go.setText(self.step.next_word())
        else:
            self._go.setText(_("Make it now") if self._asked else _("New paper…"))

    def _made(self, made: tuple[str, Owner]) -> None:
        code, owner = made
        self._message.hide()
        self.step = PapersStep(self, jobs=self._desk.jobs)
        self.step.take_papers(laptop_paper(code), owner=owner)
        self.step.turned.connect(self.retranslate)
        self.step.entered.connect(self.go_on)
        self.column.insertWidget(2, self.step)
        self.retranslate()

    def _finish(self, step: PapersStep) -> None:
        if not step.press():
            return
        if problem := step.check():
            self._tell(problem)
            return
        self._message.hide()
        self.step, self._asked = None, False
        step.hide()
        step.deleteLater()
        self.confirmed.emit()

    def _tell(self, text: str) -> None:
        self._message.setText(text)
        self._message.show()


def _new_code(project: Project) -> tuple[str, Owner]:
    owner = Owner(project.name, project.person.name, practice.is_practice(project))
    return project.vault.new_recovery_code(project.data_key), owner
