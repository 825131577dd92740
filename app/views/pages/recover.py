"""A lost passphrase: this laptop's paper gives a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import _
from app.jobs import Jobs
from app.views.pages.who_step import PassphraseStep
from app.views.pages.wizard import Step, Wizard

if TYPE_CHECKING:
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
