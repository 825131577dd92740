"""A new meeting: which committee, what kind, when. The rest comes from its template."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import Signal

from app.errors import KipuError
from app.i18n import _, lazy
from app.models.ledger import RecordKey
from app.models.queries.meetings import CommitteeRow
from app.models.records import kind
from app.models.vocabulary import Value
from app.views.pages.meeting_strip import Strip, fill
from app.views.widgets.parts import button, label


class NewMeetingStrip(Strip):
    """Ctrl+N: its agenda, its attendance list and open commitments are there once it is made."""

    committees_asked = Signal()
    """The committee lacks seats or rules: somebody wants to add them."""

    heading = lazy("New meeting (Ctrl+N)")
    keep_word = lazy("Make it (Enter)")

    def _build(self) -> None:
        self._rows: dict[bytes, CommitteeRow] = {}
        self._go = button(self, "plain", "committees", self.committees_asked.emit)
        self.buttons["committees"] = self._go
        self.committee = self._box()
        self.type = self._box()
        self.date = self._line()
        self.starts = self._line()
        self.venue = self._line()
        self._narrow(lazy("Committee"), self.committee, 34)
        self._narrow(lazy("Type"), self.type, 16)
        self._narrow(lazy("Date"), self.date, 14)
        self._narrow(lazy("Starts"), self.starts, 8)
        self._narrow(lazy("Venue"), self.venue, 24)
        self._says = label("hint", self)
        self._below.addWidget(self._says)
        self.committee.currentIndexChanged.connect(self._say)

    def open(self, committees: Sequence[CommitteeRow], chosen: RecordKey | None = None) -> None:
        """Offer the committees that are not dissolved, ``chosen`` first."""
        rows = [one for one in committees if one.status != "dissolved"]
        self._rows = {one.key.id: one for one in rows}
        fill(self.committee, [(one.name, one.key) for one in rows], chosen)
        choices = kind("meeting").field("type").choices
        fill(self.type, [(str(text), code) for code, text in choices], "ordinary")
        self.date.setText(kind("meeting").field("date").format(date.today().isoformat()))
        self._say()
        self.begin()

    def first(self) -> Any:
        return self.committee

    def problem(self) -> str:
        try:
            self.values()
        except KipuError as error:
            return error.message
        return "" if self.committee.currentData() is not None else _("Choose a committee.")

    def chosen(self) -> RecordKey:
        """Return the committee's key."""
        key = self.committee.currentData()
        assert isinstance(key, RecordKey), "kept only with a committee"
        return key

    def values(self) -> dict[str, Value]:
        """Return the fields of the meeting. Raises KipuError for a date or time that is none."""
        declared = kind("meeting")
        found: dict[str, Value] = {
            "type": self.type.currentData(),
            "date": declared.field("date").parse(self.date.text().strip() or "—"),
            "venue": self.venue.text().strip() or None,
        }
        if starts := self.starts.text().strip():
            found["starts"] = declared.field("starts").parse(starts)
        return {name: value for name, value in found.items() if value is not None}

    def retranslate(self) -> None:
        super().retranslate()
        self._go.setText(_("Go to the committee"))
        self.starts.setPlaceholderText("14:00")
        self._say()

    def _say(self) -> None:
        key = self.committee.currentData()
        row = self._rows.get(key.id) if isinstance(key, RecordKey) else None
        bare = row is not None and not row.seats
        self._says.setText(
            _("This committee has no seats yet: without them nobody counts for the quorum.")
            if bare
            else _("The agenda, the attendance list and open commitments come by themselves.")
        )
        self._go.setVisible(bare)
