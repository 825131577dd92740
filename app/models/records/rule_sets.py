"""The rules a committee meets and votes by: data, each with the article it comes from."""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n import _, lazy
from app.models.fields import Boolean, Choice, Date, Integer, Text
from app.models.records.base import Kind, Problem, in_order
from app.models.records.common import MAJORITIES, SECRETARY, VOTE_KINDS, notes
from sync.values import Value

_ARTICLE = lazy("Where it stands: “Art. 12 of the ordinance”. Empty: the rule set's own article.")


def _quorum_is_whole(values: Mapping[str, Value]) -> Problem | None:
    """Refuse a quorum that names a fraction or a number and does not say which."""
    part, whole = values.get("quorum_part"), values.get("quorum_whole")
    known = isinstance(part, int) and isinstance(whole, int) and part <= whole
    if values.get("quorum") == "fraction" and not known:
        return Problem("quorum_part", _("Say which fraction: 3 parts of 5, say."))
    if values.get("quorum") == "number" and values.get("quorum_number") is None:
        return Problem("quorum_number", _("Say which number makes the quorum."))
    if values.get("second_call_quorum") == "number" and values.get("second_call_number") is None:
        return Problem("second_call_number", _("Say which number is enough on second call."))
    return None


RULE_SET = Kind(
    "rule_set",
    lazy("Rules of a committee"),
    lazy("Rules of committees"),
    (
        Text("article", lazy("Source"), searchable=True, listed=True, help=_ARTICLE),
        Date("valid_from", lazy("In force from"), listed=True),
        Date("valid_to", lazy("In force until")),
        Choice(
            "quorum",
            lazy("Quorum"),
            choices=(
                ("half_plus_one", lazy("Half plus one")),
                ("two_thirds", lazy("Two thirds")),
                ("fraction", lazy("A fraction")),
                ("number", lazy("A number")),
            ),
            default="half_plus_one",
            listed=True,
        ),
        Integer("quorum_part", lazy("Fraction: parts"), low=1, help=lazy("The 3 of 3/5.")),
        Integer("quorum_whole", lazy("Fraction: of"), low=1, help=lazy("The 5 of 3/5.")),
        Integer("quorum_number", lazy("Quorum: number"), low=1),
        Choice(
            "counted_on",
            lazy("Counted on"),
            choices=(
                ("seats", lazy("All seats that vote")),
                ("members", lazy("Seats that vote and are filled")),
            ),
            default="seats",
        ),
        Text("quorum_article", lazy("Article on the quorum"), help=_ARTICLE),
        Integer(
            "second_call_after",
            lazy("Second call after, minutes"),
            low=0,
            high=10_080,
            listed=True,
            help=lazy("Empty: there is no second call."),
        ),
        Choice(
            "second_call_quorum",
            lazy("Quorum on second call"),
            choices=(
                ("present", lazy("Those present")),
                ("number", lazy("A number")),
                ("same", lazy("As on the first")),
            ),
            default="present",
        ),
        Integer("second_call_number", lazy("Second call: number"), low=1),
        Text("second_call_article", lazy("Article on the second call"), help=_ARTICLE),
        Boolean("remote_counts", lazy("Those present remotely count"), default=True),
        Boolean("delegates_count", lazy("Delegates count"), default=True),
        Integer("notice_ordinary", lazy("Notice, ordinary, hours"), low=0, high=8_760),
        Integer("notice_extraordinary", lazy("Notice, extraordinary, hours"), low=0, high=8_760),
        Text("notice_article", lazy("Article on the call"), help=_ARTICLE),
        Choice(
            "majority",
            lazy("Majority"),
            choices=MAJORITIES,
            default="simple_votes",
            listed=True,
        ),
        Text("majority_article", lazy("Article on the majority"), help=_ARTICLE),
        Boolean(
            "blank_with_majority",
            lazy("Blank votes join the majority"),
            help=lazy("As some councils have it; otherwise they count for nobody."),
        ),
        Boolean("casting_vote", lazy("Whoever presides breaks ties")),
        Text("casting_article", lazy("Article on the casting vote"), help=_ARTICLE),
        Choice("default_vote", lazy("Usual vote"), choices=VOTE_KINDS, default="ordinary"),
        notes(),
    ),
    help=lazy("Quorum, calls and majorities of a committee, as its ordinance or statute has them."),
    parent="committee",
    title=("article", "valid_from"),
    roles=SECRETARY,
    rules=(
        in_order("valid_from", "valid_to", lazy("Rules cannot end before they begin.")),
        _quorum_is_whole,
    ),
)

KINDS = (RULE_SET,)
