"""What a meeting decides and promises, each as a strip: motion, resolution, commitment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from PySide6.QtCore import Signal

from app.errors import KipuError
from app.i18n import Text, _, lazy
from app.models.records import kind
from app.views import words
from app.views.pages.meeting_strip import Options, Strip, complete, completed, fill
from app.views.widgets.parts import ButtonKind, button, label

_DAYS = re.compile(r"\+\s*(\d{1,3})")


class MotionStrip(Strip):
    """F5: what is proposed, and by whom."""

    heading = lazy("Motion (F5)")

    def _build(self) -> None:
        self.text = self._words()
        self.mover = self._box()
        self.how = self._box()
        self._wide(lazy("What is moved"), self.text)
        self._narrow(lazy("Moved by"), self.mover, 26)
        self._narrow(lazy("Way of voting"), self.how, 16)

    def open(self, text: str, movers: Options, ways: Options, chosen: str) -> None:
        """Begin a motion; ``movers`` are those who are here."""
        self.text.setPlainText(text)
        fill(self.mover, [(_("(nobody named)"), None), *movers])
        fill(self.how, ways, chosen)
        self.begin()
        self.text.selectAll()

    def first(self) -> Any:
        return self.text

    def problem(self) -> str:
        return "" if self.said() else _("Write what is moved.")

    def said(self) -> str:
        return self.text.toPlainText().strip()


class ResolutionStrip(Strip):
    """F7: what was resolved, in the words that count, with its number."""

    heading = lazy("Resolution (F7)")

    def _build(self) -> None:
        self.text = self._words()
        self.motion = self._box()
        self._wide(lazy("What is resolved"), self.text)
        self._narrow(lazy("From the motion"), self.motion, 36)
        self.motion.activated.connect(self._take)
        self._texts: dict[int, str] = {}

    def open(self, text: str, motions: Sequence[tuple[str, Any]], chosen: Any) -> None:
        """Begin a resolution; ``motions`` are those that were carried, newest first."""
        fill(self.motion, [*motions, (_("(no motion)"), None)], chosen)
        self._texts = {at: words for at, (words, _key) in enumerate(motions)}
        self.text.setPlainText(text)
        self.begin()
        self.text.selectAll()

    def first(self) -> Any:
        return self.text

    def problem(self) -> str:
        return "" if self.said() else _("Write what is resolved.")

    def said(self) -> str:
        return self.text.toPlainText().strip()

    def _take(self, at: int) -> None:
        self.text.setPlainText(self._texts.get(at, self.said()))


@dataclass(frozen=True, slots=True)
class Promise:
    """What the strip of a commitment holds."""

    text: str
    who: str
    due: str
    """ISO date, empty when open."""


class CommitmentStrip(Strip):
    """F4: who does what by when, taken from the line the cursor is in."""

    heading = lazy("Commitment (F4)")

    def _build(self) -> None:
        self.text = self._words()
        self.who = self._line()
        self.due = self._line()
        self._read = label("caption", self, wrap=False)
        self._wide(lazy("What will be done"), self.text)
        self._narrow(lazy("Who"), self.who, 28)
        self._narrow(lazy("By when"), self.due, 18)
        self._meant = self._narrow(lazy("That is"), self._read, 12)
        self.due.textChanged.connect(self._say_day)
        self.who.editingFinished.connect(self._complete)
        self._names: Sequence[str] = ()
        self._from = date.today()

    def open(self, text: str, names: Sequence[str], agreed_on: str) -> None:
        """Begin a commitment; ``names`` are offered while typing who."""
        self._from = date.fromisoformat(agreed_on) if agreed_on else date.today()
        self.text.setPlainText(text)
        self.who.clear()
        self.due.clear()
        self._names = names
        complete(self.who, names)
        self._say_day()
        self.begin()

    def first(self) -> Any:
        return self.who if self.text.toPlainText().strip() else self.text

    def problem(self) -> str:
        if not self.text.toPlainText().strip():
            return _("Write what will be done.")
        if not self.who.text().strip():
            return _("Say who does it.")
        try:
            self._day()
        except KipuError as error:
            return error.message
        return ""

    def accept(self) -> None:
        # What a few letters mean is settled before anything is refused: it alters the field.
        self._complete()
        super().accept()

    def promise(self) -> Promise:
        """Return what was typed. Raises KipuError for a day that is none."""
        who = completed(self.who.text(), self._names)
        return Promise(self.text.toPlainText().strip(), who, self._day())

    def retranslate(self) -> None:
        super().retranslate()
        self.due.setPlaceholderText(_("2026-12-18 or +15"))
        self.due.setToolTip(_("A date, or + and a number of days after the meeting."))
        self._say_day()

    def _complete(self) -> None:
        self.who.setText(completed(self.who.text(), self._names))

    def _day(self) -> str:
        typed = self.due.text().strip()
        if not typed:
            return ""
        if found := _DAYS.fullmatch(typed):
            return (self._from + timedelta(days=int(found[1]))).isoformat()
        declared = kind("commitment").field("due")
        return str(declared.parse(typed))

    def _say_day(self) -> None:
        try:
            day = self._day()
        except KipuError:
            day = ""
        self._read.setText(words.day(day) if day else "")
        self._meant.setVisible(bool(day))


_ON_ITEM: Final[dict[str, tuple[Text, str]]] = {
    "earlier": (lazy("Earlier"), "back"),
    "later": (lazy("Later"), "next"),
    "removed": (lazy("Remove the point"), "delete"),
}
"""The signals of the strip of a point that have a button, its words and icon."""


class ItemStrip(Strip):
    """A point of the agenda: its title and who presents it."""

    earlier = Signal()
    later = Signal()
    removed = Signal()

    heading = lazy("Point of the agenda")

    def _build(self) -> None:
        for id_, (_text, icon) in _ON_ITEM.items():
            rank: ButtonKind = "danger" if id_ == "removed" else "plain"
            self.buttons[id_] = button(self, rank, icon, getattr(self, id_).emit)
        self.title = self._line()
        self.presenter = self._line()
        self._narrow(lazy("Title"), self.title, 48)
        self._narrow(lazy("Presented by"), self.presenter, 24)

    def retranslate(self) -> None:
        super().retranslate()
        for id_, (text, _icon) in _ON_ITEM.items():
            self.buttons[id_].setText(str(text))

    def open(self, title: str, presenter: str) -> None:
        """Begin with these words; both are empty for a new point."""
        for made in self.buttons.values():
            made.setVisible(bool(title))
        self.title.setText(title)
        self.presenter.setText(presenter)
        self.begin()

    def first(self) -> Any:
        return self.title

    def problem(self) -> str:
        return "" if self.said() else _("Write the title of the point.")

    def said(self) -> str:
        return self.title.text().strip()
