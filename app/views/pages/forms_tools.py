"""What can be done with questionnaires besides interviewing: try one, bring one, see what they
follow. Each opens as a panel."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.i18n import _
from app.models.queries.surveys import Form
from app.views import files
from app.views.desk import Desk
from app.views.language import Retranslated
from app.views.pages.forms_followed import FollowedPanel
from app.views.pages.forms_given import PicturePanel
from app.views.pages.forms_import import PATTERNS, ImportPanel
from app.views.pages.forms_panel import Panel
from app.views.pages.forms_reads import (
    Brought,
    Followed,
    GivenFile,
    Trial,
    followed,
    trial,
    trial_of,
)
from app.views.pages.forms_trial import TrialPanel
from app.views.pages.interviews_running import Preference
from app.views.widgets.flow import Flow
from app.views.widgets.parts import button


class FormTools(Retranslated, QWidget):
    """Three buttons, those that make sense here; what they open is handed on."""

    opened = Signal(object)
    """A `Panel` to show in the place of the lists."""
    taken = Signal()
    """A questionnaire came in."""
    try_asked = Signal()
    """Somebody wants to try the questionnaire that is chosen."""
    failed = Signal(object)

    def __init__(self, desk: Desk, preference: Preference, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._preference = preference
        self.trying = button(self, "plain", "play", self.try_asked.emit)
        self.importing = button(self, "plain", "import", self.choose)
        self.following = button(self, "plain", "outline", self.follow)
        row = Flow(self)
        for one in (self.trying, self.importing, self.following):
            row.addWidget(one)
            one.hide()
        self.retranslate()

    def retranslate(self) -> None:
        self.trying.setText(_("Try it"))
        self.trying.setToolTip(_("Go through the questionnaire; nothing is kept."))
        self.importing.setText(_("Import a questionnaire…"))
        self.following.setText(_("Followed things"))

    def allow(self, *, trying: bool, importing: bool, following: bool) -> None:
        """Show the buttons of what can be done here."""
        self.trying.setVisible(trying)
        self.importing.setVisible(importing)
        self.following.setVisible(following)
        self.setVisible(trying or importing or following)

    # -- opening -------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for a questionnaire's file and show what its check says."""
        pattern = _("Questionnaires ({pattern});;All files (*)").format(pattern=PATTERNS)
        path = files.to_open(self, _("Import a questionnaire"), pattern)
        if path is not None:
            panel = ImportPanel(self._desk, path, self)
            panel.taken.connect(self.taken)
            panel.tried.connect(self._try_brought)
            self.opened.emit(panel)

    def try_form(self, form: Form, space: bytes) -> None:
        """Open a form that is here for trying it."""
        self._desk.ask(trial, form, space, on_done=self._tried, on_error=self.failed.emit)

    def _try_brought(self, brought: Brought) -> None:
        self._desk.ask(trial_of, brought, on_done=self._tried, on_error=self.failed.emit)

    def _tried(self, found: Trial) -> None:
        self.opened.emit(TrialPanel(self._desk, found, self, whole=self._preference.whole))

    def follow(self) -> None:
        """Show the lists that questionnaires follow."""
        self._desk.ask(followed, on_done=self._followed, on_error=self.failed.emit)

    def _followed(self, found: list[Followed]) -> None:
        self.opened.emit(FollowedPanel(self._desk, found, self))

    def show_picture(self, file: GivenFile) -> None:
        """Show a picture given as an answer as large as there is room for."""
        self.opened.emit(PicturePanel(self._desk, file, self))


class Panels:
    """The panels that are open, the last on top; and where the cursor was before the first."""

    def __init__(self) -> None:
        self._open: list[Panel] = []
        self._before: QWidget | None = None

    def __bool__(self) -> bool:
        return bool(self._open)

    def top(self) -> Panel | None:
        """Return the one on show."""
        return self._open[-1] if self._open else None

    def push(self, panel: Panel, focused: QWidget | None) -> None:
        """Put one on top; ``focused`` is what has the cursor now."""
        if not self._open:
            self._before = focused
        self._open.append(panel)

    def pop(self) -> tuple[Panel, QWidget | None]:
        """Take the one on top away; with it, where the cursor belongs when it was the last."""
        panel = self._open.pop()
        before, self._before = (None, self._before) if self._open else (self._before, None)
        return panel, before
