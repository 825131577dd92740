"""Home: what waits, in a few cards, and where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QWidget

from app.i18n import _, ngettext
from app.models import drafts
from app.models.ledger import Touched
from app.models.project import Project
from app.models.queries import lists
from app.models.queries.lists import Listing
from app.views import icons, words
from app.views.shared import Shared
from app.views.theme import HALF, NEAR, WIDE, Role, mark
from app.views.widgets.page import Page, scrolled
from app.views.widgets.parts import EmptyState, button, clear, label


@dataclass(frozen=True, slots=True)
class News:
    """What home counts."""

    interviews: int
    draft_count: int
    last_draft_ms: int | None
    meetings: tuple[tuple[str, str], ...]
    """Dates and subjects of the meetings that are planned or called, next first."""
    forms: int


def news(project: Project) -> News:
    """Read what waits; runs in the worker."""
    begun = drafts.all_drafts(project)
    planned = []
    for status in ("planned", "called"):
        listing = Listing("meeting", equal={"status": status}, sort="date")
        planned += lists.page(project, listing, 0, 5)
    meetings = sorted(
        (str(row.values.get("date") or ""), str(row.values.get("subject") or "")) for row in planned
    )
    return News(
        lists.count(project, Listing("response")),
        len(begun),
        begun[0].kept_ms if begun else None,
        tuple(meetings[:5]),
        lists.count(project, Listing("survey")),
    )


class Card(QFrame):
    """A figure with its word; it opens what it counts."""

    opened = Signal()

    def __init__(self, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = icon
        mark(self, kind="card")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(WIDE, HALF, WIDE, HALF)
        row.setSpacing(HALF)
        self._picture = QLabel(self)
        self._figure = label("title", self, wrap=False)
        self._word = label("body", self)
        row.addWidget(self._picture)
        row.addWidget(self._figure)
        row.addWidget(self._word, 1)

    def tell(self, figure: int, word: str, role: Role = "ink") -> None:
        """Show how many of what; `role` colours the icon, and `word` says the same in words."""
        icons.put(self._picture, self._icon, role, 24)
        self._figure.setText(words.number(figure))
        self._word.setText(word)
        self.setAccessibleName(f"{words.number(figure)} {word}")

    def text(self) -> str:
        return f"{self._figure.text()} {self._word.text()}"

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)


class HomePage(Page):
    """What waits and what to do first."""

    def __init__(self, shared: Shared, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shared = shared
        self._news: News | None = None
        self._build()
        shared.desk.changed.connect(self._changed)
        shared.facts_changed.connect(self._show)
        self.retranslate()

    def entered(self) -> None:
        self._ask()

    def take_focus(self) -> None:
        self._cards["drafts"].setFocus()

    def cards(self) -> list[str]:
        """Return the cards on show as they read."""
        return [card.text() for card in self._cards.values() if not card.isHidden()]

    def retranslate(self) -> None:
        self.head(_("Home"), _("What waits, and where to go on."))
        self._show()

    def _build(self) -> None:
        inner = QWidget(self)
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, NEAR, 0, 0)
        grid.setSpacing(HALF)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        where = {"drafts": "surveys", "unsent": "sync", "review": "review", "meetings": "meetings"}
        pictures = {"drafts": "draft", "unsent": "sync", "review": "review", "meetings": "meetings"}
        self._cards: dict[str, Card] = {}
        for at, (id_, area) in enumerate(where.items()):
            card = Card(pictures[id_], inner)
            card.opened.connect(partial(self._shared.open_asked.emit, area))
            self._cards[id_] = card
            grid.addWidget(card, at // 2, at % 2)
        self._heading = label("section", inner)
        grid.addWidget(self._heading, 2, 0, 1, 2)
        self._steps = QGridLayout()
        self._steps.setSpacing(NEAR)
        self._steps.setColumnStretch(0, 1)
        grid.addLayout(self._steps, 3, 0, 1, 2)
        self._empty = EmptyState("surveys", inner)
        self._empty.acted.connect(self._first_step)
        grid.addWidget(self._empty, 4, 0, 1, 2)
        grid.setRowStretch(5, 1)
        self.body.addWidget(scrolled(inner, self), 1)

    def _ask(self) -> None:
        self._shared.desk.ask(news, on_done=self._take, on_error=self.show_error)

    def _changed(self, _touched: Touched) -> None:
        if self.isVisible():
            self._ask()

    def _take(self, found: Any) -> None:
        self._news = found
        self._show()

    def _show(self) -> None:
        facts, found = self._shared.facts, self._news
        if found is None:
            return
        count = found.draft_count
        self._cards["drafts"].tell(count, ngettext("draft open", "drafts open", count))
        unsent = ngettext("change not sent", "changes not sent", facts.unsent)
        self._cards["unsent"].tell(facts.unsent, unsent, "warning" if facts.unsent else "primary")
        waits = ngettext("decision waits", "decisions wait", facts.waiting)
        self._cards["review"].tell(facts.waiting, waits, "warning" if facts.waiting else "primary")
        planned = ngettext("meeting planned", "meetings planned", len(found.meetings))
        self._cards["meetings"].tell(len(found.meetings), planned)
        self._cards["meetings"].setVisible(self._uses_meetings())
        self._show_steps(found)

    def _uses_meetings(self) -> bool:
        return bool(self._shared.facts.roles & {"coordinator", "secretary"})

    def _show_steps(self, found: News) -> None:
        clear(self._steps)
        self._heading.setText(_("Go on with"))
        lines = self._lines(found)
        for at, (text, word, area) in enumerate(lines):
            said = label("body", self)
            said.setText(text)
            go = button(self, "plain", "next", partial(self._shared.open_asked.emit, area))
            go.setText(word)
            go.setAccessibleName(f"{word}: {text}")
            self._steps.addWidget(said, at, 0)
            self._steps.addWidget(go, at, 1)
        self._heading.setVisible(bool(lines))
        self._empty.setVisible(not lines)
        self._say_empty(found)

    def _lines(self, found: News) -> list[tuple[str, str, str]]:
        lines = []
        if found.last_draft_ms is not None:
            when = words.ago(found.last_draft_ms)
            text = _("An interview is begun and not finished, kept {when}.").format(when=when)
            lines.append((text, _("Go on"), "surveys"))
        if self._uses_meetings():
            for date, subject in found.meetings:
                text = _("Meeting of {date}: {subject}").format(
                    date=words.day(date), subject=subject or _("no subject yet")
                )
                lines.append((text, _("Open meetings"), "meetings"))
        return lines

    def _say_empty(self, found: News) -> None:
        facts = self._shared.facts
        if facts.coordinator and not self._shared.own_spaces():
            self._empty.say(
                _("Begin by adding a space: a parish, a committee, whatever works together."),
                _("Add a space"),
            )
        elif facts.coordinator and not found.forms:
            self._empty.say(_("Next, import a questionnaire."), _("Import a form"))
        elif facts.last_sync_ms is None:
            self._empty.say(_("Sync once, so that this laptop and the others meet."), _("Sync"))
        else:
            count = found.interviews
            text = ngettext("{count} interview here.", "{count} interviews here.", count)
            self._empty.say(text.format(count=words.number(count)))

    def _first_step(self) -> None:
        facts = self._shared.facts
        fresh = facts.coordinator and (
            not self._shared.own_spaces() or (self._news is not None and not self._news.forms)
        )
        self._shared.open_asked.emit("project" if fresh else "sync")
