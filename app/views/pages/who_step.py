"""The steps that ask who sits here and for a passphrase, shared by all first-run pages."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import _, lazy, ngettext
from app.models.country import COUNTRIES
from app.models.strength import estimate
from app.views.pages.wizard import Step
from app.views.theme import mark
from app.views.widgets.parts import Dropdown, label
from app.views.widgets.passphrase import PassphraseField

SHORTEST = 8
_MINUTES, _DAYS, _GOOD = 6.5, 10.0, 14.5
"""Guesses as powers of ten: five minutes, a week, and five hundred years of `GUESSES_A_SECOND`."""
_REASONS = {
    "name": lazy("A name from here is among the first things tried."),
    "keyboard": lazy("Neighbouring keys are among the first things tried."),
    "sequence": lazy("Letters or numbers in their order are among the first things tried."),
    "repeat": lazy("Repeating something adds nearly nothing."),
    "date": lazy("Years and dates are quickly tried through."),
    "common": lazy("It has one of the commonest words of all."),
}


class WhoStep(Step):
    """Asks for a name, the initials that will be readable on this laptop, and the project's name
    where one is founded."""

    def __init__(self, founding: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._founding = founding
        self.project = QLineEdit(self)
        self.person = QLineEdit(self)
        self.initials = QLineEdit(self)
        self.initials.setMaxLength(24)
        if founding:
            self._project_caption, self._project_hint = self.add_line(self.project)
        else:
            self.project.hide()
        self._person_caption, self._person_hint = self.add_line(self.person)
        self._initials_caption, self._initials_hint = self.add_line(self.initials)
        self.country = Dropdown(self)
        if founding:
            self._country_caption, self._country_hint = self.add_line(self.country)
        else:
            self.country.hide()
        self._own_initials = False
        self.person.textEdited.connect(self._offer)
        self.initials.textEdited.connect(self._chosen)
        self.retranslate()

    def title(self) -> str:
        return _("Create a project") if self._founding else _("Join a project")

    def check(self) -> str:
        if self._founding and not self.project.text().strip():
            return _("Give the project a name.")
        if not self.person.text().strip():
            return _("Say who you are.")
        if not self.initials.text().strip():
            return _("Choose the letters that stand for you.")
        return ""

    def retranslate(self) -> None:
        if self._founding:
            self._project_caption.setText(_("Name of the &project"))
            self._project_hint.setText(_("Only members can read it; it is sealed like the rest."))
            self._project_hint.show()
            self._offer_countries()
        self._person_caption.setText(_("&Your name"))
        self._person_hint.setText(_("It stands beside what you change, for members only."))
        self._person_hint.show()
        self._initials_caption.setText(_("Your &initials"))
        self._initials_hint.setText(
            _("The only words anyone can read before unlocking; they need not be your own.")
        )
        self._initials_hint.show()

    def _offer_countries(self) -> None:
        chosen = max(self.country.currentIndex(), 0)
        self.country.clear()
        for code, one in COUNTRIES.items():
            self.country.addItem(str(one.label), code)
        self.country.setCurrentIndex(chosen)
        self.country.setAccessibleName(_("Country"))
        self._country_caption.setText(_("&Country"))
        self._country_hint.setText(_("Decides the words for places, decimals, dates and paper."))
        self._country_hint.show()

    def _offer(self, name: str) -> None:
        if not self._own_initials:
            self.initials.setText("".join(word[0] for word in name.split()[:3]).upper())

    def _chosen(self, typed: str) -> None:
        self._own_initials = bool(typed)


class PassphraseStep(Step):
    """Asks for a new passphrase twice and says honestly what it is worth."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: tuple[str, ...] = ()
        self._advice = label("body", self)
        self.column.addWidget(self._advice)
        self.first = PassphraseField(self)
        self._first_caption, self.worth = self.add_line(self.first, self.first.line)
        self.second = PassphraseField(self)
        self._second_caption, _hint = self.add_line(self.second, self.second.line)
        self.first.line.textChanged.connect(self._judge)
        self.retranslate()

    def title(self) -> str:
        return _("Your passphrase")

    def check(self) -> str:
        typed = self.first.line.text()
        if len(typed.strip()) < SHORTEST:
            text = ngettext(
                "It needs at least {count} character.",
                "It needs at least {count} characters.",
                SHORTEST,
            )
            return text.format(count=SHORTEST)
        if typed != self.second.line.text():
            return _("The two are not the same. Type it once more.")
        return ""

    def know(self, *names: str) -> None:
        """Take note of names that make a passphrase easy to guess."""
        self._known = names
        self._judge(self.first.line.text())

    def take(self) -> str:
        """Return the passphrase and forget it."""
        self.second.take()
        return self.first.take()

    def retranslate(self) -> None:
        self._advice.setText(
            _("Four or five words that have nothing to do with each other are easy to remember "
              "and hard to guess. Nobody can look it up for you.")
        )  # fmt: skip
        self._first_caption.setText(_("&Passphrase"))
        self._second_caption.setText(_("The same &again"))
        self.first.line.setAccessibleName(_("Passphrase"))
        self.second.line.setAccessibleName(_("The same again"))
        self._judge(self.first.line.text())

    def _judge(self, typed: str) -> None:
        self.worth.setText(strength(typed, self._known))
        self.worth.setVisible(bool(typed))
        mark(self.worth, type="caption")


def strength(typed: str, known: Sequence[str] = ()) -> str:
    """Return in words what a passphrase is worth and why; no meter pretends to know more.

    ``known`` are names a thief would try: of the person, of the project.
    """
    if len(typed.strip()) < SHORTEST:
        return _("Too short yet.")
    found = estimate(typed, known)
    said = _worth(found.digits)
    reason = next((str(text) for kind, text in _REASONS.items() if kind in found.found), "")
    return f"{said} {reason}" if reason and found.digits < _GOOD else said


def _worth(digits: float) -> str:
    """Say how long whoever guesses needs, for a power of ten of guesses."""
    if digits < _MINUTES:
        return _("Weak: a machine guesses this in minutes.")
    if digits < _DAYS:
        return _("Weak: a machine guesses this in a few days.")
    if digits < _GOOD:
        return _("Fair: it holds off a thief, not somebody with time. Another word makes it good.")
    return _("Good, as long as it is no saying, song or name somebody knows of you.")
