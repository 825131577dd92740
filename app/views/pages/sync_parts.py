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
from app.models.vocabulary import Report, Tally
from app.views import words
from app.views.language import Retranslated
from app.views.pages.sync_reads import Laptop, Synced, SyncState
from app.views.theme import HALF, NEAR, TIGHT, mark, theme
from app.views.widgets.parts import Chip, State, clear, label

_NUMBERS: Final = (3, 4, 5)
"""The columns that hold numbers."""
_LEAST_ROWS: Final = 4


def waits_line(state: SyncState) -> str:
    """What waits to be sent, and when the last sync was; without a share nothing can be sent."""
    waits = ngettext("{count} change waits to be sent", "{count} changes wait to be sent",
                     state.unsent).format(count=words.number(state.unsent))  # fmt: skip
    if not state.shares:
        nothing = _("Nothing leaves this laptop yet: no share is known here")
        return f"{nothing} · {waits}" if state.unsent else nothing
    if not state.unsent:
        waits = _("Everything is sent")
    last = _("never synced yet")
    if state.last_ms is not None:
        last = _("last sync {when}").format(when=words.moment(state.last_ms))
    said = f"{waits} · {last}"
    if state.awaiting_key:
        said += "\n" + sentence("key-awaited", {"count": state.awaiting_key})
    return said


def standing(state: SyncState) -> tuple[State, str, str]:
    """The same in a word, with its colour and icon."""
    if not state.shares:
        return "warning", _("no share yet"), "warning"
    if state.unsent:
        return "warning", _("to send"), "sync"
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
        mark(self, kind="card")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(HALF, NEAR, HALF, NEAR)
        self._column.setSpacing(TIGHT)
        self.hide()

    def show_report(self, report: Report, drafts: int = 0, failures: Sequence[str] = ()) -> None:
        """Show what was done, how many drafts it left here, and which places failed and why."""
        self._report, self._drafts, self._failures = report, drafts, list(failures)
        self.retranslate()
        self.show()

    def show_synced(self, synced: Synced) -> None:
        """Show how it went with every place."""
        failures = [f"{one.name}: {one.error}" for one in synced.failures]
        self.show_report(synced.report, synced.drafts, failures)

    def lines(self) -> list[str]:
        """Return what is said, one sentence a line."""
        report = self._report
        return [
            _("Sent: {what}").format(what=_amount(report.sent)),
            _("Received: {what}").format(what=_amount(report.received)),
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


def _amount(tally: Tally) -> str:
    if not tally.changes:
        return _("nothing new")
    changes = ngettext("{count} change", "{count} changes", tally.changes)
    return f"{changes.format(count=words.number(tally.changes))}, {words.size(tally.bytes)}"
