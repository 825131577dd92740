"""Focus groups: seats and consents, turns by key, quotes without a person, the field note."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import KipuError
from app.models import field_note
from app.models.commands import group_talks as talking
from app.models.commands import group_turns as turning
from app.models.commands import groups as seating
from app.models.commands import records as writing
from app.models.ledger import RecordKey
from app.models.queries import groups as reading
from app.models.queries import records
from app.models.sitting import OpenTurn, Sitting, clock, going, halted
from tests.models.laptops import Cast, Laptop, at_floor

YES = {"consent_take_part": True, "consent_recording": True, "consent_quotes": True}


@pytest.fixture(scope="session")
def cast_of_one(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return at_floor(tmp_path_factory)


@pytest.fixture
def laptop(cast_of_one: Cast, tmp_path: Path) -> Iterator[Laptop]:
    (one,) = cast_of_one.copy(tmp_path)
    yield one
    one.verify()
    one.close()


@pytest.fixture
def group(laptop: Laptop) -> RecordKey:
    fields = {
        "topic": "La seguridad en el río",
        "profile": "Mujeres kichwa, 18 a 44, Canelos",
        "guide": "¿Qué lugares evitan?\n\n¿Quién ayuda?\n",
        "date": "2026-11-20",
    }
    return writing.new(laptop.project, "focus_group", fields, laptop.space())


def seat(laptop: Laptop, group: RecordKey, sex: str = "female", **values: object) -> RecordKey:
    return seating.seat(laptop.project, group, {"sex": sex, **YES, **values})  # type: ignore[dict-item]


def table(laptop: Laptop, group: RecordKey) -> list[tuple[str, int | None, str]]:
    return [(one.alias, one.chair, one.hotkey) for one in reading.seats(laptop.project, group)]


def said(laptop: Laptop, group: RecordKey) -> list[tuple[str, str]]:
    return [(one.alias, one.text) for one in reading.turns(laptop.project, group)]


# --- seats ------------------------------------------------------------------------------------------


def test_aliases_chairs_and_keys_are_given_by_traits_and_order(laptop, group) -> None:
    for sex in ("female", "male", "female", "undisclosed"):
        seat(laptop, group, sex)
    assert table(laptop, group) == [
        ("M1", 1, "1"), ("H1", 2, "2"), ("M2", 3, "3"), ("P1", 4, "4"),
    ]  # fmt: skip


@pytest.mark.parametrize("answer", [False, None])
def test_who_does_not_agree_to_take_part_is_not_seated_and_nothing_is_kept(
    laptop, group, answer
) -> None:
    with pytest.raises(KipuError, match="Nothing about this person"):
        seat(laptop, group, consent_take_part=answer)
    assert reading.seats(laptop.project, group) == []


def test_changing_places_takes_keys_along_and_can_be_undone(laptop, group) -> None:
    first, _second, third = seat(laptop, group), seat(laptop, group, "male"), seat(laptop, group)
    before, _touched = seating.place(laptop.project, third, 1)
    assert table(laptop, group) == [("M2", 1, "1"), ("H1", 2, "2"), ("M1", 3, "3")]
    seating.put_back(laptop.project, before)
    assert table(laptop, group) == [("M1", 1, "1"), ("H1", 2, "2"), ("M2", 3, "3")]
    seating.move(laptop.project, first, -1)
    assert table(laptop, group) == [("M2", 1, "1"), ("H1", 2, "2"), ("M1", 3, "3")]


def test_withdrawing_takes_the_chair_and_every_quotable_passage(laptop, group) -> None:
    key = seat(laptop, group)
    talking.speak(laptop.project, group, "1", 0, text="El puente", quotable=True)
    talking.end(laptop.project, group, 5)
    assert [one.text for one in reading.quotes(laptop.project, group)] == ["El puente"]
    before, _touched = seating.answer(laptop.project, key, {"consent_take_part": False})
    (one,) = reading.seats(laptop.project, group)
    assert (one.chair, one.hotkey, one.takes_part) == (None, "", False)
    assert not reading.turns(laptop.project, group)[0].quotable
    assert field_note.field_note(laptop.project, group).turns == ()
    seating.put_back(laptop.project, before)
    assert [one.text for one in reading.quotes(laptop.project, group)] == ["El puente"]


def test_an_alias_once_given_is_not_given_again(laptop, group) -> None:
    key = seat(laptop, group)
    seating.answer(laptop.project, key, {"consent_take_part": False})
    seat(laptop, group)
    assert [alias for alias, *_rest in table(laptop, group)] == ["M2", "M1"]
    with pytest.raises(KipuError, match="taken already"):
        seat(laptop, group, alias="M1")


def test_the_recorder_stays_off_unless_all_agree_and_a_day_is_named(laptop, group) -> None:
    key = seat(laptop, group, consent_recording=False)
    with pytest.raises(KipuError, match="M1 did not agree to be recorded"):
        seating.recorded(laptop.project, group, "2027-02-01")
    seating.answer(laptop.project, key, {"consent_recording": True})
    with pytest.raises(KipuError, match="by which day"):
        seating.recorded(laptop.project, group, None)
    seating.recorded(laptop.project, group, "2027-02-01")
    values = records.values(laptop.project, group)
    assert (values["recorded"], values["delete_recording_by"]) == (True, "2027-02-01")
    assert field_note.recording(values).startswith("Recorded; the recording is to be deleted by ")


# --- turns ------------------------------------------------------------------------------------------


def test_the_next_key_ends_the_turn_before(laptop, group) -> None:
    seat(laptop, group)
    seat(laptop, group, "male")
    for key, at, text in (("1", 0, "Buenas"), ("2", 4, "Hola"), ("0", 9, "¿Y ustedes?")):
        talking.speak(laptop.project, group, key, at, text=text)
    talking.end(laptop.project, group, 12)
    assert said(laptop, group) == [("M1", "Buenas"), ("H1", "Hola"), ("Moderator", "¿Y ustedes?")]
    times = [(one.starts_s, one.ends_s) for one in reading.turns(laptop.project, group)]
    for (start, end), (begun, ended) in zip(times, [(0, 4), (4, 9), (9, 12)], strict=True):
        # The laptops of tests see their clock go on by a second a look.
        assert begun <= start <= begun + 5
        assert ended <= end <= ended + 5
    assert reading.table(laptop.project, group).sitting.turn is None


def test_a_key_pressed_by_mistake_leaves_nothing(laptop, group) -> None:
    seat(laptop, group)
    laptop.project.ledger.now_ms = lambda: 1_800_000_000_000
    talking.speak(laptop.project, group, "1")
    talking.end(laptop.project, group)
    assert said(laptop, group) == []


def test_a_turn_without_words_counts_for_the_share_of_speech(laptop, group) -> None:
    seat(laptop, group)
    seat(laptop, group, "male")
    sitting = Sitting(spent_s=30, turn=OpenTurn(starts_s=0, speaker=_id(laptop, group, 0)))
    talking.advance(laptop.project, group, sitting, None)
    other = Sitting(spent_s=40, turn=OpenTurn(starts_s=30, speaker=_id(laptop, group, 1)))
    talking.advance(laptop.project, group, other, None)
    shares = reading.shares(reading.turns(laptop.project, group))
    assert sorted(shares.values()) == [0.25, 0.75]


def _id(laptop: Laptop, group: RecordKey, at: int) -> str:
    return reading.seats(laptop.project, group)[at].id


def test_an_unknown_key_names_the_known_ones(laptop, group) -> None:
    seat(laptop, group)
    with pytest.raises(KipuError, match="1 M1, 0 moderator"):
        talking.speak(laptop.project, group, "7")


def test_only_who_agreed_is_quoted(laptop, group) -> None:
    seat(laptop, group, consent_quotes=False)
    with pytest.raises(KipuError, match="M1 did not agree to be quoted"):
        talking.speak(laptop.project, group, "1", 0, text="No", quotable=True)
    with pytest.raises(KipuError, match="did not agree to be quoted"):
        talking.speak(laptop.project, group, "0", 0, text="No", quotable=True)
    talking.speak(laptop.project, group, "1", 0, text="Sí")
    advanced, _touched = talking.end(laptop.project, group, 9)
    with pytest.raises(KipuError, match="did not agree"):
        turning.quote(laptop.project, advanced.turn, True)


def test_what_is_being_typed_survives_and_the_clock_stands_where_it_was_kept(laptop, group) -> None:
    seat(laptop, group)
    sitting, _touched = talking.start_talk(laptop.project, group, Sitting())
    typed = OpenTurn(speaker=_id(laptop, group, 0), alias="M1", text="Anoche vi", starts_s=1.0)
    kept = talking.keep(
        laptop.project, group, Sitting(0, sitting.since_ms, turn=typed, recorder="on")
    )
    laptop.reopen()
    found = reading.table(laptop.project, group, resuming=True).sitting
    assert found.turn == typed
    assert (found.runs, found.recorder) == (False, "paused")
    assert found.spent_s == pytest.approx((kept - sitting.since_ms) / 1000)


def test_starting_notes_the_day_and_finishing_the_hour(laptop, group) -> None:
    sitting, _touched = talking.start_talk(laptop.project, group, Sitting())
    talking.finish_talk(laptop.project, group, sitting)
    values = records.values(laptop.project, group)
    assert values["status"] == "held"
    assert values["date"] == "2026-11-20"
    assert values["starts"]
    assert values["ends"]
    assert reading.table(laptop.project, group).kept_ms is None


def test_splitting_and_merging_are_the_way_back_of_each_other(laptop, group) -> None:
    seat(laptop, group)
    talking.speak(laptop.project, group, "1", 0, text="Vi a dos hombres. Corrimos.")
    advanced, _touched = talking.end(laptop.project, group, 10)
    half, _touched = turning.split(laptop.project, advanced.turn, 18)
    assert said(laptop, group) == [("M1", "Vi a dos hombres."), ("M1", "Corrimos.")]
    first, second = reading.turns(laptop.project, group)
    assert first.ends_s == second.starts_s
    kept, before, gone, _touched = turning.merge(laptop.project, half)
    assert (kept, gone) == (advanced.turn, half)
    assert said(laptop, group) == [("M1", "Vi a dos hombres. Corrimos.")]
    turning.part(laptop.project, kept, before, gone)
    assert said(laptop, group) == [("M1", "Vi a dos hombres."), ("M1", "Corrimos.")]


def test_a_split_stays_before_the_turn_that_follows(laptop, group) -> None:
    seat(laptop, group)
    for at, text in enumerate(("uno dos", "tres")):
        talking.speak(laptop.project, group, "1", at * 10, text=text)
    talking.end(laptop.project, group, 30)
    turning.split(laptop.project, reading.turns(laptop.project, group)[0].key, 3)
    assert [text for _alias, text in said(laptop, group)] == ["uno", "dos", "tres"]
    with pytest.raises(KipuError, match="between two words"):
        turning.split(laptop.project, reading.turns(laptop.project, group)[0].key, 0)


def test_two_voices_are_not_merged(laptop, group) -> None:
    seat(laptop, group)
    seat(laptop, group, "male")
    talking.speak(laptop.project, group, "1", 0, text="uno")
    talking.speak(laptop.project, group, "2", 5, text="dos")
    advanced, _touched = talking.end(laptop.project, group, 9)
    with pytest.raises(KipuError, match="two voices, M1 and H1"):
        turning.merge(laptop.project, advanced.turn)


def test_correcting_what_changed_elsewhere_keeps_both_for_review(laptop, group) -> None:
    seat(laptop, group)
    talking.speak(laptop.project, group, "1", 0, text="uno")
    advanced, _touched = talking.end(laptop.project, group, 9)
    laptop.edit(advanced.turn, text="uno de otro")
    speaker = _id(laptop, group, 0)
    typed = OpenTurn(speaker=speaker, text="uno mío", base="uno")
    turning.correct(laptop.project, advanced.turn, typed)
    assert records.conflicted(laptop.project, advanced.turn) == {"text"}


def test_notes_carry_the_second_of_the_talk(laptop, group) -> None:
    seating.note(laptop.project, group, "risas", 62)
    seating.note(laptop.project, group, "llega la lluvia")
    assert records.values(laptop.project, group)["notes"] == "[00:01:02] risas\nllega la lluvia"


# --- what leaves --------------------------------------------------------------------------------------


def test_a_quote_carries_the_groups_traits_and_no_persons(laptop, group) -> None:
    seat(laptop, group, ethnic_people="Waorani", occupation="artesana")
    talking.speak(laptop.project, group, "1", 0, text="El puente de noche", quotable=True)
    talking.end(laptop.project, group, 5)
    (quote,) = reading.quotes(laptop.project, group)
    assert quote.profile == "Mujeres kichwa, 18 a 44, Canelos"
    for told in ("M1", "Waorani", "artesana", "female"):
        assert told not in repr(quote)


def test_the_field_note_counts_traits_and_merges_the_small(laptop, group) -> None:
    for sex in ("female",) * 5 + ("male",) * 2 + ("undisclosed",):
        seat(laptop, group, sex)
    sexes = field_note.field_note(laptop.project, group).tallies[0]
    assert sexes.rows == (("Woman", 5), ("Others, or not said", 3))


def test_a_field_note_says_who_what_and_that_nothing_was_recorded(laptop, group) -> None:
    seat(laptop, group)
    talking.speak(laptop.project, group, "1", 0, text="El puente", language="qu")
    talking.end(laptop.project, group, 5)
    note = field_note.field_note(laptop.project, group)
    assert note.topic == "La seguridad en el río"
    assert note.recording == "Not recorded."
    assert [one.alias for one in note.participants] == ["M1"]
    (turn,) = note.turns
    assert (turn.speaker, turn.text, turn.quotable) == ("M1", "El puente", False)
    assert turn.language not in ("", "qu")
    assert note.setting.letterhead.project == "Pastaza"


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 9), max_size=6))
def test_no_printed_total_is_small_and_none_is_lost(counts: dict[str, int]) -> None:
    large, hidden = field_note.merged(counts)
    assert all(n >= field_note.FEWEST for _code, n in large)
    assert not (large and 0 < hidden < field_note.FEWEST)
    assert sum(n for _code, n in large) + hidden == sum(counts.values())


@given(st.floats(0, 1e6), st.integers(0, 10**12), st.integers(-(10**6), 10**6))
def test_the_clock_never_goes_back(spent: float, since: int, later: int) -> None:
    sitting = going(Sitting(spent_s=spent), since)
    at = sitting.at(since + later)
    assert at >= round(spent, 1)
    stood = halted(sitting, since + later)
    assert stood.at(since + 10**9) == pytest.approx(at)
    assert Sitting.from_body(stood.body()) == stood
    assert clock(at).count(":") == 2
