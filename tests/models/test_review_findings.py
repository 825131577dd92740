"""What a review found: values that outlived their erasure, undo and moves that did too much."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import drafts, field_note, handover, kept_log, unfinished
from app.models.commands import conflicts as settling
from app.models.commands import (
    erasing,
    group_talks,
    group_turns,
    groups,
    records,
    revising,
    surveys,
    syncing,
    undoing,
)
from app.models.ledger import RecordKey
from app.models.meetings.quorum import minute
from app.models.queries import conflicts as waiting
from app.models.queries import duplicates, lists, same
from app.models.queries import records as reading
from app.models.queries import surveys as asked
from app.models.queries.lists import Listing
from app.models.vault import subkey
from sync import engine, envelope
from sync.changes import Change, Verb
from sync.ids import random_id
from sync.remotes.folder import FolderRemote
from sync.values import ERASED, Value
from tests.models.laptops import Cast, Laptop, agree, found, join, lent, settle

SECRET = "Yolanda Tanguila Grefa"


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    folder = tmp_path_factory.mktemp("cast")
    founder = found(folder / "l1", "Arajuno", "Puyo", "Mera")
    other = join(founder, folder / "l2", "Carla", "coordinator")
    for one in (founder, other):
        one.close()
    return Cast(folder, ["l1", "l2"])


@pytest.fixture
def pair(cast: Cast, tmp_path: Path) -> Iterator[list[Laptop]]:
    yield from lent(cast, tmp_path)


@pytest.fixture
def ana(pair: list[Laptop]) -> Laptop:
    return pair[0]


@pytest.fixture
def share(ana: Laptop, tmp_path: Path) -> FolderRemote:
    folder = tmp_path / "share"
    folder.mkdir()
    remote = FolderRemote(folder, "tests")
    engine.found(ana.replica, remote)
    return remote


def group_with_turns(laptop: Laptop, *texts: str) -> tuple[RecordKey, list[RecordKey]]:
    group = records.new(laptop.project, "focus_group", {"topic": "Noche"}, laptop.space())
    owner: dict[str, Value] = {"focus_group": group.id.hex()}
    return group, [records.new(laptop.project, "turn", {**owner, "text": one}) for one in texts]


def is_shown(laptop: Laptop, key: RecordKey) -> bool:
    return bool(reading.flags(laptop.project, key) & 1)


# -- deleted stays deleted -------------------------------------------------------------------------


def test_moving_leaves_behind_what_was_deleted_before(ana: Laptop) -> None:
    group, (gone, _kept) = group_with_turns(ana, "borrado", "queda")
    records.delete(ana.project, gone)
    records.move(ana.project, group, ana.space("Puyo"))
    moved = lists.every(ana.project, Listing("turn", space=ana.space("Puyo")))
    assert [row.values["text"] for row in moved] == ["queda"]


def test_bringing_back_leaves_what_was_deleted_before(ana: Laptop) -> None:
    group, (gone, kept) = group_with_turns(ana, "borrado", "queda")
    records.delete(ana.project, gone)
    records.delete(ana.project, group)
    records.restore(ana.project, group)
    assert [is_shown(ana, one) for one in (group, gone, kept)] == [True, False, True]
    _touched, done = undoing.tracked(ana.project, records.delete, group)
    assert done is not None
    undoing.undo(ana.project, done)
    assert [is_shown(ana, one) for one in (group, gone, kept)] == [True, False, True]


def test_undoing_takes_nothing_that_somebody_else_wrote(
    pair: list[Laptop], share: FolderRemote
) -> None:
    ana, carla = pair
    committee, done = undoing.tracked(
        ana.project, records.new, "committee", {"name": "Consejo"}, ana.space()
    )
    settle(share, *pair)
    meeting = records.new(
        carla.project, "meeting", {"committee": committee.id.hex(), "date": "2026-01-02"}
    )
    settle(share, *pair)
    assert done is not None
    with pytest.raises(KipuError, match="Somebody else"):
        undoing.undo(ana.project, done)
    assert is_shown(ana, meeting)
    agree(*pair)


def test_keeping_what_another_deleted_brings_back_what_went_with_it(
    pair: list[Laptop], share: FolderRemote
) -> None:
    ana, carla = pair
    group, (gone, kept) = group_with_turns(ana, "borrado", "queda")
    records.delete(ana.project, gone)
    settle(share, *pair)
    records.delete(ana.project, group)
    carla.edit(group, topic="Día")
    settle(share, *pair)
    (conflict,) = waiting.of_record(carla.project, group)
    (version,) = [one for one in conflict.versions if not one.deleted]
    settling.take(carla.project, conflict, version)
    settle(share, *pair)
    assert [is_shown(ana, one) for one in (group, gone, kept)] == [True, False, True]
    agree(*pair)


# -- erased is erased ------------------------------------------------------------------------------


def test_a_record_that_moved_twice_is_erased_in_every_place(ana: Laptop) -> None:
    first = ana.person(SECRET)
    second = records.move(ana.project, first, ana.space("Puyo"))
    third = records.move(ana.project, second, ana.space("Mera"))
    erasing.erase(ana.project, third)
    assert {ana.values(one)["name"] for one in (first, second, third)} == {ERASED}


def test_what_was_deleted_before_a_move_is_erased_with_the_copy(ana: Laptop) -> None:
    group, (gone, _kept) = group_with_turns(ana, SECRET, "queda")
    records.delete(ana.project, gone)
    erasing.erase(ana.project, records.move(ana.project, group, ana.space("Puyo")))
    assert ana.values(gone)["text"] is ERASED


def test_who_moves_it_unaware_of_the_order_saves_nothing(
    pair: list[Laptop], share: FolderRemote
) -> None:
    ana, carla = pair
    key = ana.person(SECRET)
    settle(share, *pair)
    copy = records.move(carla.project, key, carla.space("Puyo"))
    erasing.erase(ana.project, key)
    settle(share, *pair)
    assert [one.values(copy)["name"] for one in pair] == [ERASED, ERASED]
    agree(*pair)


def test_the_words_leave_the_search_index_and_the_filters_of_lists(
    pair: list[Laptop], share: FolderRemote
) -> None:
    ana = pair[0]
    key = ana.person(SECRET)
    ana.person("Otra Persona")
    settle(share, *pair)
    ana.project.store.set_meta("list:person", json.dumps({"filter": SECRET, "hidden": ["sex"]}))
    erasing.erase(ana.project, key, ["name"])
    settle(share, *pair)
    for one in pair:
        one.project.back_up_if_due()
        blocks = one.project.store.rows("SELECT block FROM search_data")
        assert not any(b"tanguila" in bytes(block) for (block,) in blocks)
        assert lists.count(one.project, Listing("person", words="otra")) == 1
    assert json.loads(ana.project.store.meta("list:person")) == {"hidden": ["sex"]}


def test_nobody_guesses_an_erased_name_from_likenesses(
    pair: list[Laptop], share: FolderRemote
) -> None:
    ana = pair[0]
    key = ana.person(SECRET)
    settle(share, *pair)
    for one in pair:
        assert duplicates.likely(one.project, "person", {"name": SECRET})
    erasing.erase(ana.project, key, ["name"])
    settle(share, *pair)
    for one in pair:
        assert duplicates.likely(one.project, "person", {"name": SECRET}) == []


def test_a_damaged_copy_set_aside_goes_too(ana: Laptop) -> None:
    key = ana.person(SECRET)
    ana.project.ledger.seal()
    raw = ana.batches()[-1]
    ana.replica.quarantine("a", raw[:-1], "torn", ())
    ana.replica.quarantine("b", bytes(envelope.HEADER_BYTES), "foreign", ())
    erasing.erase(ana.project, key, ["name"])
    assert ana.project.store.rows("SELECT path FROM quarantine") == [("b",)]


def test_drafts_about_what_is_erased_go_and_others_stay(ana: Laptop) -> None:
    group, _turns = group_with_turns(ana)
    other, _turns = group_with_turns(ana)
    for owner in (group, other):
        unfinished.keep(ana.project, "participant", owner, None, {"alias": SECRET})
    erasing.erase(ana.project, group)
    assert [unfinished.owner_of(one) for one in drafts.all_drafts(ana.project)] == [other]


def test_a_record_begun_follows_its_space(ana: Laptop) -> None:
    for name in ("Arajuno", "Puyo"):
        unfinished.keep(ana.project, "person", None, ana.space(name), {"name": "x"})
    begun = unfinished.find(ana.project, "person", None)
    assert begun is not None
    assert begun.space == ana.space("Puyo")


# -- nothing unsent is wiped -----------------------------------------------------------------------


def test_an_order_to_erase_that_no_share_has_is_not_wiped(ana: Laptop, tmp_path: Path) -> None:
    folder = tmp_path / "place"
    folder.mkdir()
    syncing.found_share(ana.project, str(folder))
    key = ana.person(SECRET)
    syncing.sync(ana.project, str(folder))
    assert handover.standing(ana.project).is_clear
    shutil.move(folder, tmp_path / "away")
    erasing.erase(ana.project, key, ["name"])
    assert ana.project.ledger.pending_changes() == 0
    with pytest.raises(KipuError, match="Nothing was wiped"):
        handover.hand_over(ana.project)
    shutil.move(tmp_path / "away", folder)
    assert handover.prepare(ana.project).is_clear


# -- interviews ------------------------------------------------------------------------------------

FORM = b"""| survey |
| | type | name | label | relevant |
| | select_one yn | consent | C | |
| | text | told | S | ${consent}='y' |
| choices |
| | list_name | name | label |
| | yn | y | Y |
| | yn | n | N |
| settings |
| | form_id | version |
| | asking | 1 |
"""


def test_correcting_an_answer_takes_out_what_is_no_longer_asked(ana: Laptop) -> None:
    surveys.import_form(ana.project, FORM, "asking.md")
    draft = surveys.start(ana.project, asked.find_form(ana.project, "asking"), ana.space())
    surveys.answer(ana.project, draft, {"consent": "y", "told": SECRET})
    key = surveys.finish(ana.project, drafts.require(ana.project, draft.id))
    told: dict[str, Value] = {"consent": "n"}
    _touched, done = undoing.tracked(ana.project, revising.correct, key, {}, told)
    assert (ana.values(key)["/consent"], ana.values(key)["/told"]) == ("n", None)
    assert done is not None
    undoing.undo(ana.project, done)
    assert ana.values(key)["/told"] == SECRET


# -- focus groups ----------------------------------------------------------------------------------


def test_words_of_a_participant_taken_off_the_list_are_not_printed(ana: Laptop) -> None:
    group, _turns = group_with_turns(ana, "de nadie")
    seat = groups.seat(ana.project, group, {"consent_take_part": True})
    said: dict[str, Value] = {"focus_group": group.id.hex(), "speaker": seat.id.hex()}
    records.new(ana.project, "turn", {**said, "text": "lo mío"})
    groups.answer(ana.project, seat, {"consent_take_part": False})
    records.delete(ana.project, seat)
    printed = [one.text for one in field_note.field_note(ana.project, group).turns]
    assert printed == ["de nadie"]


@pytest.mark.parametrize("second", [-7.0, float("nan"), float("inf")])
def test_a_second_that_is_none_leaves_the_talk_as_it_is(ana: Laptop, second: float) -> None:
    group, _turns = group_with_turns(ana)
    groups.seat(ana.project, group, {"consent_take_part": True})
    with pytest.raises(KipuError):
        group_talks.speak(ana.project, group, "1", second, text="hola")
    with pytest.raises(KipuError):
        groups.note(ana.project, group, "hola", second)
    group_talks.speak(ana.project, group, "1", 7, text="hola")
    advanced, _touched = group_talks.end(ana.project, group, 9)
    assert advanced.turn is not None


def test_a_turn_that_was_deleted_is_neither_parted_nor_joined(ana: Laptop) -> None:
    _group, (turn,) = group_with_turns(ana, "hola mundo")
    records.delete(ana.project, turn)
    with pytest.raises(KipuError, match="no record"):
        group_turns.split(ana.project, turn, 4)
    with pytest.raises(KipuError, match="no record"):
        group_turns.merge(ana.project, turn)


def test_a_chair_is_a_number_of_the_circle(ana: Laptop) -> None:
    group, _turns = group_with_turns(ana)
    seat = groups.seat(ana.project, group, {"consent_take_part": True})
    for chair in (-1, 10**20):
        with pytest.raises(KipuError):
            groups.place(ana.project, seat, chair)


def test_a_raised_digit_is_no_time() -> None:
    assert minute("²:00") is None


# -- what is damaged harms nothing beside it ----------------------------------------------------------


def test_entries_of_the_log_behind_one_that_was_cut_short_are_read(ana: Laptop) -> None:
    path = ana.project.folder / "log.sealed"
    for number in range(2):
        keeping = kept_log.Keeping(path, subkey(ana.project.data_key, "log"))
        keeping(f"2026-01-01T00:00 INFO a b {number}")
        with path.open("ab") as stream:
            stream.write((500).to_bytes(4) + b"x" * 100)
    assert [one.message for one in kept_log.entries(ana.project)] == ["0", "1"]


def test_references_that_are_none_break_no_list(ana: Laptop) -> None:
    rows: list[tuple[str, dict[str, Value]]] = [
        ("distinction", {"one": "zz", "other": "yy"}),
        ("person", {"name": "Juan Perez Paz", "same_as": "zz"}),
    ]
    changes = [Change(Verb.CREATE, name, random_id(), None, fields) for name, fields in rows]
    ana.project.ledger.commit(ana.space(), changes, "newer")
    key = RecordKey(ana.space(), "person", changes[1].record)
    assert same.canonical(ana.project, key) == key
    assert reading.title(ana.project, "person", "zz") == ""
    assert duplicates.possible_duplicates(ana.project) == []
