"""A committee's rules as plain data, and what each says in one sentence with its article.

None of this is hard-wired: the figures come from the ``rule_set`` in force on the meeting's day. A
committee without one is held to what most statutes have (half plus one of the seats that vote, more
votes in favour than against), and every sentence then says that no rule is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from app.i18n import _, ngettext
from app.models.records.common import MAJORITIES
from sync.values import Value

_QUICK = "extraordinary"


@dataclass(frozen=True)
class Rules:
    """The rules of one committee on one day; fields as in the declaration of ``rule_set``."""

    article: str = ""
    quorum: str = "half_plus_one"
    quorum_part: int | None = None
    quorum_whole: int | None = None
    quorum_number: int | None = None
    counted_on: str = "seats"
    quorum_article: str = ""
    second_call_after: int | None = None
    second_call_quorum: str = "present"
    second_call_number: int | None = None
    second_call_article: str = ""
    remote_counts: bool = True
    delegates_count: bool = True
    notice_ordinary: int | None = None
    notice_extraordinary: int | None = None
    notice_article: str = ""
    majority: str = "simple_votes"
    majority_article: str = ""
    blank_with_majority: bool = False
    casting_vote: bool = False
    casting_article: str = ""
    default_vote: str = "ordinary"
    is_recorded: bool = False

    # -- thresholds ------------------------------------------------------------------------------

    def required(self, entitled: int, call: str = "first") -> int:
        """How many seats must be there of the ``entitled``; at least one, whatever the rule says."""
        if call == "second" and self.second_call_quorum == "present":
            return 1
        if call == "second" and self.second_call_quorum == "number":
            return self.second_call_number or 1
        return max(1, self._first(entitled))

    def _first(self, entitled: int) -> int:
        if self.quorum == "two_thirds":
            return _share(entitled, 2, 3)
        if self.quorum == "fraction" and self.quorum_part and self.quorum_whole:
            return _share(entitled, self.quorum_part, self.quorum_whole)
        if self.quorum == "number" and self.quorum_number:
            return self.quorum_number
        return entitled // 2 + 1

    def votes_needed(self, majority: str, against: int, present: int, entitled: int) -> int:
        """How many votes in favour carry a motion under a majority (a code of ``MAJORITIES``)."""
        if majority == "simple_present":
            return present // 2 + 1
        if majority == "absolute":
            return entitled // 2 + 1
        if majority == "two_thirds_present":
            return max(1, _share(present, 2, 3))
        if majority == "two_thirds":
            return max(1, _share(entitled, 2, 3))
        return against + 1

    # -- sentences -------------------------------------------------------------------------------

    def source(self, own: str = "") -> str:
        """The article a rule stands in, or that none is recorded."""
        return own or self.article or _("no rule is recorded")

    def quorum_sentence(self, entitled: int) -> str:
        """What the quorum is: “Quorum: half plus one of 16 seats, 9 (Art. 12).”"""
        words = {
            "half_plus_one": _("half plus one"),
            "two_thirds": _("two thirds"),
            "fraction": f"{self.quorum_part}/{self.quorum_whole}",
            "number": _("a fixed number"),
        }
        return ngettext(
            "Quorum: {rule} of {count} seat, {needed} ({article}).",
            "Quorum: {rule} of {count} seats, {needed} ({article}).",
            entitled,
        ).format(
            rule=words.get(self.quorum, self.quorum),
            count=entitled,
            needed=self.required(entitled),
            article=self.source(self.quorum_article),
        )

    def second_call_sentence(self) -> str:
        """What the second call asks for; empty when there is none."""
        if self.second_call_after is None:
            return ""
        article = self.source(self.second_call_article)
        if self.second_call_quorum == "present":
            told = _("After {minutes} minutes it meets with those present ({article}).")
        elif self.second_call_quorum == "number":
            told = _("After {minutes} minutes it meets with at least {number} ({article}).")
        else:
            told = _(
                "After {minutes} minutes it is called again, with the same quorum ({article})."
            )
        return told.format(
            minutes=self.second_call_after, number=self.second_call_number or 1, article=article
        )

    def majority_sentence(self, majority: str = "") -> str:
        """Which majority decides: “More in favour than against (Art. 14).”"""
        code = majority or self.majority
        label = next((str(label) for known, label in MAJORITIES if known == code), code)
        return _("{rule} ({article}).").format(
            rule=label, article=self.source(self.majority_article)
        )

    def casting_sentence(self) -> str:
        """Who breaks a tie; empty when nobody does."""
        if not self.casting_vote:
            return ""
        return _("Whoever presides breaks ties ({article}).").format(
            article=self.source(self.casting_article)
        )

    def notice_hours(self, meeting_type: str) -> int | None:
        """Hours between the call and a meeting of this type; None where no rule says."""
        return self.notice_extraordinary if meeting_type == _QUICK else self.notice_ordinary

    def notice_sentence(self, meeting_type: str) -> str:
        """How long before the meeting it is called; empty where no rule says."""
        hours = self.notice_hours(meeting_type)
        if hours is None:
            return ""
        return ngettext(
            "It is called at least {count} hour before ({article}).",
            "It is called at least {count} hours before ({article}).",
            hours,
        ).format(count=hours, article=self.source(self.notice_article))

    def notice_doubt(self, meeting_type: str, sent: datetime, meets: datetime) -> str:
        """That a call comes too late, in a sentence; empty when it is in time."""
        hours = self.notice_hours(meeting_type)
        if hours is None or meets - sent >= timedelta(hours=hours):
            return ""
        given = max(0, int((meets - sent).total_seconds() // 3600))
        return _(
            "The call goes out {given} hours before; {hours} are asked for ({article})."
        ).format(given=given, hours=hours, article=self.source(self.notice_article))


def _share(entitled: int, part: int, whole: int) -> int:
    """A fraction of the seats, rounded up: nobody is there by half."""
    return -(-entitled * part // whole)


def rules_from(values: Mapping[str, Value] | None) -> Rules:
    """Read a rule set's values; None gives the rules of a committee that has recorded none."""
    if values is None:
        return Rules()
    found: dict[str, Any] = {}
    for name, usual in asdict(Rules()).items():
        value = values.get(name)
        if isinstance(value, int if usual is None else type(usual)):
            found[name] = value
    return Rules(**{**found, "is_recorded": True})


def in_force(rule_sets: list[Mapping[str, Value]], day: str) -> Mapping[str, Value] | None:
    """The rule set of a committee that holds on a day (ISO): of several, the one begun last."""
    standing = [
        one
        for one in rule_sets
        if str(one.get("valid_from") or "") <= day and day <= str(one.get("valid_to") or "9999")
    ]
    return max(standing, key=lambda one: str(one.get("valid_from") or ""), default=None)
