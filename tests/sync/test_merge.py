"""Merging: the same facts in any order, however often, are the same record."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import clock
from sync.changes import Ref, Verb
from sync.clock import MAX_LEAD_MS
from sync.merge import EXISTENCE, SEEN, Fact, RecordState, merge, through_withheld
from sync.values import ERASED, Value

A, B, C = (bytes([n]) * 16 for n in (1, 2, 3))
FIELDS = ("name", "post")


def ref(number: int, log: bytes = A) -> Ref:
    return Ref(log, number)


def created(seq: int, at: int = 0, log: bytes = A, **values: Value) -> Fact:
    return Fact(ref(seq, log), Verb.CREATE, at, log, values)


def edited(
    seq: int, replaces: dict[str, Sequence[Ref]], at: int = 0, log: bytes = A, **values: Value
) -> Fact:
    named = {name: tuple(refs) for name, refs in replaces.items()}
    return Fact(ref(seq, log), Verb.EDIT, at, log, values, named)


def deleted(seq: int, seen: Sequence[Ref], gone: Sequence[Ref], log: bytes = A) -> Fact:
    return Fact(ref(seq, log), Verb.DELETE, 0, log, {}, {EXISTENCE: tuple(gone), SEEN: tuple(seen)})


def closed(seq: int, log: bytes, over: Sequence[Ref] = ()) -> Fact:
    return Fact(ref(seq, log), Verb.CLOSE, 0, log, {}, {EXISTENCE: tuple(over)} if over else {})


BASE = created(1, name="Ana")


# --- properties ------------------------------------------------------------------------------------

REFS = st.builds(Ref, st.sampled_from((A, B, C)), st.integers(1, 5))


@st.composite
def facts(draw: st.DrawFn) -> list[Fact]:
    found = []
    for name in draw(st.lists(REFS, unique=True, max_size=9)):
        verb = draw(st.sampled_from(list(Verb)))
        values = draw(st.dictionaries(st.sampled_from(FIELDS), st.integers(0, 2), max_size=2))
        keys = st.sampled_from((*FIELDS, EXISTENCE, SEEN))
        replaces = draw(st.dictionaries(keys, st.lists(REFS, max_size=4).map(tuple), max_size=4))
        at = draw(st.integers(0, 3))
        shown = values if verb in (Verb.CREATE, Verb.EDIT) else {}
        found.append(Fact(name, verb, at, name.log, shown, replaces))
    return found


@given(facts(), st.data())
def test_any_order_and_any_repetition_give_the_same_record(
    known: list[Fact], data: st.DataObject
) -> None:
    once = merge(known)
    again = data.draw(st.permutations(known)) + (
        data.draw(st.lists(st.sampled_from(known), max_size=5)) if known else []
    )
    other = merge(again)
    assert other == once
    assert other.values == once.values
    assert (other.conflicts, other.exists) == (once.conflicts, once.exists)


@given(facts())
def test_every_value_is_replaced_shown_or_stands_beside_the_shown_one(known: list[Fact]) -> None:
    state = merge(known)
    replaced = {
        (name, one)
        for fact in known
        if fact.verb is not Verb.ADMIT
        for name, refs in fact.replaces.items()
        for one in refs
    }
    for fact in known:
        for name in fact.fields:
            standing = any(head.fact == fact for head in state.heads.get(name, ()))
            assert standing is ((name, fact.ref) not in replaced)


@given(facts())
def test_a_conflict_is_shown_exactly_where_values_differ(known: list[Fact]) -> None:
    state = merge(known)
    for name in FIELDS:
        different = {head.value for head in state.heads.get(name, ())}
        assert (name in state.conflicts) is (len(different) > 1)


# --- fields ----------------------------------------------------------------------------------------


def test_an_edit_that_saw_the_head_replaces_it() -> None:
    state = merge([BASE, edited(2, {"name": [BASE.ref]}, name="Eva")])
    assert (state.values, state.conflicts) == ({"name": "Eva"}, ())


def test_two_edits_of_one_head_stand_side_by_side_until_one_replaces_both() -> None:
    mine = edited(2, {"name": [BASE.ref]}, at=5, name="Eva")
    theirs = edited(1, {"name": [BASE.ref]}, at=9, log=B, name="Ida")
    state = merge([BASE, mine, theirs])
    assert state.conflicts == ("name",)
    assert state.values == {"name": "Ida"}
    settled = edited(3, {"name": [mine.ref, theirs.ref]}, name="Eva")
    assert merge([BASE, mine, theirs, settled]).conflicts == ()
    assert merge([BASE, mine, theirs, settled]).values == {"name": "Eva"}


def test_equal_values_do_not_conflict() -> None:
    both = [edited(2, {"name": [BASE.ref]}, log=log, name="Eva") for log in (B, C)]
    assert merge([BASE, *both]).conflicts == ()


@pytest.mark.parametrize(
    ("one", "other"), [(1, True), (0, False), (None, ERASED), ("1", 1), (b"x", "x"), (None, "")]
)
def test_values_of_different_kinds_are_different(one: Value, other: Value) -> None:
    sides = [
        edited(2, {"name": [BASE.ref]}, log=B, name=one),
        edited(2, {"name": [BASE.ref]}, log=C, name=other),
    ]
    assert merge([BASE, *sides]).conflicts == ("name",)


def test_ties_of_time_go_to_the_device_and_then_the_change() -> None:
    sides = [edited(2, {"name": [BASE.ref]}, at=7, log=log, name=log.hex()) for log in (B, C, A)]
    assert merge([BASE, *sides]).values["name"] == C.hex()


def test_replacing_counts_for_its_own_field_only() -> None:
    wrong = edited(2, {"post": [BASE.ref]}, name="Eva", log=B)
    assert merge([BASE, wrong]).conflicts == ("name",)


def test_two_creations_of_one_record_agree_where_they_say_the_same() -> None:
    state = merge(
        [created(1, name="Ana", post="guía"), created(1, log=B, name="Ana", post="chofer")]
    )
    assert state.exists
    assert state.conflicts == ("post",)


# --- being there -----------------------------------------------------------------------------------


def test_a_deletion_that_saw_all_hides_the_record() -> None:
    state = merge([BASE, deleted(2, [BASE.ref], [BASE.ref])])
    assert (state.exists, state.is_created, state.conflicts) == (False, True, ())


def test_an_edit_the_deleter_had_not_seen_keeps_the_record_in_sight() -> None:
    unseen = edited(1, {"name": [BASE.ref]}, log=B, name="Eva")
    state = merge([BASE, deleted(2, [BASE.ref], [BASE.ref]), unseen])
    assert state.exists
    assert state.conflicts == (EXISTENCE,)
    assert state.unseen == ("name",)


def test_keeping_settles_delete_against_edit() -> None:
    gone = deleted(2, [BASE.ref], [BASE.ref])
    unseen = edited(1, {"name": [BASE.ref]}, log=B, name="Eva")
    kept = edited(2, {EXISTENCE: [gone.ref]}, log=B)
    state = merge([BASE, gone, unseen, kept])
    assert (state.exists, state.conflicts, state.values) == (True, (), {"name": "Eva"})


def test_two_deletions_need_no_decision() -> None:
    both = [deleted(2, [BASE.ref], [BASE.ref], log=log) for log in (B, C)]
    state = merge([BASE, *both])
    assert (state.exists, state.conflicts) == (False, ())


def test_an_edit_its_own_author_deleted_needs_no_decision_of_who_deleted_before_it() -> None:
    first = deleted(2, [BASE.ref], [BASE.ref], log=B)
    edit = edited(1, {"name": [BASE.ref]}, log=C, name="Eva")
    second = deleted(2, [edit.ref], [BASE.ref], log=C)
    state = merge([BASE, first, edit, second])
    assert (state.exists, state.conflicts, state.unseen) == (False, (), ())
    later = edited(2, {"name": [BASE.ref]}, name="Rosa")
    assert merge([BASE, first, edit, second, later]).conflicts[0] == EXISTENCE


def test_restoring_one_of_two_deletions_leaves_the_other() -> None:
    one, other = (deleted(2, [BASE.ref], [BASE.ref], log=log) for log in (B, C))
    back = edited(3, {EXISTENCE: [one.ref]}, log=B)
    state = merge([BASE, one, other, back])
    assert state.deletes == (other,)
    assert state.exists


def test_deleted_before_it_arrived_and_created_after_is_deleted() -> None:
    gone = deleted(2, [BASE.ref], [BASE.ref], log=B)
    assert merge([gone]) == merge([gone, gone])
    assert not merge([gone, BASE]).exists


def test_nothing_known_is_no_record() -> None:
    assert merge([]) == RecordState({}, (), (), ())
    assert not merge([]).exists


# --- closing ---------------------------------------------------------------------------------------


def test_concurrent_closes_are_a_conflict_until_closed_again() -> None:
    one, other = closed(2, A), closed(1, B)
    assert merge([BASE, one, other]).conflicts == (EXISTENCE,)
    again = closed(3, A, over=[one.ref, other.ref])
    assert merge([BASE, one, other, again]).closes == (again,)


def test_an_admission_replaces_nothing() -> None:
    late = edited(1, {"name": [BASE.ref]}, log=B, name="Eva")
    admit = Fact(ref(3), Verb.ADMIT, 0, A, {}, {EXISTENCE: (late.ref, BASE.ref)})
    assert merge([BASE, late, admit]) == merge([BASE, late])


# --- the clock -------------------------------------------------------------------------------------

YEAR = 365 * 24 * 3600 * 1000


@given(st.integers(-(2**62), 2**62), st.integers(1, 2**62))
def test_effective_time_stays_within_ninety_days_of_what_was_seen(
    claimed: int, reference: int
) -> None:
    found = clock.effective(claimed, reference)
    assert reference <= found <= reference + MAX_LEAD_MS
    assert clock.is_doubtful(claimed, found) is (abs(found - claimed) > 24 * 3600 * 1000)
    assert found == claimed or not reference <= claimed <= reference + MAX_LEAD_MS


def test_a_first_claim_stands_unless_it_is_before_all_time() -> None:
    assert clock.effective(5, 0) == 5
    assert clock.effective(-5, 0) == 0
    assert clock.effective(50 * YEAR, 49 * YEAR) == 49 * YEAR + MAX_LEAD_MS


def test_what_a_withheld_change_replaced_is_replaced_through_it() -> None:
    withheld = {ref(3): {"name": [ref(2)]}, ref(2): {"name": [ref(1)], "post": [ref(9)]}}
    assert through_withheld({"name": [ref(3)], "post": [ref(3)]}, withheld) == {
        "name": [ref(3), ref(2), ref(1)], "post": [ref(3)],
    }  # fmt: skip
    assert through_withheld({SEEN: [ref(2)]}, withheld) == {SEEN: [ref(2), ref(1), ref(9)]}


def test_withheld_changes_in_a_ring_end() -> None:
    withheld = {ref(1): {"name": [ref(2)]}, ref(2): {"name": [ref(1)]}}
    assert through_withheld({"name": [ref(1)]}, withheld) == {"name": [ref(1), ref(2)]}
