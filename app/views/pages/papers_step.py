"""The recovery codes: shown once, copied by hand or printed, and confirmed by typing some back.

They are on no disk and in no clipboard; what is not on paper after this page is lost. A printed one
goes from memory to the printer: a file on the very laptop it opens would be worth nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from app import log
from app.errors import KipuError
from app.i18n import _
from app.jobs import Jobs
from app.models.vocabulary import crockford
from app.views.faults import told
from app.views.pages.papers import Paper, paper_card
from app.views.pages.wizard import Step
from app.views.theme import HALF, NEAR, mark, theme
from app.views.widgets.parts import button, label

if TYPE_CHECKING:
    from app.views.printing import PrintPreview


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose papers they are, as it stands on a printed one."""

    project: str = ""
    person: str = ""
    practice: bool = False


class PapersStep(Step):
    """Shows codes to copy or print, then asks for two groups of each, chosen by chance."""

    turned = Signal()
    """The codes came back: title and buttons say something else."""

    def __init__(self, parent: QWidget | None = None, *, jobs: Jobs | None = None) -> None:
        """Without ``jobs``, which make the sheet, codes can only be copied by hand."""
        super().__init__(parent)
        self._jobs = jobs
        self._owner = Owner()
        self.preview: PrintPreview | None = None
        self._printing: list[QPushButton] = []
        self._papers: list[Paper] = []
        self._asked: list[tuple[Paper, int, QLineEdit]] = []
        self._copying = True
        self._advice = label("body", self)
        self.column.addWidget(self._advice)
        self._codes = QWidget(self)
        self._codes_grid = QGridLayout(self._codes)
        self._codes_grid.setContentsMargins(0, 0, 0, 0)
        self._codes_grid.setSpacing(HALF)
        self._typing = QWidget(self)
        self._typing_grid = QGridLayout(self._typing)
        self._typing_grid.setContentsMargins(0, 0, 0, 0)
        self._typing_grid.setSpacing(NEAR)
        self._typing.hide()
        self._again = button(self, "link", "show", self.show_codes)
        self._again.hide()
        for part in (self._codes, self._typing, self._again):
            self.column.addWidget(part)
        self.retranslate()

    def take_papers(self, *papers: Paper, owner: Owner | None = None) -> None:
        """Show these papers."""
        self._papers = list(papers)
        self._owner = owner or Owner()
        for at, paper in enumerate(papers):
            card = paper_card(paper, self._codes)
            self._codes_grid.addWidget(card, at, 0)
            if self._jobs is not None:
                self._add_printing(paper, card)
        self._make_questions()
        self.show_codes()

    def title(self) -> str:
        return _("Copy by hand or print") if self._copying else _("Type from the paper")

    def next_word(self) -> str:
        return _("I have copied it") if self._copying else _("Finish")

    def press(self) -> bool:
        if self._copying:
            self.ask_back()
            return False
        return True

    def check(self) -> str:
        for paper, group, edit in self._asked:
            if not crockford.confirm(paper.code, {group: edit.text()}):
                edit.setFocus()
                return _("Group {group} of “{paper}” is not what stands in the code.").format(
                    group=group, paper=paper.name
                )
        return ""

    def show_codes(self) -> None:
        """Show the codes to copy."""
        self._turn(copying=True)
        self.turned.emit()

    def ask_back(self) -> None:
        """Hide the codes and ask for some of their groups."""
        self._turn(copying=False)
        self._asked[0][2].setFocus()

    def asked(self) -> list[tuple[str, int, QLineEdit]]:
        """Return which groups are asked for: the paper's name, the group, and its field."""
        return [(str(paper.name), group, edit) for paper, group, edit in self._asked]

    def take_focus(self) -> None:
        if not self._copying:
            self._asked[0][2].setFocus()

    # -- printing -------------------------------------------------------------------------------

    def print_paper(self, paper: Paper) -> None:
        """Make the sheet in memory and show it as it will lie on paper."""
        if self._jobs is None:
            return
        for one in self._printing:
            one.setEnabled(False)
        shown = partial(self._preview, paper)
        self._jobs.run(_sheet, paper, self._owner, on_done=shown, on_error=self._unprintable)

    def _add_printing(self, paper: Paper, card: QFrame) -> None:
        made = button(card, "plain", "export", partial(self.print_paper, paper))
        made.setText(_("Print…"))
        made.setAccessibleName(_("Print: {paper}").format(paper=paper.name))
        self._printing.append(made)
        grid = card.layout()
        assert isinstance(grid, QGridLayout)
        grid.addWidget(made, 0, 3, Qt.AlignmentFlag.AlignRight)

    def _preview(self, paper: Paper, pdf: bytes) -> None:
        # Qt's PDF parts are loaded only by whoever prints.
        from app.views.printing import PrintPreview

        self._printable()
        if self.preview is None:
            self.preview = PrintPreview(self)
            self.preview.setMinimumHeight(theme().row() * 12)
            self.preview.closed.connect(self.show_codes)
            self.column.addWidget(self.preview)
            self._order(self.preview)
        self.preview.show_document(pdf, str(paper.name))
        self._codes.hide()
        # The wizard goes on with the main button of the page.
        mark(self.preview.print_button, kind="plain")
        self.preview.show()
        self.preview.print_button.setFocus()

    def _order(self, shown: PrintPreview) -> None:
        """Let Tab reach the sheet, made last, where it stands: before the button that goes on."""
        for before, after in pairwise((self._printing[-1], *shown.in_order())):
            QWidget.setTabOrder(before, after)

    def _unprintable(self, error: BaseException) -> None:
        self._printable()
        if not isinstance(error, KipuError):
            log.report_fault(error)
        self._advice.setText(told(error)[1])

    def _printable(self) -> None:
        for one in self._printing:
            one.setEnabled(True)

    def retranslate(self) -> None:
        self._advice.setText(
            _("Copy each code onto a paper of its own, of two colours if you can, or print it. No "
              "file and no photograph: they are shown only now.")
            if self._copying
            else _("Two groups of each, as a proof that the papers can be read.")
        )  # fmt: skip
        self._again.setText(_("Show the codes again"))

    def _turn(self, copying: bool) -> None:
        self._copying = copying
        if self.preview is not None:
            self.preview.forget()
            self.preview.hide()
        self._codes.setVisible(copying)
        self._typing.setVisible(not copying)
        self._again.setVisible(not copying)
        self.retranslate()

    def _make_questions(self) -> None:
        for paper in self._papers:
            for group in crockford.groups_to_confirm():
                caption, edit = QLabel(self._typing), QLineEdit(self._typing)
                edit.setMaxLength(7)
                text = _("{paper}, group {group}").format(paper=paper.name, group=group)
                caption.setText(text)
                caption.setBuddy(edit)
                edit.setAccessibleName(text)
                edit.returnPressed.connect(self.entered)
                row = len(self._asked)
                self._typing_grid.addWidget(caption, row, 0)
                self._typing_grid.addWidget(edit, row, 1)
                self._asked.append((paper, group, edit))


def _sheet(paper: Paper, owner: Owner) -> bytes:
    """The paper as a PDF in memory; runs in the worker."""
    from app.i18n import current
    from app.reports.documents import recovery_paper_pdf
    from app.reports.documents.content import Letterhead, RecoveryPaper, Setting

    head = Letterhead(project=owner.project)
    setting = Setting(letterhead=head, language=current(), practice=owner.practice)
    return recovery_paper_pdf(
        RecoveryPaper(
            setting=setting,
            person=owner.person,
            codes=(paper.code,),
            meanings=(f"{paper.name}: {paper.use}",),
            made=date.today(),
        )
    )
