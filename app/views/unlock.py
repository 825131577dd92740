"""The first page anyone sees: who are you, and your passphrase.

It imports little on purpose: the time from starting Kipu to this page is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app import i18n
from app.i18n import _
from app.views import icons
from app.views.language import NAMES, Retranslated, speak
from app.views.theme import FAR, HALF, NEAR, TIGHT, WIDE, mark, theme
from app.views.widgets.page import scrolled
from app.views.widgets.parts import Dropdown, button, label, name, tool

_BUTTONS_UP_TO = 8
_COLUMNS = 4


class PassphraseField(Retranslated, QWidget):
    """A line for a passphrase that can be looked at for as long as the eye is held open."""

    entered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(TIGHT)
        self.line = QLineEdit(self)
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.returnPressed.connect(self.entered)
        self._eye = tool(self, "show")
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self._look)
        row.addWidget(self.line, 1)
        row.addWidget(self._eye)
        self.retranslate()

    def take(self) -> str:
        """Return what was typed and forget it."""
        typed = self.line.text()
        self.line.clear()
        return typed

    def retranslate(self) -> None:
        name(self._eye, _("Show what I type"))

    def _look(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.line.setEchoMode(mode)


class UnlockPage(Retranslated, QWidget):
    """Choose yourself by the label you picked, type your passphrase, Enter."""

    unlock_asked = Signal(str, str)
    """The label chosen and the passphrase typed."""
    create_asked = Signal()
    join_asked = Signal()
    recover_asked = Signal(str)
    """The label chosen, to open with a recovery code."""
    language_chosen = Signal(str)

    def __init__(
        self,
        labels: Sequence[str],
        parent: QWidget | None = None,
        *,
        projects: Sequence[int] = (),
    ) -> None:
        """``labels`` are the words each person picked; with none, only creating and joining are
        offered. ``projects`` says for each label which project it belongs to, 0 being the first:
        names of projects are sealed, so several are told apart by their number."""
        super().__init__(parent)
        self._labels = tuple(labels)
        self._projects = tuple(projects) or (0,) * len(self._labels)
        self._groups: list[tuple[int, QLabel]] = []
        self._people = QButtonGroup(self)
        self._box: QComboBox | None = None
        self._build()
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._count_down)
        self._left = 0
        self.retranslate()

    def person(self) -> str:
        """Return the label that is chosen, empty when there is nobody to choose."""
        if self._box is not None:
            return self._labels[self._box.currentIndex()]
        chosen = self._people.checkedButton()
        return chosen.text().strip() if chosen is not None else ""

    def project(self) -> int:
        """Return the number of the project of whoever is chosen, 0 being the first."""
        at = self._box.currentIndex() if self._box is not None else self._people.checkedId()
        return self._projects[at] if 0 <= at < len(self._projects) else 0

    def refuse(self, sentence: str, wait_s: int = 0) -> None:
        """Say why it did not open, and let nobody try again for ``wait_s`` seconds."""
        self._busy(False)
        self._message.setText(sentence)
        self._message.show()
        if wait_s > 0:
            self._left = wait_s
            self._open.setEnabled(False)
            self._tick.start()
            self._count_down(0)
        self._passphrase.line.setFocus()

    def take_focus(self) -> None:
        """Put the cursor into the passphrase, or on creating a project when nobody is here yet."""
        (self._passphrase.line if self._labels else self._create).setFocus()

    def message(self) -> str:
        """Return the refusal on show, empty when there is none."""
        return "" if self._message.isHidden() else self._message.text()

    def retranslate(self) -> None:
        if self._labels:
            self._who.setText(_("Who are you?"))
            self._caption.setText(_("&Passphrase"))
        else:
            self._who.setText(_("There is no project on this laptop yet."))
        self._open.setText(_("Unlock"))
        self._lost.setText(_("I lost my passphrase"))
        self._create.setText(_("Create a project"))
        self._join.setText(_("Join a project"))
        self._passphrase.line.setAccessibleName(_("Passphrase"))
        promise = _("Everything here is encrypted. Without a passphrase nobody reads it.")
        self._promise.setText(promise)
        if self._box is not None:
            self._box.setAccessibleName(_("Who are you?"))
            for at, text in enumerate(self._labels):
                self._box.setItemText(at, self._told_apart(at, text))
        for number, caption in self._groups:
            caption.setText(_("Project {number}").format(number=number + 1))
        for person in self._people.buttons():
            shown = self._told_apart(self._people.id(person), person.text().strip())
            person.setAccessibleName(_("I am {label}").format(label=shown))

    # -- making --------------------------------------------------------------------------------

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        inner = QWidget(self)
        middle = QVBoxLayout(inner)
        middle.setContentsMargins(FAR, WIDE, FAR, WIDE)
        middle.addLayout(self._make_tongues(inner))
        middle.addStretch(2)
        card = self._make_card(inner)
        middle.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addLayout(self._make_doors(inner))
        middle.addStretch(3)
        outer.addWidget(scrolled(inner, self))

    def _make_tongues(self, parent: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addStretch(1)
        for language in i18n.LANGUAGES:
            choice = button(parent, "link")
            choice.setText(NAMES[language])
            choice.clicked.connect(partial(self._speak, language))
            row.addWidget(choice)
        return row

    def _make_card(self, parent: QWidget) -> QFrame:
        card = QFrame(parent)
        mark(card, kind="card")
        card.setFixedWidth(round(min(420 * theme().scale, 680)))
        column = QVBoxLayout(card)
        column.setContentsMargins(FAR, FAR, FAR, FAR)
        column.setSpacing(HALF)
        brand = QHBoxLayout()
        brand.setSpacing(NEAR)
        mark_ = QLabel(card)
        icons.put(mark_, "kipu", "primary", 32)
        title = label("title", card, wrap=False)
        title.setText("Kipu")
        brand.addWidget(mark_)
        brand.addWidget(title)
        brand.addStretch(1)
        column.addLayout(brand)
        self._who = label("body", card)
        column.addWidget(self._who)
        self._make_people(card, column)
        self._caption = QLabel(card)
        self._passphrase = PassphraseField(card)
        self._passphrase.entered.connect(self._try)
        self._caption.setBuddy(self._passphrase.line)
        self._message = label("refused", card)
        self._message.hide()
        self._open = button(card, "main", "lock", self._try)
        self._lost = button(card, "link", on_click=self._recover)
        self._promise = label("caption", card)
        for part in (self._caption, self._passphrase, self._message, self._open, self._lost):
            column.addWidget(part)
            part.setVisible(bool(self._labels) and part is not self._message)
        column.addWidget(self._promise)
        return card

    def _make_people(self, card: QFrame, column: QVBoxLayout) -> None:
        if len(self._labels) > _BUTTONS_UP_TO:
            self._box = Dropdown(card)
            self._box.addItems(self._labels)
            column.addWidget(self._box)
            return
        for number in sorted(set(self._projects)):
            if number or len(set(self._projects)) > 1:
                caption = label("caption", card)
                self._groups.append((number, caption))
                column.addWidget(caption)
            column.addLayout(self._make_group(card, number))
        if self._people.buttons():
            self._people.buttons()[0].setChecked(True)

    def _make_group(self, card: QFrame, number: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(NEAR)
        here = [at for at, project in enumerate(self._projects) if project == number]
        for place, at in enumerate(here):
            person = button(card, "choice", "person", self._chosen)
            person.setText(f" {self._labels[at]}")
            person.setCheckable(True)
            self._people.addButton(person, at)
            grid.addWidget(person, place // _COLUMNS, place % _COLUMNS)
        return grid

    def _told_apart(self, at: int, text: str) -> str:
        if len(set(self._projects)) < 2:
            return text
        number = self._projects[at] + 1
        return _("{label} · project {number}").format(label=text, number=number)

    def _make_doors(self, parent: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, NEAR, 0, 0)
        row.addStretch(1)
        self._create = button(parent, "plain", "plus", self.create_asked.emit)
        self._join = button(parent, "plain", "key", self.join_asked.emit)
        row.addWidget(self._create)
        row.addWidget(self._join)
        row.addStretch(1)
        return row

    # -- doing ---------------------------------------------------------------------------------

    def _chosen(self) -> None:
        self._passphrase.line.setFocus()

    def _try(self) -> None:
        if not self._open.isEnabled():
            return
        typed = self._passphrase.take()
        if not typed:
            self.refuse(_("Type your passphrase."))
            return
        self._message.hide()
        self._busy(True)
        self.unlock_asked.emit(self.person(), typed)

    def _recover(self) -> None:
        self.recover_asked.emit(self.person())

    def _busy(self, busy: bool) -> None:
        self._open.setEnabled(not busy)
        self._passphrase.line.setReadOnly(busy)
        self._open.setText(_("Opening…") if busy else _("Unlock"))

    def _count_down(self, seconds: int = 1) -> None:
        self._left -= seconds
        if self._left > 0:
            self._open.setText(_("Wait {seconds} s").format(seconds=self._left))
            return
        self._tick.stop()
        self._busy(False)

    def _speak(self, language: i18n.Language) -> None:
        speak(language)
        self.language_chosen.emit(language)
