"""Bringing a questionnaire: what its check says and what changes, in words, before it is taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from app.forms.comparing import Change, Difference
from app.forms.problems import Problem
from app.i18n import Text, _, lazy, ngettext
from app.views import files
from app.views.desk import Desk
from app.views.pages.forms_panel import Panel
from app.views.pages.forms_reads import Beside, Brought, read_form, take, write_list
from app.views.theme import Role
from app.views.widgets.flow import Flow
from app.views.widgets.line_list import Entry, LineList
from app.views.widgets.parts import Banner, button, name

PATTERNS: Final = "*.xlsx *.xls *.csv *.md *.xml"
FARES: Final[dict[Change, Text]] = {
    "gone": lazy("vanishes"),
    "type": lazy("is of another type"),
    "choices": lazy("has other choices"),
    "moved": lazy("moves"),
    "rules": lazy("has other rules"),
    "words": lazy("reads differently"),
    "new": lazy("is new"),
    "same": lazy("stays"),
}
_COUNTED: Final[dict[Change, Text]] = {
    "gone": lazy("vanish: {count}"),
    "type": lazy("of another type: {count}"),
    "choices": lazy("with other choices: {count}"),
    "moved": lazy("move: {count}"),
    "rules": lazy("with other rules: {count}"),
    "words": lazy("read differently: {count}"),
    "new": lazy("new: {count}"),
    "same": lazy("stay as they are: {count}"),
}
_SIGNS: Final[dict[Change, tuple[str, Role]]] = {
    "gone": ("minus", "danger"),
    "type": ("warning", "warning"),
    "choices": ("edit", "warning"),
    "new": ("plus", "primary"),
}


class ImportPanel(Panel):
    """One file: whether it can be used, what is wrong or odd and where, and how it differs from the
    version that is here. Nothing is taken before the person says so."""

    taken = Signal()
    tried = Signal(object)
    """The `Brought` somebody wants to try."""

    def __init__(self, desk: Desk, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._path = path
        self.brought: Brought | None = None
        self.banner = Banner(self)
        self.banner.acted.connect(self.choose_missing)
        self.list = LineList(self)
        self.column.addWidget(self.banner)
        self.column.addWidget(self.list, 1)
        flow = Flow()
        self._take = button(self, "main", "import", self.take)
        self._try = button(self, "plain", "play", self._ask_trial)
        self._copy = button(self, "plain", "draft", self.copy)
        self._save = button(self, "plain", "export", self.save)
        for one in (self._take, self._try, self._copy, self._save):
            flow.addWidget(one)
            one.hide()
        self.column.addLayout(flow)
        self.retranslate()
        self._read({}, None)

    # -- reading -------------------------------------------------------------------------------

    def _read(self, had: dict[str, bytes], chosen: Path | None) -> None:
        self.banner.tell("info", _("Reading “{file}”…").format(file=self._path.name))
        self._desk.ask(
            read_form, self._path, had, chosen, on_done=self.show_brought, on_error=self._unreadable
        )

    def _unreadable(self, error: BaseException) -> None:
        from app.views.faults import told

        if self.brought is None:
            self.failed.emit(error)
            self.left.emit()
            return
        state, sentence = told(error)
        self.banner.tell(state, sentence, self._missing_word())
        self.banner.take_focus()

    def show_brought(self, brought: Brought) -> None:
        """Show what was read, with the cursor on what is to be done next."""
        self.brought = brought
        self.retranslate()
        self.take_focus()

    def take_focus(self) -> None:
        if self.brought is not None and self.brought.missing:
            self.banner.take_focus()
        elif self.brought is not None and self.brought.can_come and not self._take.isHidden():
            self._take.setFocus()
        else:
            self.list.setFocus()

    # -- what it says --------------------------------------------------------------------------

    def retranslate(self) -> None:
        super().retranslate()
        self._take.setText(_("Import it"))
        self._try.setText(_("Try it"))
        self._copy.setText(_("Copy the list"))
        self._save.setText(_("Save the list…"))
        name(self.list, _("What the check of the questionnaire says"))
        self.say(_("Import “{file}”").format(file=self._path.name))
        if self.brought is not None:
            self._show(self.brought)

    def as_text(self) -> str:
        """Return everything on show as it reads."""
        parts = [self.heading.text(), self.says.text(), self.banner.text(), self.list.as_text()]
        return "\n".join(part for part in parts if part)

    def buttons(self) -> list[QPushButton]:
        """Return the buttons that can be pressed now."""
        every = (self._take, self._try, self._copy, self._save)
        return [one for one in every if not one.isHidden()]

    def _show(self, brought: Brought) -> None:
        form, entries = brought.form, list(_entries(brought))
        if form is not None:
            count = sum(1 for one in form.questions.values() if one.asked)
            asked = ngettext("{count} question", "{count} questions", count).format(count=count)
            version = _("version {version}").format(version=form.version or "–")
            says = [form.title or form.form_id, version, asked, *_came(brought)]
            self.say(self.heading.text(), " · ".join(says))
        self.list.show_entries(entries)
        self.list.setVisible(bool(entries))
        self._take.setVisible(brought.can_come)
        self._try.setVisible(brought.report.ok and form is not None)
        self._copy.setVisible(bool(entries))
        self._save.setVisible(bool(entries))
        self._tell(brought)

    def _tell(self, brought: Brought) -> None:
        if brought.missing:
            self.banner.tell("warning", _lacking(brought.missing), self._missing_word())
        elif not brought.report.ok:
            self.banner.tell("warning", _("It cannot be used as it is; nothing was changed. What is "
                                          "in the way, and where:"))  # fmt: skip
        elif brought.here:
            self.banner.tell("info", brought.here)
        elif brought.report.warnings:
            self.banner.tell("done", _("It can be used. What its author may not have meant is "
                                       "below."))  # fmt: skip
        else:
            self.banner.tell("done", _("It can be used; the check found nothing odd."))

    def _missing_word(self) -> str:
        return _("Choose the file…") if self.brought is not None and self.brought.missing else ""

    # -- what can be done ----------------------------------------------------------------------

    def choose_missing(self) -> None:
        """Ask for the first of the files that are missing, and go on with it."""
        brought = self.brought
        if brought is None or not brought.missing:
            return
        wanted = brought.missing[0]
        pattern = f"*{Path(wanted).suffix}"
        chosen = files.to_open(
            self, _("Choose “{file}”").format(file=wanted),
            _("Files of its kind ({pattern});;All files (*)").format(pattern=pattern),
        )  # fmt: skip
        if chosen is not None:
            self._read(dict(brought.files), chosen)

    def take(self) -> None:
        """Import it for everybody."""
        if self.brought is not None and self.brought.can_come:
            self._take.setEnabled(False)
            self._desk.do(take, self.brought, on_done=self._taken, on_error=self._not_taken)

    def _taken(self, done: tuple[str, int]) -> None:
        title, count = done
        text = ngettext(
            "“{title}” is here: {count} question. Everybody gets it with their next sync.",
            "“{title}” is here: {count} questions. Everybody gets it with their next sync.",
            count,
        )
        self.taken.emit()
        self.told.emit("done", text.format(title=title, count=count))
        self.left.emit()

    def _not_taken(self, error: BaseException) -> None:
        from app.views.faults import told

        self._take.setEnabled(True)
        self.banner.tell(*told(error))

    def _ask_trial(self) -> None:
        if self.brought is not None:
            self.tried.emit(self.brought)

    def copy(self) -> None:
        """Put the list on the clipboard, to be sent to the form's author."""
        QGuiApplication.clipboard().setText(self.as_text())
        self.told.emit("done", _("The list is copied."))

    def save(self) -> None:
        """Write the list into a text file."""
        path = files.to_save(self, _("Save the list"), f"{self._path.stem}.txt")
        if path is not None:
            self._desk.ask(
                write_list, path, self.as_text(), on_done=self._saved, on_error=self.failed.emit
            )

    def _saved(self, file: str) -> None:
        self.told.emit("done", _("The list is in “{file}”.").format(file=file))


