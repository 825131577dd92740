"""Home: what waits in a few cards, where to go on, and what falls due."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.i18n import _, ngettext
from app.models.ledger import Touched
from app.models.unsent import Unsent
from app.views import words
from app.views.pages.home_reads import Line, News, news
from app.views.pages.home_steps import Step, first_step
from app.views.pages.interviews_own import OwnForms
from app.views.shared import Shared
from app.views.theme import HALF, NEAR, WIDE
from app.views.widgets.card import Card, CardRow
from app.views.widgets.page import Page, scrolled
from app.views.widgets.parts import Chip, EmptyState, button, clear, label

_CARDS: Final = {
    "interviews": ("surveys", "surveys"),
    "overdue": ("commitments", "commitments"),
    "unsent": ("sync", "sync"),
    "dormant": ("committees", "committees"),
}
"""Each card's icon and the area it opens."""
_FIELD: Final = frozenset({"coordinator", "facilitator"})
_TABLE: Final = frozenset({"coordinator", "secretary", "observer"})


class HomePage(Page):
    """What waits, and what to do first."""

    def __init__(self, shared: Shared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shared = shared
        self._news: News | None = None
        self._step: Step | None = None
        self._build()
        shared.desk.changed.connect(self._changed)
        shared.facts_changed.connect(self._show)
        self.retranslate()

    def entered(self) -> None:
        self._ask()

    def take_focus(self) -> None:
        usable = [card for card in self._cards.values() if not card.isHidden()]
        if usable:
            usable[0].setFocus()
        else:
            super().take_focus()

    def cards(self) -> list[str]:
        """Return the cards on show as they read."""
        return [card.text() for card in self._cards.values() if not card.isHidden()]

    def lines(self) -> list[str]:
        """Return every sentence with a button under the cards, as it reads."""
        found = self._news
        return [] if found is None else [one.text for one in (*self._begun(found), *found.due)]

    def step(self) -> str:
        """Return what is to be done first, empty when work is under way."""
        return "" if self._step is None else self._step.sentence

    def retranslate(self) -> None:
        self.head(_("Home"), _("What waits, and where to go on."))
        if self.isVisible():
            # The sentences are made where the data is read.
            self._ask()
        self._show()

    def _build(self) -> None:
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, NEAR, NEAR, 0)
        column.setSpacing(WIDE)
        self._out = Chip(inner)
        self._out_says = label("refused", inner)
        out = QHBoxLayout()
        out.setSpacing(HALF)
        out.addWidget(self._out, 0, Qt.AlignmentFlag.AlignTop)
        out.addWidget(self._out_says, 1)
        column.addLayout(out)
        self._row = CardRow(inner)
        self._cards: dict[str, Card] = {}
        for id_, (icon, area) in _CARDS.items():
            card = Card(icon, self._row)
            card.hide()
            card.opened.connect(partial(self._shared.open_asked.emit, area))
            self._cards[id_] = card
        column.addWidget(self._row)
        self._begun_heading, self._begun_lines = self._section(inner, column)
        self._due_heading, self._due_lines = self._section(inner, column)
        self._empty = EmptyState("home", inner)
        self._empty.acted.connect(self._take_step)
        self._empty.hide()
        column.addWidget(self._empty)
        self.own = OwnForms(self._shared.desk, inner)
        self.own.told.connect(self.banner.tell)
        self.own.failed.connect(self.show_error)
        self.own.ready.connect(self._ask)
        column.addWidget(self.own)
        column.addStretch(1)
        self.body.addWidget(scrolled(inner, self, grows=False), 1)

    def _section(self, inner: QWidget, column: QVBoxLayout) -> tuple[QWidget, QGridLayout]:
        heading = label("section", inner)
        heading.hide()
        rows = QGridLayout()
        rows.setHorizontalSpacing(HALF)
        rows.setVerticalSpacing(NEAR)
        rows.setColumnStretch(0, 1)
        column.addWidget(heading)
        column.addLayout(rows)
        return heading, rows

    # -- what is shown -------------------------------------------------------------------------

    def _ask(self) -> None:
        self._shared.desk.ask(news, on_done=self._take, on_error=self.show_error)

    def _changed(self, _touched: Touched) -> None:
        if self.isVisible():
            self._ask()

    def _take(self, found: Any) -> None:
        is_first, self._news = self._news is None, found
        self._show()
        # There was nothing to put the cursor on before.
        if is_first and self.isVisible() and QApplication.focusWidget() in (None, self):
            self.take_focus()

    def _show(self) -> None:
        found = self._news
        if found is None:
            return
        self._show_cards(found)
        self._say_shut_out(self._shared.facts.shut_out)
        begun = self._begun(found)
        self._say(self._begun_heading, self._begun_lines, _("Go on with"), begun)
        late = any(one.late for one in found.due)
        due = _("Overdue, or due within 14 days") if late else _("Due within 14 days")
        self._say(self._due_heading, self._due_lines, due, found.due)
        self._step = first_step(self._shared, found)
        if self._step is None and not begun and not found.due:
            self._empty.say(_("Nothing waits here."))
        elif self._step is not None:
            self._empty.say(self._step.sentence, self._step.word)
        self._empty.setVisible(self._step is not None or not (begun or found.due))
        self.own.show_forms(found.own)
        self.own.setVisible(self._step is not None and self._step.offers_own and bool(found.own))

    def shut_out(self) -> str:
        """Return why nothing made here reaches anybody; empty while this laptop belongs."""
        return "" if self._out_says.isHidden() else self._out_says.text()

    def _say_shut_out(self, why: str) -> None:
        self._out.show_state("danger", _("shut out"), "danger")
        self._out_says.setText(why)
        for part in (self._out, self._out_says):
            part.setVisible(bool(why))

    def _show_cards(self, found: News) -> None:
        told = self._figures(found)
        for id_, card in self._cards.items():
            card.setVisible(id_ in told)
        self._row.show_cards([self._cards[id_] for id_ in told])

    def _figures(self, found: News) -> list[str]:
        """Say the figures of the cards these roles need; returns which, in their order."""
        facts = self._shared.facts
        told = []
        if facts.roles & _FIELD:
            told.append("interviews")
            self._cards["interviews"].tell(
                found.today, ngettext("interview today", "interviews today", found.today),
                _in_all(found),
            )  # fmt: skip
        if facts.roles & _TABLE:
            told.append("overdue")
            late = ngettext("commitment overdue", "commitments overdue", found.overdue)
            self._cards["overdue"].tell(
                found.overdue, late, role="danger" if found.overdue else "primary"
            )
        told.append("unsent")
        self._cards["unsent"].tell(
            *_unsent(facts.unsent), _synced(facts.last_sync_ms),
            "warning" if facts.unsent.total else "primary",
        )  # fmt: skip
        if facts.roles & _TABLE:
            told.append("dormant")
            still = ngettext("committee dormant", "committees dormant", found.dormant)
            of = ngettext("of {count} here", "of {count} here", found.committees)
            self._cards["dormant"].tell(
                found.dormant, still, of.format(count=found.committees),
                "warning" if found.dormant else "primary",
            )  # fmt: skip
        return told

    def _begun(self, found: News) -> Sequence[Line]:
        waiting = self._shared.facts.waiting
        if not waiting:
            return found.begun
        text = ngettext(
            "{count} decision waits in Review.", "{count} decisions wait in Review.", waiting
        )
        line = Line(text.format(count=words.number(waiting)), _("Review"), "", "review")
        return [line, *found.begun]

    def _say(self, heading: Any, rows: QGridLayout, title: str, lines: Sequence[Line]) -> None:
        clear(rows)
        heading.setText(title)
        heading.setVisible(bool(lines))
        for at, one in enumerate(lines):
            said = label("refused" if one.late else "body", self)
            said.setText(one.text)
            go = button(self, "plain", "next", partial(self._open, one))
            go.setText(one.word)
            go.setAccessibleName(f"{one.word}: {one.text}")
            rows.addWidget(said, at, 0)
            rows.addWidget(go, at, 1)

    # -- where it leads ------------------------------------------------------------------------

    def _open(self, line: Line) -> None:
        shared = self._shared
        if line.draft:
            shared.draft_asked.emit(line.kind, line.draft)
        elif line.key is not None:
            shared.record_asked.emit(line.key)
        else:
            shared.open_asked.emit(line.area)

    def _take_step(self) -> None:
        if self._step is not None:
            self._shared.open_asked.emit(self._step.area)


def _in_all(found: News) -> str:
    count = words.number(found.responses)
    if found.target and found.responses > found.target:
        return _("{count} in all, {target} planned").format(
            count=count, target=words.number(found.target)
        )
    if found.target:
        return _("{count} of {target} in all").format(
            count=count, target=words.number(found.target)
        )
    return _("{count} in all").format(count=count)


def _unsent(found: Unsent) -> tuple[int, str]:
    """The figure and word of what is not sent: changes first, and files only where no words wait."""
    if found.changes or not found.total:
        return found.changes, ngettext("change not sent", "changes not sent", found.changes)
    if found.files:
        return found.files, ngettext("file not sent", "files not sent", found.files)
    text = ngettext(
        "change of membership not sent", "changes of membership not sent", found.entries
    )
    return found.entries, text


def _synced(last_ms: int | None) -> str:
    if last_ms is None:
        return _("never synced")
    return _("last sync {when}").format(when=words.ago(last_ms))
