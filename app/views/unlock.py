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
    QVBoxLayout,
    QWidget,
)

from app import i18n
from app.i18n import _
from app.models.practice import PASSPHRASE, WORD
from app.views import icons
from app.views.language import NAMES, Retranslated, speak
from app.views.theme import FAR, HALF, NEAR, TIGHT, WIDE, mark, theme
from app.views.widgets.page import scrolled
from app.views.widgets.parts import Dropdown, button, label
from app.views.widgets.passphrase import PassphraseField, PersonButton
from app.views.widgets.practice_band import PracticeWord

_BUTTONS_UP_TO = 8
_COLUMNS = 4


class UnlockPage(Retranslated, QWidget):
    """Choose yourself by the label you picked, type your passphrase, Enter."""

    unlock_asked = Signal(str, str)
    """The label chosen and the passphrase typed."""
    create_asked = Signal()
    join_asked = Signal()
    practise_asked = Signal()
    project_lost = Signal()
    """Every laptop is lost: bring the project back from its share and its paper."""
    recover_asked = Signal(str)
    """The label chosen, to open with a recovery code."""
    language_chosen = Signal(str)

    def __init__(
        self,
        labels: Sequence[str],
        parent: QWidget | None = None,
        *,
        projects: Sequence[int] = (),
        practice: int | None = None,
        switching: int | None = None,
        beginning: bool = False,
    ) -> None:
        """``labels`` are the words each person picked; with none, only beginning is offered.

        ``projects`` says for each label which project it belongs to, 0 being the first: names of
        projects are sealed, so several are told apart by their number. ``practice`` is the number
        of the practice project, ``switching`` that of the project in which somebody else takes the
        seat, so that the people come before the passphrase. ``beginning`` puts the doors to another
        project first."""
        super().__init__(parent)
        self._labels = tuple(labels)
        self._projects = tuple(projects) or (0,) * len(self._labels)
        self._practice = practice
        self._switching = switching
        self._beginning = beginning
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
        for door in (self._create, self._join, self._practise, self._all_lost):
            door.setEnabled(True)
        self._message.setText(sentence)
        self._message.show()
        if wait_s > 0:
            self._left = wait_s
            self._open.setEnabled(False)
            self._tick.start()
            self._count_down(0)
        self._passphrase.line.setFocus()

    def wait(self, sentence: str) -> None:
        """Say what is being made; meanwhile nothing can be pressed."""
        self._promise.setText(sentence)
        for door in (self._create, self._join, self._practise, self._all_lost, self._open):
            door.setEnabled(False)

    def take_focus(self) -> None:
        """Put the cursor into the passphrase, or on creating a project when nobody is here yet."""
        chosen = self._people.checkedButton()
        if self._beginning:
            self._create.setFocus()
        elif self._switching is not None and chosen is not None:
            chosen.setFocus()
        else:
            (self._passphrase.line if self._labels else self._create).setFocus()

    def is_practice(self) -> bool:
        """Whether whoever is chosen sits at the practice project."""
        return (
            self._practice is not None and bool(self._labels) and (self.project() == self._practice)
        )

    def message(self) -> str:
        """Return the refusal on show, empty when there is none."""
        return "" if self._message.isHidden() else self._message.text()

    def retranslate(self) -> None:
        if self._labels:
            self._who.setText(self._asked())
            self._caption.setText(_("&Passphrase"))
        else:
            self._who.setText(_("There is no project on this laptop yet."))
        self._open.setText(_("Unlock"))
        self._lost.setText(_("I lost my passphrase"))
        self._create.setText(_("Create a project"))
        self._join.setText(_("Join a project"))
        self._practise.setText(_("Practise"))
        self._practise.setToolTip(_("Made-up data to try everything with; nothing can go wrong."))
        self._all_lost.setText(_("Every laptop is lost: recover the project"))
        self._open_words.setText(
            _(
                "Practice has no secrets: the passphrase is “{passphrase}”; just press Enter."
            ).format(passphrase=PASSPHRASE)
        )
        self._passphrase.line.setAccessibleName(_("Passphrase"))
        promise = _("Everything here is encrypted. Without a passphrase nobody reads it.")
        self._promise.setText(promise)
        if self._box is not None:
            self._box.setAccessibleName(_("Who are you?"))
            for at, text in enumerate(self._labels):
                self._box.setItemText(at, self._told_apart(at, text))
        for number, caption in self._groups:
            if number != self._practice:
                caption.setText(_("Project {number}").format(number=number + 1))
        for person in self._people.buttons():
            shown = self._told_apart(self._people.id(person), person.text().strip())
            person.setAccessibleName(_("I am {label}").format(label=shown))

    def _asked(self) -> str:
        if self._beginning:
            return _("Unlock a project of yours here, or create or join another below.")
        return _("Who are you?") if self._switching is None else _("Who sits here now?")

    # -- making --------------------------------------------------------------------------------

    def _build(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        inner = QWidget(self)
        middle = QVBoxLayout(inner)
        middle.setContentsMargins(FAR, WIDE, FAR, WIDE)
        middle.addLayout(self._make_tongues(inner))
        middle.addStretch(2)
        # Stretches, not an alignment: an aligned card would be as high as at full width.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._make_card(inner))
        row.addStretch(1)
        middle.addLayout(row)
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
        self._open_words = label("hint", card)
        self._message = label("refused", card)
        self._message.hide()
        self._open = button(card, "main", "lock", self._try)
        self._lost = button(card, "link", on_click=self._recover)
        self._promise = label("caption", card)
        for part in (self._caption, self._passphrase, self._open_words, self._message, self._open,
                     self._lost):  # fmt: skip
            column.addWidget(part)
            part.setVisible(bool(self._labels) and part is not self._message)
        self._fit_practice()
        column.addWidget(self._promise)
        return card

    def _make_people(self, card: QFrame, column: QVBoxLayout) -> None:
        if len(self._labels) > _BUTTONS_UP_TO:
            self._box = Dropdown(card)
            self._box.addItems(self._labels)
            self._box.currentIndexChanged.connect(self._fit_practice)
            column.addWidget(self._box)
            return
        real = {number for number in self._projects if number != self._practice}
        for number in sorted(set(self._projects)):
            if number == self._practice:
                column.addWidget(PracticeWord(card))
            elif len(real) > 1:
                caption = label("caption", card)
                self._groups.append((number, caption))
                column.addWidget(caption)
            column.addLayout(self._make_group(card, number))
        first = self._projects.index(self._switching) if self._switching in self._projects else 0
        if self._people.buttons():
            self._people.buttons()[first].setChecked(True)
        self._people.buttonToggled.connect(self._fit_practice)

    def _make_group(self, card: QFrame, number: int) -> QGridLayout:
        grid = QGridLayout()
        grid.setSpacing(NEAR)
        here = [at for at, project in enumerate(self._projects) if project == number]
        for place, at in enumerate(here):
            person = PersonButton(card)
            person.clicked.connect(self._chosen)
            person.setText(f" {self._labels[at]}")
            person.setCheckable(True)
            self._people.addButton(person, at)
            grid.addWidget(person, place // _COLUMNS, place % _COLUMNS)
        return grid

    def _told_apart(self, at: int, text: str) -> str:
        if self._projects[at] == self._practice:
            return f"{text} · {WORD}"
        if len({one for one in self._projects if one != self._practice}) < 2:
            return text
        number = self._projects[at] + 1
        return _("{label} · project {number}").format(label=text, number=number)

    def _make_doors(self, parent: QWidget) -> QVBoxLayout:
        doors = QVBoxLayout()
        doors.setContentsMargins(0, NEAR, 0, 0)
        doors.setSpacing(TIGHT)
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        row.addStretch(1)
        self._create = button(parent, "plain", "plus", self.create_asked.emit)
        self._join = button(parent, "plain", "key", self.join_asked.emit)
        self._practise = button(parent, "plain", "edit", self.practise_asked.emit)
        for door in (self._create, self._join, self._practise):
            row.addWidget(door)
        self._practise.setVisible(self._practice is None)
        row.addStretch(1)
        doors.addLayout(row)
        self._all_lost = button(parent, "link", "", self.project_lost.emit)
        doors.addWidget(self._all_lost, 0, Qt.AlignmentFlag.AlignHCenter)
        return doors

    # -- doing ---------------------------------------------------------------------------------

    def _chosen(self) -> None:
        self._passphrase.line.setFocus()

    def _try(self) -> None:
        if not self._open.isEnabled():
            return
        typed = self._passphrase.take()
        if self.is_practice():
            typed = typed or PASSPHRASE
        if not typed:
            self.refuse(_("Type your passphrase."))
            return
        self._message.hide()
        self._busy(True)
        self.unlock_asked.emit(self.person(), typed)

    def _fit_practice(self, *_changed: object) -> None:
        """The practice project says its passphrase, and has no paper to ask for."""
        self._open_words.setVisible(self.is_practice())
        self._lost.setVisible(bool(self._labels) and not self.is_practice())

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
