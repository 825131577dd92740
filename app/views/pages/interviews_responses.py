"""The responses: a list that searches, filters by an answer, opens one beside it, exports."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.models.commands import records as writing
from app.models.ledger import RecordKey
from app.models.queries.surveys import Form
from app.models.tables import Style
from app.views.desk import Desk
from app.views.faults import told
from app.views.language import Retranslated
from app.views.pages.erase_step import EraseStep
from app.views.pages.forms_export import ResponseExport, repeats_of
from app.views.pages.interviews_filter import ResponseFilter
from app.views.pages.interviews_reads import (
    Asked,
    Response,
    Responses,
    annul,
    export,
    response,
    responses,
)
from app.views.pages.interviews_response import ResponseView
from app.views.theme import HALF, NEAR, theme
from app.views.widgets.listing import ListState, PagedTable
from app.views.widgets.parts import Dropdown, clear, label, name
from app.views.widgets.sheet import SideSheet

_LEAST_ROWS: Final = 7


class ResponsesPanel(Retranslated, QWidget):
    """Responses of one form or of all."""

    failed = Signal(object)
    told = Signal(str, str)
    """State and sentence for the page's banner."""
    first_step = Signal()
    correct_asked = Signal(object, str)
    """The key of a response, and why it is corrected."""
    reading = Signal(bool)
    """A response is open beside the list, and wants the height of the page; or it was closed."""
    picture_asked = Signal(object)
    """A `GivenFile` to show larger."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._forms: Sequence[Form] = ()
        self._states: dict[str, ListState] = {}
        self._shown: Form | None = None
        self.list: PagedTable | None = None
        self._caption = label("section", self)
        self.form = Dropdown(self)
        self.asking = ResponseFilter(self)
        self.sheet = SideSheet(self)
        self.sheet.closed.connect(self._left_reading)
        self._lay_out()
        self.form.activated.connect(self._form_chosen)
        self.asking.changed.connect(self.filter)
        self.retranslate()

    # -- what is shown -------------------------------------------------------------------------

    def show_forms(self, forms: Sequence[Form]) -> None:
        """Take the forms there are, newest first, and read the list anew."""
        if list(forms) == list(self._forms) and self.list is not None:
            self.list.refresh()
            return
        chosen = self.chosen_form()
        self._forms = forms
        self.form.clear()
        for form in forms:
            self.form.addItem(f"{form.title or form.form_id} {form.version}".strip(), form)
        self.form.addItem(_("All questionnaires"), None)
        self.form.setCurrentIndex(forms.index(chosen) if chosen in forms else 0)
        self._form_chosen()

    def chosen_form(self) -> Form | None:
        found = self.form.currentData()
        return found if isinstance(found, Form) else None

    def filter(self) -> None:
        """Show only the responses for which every condition holds."""
        self._desk.ask(
            responses, self.chosen_form(), self.asking.written(),
            on_done=self._listed, on_error=self._not_listed,
        )  # fmt: skip

    def _not_listed(self, error: BaseException) -> None:
        """What was asked for last is no answer to its question: it is to be typed anew."""
        self.asking.take_back()
        self.failed.emit(error)

    def take_focus(self) -> None:
        """Put the cursor into the list."""
        if self.list is not None:
            self.list.take_focus()

    def _form_chosen(self, _at: int = 0) -> None:
        self.asking.forget()
        self.asking.ask_of(())
        self.sheet.dismiss()
        self.filter()

    def _listed(self, found: tuple[Responses, list[Asked]]) -> None:
        source, asked = found
        self.asking.ask_of(asked)
        typed = self.list.filter.text() if self.list is not None else ""
        self._remember()
        clear(self._room)
        self._shown = self.chosen_form()
        made = PagedTable(source, self._desk.jobs, "surveys", self)
        made.restore(self._states.get(self._name(), {}))
        made.opened.connect(self.open)
        made.export_asked.connect(self.ask_export)
        made.first_step.connect(self.first_step)
        made.failed.connect(self.failed)
        self.list = made
        self._room.addWidget(made)
        self._say_empty()
        made.filter.setText(typed)
        made.model.set_filter(typed)
        made.refresh()

    def _remember(self) -> None:
        if self.list is not None:
            self._states[self._name()] = self.list.state()

    def _name(self) -> str:
        return self._shown.form_id if self._shown is not None else ""

    # -- one response --------------------------------------------------------------------------

    def open(self, key: RecordKey) -> None:
        """Show a response beside the list."""
        self._desk.ask(response, key, on_done=self._opened, on_error=self.failed.emit)

    def _opened(self, found: Response) -> None:
        view = ResponseView(self._desk, found, self.sheet)
        view.correct_asked.connect(self.correct_asked)
        view.picture_asked.connect(self.picture_asked)
        view.told.connect(self.told)
        view.failed.connect(self.failed)
        view.annulled.connect(self._annul)
        view.deleted.connect(self._delete)
        view.erase_asked.connect(self.ask_erase)
        self.sheet.present(found.folio, view)
        self.reading.emit(True)
        for one in view.buttons()[:1]:
            one.setFocus()

    def _left_reading(self) -> None:
        self.reading.emit(False)
        self.take_focus()

    def _annul(self, key: RecordKey) -> None:
        self._desk.do(annul, key, on_done=self._settled, on_error=self.refused)

    def _delete(self, key: RecordKey) -> None:
        self._desk.do(writing.delete, key, on_done=self._settled, on_error=self.refused)

    def ask_erase(self, key: RecordKey, folio: str) -> None:
        """Show, in the place of the response, what erasing it for good means."""
        step = EraseStep(self._desk, key, self.sheet)
        step.dismissed.connect(partial(self.open, key))
        step.erased.connect(partial(self._erased, key))
        self.sheet.present(_("Erase for good: {title}").format(title=folio), step)
        step.take_focus()

    def _erased(self, key: RecordKey, text: str, whole: bool) -> None:
        if whole:
            self.sheet.dismiss()
        else:
            self.open(key)
        self.told.emit("done", text)

    def _settled(self, _touched: object) -> None:
        self.sheet.dismiss()

    def refused(self, error: BaseException) -> None:
        """Say beside the response why something was not done with it."""
        self.sheet.banner.tell(*told(error))

    # -- exporting -----------------------------------------------------------------------------

    def ask_export(self) -> None:
        """Ask how what is shown is to be written."""
        if self._shown is None:
            self.told.emit(
                "info", _("Choose one questionnaire first: each has columns of its own.")
            )
            return
        self._desk.ask(
            repeats_of, self._shown, on_done=self.exporting.offer, on_error=self.failed.emit
        )
        self.exporting.show()
        self.exporting.take_focus()

    def _leave_export(self) -> None:
        self.exporting.hide()
        self.take_focus()

    def _export_to(self, suffix: str, style: Style) -> None:
        """Ask where to, and write what is shown there."""
        form = self._shown
        file = ask_file(self, f"{form.form_id}{suffix}") if form is not None else ""
        if file and self.list is not None:
            self._desk.ask(
                export, form, file, self.list.model.filter, self.asking.written(), style,
                self.exporting.repeat(),
                on_done=self._exported, on_error=self.failed.emit,
            )  # fmt: skip

    def _exported(self, written: tuple[str, int]) -> None:
        self.exporting.hide()
        file, count = written
        text = ngettext("{count} response in {file}.", "{count} responses in {file}.", count)
        self.told.emit("done", text.format(count=count, file=file))

    # -- making --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(NEAR)
        bar.addWidget(self._caption, 1)
        self.form.setSizeAdjustPolicy(
            Dropdown.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.form.setMinimumContentsLength(12)
        bar.addWidget(self.form, 1)
        self.exporting = ResponseExport(self)
        self.exporting.hide()
        self.exporting.asked.connect(self._export_to)
        self.exporting.dismissed.connect(self._leave_export)
        self._room = QVBoxLayout()
        across = QHBoxLayout()
        across.setSpacing(HALF)
        across.addLayout(self._room, 1)
        across.addWidget(self.sheet)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        column.addLayout(bar)
        column.addWidget(self.asking)
        column.addWidget(self.exporting)
        column.addLayout(across, 1)
        theme().changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self.setMinimumHeight(theme().row() * _LEAST_ROWS)

    def retranslate(self) -> None:
        self._caption.setText(_("Responses"))
        name(self.form, _("Questionnaire of the responses"))
        self.form.setItemText(len(self._forms), _("All questionnaires"))
        self._say_empty()

    def _say_empty(self) -> None:
        if self.list is None:
            return
        if self.asking.wishes():
            self.list.say_when_empty(_("Nobody answered so."))
        else:
            self.list.say_when_empty(_("No finished interview yet."), _("Start an interview"))


def ask_file(parent: QWidget, suggested: str) -> str:
    """Ask for a file to write, a table; empty when the person thought better of it."""
    kinds = f"{_('Excel table')} (*.xlsx);;{_('Table as text')} (*.csv)"
    file, _kind = QFileDialog.getSaveFileName(parent, _("Export what is shown"), suggested, kinds)
    return file
