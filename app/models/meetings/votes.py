"""What a vote comes to, under the majority asked for, with abstentions and the casting vote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.errors import KipuError
from app.i18n import _
from app.models.meetings.rules import Rules
from app.models.records.common import MAJORITIES

Casting = Literal["", "for", "against"]


@dataclass(frozen=True)
class Totals:
    """How many voted how."""

    for_: int
    against: int
    abstentions: int = 0
    blank: int = 0

    @property
    def cast(self) -> int:
        """All who took part, abstentions too."""
        return self.for_ + self.against + self.abstentions + self.blank

    @classmethod
    def of(cls, choices: Iterable[str]) -> Totals:
        """Count votes given by name ("for", "against", "abstention", "blank")."""
        given = list(choices)
        return cls(
            given.count("for"),
            given.count("against"),
            given.count("abstention"),
            given.count("blank"),
        )


@dataclass(frozen=True)
class Outcome:
    """Whether a motion carries, how many votes it needed, and why, in a sentence."""

    carried: bool
    needed: int
    tied: bool
    casting_used: bool
    sentence: str


def outcome(
    rules: Rules,
    totals: Totals,
    present: int,
    entitled: int,
    majority: str = "",
    casting: str = "",
) -> Outcome:
    """Decide a vote of ``present`` seats out of ``entitled``.

    Abstentions are never counted in favour; under a majority of those present or of all seats they
    therefore weigh against. The casting vote is one vote more for a side, at a tie and where the
    rules give it. Raises KipuError for totals nobody could have cast.
    """
    _require_possible(totals, present)
    majority = majority or rules.majority
    in_favour, against = _with_blank(rules, totals)
    tied = in_favour == against and in_favour > 0
    _require_casting(rules, tied, casting)
    in_favour += casting == "for"
    against += casting == "against"
    needed = rules.votes_needed(majority, against, present, entitled)
    carried = in_favour >= needed
    told = decided(rules, totals, majority, needed, carried)
    if casting:
        told += " " + rules.casting_sentence()
    elif tied and rules.casting_vote:
        told += " " + _("It is a tie: whoever presides may decide it.")
    return Outcome(carried, needed, tied, bool(casting), told)


def _with_blank(rules: Rules, totals: Totals) -> tuple[int, int]:
    joins = totals.blank if rules.blank_with_majority else 0
    if totals.for_ > totals.against:
        return totals.for_ + joins, totals.against
    if totals.against > totals.for_:
        return totals.for_, totals.against + joins
    return totals.for_, totals.against


def _require_possible(totals: Totals, present: int) -> None:
    if min(totals.for_, totals.against, totals.abstentions, totals.blank) < 0:
        raise KipuError(_("A number of votes cannot be below zero."))
    if totals.cast > present:
        raise KipuError(
            _("{cast} votes are more than the {present} who may vote now.").format(
                cast=totals.cast, present=present
            )
        )


def _require_casting(rules: Rules, tied: bool, casting: str) -> None:
    if not casting:
        return
    if casting not in ("for", "against"):
        raise KipuError(_("A casting vote is “for” or “against”."))
    if not rules.casting_vote:
        raise KipuError(
            _("The rules give nobody a casting vote ({article}).").format(
                article=rules.source(rules.casting_article)
            )
        )
    if not tied:
        raise KipuError(_("A casting vote is only for a tie."))


def decided(rules: Rules, totals: Totals, majority: str, needed: int, carried: bool) -> str:
    """A decided vote in a sentence, with the majority asked for and its article."""
    label = next((str(label) for code, label in MAJORITIES if code == majority), majority)
    told = (
        _("Carried: {for_} in favour, {against} against, {abstained} abstaining; {needed} needed.")
        if carried
        else _(
            "Lost: {for_} in favour, {against} against, {abstained} abstaining; {needed} needed."
        )
    ).format(for_=totals.for_, against=totals.against, abstained=totals.abstentions, needed=needed)
    rule = _("{rule} ({article}).").format(rule=label, article=rules.source(rules.majority_article))
    return f"{told} {rule}"
