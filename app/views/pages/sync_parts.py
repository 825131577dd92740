"""Parts of the sync page: what one sync did, and the laptops of the project."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.i18n import _, ngettext
from app.models.commands import syncing
from app.models.faults import sentence
from app.models.vocabulary import Files, Report, Tally
from app.views import words
from app.views.language import Retranslated
from app.views.pages.sync_reads import Laptop, Synced, SyncState, why
from app.views.theme import HALF, NEAR, TIGHT, mark, theme
from app.views.widgets.parts import Chip, State, clear, label

_NUMBERS: Final = (3, 4, 5)
"""The columns that hold numbers."""
_LEAST_ROWS: Final = 4


def waits_line(state: SyncState) -> str:
    """What waits to be sent, and when the last sync was; without a share nothing can be sent."""
    if state.shut_out:
        return state.shut_out
    found = state.unsent
    waits = ngettext("{count} change waits to be sent", "{count} changes wait to be sent",
                     found.changes).format(count=words.number(found.changes))  # fmt: skip
    said = [
        *([waits] if found.changes else []),
        *([files_wait(found.files)] if found.files else []),
        *([_entries_wait(found.entries)] if found.entries else []),
    ]
    if not state.shares:
        return " · ".join([_("Nothing leaves this laptop yet: no share is known here"), *said])
    if not said:
        said = [_("Everything is sent")]
    elif not found.changes:
        said[0] = _("Words are sent; {what}").format(what=said[0])
    if state.to_fetch:
        said.append(files_come(state.to_fetch))
    last = _("never synced yet")
    if state.last_ms is not None:
        last = _("last sync {when}").format(when=words.moment(state.last_ms))
    line = " · ".join([*said, last])
    if state.awaiting_key:
        line += "\n" + sentence("key-awaited", {"count": state.awaiting_key})
    return line


def files_wait(count: int) -> str:
    """How many photographs and other files are still to go."""
    text = ngettext("{count} file waits to be sent", "{count} files wait to be sent", count)
    return text.format(count=words.number(count))


def files_come(count: int) -> str:
    """How many photographs and other files are still to come."""
    text = ngettext("{count} file is still to be fetched", "{count} files are still to be fetched",
                    count)  # fmt: skip
    return text.format(count=words.number(count))


def _entries_wait(count: int) -> str:
    """How much the others have not heard of who belongs to the project."""
    text = ngettext(
        "{count} change of membership waits to be sent",
        "{count} changes of membership wait to be sent",
        count,
    )
    return text.format(count=words.number(count))


def synced_line(synced: Synced) -> str:
    """What one sync came to; where no place worked, the reason comes first."""
    if synced.sole_reason:
        return synced.sole_reason
    fine, every = len(synced.outcomes) - len(synced.failures), len(synced.outcomes)
    if not fine:
        return _("No place went through. What was in the way is told below.")
    if synced.failures:
        text = _("Synced with {fine} of {all} places. What did not go through is told below.")
        return text.format(fine=fine, all=every)
    if synced.files_left:
        text = ngettext(
            "Synced. The words are written; {count} file did not go with them.",
            "Synced. The words are written; {count} files did not go with them.",
            synced.files_left,
        )
        said = text.format(count=words.number(synced.files_left))
        goes = _("You may take out the stick now.")
        return f"{said} {goes}" if synced.may_go else said
    if synced.may_go:
        return _("Synced. Everything is written: you may take out the stick now.")
    return _("Synced. Everything is written.")


def standing(state: SyncState) -> tuple[State, str, str]:
    """The same in a word, with its colour and icon."""
    if state.shut_out:
        return "danger", _("shut out"), "danger"
    if not state.shares:
        return "warning", _("no share yet"), "warning"
    if state.unsent.total:
        return "warning", _("to send"), "sync"
    if state.to_fetch:
        return "info", _("to fetch"), "sync"
    return "done", _("all sent"), "done"


def begin_line(may_found: bool) -> str:
    """What to do where no share is known yet."""
    if may_found:
        return _(
            "Choose an empty folder on a stick, a server or a cloud, and found the share there; then "
            "every laptop of the project syncs with it."
        )
    return _("Choose the folder of the share your coordinator uses, and sync.")


def drafts_line(count: int) -> str:
    """How many drafts no sync takes along."""
    return ngettext(
        "{count} draft stays on this laptop until it is finished.",
        "{count} drafts stay on this laptop until they are finished.",
        count,
    ).format(count=words.number(count))


class Outcome(Retranslated, QFrame):
    """What one sync did: one line each way, and one for all that looked wrong."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report, self._drafts = Report(), 0
        self._failures: list[str] = []
        self._files, self._went_through = (0, 0), True
        mark(self, kind="card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        self._column.setSpacing(TIGHT)
        self.hide()

    def show_report(
        self, report: Report, drafts: int = 0, failures: Sequence[str] = (),
        files: tuple[int, int] = (0, 0), went_through: bool = True,
    ) -> None:  # fmt: skip
        """Show what was done, how many drafts it left here, which places failed and why, and how
        many files are still to go and to come. Unless it `went_through`, more may be new."""
        self._report, self._drafts, self._failures = report, drafts, list(failures)
        self._files, self._went_through = files, went_through
        self.retranslate()
        self.show()

    def show_synced(self, synced: Synced) -> None:
        """Show how it went with every place."""
        # One reason for all stands above the page already.
        failures = (
            [] if synced.sole_reason else [f"{one.name}: {why(one)}" for one in synced.failures]
        )
        left = (synced.files_left, synced.to_fetch)
        self.show_report(synced.report, synced.drafts, failures, left, not synced.failures)

    def lines(self) -> list[str]:
        """Return what is said, one sentence a line."""
        report = self._report
        to_send, to_fetch = self._files
        none = _("nothing new") if self._went_through else _("nothing")
        return [
            _("Sent: {what}").format(what=_amount(report.sent) or none),
            _("Received: {what}").format(what=_amount(report.received) or none),
            *_carried(_("Files sent"), report.attachments.sent),
            *_carried(_("Files received"), report.attachments.received),
            *([files_wait(to_send) + "."] if to_send else []),
            *([files_come(to_fetch) + "."] if to_fetch else []),
            *([drafts_line(self._drafts)] if self._drafts else []),
            *self._failures,
            *map(syncing.told, (*report.quarantined, *report.warnings)),
        ]

    def retranslate(self) -> None:
        clear(self._column)
        notes = len(self._report.quarantined) + len(self._report.warnings) + len(self._failures)
        lines = self.lines()
        for text in lines[: len(lines) - notes]:
            said = label("body", self)
            said.setText(text)
            self._column.addWidget(said)
        for text in self._failures:
            self._add("danger", _("did not go through"), "danger", text)
        for note in self._report.quarantined:
            self._add("danger", _("set aside"), "quarantine", syncing.told(note))
        for note in self._report.warnings:
            self._add("warning", _("notice"), "warning", syncing.told(note))

    def _add(self, state: State, word: str, icon: str, text: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(NEAR)
        chip = Chip(self)
        chip.show_state(state, word, icon)
        said = label("body", self)
        said.setText(text)
        row.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(said, 1)
        self._column.addLayout(row)


class Laptops(Retranslated, QWidget):
    """The laptops, who sat there last, what came from each and what has not."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._laptops: Sequence[Laptop] = ()
        self._caption = label("section", self)
        self._model = QStandardItemModel(self)
        self._table = QTableView(self)
        self._table.setModel(self._model)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setTabKeyNavigation(False)
        self._table.setShowGrid(False)
        self._table.verticalHeader().hide()
        header = self._table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(NEAR)
        column.addWidget(self._caption)
        column.addWidget(self._table, 1)
        theme().changed.connect(self._fit)
        self._fit()
        self.retranslate()

    def show_laptops(self, laptops: Sequence[Laptop]) -> None:
        self._laptops = laptops
        self.retranslate()

    def as_text(self) -> str:
        """Return the table as it reads, a line a laptop."""
        return "\n".join(" | ".join(_cells(one)) for one in self._laptops)

    def retranslate(self) -> None:
        self._caption.setText(_("Laptops"))
        self._table.setAccessibleName(_("Laptops"))
        titles = (
            _("Laptop"), _("Last person"), _("Last change"), _("Changes here"),
            _("Still missing"), _("Set aside"), _("Role"),
        )  # fmt: skip
        self._model.clear()
        self._model.setHorizontalHeaderLabels(titles)
        for laptop in self._laptops:
            self._model.appendRow([_item(text, at) for at, text in enumerate(_cells(laptop))])

    def _fit(self) -> None:
        self._table.verticalHeader().setDefaultSectionSize(theme().row())
        self._table.setMinimumHeight(theme().row() * _LEAST_ROWS)


def _item(text: str, column: int) -> QStandardItem:
    made = QStandardItem(text)
    side = Qt.AlignmentFlag.AlignRight if column in _NUMBERS else Qt.AlignmentFlag.AlignLeft
    made.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    return made


def _cells(laptop: Laptop) -> list[str]:
    code = _("{code} (this one)").format(code=laptop.code) if laptop.is_this else laptop.code
    return [
        code,
        laptop.person,
        "" if laptop.last_ms is None else words.moment(laptop.last_ms),
        words.number(laptop.changes),
        _some(laptop.missing),
        _some(laptop.aside),
        laptop.role,
    ]


def _some(count: int) -> str:
    return words.number(count) if count else "–"


def _carried(word: str, files: Files) -> list[str]:
    """How many files went one way, where any did."""
    if not files.files:
        return []
    return [f"{word}: {words.number(files.files)}, {words.size(files.bytes)}"]


def _amount(tally: Tally) -> str:
    """What went one way; empty for nothing."""
    if not tally.changes:
        return ""
    changes = ngettext("{count} change", "{count} changes", tally.changes)
    return f"{changes.format(count=words.number(tally.changes))}, {words.size(tally.bytes)}"
