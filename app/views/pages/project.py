"""The coordinator's page: spaces, laptops, questionnaires, places."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from app.i18n import _, lazy, ngettext
from app.models import own_forms
from app.models.commands import membership
from app.models.ledger import Touched
from app.models.own_forms import OwnForm
from app.views import files
from app.views.pages.admit_strip import AdmitStrip
from app.views.pages.erasures_section import ErasuresSection
from app.views.pages.interviews_own import OwnForms
from app.views.pages.laptops import LaptopsSection
from app.views.pages.spaces_section import SpacesSection
from app.views.pages.waiting import Words
from app.views.project_reads import (
    Laptop,
    Overview,
    SpaceLine,
    Wanted,
    change_laptop,
    import_form,
    import_places,
    overview,
    read_request,
    rename_space,
)
from app.views.shared import Shared
from app.views.theme import HALF, NEAR
from app.views.widgets.page import Page, scrolled
from app.views.widgets.parts import button, label
from app.views.widgets.section import Section

_FORMS = "*.xlsx *.xls *.csv *.md *.xml"


class ProjectPage(Page):
    """What only a coordinator does."""

    def __init__(self, shared: Shared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shared = shared
        self._overview: Overview | None = None
        self._confirmed: Callable[[], object] | None = None
        self._build()
        self.acted.connect(self.choose_request)
        self.banner.acted.connect(self._confirm)
        shared.desk.changed.connect(self._changed)
        self.retranslate()

    def entered(self) -> None:
        self._ask()

    def take_focus(self) -> None:
        self._spaces.name.setFocus()

    def texts(self) -> dict[str, list[str]]:
        """Return the lists of the page as they read."""
        return {
            "spaces": self._spaces.lines.texts(),
            "laptops": self.laptops.texts(),
            "forms": self._form_lines.texts(),
            "erasures": self.erasures.texts(),
        }

    # -- making ---------------------------------------------------------------------------------

    def _build(self) -> None:
        inner = QWidget(self)
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, NEAR, 0, NEAR)
        grid.setSpacing(HALF)
        self.strip = AdmitStrip(self._shared.desk, inner)
        self.strip.admitted.connect(self._admitted)
        self.strip.failed.connect(self.show_error)
        self._build_spaces(inner)
        self._build_laptops(inner)
        self._build_forms(inner)
        self._build_places(inner)
        grid.addWidget(self.strip, 0, 0, 1, 2)
        grid.addWidget(self.laptops, 1, 0, 1, 2)
        grid.addWidget(self._spaces, 2, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._forms, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._places, 3, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.erasures = ErasuresSection(self._shared.desk, inner)
        grid.addWidget(self.erasures, 4, 0, 1, 2)
        grid.setRowStretch(5, 1)
        self.body.addWidget(scrolled(inner, self, grows=False), 1)

    def _build_spaces(self, parent: QWidget) -> None:
        self._spaces = SpacesSection(parent)
        self._spaces.added.connect(self._add_space)
        self._spaces.renamed.connect(self._rename_space)

    def _build_laptops(self, parent: QWidget) -> None:
        self.laptops = LaptopsSection(parent)
        self.laptops.lost.connect(self._ask_revoke)
        self.laptops.changed.connect(self._change_laptop)
        self._words_caption = label("caption", self.laptops)
        self._words = Words(self.laptops)
        self.laptops.column.addWidget(self._words_caption)
        self.laptops.column.addWidget(self._words)

    def _build_forms(self, parent: QWidget) -> None:
        self._forms = Section(parent)
        self._form_lines = self._forms.add_list()
        row = self._forms.add_row()
        self._form_import = button(self._forms, "plain", "import", self.choose_form)
        row.addWidget(self._form_import)
        self._form_problems = label("refused", self._forms)
        self._form_problems.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._form_problems.hide()
        self._forms.column.addWidget(self._form_problems)
        self.own = OwnForms(self._shared.desk, self._forms, inside=True)
        self.own.told.connect(self.banner.tell)
        self.own.failed.connect(self.show_error)
        self.own.ready.connect(self._ask)
        self._forms.column.addWidget(self.own)

    def _build_places(self, parent: QWidget) -> None:
        self._places = Section(parent)
        row = self._places.add_row()
        self._place_buttons: list[QPushButton] = []
        for name in ("ecuador", "panama"):
            made = button(self._places, "plain", "places", partial(self._take_places, name))
            made.setText(name.capitalize() if name == "ecuador" else "Panamá")
            row.addWidget(made)
            self._place_buttons.append(made)
        self._place_file = button(self._places, "plain", "import", self._choose_places)
        row.addWidget(self._place_file)

    # -- what it says ---------------------------------------------------------------------------

    def retranslate(self) -> None:
        self.head(
            lazy("Project"),
            lazy("Who takes part, in which spaces, and what is asked."),
            lazy("Admit a laptop…"),
        )
        self._words_caption.setText(_("The project's six words, to compare when one joins:"))
        self._form_import.setText(_("Import a questionnaire…"))
        self._places.say(
            _("Places"), _("The first divisions of two countries are at hand; the rest by CSV.")
        )
        self._place_file.setText(_("From a CSV…"))
        self._place_file.setAccessibleName(_("Places from a CSV…"))
        for made, text in zip(
            self._place_buttons, (_("Places of Ecuador"), _("Places of Panama")), strict=True
        ):
            made.setAccessibleName(text)
        self._show()

    def _ask(self) -> None:
        ask = self._shared.desk.ask
        ask(overview, on_done=self._take, on_error=self.show_error)
        ask(own_forms.missing, on_done=self._take_own, on_error=self.show_error)
        self.erasures.refresh()

    def _changed(self, touched: Touched) -> None:
        if not touched.kinds or "survey" in touched.kinds:
            self._ask()

    def _take(self, found: Overview) -> None:
        self._overview = found
        self._show()

    def _take_own(self, found: list[OwnForm]) -> None:
        self.own.show_forms(found)
        self.own.setVisible(bool(found))

    def _show(self) -> None:
        found = self._overview
        if found is None:
            self._say_first(None)
            return
        self._spaces.show_spaces(found.spaces)
        self.laptops.show_laptops(found.laptops, found.spaces)
        self._form_lines.show_lines([(_form_text(*form), "", None) for form in found.forms])
        self._words.show_words(found.phrase)
        self.strip.offer(found.spaces)
        self._say_first(found)

    def _say_first(self, found: Overview | None) -> None:
        """Under each heading: what it is, or what to do first where there is nothing yet."""
        spaces = found is None or bool(found.spaces)
        forms = found is None or bool(found.forms)
        others = found is None or len(found.laptops) > 1
        what = (
            _("A space is what a member may read as a whole: a parish, a committee.")
            if spaces
            else _("None yet. Name the first below: a parish, a committee, what works together.")
        )
        self._spaces.say(_("Spaces"), " ".join([what, *(found.doubled if found else ())]))
        self.laptops.say(
            _("Laptops"),
            _("Each is admitted once, with a role in some spaces.")
            if others
            else _("Only this one so far. The others ask with “Join a project”; admit them above."),
        )
        self._forms.say(
            _("Questionnaires"),
            _("From an XLSForm or an XForm.")
            if forms
            else _("None yet. Import your own, from an XLSForm or an XForm."),
        )

    # -- what can be done -----------------------------------------------------------------------

    def _add_space(self, name: str) -> None:
        self._shared.desk.do(
            membership.add_space, name, on_done=self._space_added, on_error=self.show_error
        )

    def _space_added(self, _space: bytes) -> None:
        text = _("The space “{name}” is ready.").format(name=self._spaces.name.text().strip())
        self._spaces.leave()
        self.banner.tell("done", text)

    def _rename_space(self, one: SpaceLine, name: str) -> None:
        command = partial(rename_space, space=one.id, name=name, has_key=one.has_key)
        if one.has_key:
            self._do_rename(command)
            return
        self._confirmed = partial(self._do_rename, command)
        text = _(
            "Begin this space anew? Do so only if nobody has its key any more: sync with the others "
            "first. It can be written in again then; what was written under the lost key cannot be "
            "read."
        )
        self.banner.tell("danger", text, _("Begin it anew"))

    def _do_rename(self, command: Callable[..., str]) -> None:
        self._shared.desk.do(command, on_done=self._space_renamed, on_error=self.show_error)

    def _space_renamed(self, name: str) -> None:
        self._spaces.leave()
        text = _("The space is called “{name}” now. Sync, so that the others learn of it.")
        self.banner.tell("done", text.format(name=name))

    def choose_request(self) -> None:
        """Ask for a request file and show its words."""
        pattern = _("Requests ({pattern});;All files (*)").format(pattern=files.REQUEST)
        path = files.to_open(self, _("Open the request"), pattern)
        if path is not None:
            self._shared.desk.ask(
                read_request, path, on_done=self._requested, on_error=self.show_error
            )

    def _requested(self, found: Any) -> None:
        self.banner.hide()
        self.strip.show_request(*found)

    def _admitted(self, code: str, file: str, phrase: str) -> None:
        self._words.show_words(phrase)
        text = _(
            "{laptop} is admitted. Take “{file}” back to it, and compare the project's six words "
            "there: {words}."
        )
        self.banner.tell("done", text.format(laptop=code, file=file, words=phrase))

    def _ask_revoke(self, one: Laptop) -> None:
        self._confirmed = partial(self._revoke, one.device)
        text = _(
            "Shut {laptop} out? Every space it was in gets a new key, so it reads nothing new. What "
            "it holds already stays encrypted on its disk, for whoever knows a passphrase of it. "
            "What it wrote and has not reached you is set aside everywhere. It can be admitted "
            "again later."
        )
        self.banner.tell("danger", text.format(laptop=one.code), _("Shut it out"))

    def _confirm(self) -> None:
        confirmed, self._confirmed = self._confirmed, None
        self.banner.dismiss()
        if confirmed is not None:
            confirmed()

    def _revoke(self, device: bytes) -> None:
        self._shared.desk.do(
            membership.revoke, device, on_done=self._revoked, on_error=self.show_error
        )

    def _revoked(self, _nothing: None) -> None:
        self.banner.tell("done", _("Done. Sync now, so that the others learn of it."))

    def _change_laptop(self, one: Laptop, wanted: Wanted) -> None:
        self._shared.desk.do(
            change_laptop, one.device, wanted,
            on_done=partial(self._laptop_changed, one.code), on_error=self.show_error,
        )  # fmt: skip

    def _laptop_changed(self, code: str, changed: tuple[int, bool]) -> None:
        roles, has_quota = changed
        if roles:
            text = _("{laptop} has another role. Sync now, so that the others learn of it.")
        elif has_quota:
            text = _("{laptop} has another quota. Sync now, so that the others learn of it.")
        else:
            return
        self.banner.tell("done", text.format(laptop=code))

    def choose_form(self) -> None:
        """Ask for a questionnaire and import it."""
        pattern = _("Questionnaires ({pattern});;All files (*)").format(pattern=_FORMS)
        path = files.to_open(self, _("Import a questionnaire"), pattern)
        if path is not None:
            self._form_problems.hide()
            self.banner.tell("info", _("Reading “{file}”…").format(file=path.name))
            self._shared.desk.do(
                import_form, path, on_done=self._imported, on_error=partial(self._unusable, path)
            )

    def _imported(self, title: str) -> None:
        self.banner.tell("done", _("“{title}” is here.").format(title=title))

    def _unusable(self, path: Path, error: BaseException) -> None:
        from app.forms import FormError

        if not isinstance(error, FormError):
            self.show_error(error)
            return
        text = _("“{file}” was not imported; nothing was changed. What is in the way:")
        self.banner.tell("warning", text.format(file=path.name))
        self._form_problems.setText("\n".join(f"• {one}" for one in error.message.splitlines()))
        self._form_problems.show()

    def _choose_places(self) -> None:
        path = files.to_open(self, _("Import places"), "CSV (*.csv)")
        if path is not None:
            self._take_places("", path)

    def _take_places(self, name: str, path: Path | None = None) -> None:
        self._shared.desk.do(
            import_places, name, path or None, on_done=self._took, on_error=self.show_error
        )

    def _took(self, text: str) -> None:
        self.banner.tell("done", text)


def _form_text(title: str, name: str, count: int) -> str:
    questions = ngettext("{count} question", "{count} questions", count).format(count=count)
    return f"{title} · {name} · {questions}"
