"""The two papers there are, and how one looks on the screen: codes in numbered groups, large."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QWidget

from app.i18n import Text, lazy
from app.views import icons
from app.views.theme import HALF, NEAR, TIGHT, Role, mark, theme
from app.views.widgets.parts import label


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


def paper_card(paper: Paper, parent: QWidget) -> QFrame:
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
    grid.addLayout(head, 0, 0, 1, 3)
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
