"""The rules of a committee, against every case that could be thought of."""

from __future__ import annotations

import itertools
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import KipuError
from app.models.meetings import numbers
from app.models.meetings.agenda import TEMPLATES, template
from app.models.meetings.quorum import Chair, Sitting, Span, at_moment, clock, minute
from app.models.meetings.rules import Rules, in_force, rules_from
from app.models.meetings.tallies import band_of, safe_totals
from app.models.meetings.votes import Totals, outcome
from app.models.records import kind
from app.models.records.common import MAJORITIES

COUNTS = st.integers(min_value=0, max_value=60)
CODES = [code for code, _label in MAJORITIES]


def chairs(count: int, **facts: bool) -> list[Chair]:
    return [Chair(bytes([number]), **facts) for number in range(count)]


def sittings(count: int, spans: tuple[Span, ...] = (Span(840),)) -> list[Sitting]:
    return [Sitting(bytes([100 + n]), bytes([n]), "holder", spans) for n in range(count)]


@pytest.mark.parametrize(
    ("quorum", "seats", "needed"),
    [("half_plus_one", 16, 9), ("half_plus_one", 15, 8), ("half_plus_one", 0, 1),
     ("two_thirds", 16, 11), ("two_thirds", 15, 10), ("number", 16, 4)],
)  # fmt: skip
def test_what_a_quorum_needs(quorum: str, seats: int, needed: int) -> None:
    assert Rules(quorum=quorum, quorum_number=4).required(seats) == needed


def test_a_fraction_is_rounded_up_and_the_second_call_has_a_quorum_of_its_own() -> None:
    rules = Rules(quorum="fraction", quorum_part=3, quorum_whole=5)
    assert rules.required(11) == 7
    assert rules.required(11, "second") == 1
    assert Rules(second_call_quorum="number", second_call_number=3).required(9, "second") == 3
    assert Rules(second_call_quorum="same").required(9, "second") == 5


@given(COUNTS, st.sampled_from(["half_plus_one", "two_thirds"]))
def test_two_meetings_can_never_both_have_a_quorum(seats: int, quorum: str) -> None:
    """Which is what a quorum is for."""
    assert 2 * Rules(quorum=quorum).required(seats) > seats


def test_quorum_is_a_fact_about_one_moment() -> None:
    room = chairs(5)
    away = (Span(840, 910), Span(930))
    there = [*sittings(2), Sitting(b"late", bytes([2]), "alternate", away)]
    found = {at: at_moment(room, there, Rules(), at).present for at in (839, 840, 910, 929, 930)}
    assert found == {839: 0, 840: 3, 910: 2, 929: 2, 930: 3}
    state = at_moment(room, there, Rules(article="Art. 7"), 910)
    assert (state.required, state.met, state.missing) == (3, False, 1)
    assert state.sentence == "There is no quorum: 2 of 5 seats, 3 needed (Art. 7)."


def test_a_seat_counts_once_and_guests_and_seats_without_a_vote_do_not() -> None:
    room = [*chairs(3), Chair(b"voice", votes=False)]
    there = [
        Sitting(b"a", bytes([0]), "holder", (Span(None),)),
        Sitting(b"b", bytes([0]), "alternate", (Span(None),)),
        Sitting(b"c", b"voice", "holder", (Span(None),)),
        Sitting(b"d", None, "guest", (Span(None),)),
        Sitting(b"e", bytes([1]), "delegate", (Span(None, remote=True),)),
    ]
    assert at_moment(room, there, Rules(), 0).counted == {b"a", b"e"}
    assert at_moment(room, there, Rules(remote_counts=False), 0).counted == {b"a"}
    assert at_moment(room, there, Rules(delegates_count=False), 0).counted == {b"a"}
    assert at_moment(room, there, Rules(), 0).entitled == 3


def test_empty_seats_count_only_where_the_rules_say_all_seats() -> None:
    room = [*chairs(3), Chair(b"x", filled=False), Chair(b"y", filled=False)]
    assert at_moment(room, [], Rules(), 0).required == 3
    assert at_moment(room, [], Rules(counted_on="members"), 0).required == 2


def test_a_committee_without_seats_counts_who_is_there() -> None:
    there = [Sitting(b"a", None, "", (Span(None),)), Sitting(b"b", None, "guest", (Span(None),))]
    state = at_moment([], there, Rules(quorum="number", quorum_number=2), 0)
    assert (state.present, state.required) == (1, 2)


