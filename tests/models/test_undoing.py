"""Whatever a command wrote can be taken back by new changes, in words, and never across a closing."""

from __future__ import annotations

from typing import Any

import pytest

from app.errors import KipuError
from app.models.commands import conflicts, erasing, undoing
from app.models.commands import records as writing
from app.models.commands.undoing import Done
from app.models.ledger.registers import State
from app.models.queries import conflicts as open_conflicts
from app.models.queries import records as reading
from tests.models.laptops import Laptop


@pytest.fixture
def laptop(five: list[Laptop]) -> Laptop:
    return five[0]


@pytest.fixture
def pair(five: list[Laptop]) -> tuple[Laptop, Laptop]:
    return five[0], five[1]


def did(laptop: Laptop, command: Any, *args: Any) -> tuple[Any, Done]:
    result, done = undoing.tracked(laptop.project, command, *args)
    assert done is not None
    return result, done


def shown(laptop: Laptop, key: Any) -> bool:
    return State.VISIBLE in reading.flags(laptop.project, key)


def person(laptop: Laptop, name: str = "Nayra") -> tuple[Any, Done]:
    return did(laptop, writing.new, "person", {"name": name}, laptop.space())


def test_reading_leaves_nothing_to_undo(laptop: Laptop) -> None:
    _result, done = undoing.tracked(laptop.project, reading.find, laptop.person("N").id.hex())
    assert done is None


def test_adding_is_undone_and_done_again(laptop: Laptop) -> None:
    key, done = person(laptop)
    assert done.words == "adding “Nayra”"
    _touched, back = did(laptop, undoing.undo, done)
    assert not shown(laptop, key)
    did(laptop, undoing.undo, back)
    assert shown(laptop, key)
    assert laptop.values(key)["name"] == "Nayra"


def test_a_field_goes_back_to_what_stood_there(laptop: Laptop) -> None:
    key, _done = person(laptop)
    _touched, done = did(laptop, writing.edit, key, {"name": "Otra", "phone": "0999"})
    assert done.words == "Name, Telephone of “Otra”"
    did(laptop, undoing.undo, done)
    assert laptop.values(key)["name"] == "Nayra"
    assert laptop.values(key).get("phone") is None


def test_deleting_brings_back_what_it_owned(laptop: Laptop) -> None:
    committee = writing.new(laptop.project, "committee", {"name": "Consejo"}, laptop.space())
    seat = writing.new(
        laptop.project, "seat", {"committee": committee.id.hex(), "role": "Alcaldía"}
    )
    _touched, done = did(laptop, writing.delete, committee)
    assert done.words == "deleting “Consejo”"
    did(laptop, undoing.undo, done)
    assert shown(laptop, committee)
    assert shown(laptop, seat)


def test_what_was_changed_since_stays(laptop: Laptop) -> None:
    key, _done = person(laptop)
    _touched, done = did(laptop, writing.edit, key, {"name": "Otra", "phone": "0999"})
    laptop.edit(key, name="La tercera")
    did(laptop, undoing.undo, done)
    assert laptop.values(key)["name"] == "La tercera"
    assert laptop.values(key).get("phone") is None
    with pytest.raises(KipuError, match="changed again"):
        undoing.undo(laptop.project, done)


def test_moving_is_undone_in_both_spaces(laptop: Laptop) -> None:
    key, _done = person(laptop)
    copy, done = did(laptop, writing.move, key, laptop.project.roster.common)
    assert done.words == "moving “Nayra”"
    did(laptop, undoing.undo, done)
    assert shown(laptop, key)
    assert not shown(laptop, copy)


def test_bringing_back_is_undone(laptop: Laptop) -> None:
    key, _done = person(laptop)
    writing.delete(laptop.project, key)
    _touched, done = did(laptop, writing.restore, key)
    assert done.words == "bringing back “Nayra”"
    did(laptop, undoing.undo, done)
    assert not shown(laptop, key)


