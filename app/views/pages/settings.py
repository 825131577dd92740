"""This laptop: who may sit here, how Kipu looks, and whether all is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app import i18n
from app.errors import KipuError
from app.i18n import _, lazy
from app.models import checking
from app.models.commands import people
from app.models.project import Project
from app.settings import BY_NAME, Choice, Number
from app.views.language import speak
from app.views.pages.forms_contact import ContactSection
from app.views.pages.handing_over import HandOver
from app.views.pages.new_paper import NewPaper
from app.views.pages.people_here import PeopleHere
from app.views.pages.who_step import strength
from app.views.shared import Shared
from app.views.theme import HALF, NEAR, theme
from app.views.widgets.flow import Beside
from app.views.widgets.page import Page, scrolled
from app.views.widgets.parts import Dropdown, Spin, button, label
from app.views.widgets.passphrase import PassphraseField
from app.views.widgets.section import Section

_TWO_COLUMNS: Final = 640
"""How wide the page must be for two columns at text size 1, in pixels."""


class SettingsPage(Page):
    """Persons, passphrase, appearance, and the checks."""

    def __init__(self, shared: Shared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shared = shared
        self._build()
        self.retranslate()

    def entered(self) -> None:
        self.people.ask()
        self.contact.ask()

    def take_focus(self) -> None:
        self._old.line.setFocus()

    def show_handing(self) -> None:
        """Bring the handing over of this laptop into view."""
        self.handing.take_focus()

    def seats(self) -> list[str]:
        """Return the persons of this laptop as they read."""
        return self.people.seats()

    # -- making ---------------------------------------------------------------------------------

    def _build(self) -> None:
        inner = QWidget(self)
        whole = QVBoxLayout(inner)
        whole.setContentsMargins(0, NEAR, 0, NEAR)
        whole.setSpacing(HALF)
        self._build_passphrase(inner)
        self.people = PeopleHere(self._shared.desk, inner)
        self.people.added.connect(self._added)
        self.people.removed.connect(self._removed)
        self.people.failed.connect(self.show_error)
        self.contact = ContactSection(self._shared.desk, inner)
        self.contact.kept.connect(self._contact_kept)
        self.contact.failed.connect(self.show_error)
        self._build_look(inner)
        self._build_checks(inner)
        self._paper = NewPaper(self._shared.desk, inner)
        self._paper.confirmed.connect(self._paper_made)
        self._paper.failed.connect(self.show_error)
        self.handing = HandOver(self._shared.desk, inner)
        self.handing.failed.connect(self.show_error)
        self.handing.wiped.connect(self._shared.ended)
        # Two columns of their own, so that a tall section leaves no hole beside it.
        columns = (
            (self._passphrase, self._look, self._checks),
            (self.people, self.contact, self._paper),
        )
        beside = Beside(inner, _TWO_COLUMNS)
        beside.row.setSpacing(HALF)
        for sections in columns:
            column = QVBoxLayout()
            column.setSpacing(HALF)
            for one in sections:
                column.addWidget(one)
            column.addStretch(1)
            beside.row.addLayout(column, 1)
        for part in (beside, self.handing):
            whole.addWidget(part)
        whole.addStretch(1)
        self.body.addWidget(scrolled(inner, self, grows=False), 1)

    def _build_passphrase(self, parent: QWidget) -> None:
        self._passphrase = section = Section(parent)
        self._old, self._new, self._same = (PassphraseField(section) for _at in range(3))
        self._captions = []
        for field in (self._old, self._new, self._same):
            caption, _field = section.add_field(field)
            caption.setBuddy(field.line)
            self._captions.append(caption)
        self._worth = label("caption", section)
        section.column.addWidget(self._worth)
        self._new.line.textChanged.connect(self._judge)
        row = section.add_row()
        self._change = button(section, "plain", "key", self.change_passphrase)
        row.addWidget(self._change)

    def _build_look(self, parent: QWidget) -> None:
        self._look = section = Section(parent)
        self._boxes: dict[str, Dropdown] = {}
        self._spins: dict[str, Spin] = {}
        self._look_captions = {}
        for id_ in ("language", "theme"):
            box = Dropdown(section)
            box.activated.connect(self._choose)
            self._boxes[id_] = box
            self._look_captions[id_], _box = section.add_field(box)
        for id_ in ("text_size", "auto_lock_minutes"):
            setting = BY_NAME[id_]
            assert isinstance(setting, Number)
            spin = Spin(section)
            spin.setRange(setting.least, setting.most)
            spin.setSingleStep(10 if id_ == "text_size" else 1)
            spin.setKeyboardTracking(False)
            spin.setValue(int(self._shared.settings.get(id_)))
            spin.valueChanged.connect(self._choose)
            self._spins[id_] = spin
            self._look_captions[id_], _spin = section.add_field(spin)

    def _build_checks(self, parent: QWidget) -> None:
        self._checks = section = Section(parent)
        row = section.add_row()
        self._verify = button(section, "plain", "done", self.verify)
        self._backup = button(section, "plain", "folder", self.back_up)
        row.addWidget(self._verify)
        row.addWidget(self._backup)
        self._result = label("body", section)
        self._result.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._result.hide()
        section.column.addWidget(self._result)

    # -- what it says ---------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.head(lazy("This laptop"), lazy("Who may sit here, how Kipu looks, and its checks."))
        self._passphrase.say(_("Your passphrase"))
        words = (_("The one you have"), _("The new one"), _("The new one again"))
        fields = (self._old, self._new, self._same)
        for caption, field, word in zip(self._captions, fields, words, strict=True):
            caption.setText(word)
            field.line.setAccessibleName(word)
        self._change.setText(_("Change it"))
        self._change.setAccessibleName(_("Change your passphrase"))
        self._look.say(_("Appearance and locking"))
        self._checks.say(
            _("Checks"), _("Everything kept is read anew and compared; a copy stays encrypted.")
        )
        self._verify.setText(_("Check everything"))
        self._backup.setText(_("Copy now"))
        self._say_settings()
        self._judge(self._new.line.text())

    def _say_settings(self) -> None:
        settings = self._shared.settings
        for id_, caption in self._look_captions.items():
            caption.setText(str(BY_NAME[id_].label))
        for id_, box in self._boxes.items():
            setting = BY_NAME[id_]
            assert isinstance(setting, Choice)
            box.clear()
            for code, text in setting.options.items():
                box.addItem(str(text), code)
            box.setCurrentIndex(max(box.findData(settings.get(id_)), 0))
            box.setAccessibleName(str(setting.label))
        for id_, spin in self._spins.items():
            number = BY_NAME[id_]
            assert isinstance(number, Number)
            spin.setSuffix(f" {number.unit}")
            spin.setAccessibleName(str(number.label))

    def _judge(self, typed: str) -> None:
        self._worth.setText(strength(typed))
        self._worth.setVisible(bool(typed))

    # -- what can be done -----------------------------------------------------------------------

    def change_passphrase(self) -> None:
        """Change the passphrase of whoever sits here."""
        old, new, same = (one.take() for one in (self._old, self._new, self._same))
        if new != same:
            self.banner.tell("warning", _("The two are not the same. Nothing was changed."))
            return
        self._shared.desk.ask(
            people.change_passphrase, old, new, on_done=self._changed, on_error=self.show_error
        )

    def _changed(self, _nothing: None) -> None:
        self.banner.tell("done", _("The passphrase is changed."))

    def _paper_made(self) -> None:
        self.banner.tell("done", _("The new paper opens this laptop; tear up the old one."))

    def _contact_kept(self) -> None:
        self.banner.tell("done", _("Kept: questionnaires that ask for it get it from now on."))

    def _added(self, label_: str) -> None:
        self.banner.tell("done", _("{label} can unlock now.").format(label=label_))

    def _removed(self, label_: str) -> None:
        self.banner.tell("done", _("{label} can no longer unlock.").format(label=label_))

    def verify(self) -> None:
        """Check the store, every signature and chain, and what follows from them."""
        self._tell(_("Checking…"))
        self._shared.desk.ask(checking.verify, on_done=self._verified, on_error=self.show_error)

    def _verified(self, problems: list[str]) -> None:
        self._tell("\n".join(problems) if problems else _("All is whole."))

    def back_up(self) -> None:
        """Make an encrypted copy now."""
        self._shared.desk.ask(Project.back_up, on_done=self._copied, on_error=self.show_error)

    def _copied(self, path: Path) -> None:
        self._tell(_("Copied to {file}.").format(file=path))

    def _tell(self, text: str) -> None:
        self._result.setText(text)
        self._result.show()

    def _choose(self, _value: int = 0) -> None:
        settings = self._shared.settings
        before = {id_: settings.get(id_) for id_ in BY_NAME}
        wanted: dict[str, str | int] = {id_: box.currentData() for id_, box in self._boxes.items()}
        wanted |= {id_: spin.value() for id_, spin in self._spins.items()}
        try:
            for id_, value in wanted.items():
                if value != before[id_]:
                    settings.set(id_, value)
        except KipuError as error:
            self.show_error(error)
        if wanted["language"] != before["language"]:
            speak(i18n.preferred(settings.language))
        if (wanted["theme"], wanted["text_size"]) != (before["theme"], before["text_size"]):
            theme().apply(settings.theme, settings.text_size / 100)  # type: ignore[arg-type]
