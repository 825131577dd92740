"""The second step of erasing for good: what is lost, what is out of reach, why, and a word typed."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.models.commands.erasing import words_on_followed
from app.models.ledger import RecordKey, Touched
from app.views.desk import Desk
from app.views.faults import told
from app.views.language import Retranslated
from app.views.pages.erase_reads import Erasable, Loss, erasable, erase, loss, outcome
from app.views.theme import NEAR, TIGHT, mark
from app.views.widgets.flow import Flow
from app.views.widgets.parts import Banner, Dropdown, button, label

_NOTHING: Final = Loss(0, (), False)


class EraseStep(Retranslated, QWidget):
    """Asked for one record. Nothing is erased before its last button, and that one wants a word."""

    erased = Signal(str, bool)
    """What was done, as a sentence; and whether the whole record went."""
    dismissed = Signal()

    def __init__(self, desk: Desk, key: RecordKey, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._key = key
        self._found = Erasable("", (), _NOTHING)
        self._loss: Loss | None = None
        self._busy = False
        self.boxes: dict[str, QCheckBox] = {}
        self.banner = Banner(self)
        self._warning = label("refused", self)
        self._lost = label("body", self)
        self._beyond = label("hint", self)
        self.what, self._what = Dropdown(self), QLabel(self)
        self._fields = QWidget(self)
        self.reason, self._why = QLineEdit(self), QLabel(self)
        self.typed, self._word = QLineEdit(self), label("body", self)
        self.erase_button = button(self, "danger", "delete", self.erase)
        self.leave = button(self, "plain", "", self.dismissed.emit)
        self._lay_out()
        self._connect()
        self.retranslate()
        desk.ask(erasable, key, on_done=self._take, on_error=self._refuse)

    def take_focus(self) -> None:
        """Begin with what is to be erased."""
        self.what.setFocus()

    def as_text(self) -> str:
        """Return what the step says, for whoever cannot see it."""
        said = (self._warning, self._lost, self._beyond, self._word)
        return "\n".join(part.text() for part in said if part.text())

    def chosen(self) -> list[str]:
        """Return the fields that are ticked; none where the whole record is meant."""
        return [id_ for id_, box in self.boxes.items() if box.isChecked()] if self._some() else []

    def erase(self) -> None:
        """Do it, where the word stands typed."""
        if not self.erase_button.isEnabled():
            return
        self._busy = True
        self._fit()
        # What is erased does not come back by undo.
        self._desk.do(
            erase, self._key, self.chosen(), self.reason.text().strip(),
            on_done=self._done, on_error=self._refuse, remember=False,
        )  # fmt: skip

    # -- making --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, NEAR, NEAR)
        column.setSpacing(NEAR)
        for caption, part in (
            (self._what, self.what), (self._why, self.reason), (self._word, self.typed),
        ):  # fmt: skip
            caption.setBuddy(part)
            caption.setWordWrap(True)
        ticks = QVBoxLayout(self._fields)
        ticks.setContentsMargins(0, 0, 0, 0)
        ticks.setSpacing(TIGHT)
        for one in (self.banner, self._what, self.what, self._fields, self._warning, self._lost,
                    self._beyond, self._why, self.reason, self._word, self.typed):  # fmt: skip
            column.addWidget(one)
        buttons = Flow()
        buttons.addWidget(self.erase_button)
        buttons.addWidget(self.leave)
        column.addLayout(buttons)
        column.addStretch(1)
        mark(self, kind="clear")

    def _connect(self) -> None:
        self.what.activated.connect(self._ask)
        self.typed.textChanged.connect(self._fit)
        self.typed.returnPressed.connect(self.erase)

    def _some(self) -> bool:
        return bool(self.what.currentData())

    # -- what would go --------------------------------------------------------------------------

    def _take(self, found: Erasable) -> None:
        self._found, self._loss = found, found.whole
        for id_, text in found.fields:
            box = QCheckBox(self._fields)
            box.setText(text.replace("&", "&&"))
            box.toggled.connect(self._ask)
            self.boxes[id_] = box
            column = self._fields.layout()
            assert column is not None
            column.addWidget(box)
        self.retranslate()
        QTimer.singleShot(0, self, self._come_up)

    def _ask(self, _changed: object = None) -> None:
        """Read anew what would be lost, as it is chosen now."""
        self._loss = None
        fields = self.chosen()
        if self._some() and not fields:
            self._loss = _NOTHING
            self.retranslate()
            return
        self.retranslate()
        self._desk.ask(
            loss, self._key, fields, on_done=partial(self._outlook, fields), on_error=self._refuse
        )

    def _outlook(self, fields: list[str], found: Loss) -> None:
        if fields == self.chosen():
            self._loss = found
            self.retranslate()

    def _done(self, result: tuple[Loss, Touched]) -> None:
        taken, touched = result
        whole = not self._some()
        words = _("erasing “{title}”") if whole else _("erasing fields of “{title}”")
        records = frozenset(touched.records) if whole else frozenset()
        self._desk.erased.emit(words.format(title=self._found.title), records)
        self.erased.emit(outcome(taken), whole)

    def _refuse(self, error: BaseException) -> None:
        self._busy = False
        self._fit()
        self.banner.tell(*told(error))

    # -- what it says ---------------------------------------------------------------------------

    def retranslate(self) -> None:
        self._warning.setText(
            _("This cannot be undone: Undo does not bring it back, nor a backup.")
        )
        self._lost.setText(_lost(self._loss))
        self._beyond.setText(
            _("Out of Kipu's reach: paper, exported files, copies of backups kept elsewhere, and "
              "laptops that stay away. Ask for those one by one.")
        )  # fmt: skip
        self._what.setText(_("What is er&ased"))
        at = max(self.what.currentIndex(), 0)
        self.what.clear()
        self.what.addItem(_("Everything, with what belongs to it"), False)
        if self._found.fields:
            self.what.addItem(_("Only the fields ticked here"), True)
        self.what.setCurrentIndex(at)
        self._fields.setVisible(self._some())
        self._why.setText(_("&Reason: who asked, and when"))
        text = _("To erase it for good, type: {word}").format(word=_("erase"))
        self._word.setText(text)
        self.typed.setAccessibleName(text)
        self.erase_button.setText(_("Erase for good"))
        self.leave.setText(_("Leave it"))
        self._fit()

    def _fit(self, _typed: str = "") -> None:
        said = self.typed.text().strip().casefold() == _("erase").casefold()
        ready = self._loss is not None and self._loss.records > 0 and not self._busy
        self.erase_button.setEnabled(said and ready)

    def _come_up(self) -> None:
        """Show the step from its first line, in the sheet and in whatever the sheet scrolls in."""
        around = self.parentWidget()
        while around is not None:
            if isinstance(around, QScrollArea):
                for part in (self, self.what, self._what):
                    around.ensureWidgetVisible(part, 0, 0)
            around = around.parentWidget()


def _lost(found: Loss | None) -> str:
    if found is None:
        return _("One moment…")
    if not found.records:
        return _("Tick at least one field.")
    text = ngettext(
        "What was written in {count} record is lost; the history keeps who wrote something and "
        "when.",
        "What was written in {count} records is lost; the history keeps who wrote something and "
        "when.",
        found.records,
    ).format(count=found.records)
    text = " ".join([text, *words_on_followed(found.followed, found.kept)])
    if not found.left:
        return f"{text} {_('It never left this laptop.')}"
    if not found.laptops:
        return f"{text} {_('No other laptop reads this space.')}"
    more = ngettext(
        "It goes here at once, and from {laptops} as that laptop next syncs.",
        "It goes here at once, and from {laptops} as each next syncs.",
        len(found.laptops),
    )
    return f"{text} {more.format(laptops=', '.join(found.laptops))}"