def _came(brought: Brought) -> list[str]:
    used = [one for one in brought.form.files if one in brought.files] if brought.form else []
    return [_("with {files}").format(files=", ".join(used))] if used else []


def _lacking(missing: Sequence[str]) -> str:
    text = ngettext(
        "The questionnaire needs a file that did not come with it: {files}.",
        "The questionnaire needs {count} files that did not come with it: {files}.",
        len(missing),
    )
    return text.format(count=len(missing), files=", ".join(missing))


def _entries(brought: Brought) -> Iterator[Entry]:
    """What is wrong, what is odd, what changes: each under its heading."""
    yield from _problems(_("What is in the way"), brought.report.problems, "danger")
    yield from _problems(
        _("What its author may not have meant"), brought.report.warnings, "warning"
    )
    if brought.beside is not None:
        yield from _changes(brought.beside)


def _problems(heading: str, problems: Sequence[Problem], role: Role) -> Iterator[Entry]:
    if problems:
        yield Entry(f"{heading} ({len(problems)})")
    for at, one in enumerate(problems):
        yield Entry(str(one), (heading, at), "danger" if role == "danger" else "warning", role)


def _changes(beside: Beside) -> Iterator[Entry]:
    heading = _("Beside version {version}, which is here").format(version=beside.old)
    counts = "; ".join(
        str(_COUNTED[change]).format(count=count) for change, count in beside.counts()
    )
    yield Entry(heading)
    yield Entry(
        _("Of its questions, {counts}.").format(counts=counts), ("counts", 0), "info", "info"
    )
    kept = ngettext(
        "{count} response keeps the version it was given on.",
        "{count} responses keep the version they were given on.",
        beside.responses,
    )
    yield Entry(kept.format(count=beside.responses), ("kept", 0), "check", "primary")
    told = [one for one in beside.differences if one.gravest != "same"]
    for at, one in enumerate(sorted(told, key=_gravity)):
        yield Entry(_told(one, beside), ("change", at), *_SIGNS.get(one.gravest, ("info", "info")))


def _gravity(one: Difference) -> int:
    return list(FARES).index(one.gravest)


def _told(one: Difference, beside: Beside) -> str:
    path = one.after or one.before
    label = beside.labels.get(path, "")
    bare = path.rpartition("/")[2]
    called = _("{question} ({name})").format(question=label, name=bare) if label else bare
    said = ", ".join(str(FARES[change]) for change in one.changes)
    text = _("{question}: {fares}").format(question=called, fares=said)
    if "moved" in one.changes:
        text += " " + _("From {before} to {after}.").format(before=one.before, after=one.after)
    if one.choices_gone:
        text += " " + _("No longer offered: {choices}.").format(choices=", ".join(one.choices_gone))
    if one.choices_new:
        text += " " + _("Offered now: {choices}.").format(choices=", ".join(one.choices_new))
    return text