@given(st.lists(st.tuples(COUNTS, st.booleans()), max_size=12), st.integers(0, 2000))
def test_nobody_counts_before_coming_or_twice(moves: list[tuple[int, bool]], at: int) -> None:
    spans = tuple(Span(800 + n, 820 + n if left else None) for n, left in moves)
    there = [Sitting(bytes([n]), bytes([n % 3]), "holder", spans) for n in range(7)]
    state = at_moment(chairs(3), there, Rules(), at)
    assert state.present in ((0, 3) if spans else (0,))
    assert state.met == (state.present >= state.required)
    assert (state.present == 0) == (not any(span.holds(at) for span in spans))


@given(st.integers(0, 23), st.integers(0, 59), st.integers(0, 1439))
def test_times_are_read_back_and_a_long_night_passes_midnight(h: int, m: int, start: int) -> None:
    found = minute(f"{h:02}:{m:02}", start)
    assert found is not None
    assert clock(found) == f"{h:02}:{m:02}"
    assert found >= start - 720
    assert minute("00:30", minute("19:00")) == 24 * 60 + 30
    assert minute("18:40", minute("19:00")) == 18 * 60 + 40
    assert minute("soon") is None


@pytest.mark.parametrize(
    ("majority", "votes", "carried", "needed"),
    [("simple_votes", (4, 3, 2), True, 4), ("simple_votes", (3, 3, 3), False, 4),
     ("simple_present", (4, 3, 2), False, 5), ("simple_present", (5, 3, 1), True, 5),
     ("absolute", (8, 0, 1), False, 9), ("absolute", (9, 0, 0), True, 9),
     ("two_thirds_present", (6, 3, 0), True, 6), ("two_thirds", (9, 0, 0), False, 11)],
)  # fmt: skip
def test_what_a_vote_comes_to(
    majority: str, votes: tuple[int, int, int], carried: bool, needed: int
) -> None:
    found = outcome(Rules(majority=majority, article="Art. 9"), Totals(*votes), 9, 16)
    assert (found.carried, found.needed) == (carried, needed)
    assert found.sentence.endswith("(Art. 9).")


@given(COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, st.sampled_from(CODES))
def test_abstaining_never_helps_a_motion_and_agreeing_never_harms_it(
    yes: int, no: int, abstained: int, blank: int, spare: int, majority: str
) -> None:
    rules, totals = Rules(majority=majority), Totals(yes, no, abstained, blank)
    present = totals.cast + spare
    before = outcome(rules, totals, present, present + 2)
    if no:
        fewer = outcome(rules, Totals(yes, no - 1, abstained + 1, blank), present, present + 2)
        assert fewer.carried >= before.carried
    if abstained:
        more = outcome(rules, Totals(yes + 1, no, abstained - 1, blank), present, present + 2)
        assert more.carried >= before.carried
        against = outcome(rules, Totals(yes, no + 1, abstained - 1, blank), present, present + 2)
        assert against.carried <= before.carried
    assert before.carried == (yes >= before.needed)


def test_the_casting_vote_is_one_more_at_a_tie_where_the_rules_give_it() -> None:
    rules = Rules(casting_vote=True, casting_article="Art. 16")
    tie = Totals(3, 3, 1)
    assert outcome(rules, tie, 7, 9).sentence.endswith("whoever presides may decide it.")
    assert outcome(rules, tie, 7, 9, casting="for").carried
    assert not outcome(rules, tie, 7, 9, casting="against").carried
    assert not outcome(rules, tie, 7, 9, majority="absolute", casting="for").carried
    with pytest.raises(KipuError, match="only for a tie"):
        outcome(rules, Totals(4, 2), 7, 9, casting="for")
    with pytest.raises(KipuError, match="give nobody a casting vote"):
        outcome(Rules(), tie, 7, 9, casting="for")


def test_blank_votes_join_the_majority_where_the_rules_say_so() -> None:
    blank = Totals(4, 3, 0, 2)
    assert not outcome(Rules(majority="simple_present"), blank, 9, 9).carried
    joining = Rules(majority="simple_present", blank_with_majority=True)
    assert outcome(joining, blank, 9, 9).carried
    assert not outcome(joining, Totals(3, 4, 0, 2), 9, 9).carried


def test_totals_nobody_could_have_cast_are_refused() -> None:
    with pytest.raises(KipuError, match="10 votes are more than the 9 who may vote now"):
        outcome(Rules(), Totals(6, 4), 9, 16)
    with pytest.raises(KipuError, match="below zero"):
        outcome(Rules(), Totals(-1, 4), 9, 16)


