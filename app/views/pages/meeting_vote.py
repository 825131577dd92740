"""F6: the vote on a motion, by totals or by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.i18n import Text, _, lazy, ngettext
from app.views.pages.meeting_strip import Options, Strip, fill, flowing
from app.views.theme import NEAR, theme
from app.views.widgets.flow import Flow
from app.views.widgets.parts import button, label
from app.views.widgets.roll_call import RollCall

BY_NAME = frozenset({"nominal", "reasoned"})
CONSENSUS = "consensus"
_LARGE: Final = 1.5
"""From this size of text on, fewer voters are in sight at once."""
_TOTALS = (
    (lazy("In favour"), "for_"),
    (lazy("Against"), "against"),
    (lazy("Abstentions"), "abstentions"),
    (lazy("Blank or void"), "blank"),
)


_INSTEAD: Final[dict[str, tuple[Text, str]]] = {
    "withdrawn": (lazy("The motion is withdrawn"), "back"),
    "postponed": (lazy("It is postponed"), "pause"),
}
"""What may happen instead of a vote: the signal, its words and icon."""


@dataclass(frozen=True, slots=True)
class Cast:
    """What the strip holds: either totals, or a choice and a reason for each attendance."""

    motion: Any
    way: str
    totals: dict[str, int] = field(default_factory=dict)
    by_name: dict[bytes, tuple[str, str]] = field(default_factory=dict)
    casting: str = ""
    without_quorum: bool = False


class VoteStrip(Strip):
    """Totals for ordinary and secret votes, a roll call for nominal and reasoned ones.

    Without quorum the vote is recorded only when it is kept a second time, and stays flagged.
    """

    withdrawn = Signal()
    postponed = Signal()

    heading = lazy("Vote (F6)")

    def _build(self) -> None:
        self.motion = self._box()
        self.way = self._box()
        self.casting = self._box()
        self._narrow(lazy("Motion"), self.motion, 34)
        self._narrow(lazy("Way of voting"), self.way, 16)
        self._tie = self._narrow(lazy("Casting vote"), self.casting, 16)
        self._sums, flow = flowing(self)
        self.totals = {name: self._narrow_total(text, flow) for text, name in _TOTALS}
        self.roll = RollCall(self)
        self._says = label("caption", self)
        for part in (self._sums, self.roll, self._make_reason(), self._says):
            self._below.addWidget(part)
        for id_, (_text, icon) in _INSTEAD.items():
            self.buttons[id_] = button(self, "plain", icon, getattr(self, id_).emit)
        self.way.currentIndexChanged.connect(self._fit)
        self.roll.changed.connect(self._tell)
        self.roll.changed.connect(self._touched)
        self.roll.finished.connect(self.accept)
        self.roll.reason_asked.connect(self._ask_reason)
        self.roll.currentRowChanged.connect(self._show_reason)
        self._voters: Sequence[tuple[bytes, str]] = ()
        self._quorum = ""
        self._may_cast = False
        self._warned = False
        theme().changed.connect(self._fit)

    def _narrow_total(self, text: Text, flow: Flow) -> QLineEdit:
        edit = self._line()
        edit.setValidator(QIntValidator(0, 9999, edit))
        edit.setAlignment(Qt.AlignmentFlag.AlignRight)
        edit.textChanged.connect(self._tell)
        self._narrow(text, edit, 10, flow)
        return edit

    def _make_reason(self) -> QWidget:
        self._reasons = QWidget(self)
        row = QHBoxLayout(self._reasons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(NEAR)
        self.reason = QLineEdit(self._reasons)
        self.reason.textEdited.connect(self.roll.give_reason)
        self.reason.returnPressed.connect(self.roll.setFocus)
        row.addWidget(self._caption(lazy("Reason or dissent (R)"), self.reason))
        row.addWidget(self.reason, 1)
        return self._reasons

    def retranslate(self) -> None:
        super().retranslate()
        for id_, (text, _icon) in _INSTEAD.items():
            self.buttons[id_].setText(str(text))

    # -- opening -------------------------------------------------------------------------------

    def open(
        self, motions: Options, ways: Options, way: str, voters: Sequence[tuple[bytes, str]],
        no_quorum: str, *, may_cast: bool,
    ) -> None:  # fmt: skip
        """Begin a vote. ``no_quorum`` says why nothing may be decided now, empty when it may."""
        self._voters, self._quorum, self._may_cast = voters, no_quorum, may_cast
        self._warned = False
        fill(self.motion, motions)
        fill(self.way, ways, way)
        fill(self.casting, [(_("(none)"), ""), (_("in favour"), "for"), (_("against"), "against")])
        for edit in self.totals.values():
            edit.clear()
        self.roll.open(voters)
        self.reason.clear()
        self._fit()
        self.begin()

    def follow(self, voters: Sequence[tuple[bytes, str]], no_quorum: str) -> None:
        """Somebody came or went while the vote is being taken: the quorum is checked anew."""
        self._voters = voters
        if no_quorum != self._quorum:
            self._quorum, self._warned = no_quorum, False
        self.roll.follow(voters)
        self._tell()

    def first(self) -> Any:
        if self._is_by_name():
            return self.roll
        return self.totals["for_"] if self._has_totals() else self.way

    # -- what was voted ------------------------------------------------------------------------

    def cast(self) -> Cast:
        """Return the vote as it stands in the strip."""
        by_name = dict(self.roll.votes()) if self._is_by_name() else {}
        totals = self._counted() if self._has_totals() else {}
        return Cast(
            self.motion.currentData(), self.way.currentData(), totals, by_name,
            self.casting.currentData() or "", bool(self._quorum),
        )  # fmt: skip

    def problem(self) -> str:
        missing = self.roll.missing() if self._is_by_name() else []
        if missing:
            said = _("Not voted yet: {names}. Who does not choose abstains (3).")
            return said.format(names=", ".join(missing[:4]) + (" …" if missing[4:] else ""))
        if self._has_totals() and not any(self._counted().values()):
            return _("Type how many voted each way.")
        if self._quorum and not self._warned:
            self._warned = True
            more = _("Enter once more records the vote all the same, flagged as without quorum.")
            return f"{self._quorum} {more}"
        return ""

    def _touched(self) -> None:
        # Who changes the vote after the warning is warned anew.
        self._warned = False
        super()._touched()

    def _counted(self) -> dict[str, int]:
        return {name: int(edit.text() or 0) for name, edit in self.totals.items()}

    def _has_totals(self) -> bool:
        return not self._is_by_name() and self.way.currentData() != CONSENSUS

    def _is_by_name(self) -> bool:
        return self.way.currentData() in BY_NAME

    def says(self) -> str:
        """Return the line that counts along."""
        return self._says.text()

    def _tell(self) -> None:
        if self.way.currentData() == CONSENSUS:
            self._says.setText(_("Nobody objects: there is nothing to count."))
            self._tie.hide()
            return
        if self._is_by_name():
            votes = [vote for vote, _reason in self.roll.votes().values()]
            counts = (votes.count("for"), votes.count("against"), votes.count("abstention"))
            left = len(self._voters) - len(votes)
        else:
            found = self._counted()
            counts = (found["for_"], found["against"], found["abstentions"])
            left = len(self._voters) - sum(found.values())
        said = _("In favour {yes}, against {no}, abstentions {none}.").format(
            yes=counts[0], no=counts[1], none=counts[2]
        )
        to_go = ngettext("{count} may still vote.", "{count} may still vote.", abs(left))
        over = ngettext("{count} vote too many.", "{count} votes too many.", abs(left))
        more = (to_go if left > 0 else over if left < 0 else "").format(count=abs(left))
        keys = _("1 in favour, 2 against, 3 abstains, 4 blank, Backspace back, R reason.")
        self._says.setText(" ".join(part for part in (
            said, more, keys if self._is_by_name() else "") if part))  # fmt: skip
        self._tie.setVisible(self._may_cast and left <= 0 and counts[0] == counts[1])

    def _fit(self) -> None:
        by_name = self._is_by_name()
        self._sums.setVisible(self._has_totals())
        self.roll.setVisible(by_name)
        self._reasons.setVisible(by_name)
        most = 4 if theme().scale < _LARGE else 2
        self.roll.setFixedHeight(theme().row() * min(max(len(self._voters), 2), most))
        self._tell()
        if self.isVisible():
            self.first().setFocus()

    def _ask_reason(self) -> None:
        self.reason.setFocus()
        self.reason.selectAll()

    def _show_reason(self, _row: int) -> None:
        self.reason.setText(self.roll.reason())
