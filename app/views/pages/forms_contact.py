"""What questionnaires ask of whoever sits here: how to reach them, and where the laptop is today."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.i18n import _
from app.models.commands import contact
from app.models.project import Project
from app.views.desk import Desk
from app.views.interview import written
from app.views.language import Retranslated
from app.views.widgets.parts import button
from app.views.widgets.section import Section

Told = tuple[str, str, str]
"""Email, telephone, and the place of today."""


class ContactSection(Retranslated, Section):
    """Email and telephone of the person, and the place of the laptop, kept with one button."""

    kept = Signal()
    failed = Signal(object)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self.email, self.phone, self.place = (QLineEdit(self) for _at in range(3))
        self._captions = [self.add_field(line)[0] for line in (self.email, self.phone, self.place)]
        for caption in self._captions:
            caption.setWordWrap(True)
        self.place.setPlaceholderText("-1.4924 -78.0024")
        row = self.add_row()
        self._keep = button(self, "plain", "check", self.keep)
        row.addWidget(self._keep)
        self.retranslate()

    def ask(self) -> None:
        """Read anew what is known."""
        self._desk.ask(told, on_done=self._show, on_error=self.failed.emit)

    def keep(self) -> None:
        """Keep what stands in the lines."""
        self._desk.ask(
            tell, (self.email.text(), self.phone.text(), self.place.text()),
            on_done=self._kept, on_error=self.failed.emit,
        )  # fmt: skip

    def retranslate(self) -> None:
        self.say(
            _("You, in questionnaires"),
            _("Some questionnaires ask who interviews, and where. It stays on this laptop and "
              "goes only into those that ask for it."),
        )  # fmt: skip
        words = (
            _("Your email"),
            _("Your telephone"),
            _("Where this laptop is today"),
        )
        for caption, line, said in zip(
            self._captions, (self.email, self.phone, self.place), words, strict=True
        ):
            caption.setText(said)
            line.setAccessibleName(said)
        self.place.setAccessibleDescription(_("Latitude and longitude, such as -1.4924 -78.0024"))
        self.place.setToolTip(_("Latitude and longitude, such as -1.4924 -78.0024"))
        self._keep.setText(_("Keep them"))

    def _show(self, found: Told) -> None:
        email, phone, place = found
        self.email.setText(email)
        self.phone.setText(phone)
        self.place.setText(written("geopoint", place))

    def _kept(self, found: Told) -> None:
        self._show(found)
        self.kept.emit()


def told(project: Project) -> Told:
    """Return what is known of whoever sits here."""
    known = contact.of(project)
    return known.email, known.phone, contact.position(project)


def tell(project: Project, given: Told) -> Told:
    """Keep all three. Raises KipuError, and keeps none, for what is no address, number or point."""
    email, phone, place = given
    point = contact.read_point(place)
    contact.tell(project, email, phone)
    contact.stand(project, point)
    return told(project)