def test_every_rule_explains_itself_in_one_sentence_with_its_article() -> None:
    rules = Rules(
        article="Art. 1", quorum_article="Art. 2", second_call_after=30, casting_vote=True,
        notice_ordinary=48, is_recorded=True,
    )  # fmt: skip
    assert rules.quorum_sentence(16) == "Quorum: half plus one of 16 seats, 9 (Art. 2)."
    assert rules.second_call_sentence() == (
        "After 30 minutes it meets with those present (Art. 1)."
    )
    assert rules.majority_sentence() == "More in favour than against (Art. 1)."
    assert rules.casting_sentence() == "Whoever presides breaks ties (Art. 1)."
    assert rules.notice_sentence("ordinary") == "It is called at least 48 hours before (Art. 1)."
    assert rules.notice_sentence("extraordinary") == ""
    assert "no rule is recorded" in Rules().quorum_sentence(16)
    late = rules.notice_doubt("ordinary", datetime(2026, 11, 19, 14), datetime(2026, 11, 20, 14))
    assert late == "The call goes out 24 hours before; 48 are asked for (Art. 1)."


def test_the_rules_in_force_are_those_begun_last() -> None:
    old = {"article": "old", "valid_from": "2020-01-01"}
    new = {"article": "new", "valid_from": "2026-01-01"}
    over = {"article": "over", "valid_from": "2026-02-01", "valid_to": "2026-03-01"}
    assert in_force([old, new, over], "2026-11-20") == new
    assert in_force([old, new, over], "2026-02-15") == over
    assert in_force([old, new], "2019-05-05") is None
    assert rules_from({"quorum": "number", "quorum_number": 3, "casting_vote": None}) == Rules(
        quorum="number", quorum_number=3, is_recorded=True
    )
    assert rules_from(None) == Rules()


def test_a_rule_set_says_which_fraction_or_number() -> None:
    [rule] = [one for one in kind("rule_set").rules if one({"quorum": "fraction"})]
    assert rule({"quorum": "fraction", "quorum_part": 3, "quorum_whole": 5}) is None
    assert rule({"quorum": "fraction", "quorum_part": 6, "quorum_whole": 5})
    assert rule({"quorum": "number"})
    assert rule({"second_call_quorum": "number"})


def test_numbers_run_by_year_and_clashes_are_told() -> None:
    given_ = ["001-2026", "CCSC-007-2026", "009-2025", "siete"]
    assert numbers.last_count(given_, "2026") == 7
    assert numbers.written(8, "2026", "CCSC") == "CCSC-008-2026"
    assert numbers.clashes(["001-2026", "002-2026", "001-2026", ""]) == ["001-2026"]


@given(st.integers(1, 99_999), st.integers(2000, 2100), st.sampled_from(["", "CCSC", "R-12"]))
def test_a_number_is_read_back(count: int, year: int, prefix: str) -> None:
    assert numbers.count_of(numbers.written(count, str(year), prefix), str(year)) == count


def test_every_type_of_meeting_has_an_agenda() -> None:
    types = {code for code, _label in kind("meeting").field("type").choices}
    assert set(TEMPLATES) == types
    known = {code for code, _label in kind("agenda_item").field("type").choices}
    for meeting_type in types:
        assert {code for _title, code in template(meeting_type)} <= known


def test_an_age_band_from_what_is_known_of_a_birth() -> None:
    assert band_of("1996", "2026-11-20") == "30-44"
    assert band_of("1996-11-21", "2026-11-20") == "18-29"
    assert band_of("1996-11-20", "2026-11-20") == "30-44"
    assert band_of("1950-01", "2026-11-20") == "65+"
    assert band_of("", "2026-11-20") == ""


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "d", "undisclosed"]), st.integers(0, 12)))
def test_no_total_and_no_rest_beside_one_picks_anybody_out(counts: dict[str, int]) -> None:
    """Adding and subtracting the printed figures never gives a group of one or two, or of all."""
    rows, hidden = safe_totals(counts)
    total = sum(counts.values())
    printed = [n for _code, n in rows] + ([hidden] if hidden else [])
    assert not rows or sum(printed) == total
    assert all(counts[code] == n for code, n in rows)
    for size in range(1, len(printed) + 1):
        for some in itertools.combinations(printed, size):
            rest = total - sum(some)
            assert sum(some) >= 3
            assert rest == 0 if size == len(printed) else rest >= 3
    assert len(printed) != 1


def test_one_woman_among_nine_and_all_of_one_people_are_not_printed() -> None:
    assert safe_totals({"female": 1, "male": 8}) == ([], 0)
    assert safe_totals({"indigenous": 9}) == ([], 0)
    assert safe_totals({"female": 5, "male": 4}) == ([("female", 5), ("male", 4)], 0)
    assert safe_totals({"a": 5, "b": 4, "c": 1}) == ([("a", 5)], 5)
    assert safe_totals({"a": 5, "undisclosed": 4}) == ([("a", 5)], 4)
