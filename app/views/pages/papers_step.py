"""The recovery codes: shown once, copied by hand, and confirmed by typing some of it back.

They are on no disk and in no clipboard; what is not on paper after this page is lost.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QWidget

from app.i18n import Text, _, lazy
from app.models.vocabulary import crockford
from app.views import icons
from app.views.pages.wizard import Step
from app.views.theme import HALF, NEAR, TIGHT, Role, mark, theme
from app.views.widgets.parts import button, label


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: its code, what it is called, what it opens and the colour it is written on."""

    code: str
    name: Text
    use: Text
    icon: str
    role: Role


def laptop_paper(code: str) -> Paper:
    """The paper that opens this laptop when a passphrase is lost."""
    return Paper(
        code,
        lazy("This laptop's paper"),
        lazy("Opens this laptop when a passphrase is lost. Keep it where the laptop is not."),
        "device",
        "info",
    )


def project_paper(code: str) -> Paper:
    """The paper that makes a new coordinator when all laptops are lost."""
    return Paper(
        code,
        lazy("The project's paper"),
        lazy("Reads everything, when every coordinator's laptop is lost. Keep it locked away."),
        "key",
        "warning",
    )


class PapersStep(Step):
    """Shows codes to copy, then asks for two groups of each, chosen by chance."""

    turned = Signal()
    """The codes came back: title and buttons say something else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
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

    def take_papers(self, *papers: Paper) -> None:
        """Show these papers."""
        self._papers = list(papers)
        for at, paper in enumerate(papers):
            self._codes_grid.addWidget(_card(paper, self._codes), at, 0)
        self._make_questions()
        self.show_codes()

    def title(self) -> str:
        return _("Copy by hand") if self._copying else _("Type from the paper")

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

    def retranslate(self) -> None:
        self._advice.setText(
            _("Copy each code onto a paper of its own, of two colours if you can. No file and no "
              "photograph: they are shown only now.")
            if self._copying
            else _("Two groups of each, as a proof that the papers can be read.")
        )  # fmt: skip
        self._again.setText(_("Show the codes again"))

    def _turn(self, copying: bool) -> None:
        self._copying = copying
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


def _card(paper: Paper, parent: QWidget) -> QFrame:
    """A paper: its name and use, and the code in numbered groups, large."""
    card = QFrame(parent)
    mark(card, kind="banner", state=paper.role)
    grid = QGridLayout(card)
    grid.setContentsMargins(HALF, NEAR, HALF, NEAR)
    grid.setSpacing(TIGHT)
    head = QHBoxLayout()
    picture, name = QLabel(card), label("section", card)
    icons.put(picture, paper.icon, paper.role, 20)
    name.setText(str(paper.name))
    head.addWidget(picture)
    head.addWidget(name, 1)
    grid.addLayout(head, 0, 0, 1, 4)
    use = label("body", card)
    use.setText(str(paper.use))
    grid.addWidget(use, 1, 0, 1, 4)
    letter, *groups = paper.code.split("-")
    for at, group in enumerate([letter, *groups]):
        # The first cell is the letter that tells the papers apart.
        text = f"{group}" if not at else f"{at}  {group}"
        grid.addWidget(_group(text, card), 2 + at // 4, at % 4)
    card.setAccessibleName(str(paper.name))
    return card


def _group(text: str, parent: QWidget) -> QLabel:
    made = label("question", parent, wrap=False)
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(theme().px("question"))
    made.setFont(font)
    made.setText(text)
    made.setAlignment(Qt.AlignmentFlag.AlignLeft)
    made.setAccessibleName(" ".join(text))
    return made