def test_nothing_is_undone_across_a_closing(laptop: Laptop) -> None:
    committee = writing.new(laptop.project, "committee", {"name": "Consejo"}, laptop.space())
    meeting, made = did(
        laptop,
        writing.new,
        "meeting",
        {"committee": committee.id.hex(), "number": "1", "date": "2026-11-20"},
    )
    _touched, closed = did(laptop, writing.close, meeting)
    assert not closed.can_undo
    assert meeting.id in closed.final
    with pytest.raises(KipuError):
        undoing.undo(laptop.project, made)
    assert shown(laptop, meeting)


def test_settling_is_undone_to_what_was_shown(pair: tuple[Laptop, Laptop], share: Any) -> None:
    first, second = pair
    key = first.person("Nayra")
    for one in (first, second, first):
        one.sync(share)
    first.edit(key, name="Nayra A")
    second.edit(key, name="Nayra B")
    for one in (first, second, first):
        one.sync(share)
    conflict = open_conflicts.all_conflicts(first.project)[0]
    before = first.values(key)["name"]
    other = next(one for one in conflict.versions if one.value != before)
    _touched, done = did(first, conflicts.take, conflict, other)
    assert done.words == f"settling Name of “{other.value}”"
    assert first.values(key)["name"] == other.value
    did(first, undoing.undo, done)
    assert first.values(key)["name"] == before


def test_after_a_sync_undo_is_a_new_change_that_travels(
    pair: tuple[Laptop, Laptop], share: Any
) -> None:
    first, second = pair
    key, done = person(first)
    for one in (first, second):
        one.sync(share)
    assert shown(second, key)
    did(first, undoing.undo, done)
    for one in (first, second):
        one.sync(share)
    assert not shown(second, key)


def test_what_was_erased_is_never_brought_back(laptop: Laptop) -> None:
    key, _made = person(laptop)
    _touched, renamed = did(laptop, writing.edit, key, {"name": "Otra"})
    assert renamed.can_undo
    _touched, done = did(laptop, erasing.erase, key)
    assert not done.can_undo
    assert key.id in done.final
    for one in (renamed, done):
        with pytest.raises(KipuError, match="nothing was undone"):
            undoing.undo(laptop.project, one)
    assert not shown(laptop, key)
    assert "Nayra" not in str(laptop.values(key))


def test_an_erased_field_stays_erased(laptop: Laptop) -> None:
    key, _done = person(laptop)
    _touched, renamed = did(laptop, writing.edit, key, {"name": "Otra", "phone": "0999"})
    erasing.erase(laptop.project, key, ["name"])
    did(laptop, undoing.undo, renamed)
    assert laptop.values(key).get("phone") is None
    assert laptop.values(key).get("name") not in ("Nayra", "Otra")


def test_a_large_import_is_counted_and_not_undone(laptop: Laptop, monkeypatch: Any) -> None:
    monkeypatch.setattr(undoing, "_MOST", 2)

    def three(project: Any) -> None:
        for name in ("A", "B", "C"):
            writing.new(project, "person", {"name": name}, laptop.space())

    _result, done = did(laptop, three)
    assert done.words == "3 changes"
    assert not done.can_undo


def test_two_steps_over_one_field_go_back_one_by_one_and_forth_again(laptop: Laptop) -> None:
    key, _done = person(laptop, "uno")
    _touched, second = did(laptop, writing.edit, key, {"name": "dos"})
    _touched, third = did(laptop, writing.edit, key, {"name": "tres"})
    _touched, redo_third = did(laptop, undoing.undo, third)
    _touched, redo_second = did(laptop, undoing.undo, second)
    assert laptop.values(key)["name"] == "uno"
    did(laptop, undoing.undo, redo_second)
    did(laptop, undoing.undo, redo_third)
    assert laptop.values(key)["name"] == "tres"


def test_what_somebody_else_wrote_since_stays(laptop: Laptop) -> None:
    key, _done = person(laptop, "uno")
    _touched, second = did(laptop, writing.edit, key, {"name": "dos"})
    laptop.edit(key, name="tres")
    with pytest.raises(KipuError, match="changed again"):
        undoing.undo(laptop.project, second)
    assert laptop.values(key)["name"] == "tres"
