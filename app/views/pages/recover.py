"""When something is lost: a passphrase, which this laptop's paper replaces, or every laptop of the
project, which its own paper and its share bring back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.i18n import _
from app.jobs import Jobs
from app.views import files
from app.views.pages.papers import laptop_paper
from app.views.pages.papers_step import Owner, PapersStep
from app.views.pages.unshown import on_paper
from app.views.pages.who_step import PassphraseStep, WhoStep
from app.views.pages.wizard import Step, Wizard
from app.views.theme import TIGHT
from app.views.widgets.parts import button, label

if TYPE_CHECKING:
    from app.models.commands.membership import Created
    from app.models.project import Project


class CodeStep(Step):
    """Asks for the code on this laptop's paper."""

    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = label
        self.code = QLineEdit(self)
        self._caption, self._hint = self.add_line(self.code)
        self.retranslate()

    def title(self) -> str:
        return _("A new passphrase for {label}").format(label=self._label)

    def check(self) -> str:
        return "" if self.code.text().strip() else _("Type the code from this laptop's paper.")

    def retranslate(self) -> None:
        self._caption.setText(_("&Code on this laptop's paper"))
        self._hint.setText(_("It begins with the letter L; hyphens and capitals do not matter."))
        self._hint.show()


class RecoverWizard(Wizard):
    """Two steps: the code, and the new passphrase; then the project opens."""

    def __init__(
        self, jobs: Jobs, home: Path, folder: Path, label: str, parent: QWidget | None = None
    ) -> None:
        self.code = CodeStep(label)
        self.passphrase = PassphraseStep()
        self._home = home
        self._folder = folder
        self._label = label
        super().__init__(jobs, [self.code, self.passphrase], parent)

    def leave_step(self, at: int) -> None:
        if at == 0:
            # A mistyped group is told before anybody thinks of a new passphrase.
            self.run(_check, self._folder, self.code.code.text(), done=self._checked)
        else:
            self.run(
                _recover, self._folder, self._home, self.code.code.text(), self._label,
                self.passphrase.take(), done=self.finished.emit,
            )  # fmt: skip

    def _checked(self, _nothing: None) -> None:
        self.show_step(1)


class ShareStep(Step):
    """Asks for the code on the project's paper and the folder its share lies in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._advice = label("body", self)
        self.column.addWidget(self._advice)
        self.code = QLineEdit(self)
        self._code_caption, self._code_hint = self.add_line(self.code)
        self.place = QLineEdit(self)
        row = QWidget(self)
        inner = QHBoxLayout(row)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(TIGHT)
        self._choose = button(row, "plain", "folder", self.choose)
        inner.addWidget(self.place, 1)
        inner.addWidget(self._choose)
        self._place_caption, self._place_hint = self.add_line(row, self.place)
        self.retranslate()

    def title(self) -> str:
        return _("Recover a project")

    def check(self) -> str:
        if not self.code.text().strip():
            return _("Type the code from the project's paper.")
        return "" if self.place.text().strip() else _("Say where the share is: a folder.")

    def choose(self) -> None:
        """Ask the system for the folder."""
        folder = files.to_choose(self, _("The share"))
        if folder is not None:
            self.place.setText(str(folder))
            self.place.setFocus()

    def retranslate(self) -> None:
        self._advice.setText(
            _("For when no coordinator's laptop is left. The project's paper and its share make "
              "this laptop a coordinator's; what was never synced is not there.")
        )  # fmt: skip
        self._code_caption.setText(_("&Code on the project's paper"))
        self._code_hint.setText(
            _("It begins with the letter P; hyphens and capitals do not matter.")
        )
        self._code_hint.show()
        self._place_caption.setText(_("&Folder of the share"))
        self._place_hint.setText(_("A stick or a shared folder the laptops synced with."))
        self._place_hint.show()
        self._choose.setText(_("Choose…"))


class RecoverProjectWizard(Wizard):
    """Paper and share, who sits here, a passphrase, and this laptop's own paper; then a first sync
    brings everything."""

    def __init__(self, jobs: Jobs, home: Path, parent: QWidget | None = None) -> None:
        self.share = ShareStep()
        self.who = WhoStep(founding=False)
        self.passphrase = PassphraseStep()
        self.papers = PapersStep(jobs=jobs)
        self._home = home
        self._made: Created | None = None
        super().__init__(jobs, [self.share, self.who, self.passphrase, self.papers], parent)
        self.papers.turned.connect(self.retranslate)

    def leave_step(self, at: int) -> None:
        share, who = self.share, self.who
        if at == 0:
            self.run(_check_share, share.place.text().strip(), share.code.text(), done=self._found)
        elif at == 1:
            self.passphrase.know(who.person.text())
            super().leave_step(at)
        elif at == 2:
            self.run(
                _recover_project, self._home, share.place.text().strip(), share.code.text(),
                who.person.text(), self.passphrase.take(), who.initials.text().strip(),
                done=self._recovered,
            )  # fmt: skip
        elif self._made is not None:
            self.run(on_paper, self._made.project, done=self.finished.emit)

    def _found(self, _nothing: None) -> None:
        self.show_step(1)

    def _recovered(self, made: Created) -> None:
        self._made = made
        self.share.code.clear()
        self.papers.take_papers(
            laptop_paper(made.laptop_code),
            owner=Owner(person=self.who.person.text().strip()),
        )
        self.show_step(3, no_way_back=True)


def _check_share(place: str, code: str) -> None:
    """Raise KipuError unless there is a share whose project the code opens."""
    from app.models.commands import membership, syncing

    membership.open_paper(syncing.read_share(place, code), code)


def _recover_project(
    home: Path, place: str, code: str, person: str, passphrase: str, label: str
) -> Created:
    from app.models.commands import membership, syncing

    share = syncing.read_share(place, code)
    made = membership.recover_project(home, share, code, person, passphrase, label)
    syncing.sync(made.project, place)
    return made


def _check(folder: Path, code: str) -> None:
    """Raise KipuError unless the code opens this laptop."""
    from app.models.vault import Vault

    Vault.open(folder).unlock_with_code(code)


def _recover(folder: Path, home: Path, code: str, label: str, passphrase: str) -> Project:
    from app.models.project import open_project
    from app.models.vault import Unlocked, Vault

    def unlock(vault: Vault) -> Unlocked:
        return vault.reset_with_code(code, label, passphrase)

    return open_project(folder, home, unlock)
