"""Deciding by keyboard what holds: conflicts, deletions, late changes, on real laptops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models import spaces
from app.models.commands import membership, syncing
from app.models.commands import records as writing
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import conflicts, records, waiting
from app.views.facts import facts
from app.views.pages.review import ReviewPage
from tests.models.laptops import PARISH, Laptop
from tests.views.offices import FACILITATOR, SECRETARY, Office, elsewhere, respond


class Story:
    """The laptop in the window, another one, and the share between them."""

    def __init__(self, office: Office, other: Laptop, share: Path) -> None:
        self.office = office
        self.other = other
        self._share = str(share)

    def sync(self) -> None:
        self.office.run(syncing.sync, self._share)
        syncing.sync(self.other.project, self._share)
        self.office.run(syncing.sync, self._share)

    def both(self, key: RecordKey, here: dict[str, Any], there: dict[str, Any]) -> None:
        self.office.run(writing.edit, key, here)
        writing.edit(self.other.project, key, there)
        self.sync()

    def values(self, key: RecordKey) -> dict[str, Any]:
        return dict(self.office.run(records.values, key))


def _story(office: Office, offices: Path, name: str) -> Iterator[Story]:
    other = elsewhere(offices, name)
    yield Story(office, other, offices / "share")
    other.close()


@pytest.fixture
def story(office: Office, offices: Path) -> Iterator[Story]:
    yield from _story(office, offices, FACILITATOR)


@pytest.fixture
def council(office: Office, offices: Path) -> Iterator[Story]:
    yield from _story(office, offices, SECRETARY)


def _page(qtbot: Any, story: Story) -> ReviewPage:
    made = ReviewPage(story.office.desk)
    qtbot.addWidget(made)
    made.resize(1200, 768)
    made.show()
    made.activateWindow()
    story.office.settle()
    return made


def _press(qtbot: Any, page: ReviewPage, *keys: str | Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(page.focusWidget(), key)


@pytest.fixture
def response(story: Story) -> RecordKey:
    story.office.run(respond)
    story.sync()
    return story.office.run(records.find, "ARJ-L1-001")


@pytest.fixture
def disagreed(story: Story, response: RecordKey) -> RecordKey:
    story.both(response, {"/persona/edad": 44}, {"/persona/edad": 47})
    return response


def test_nothing_waits_and_the_page_says_so(qtbot, story) -> None:
    page = _page(qtbot, story)
    assert [page.tab_text(at) for at in range(3)] == [
        "Conflicts  0", "Possible duplicates  0", "Late or not allowed  0",
    ]  # fmt: skip


def test_a_conflict_is_told_with_who_when_and_where(qtbot, story, disagreed) -> None:
    page = _page(qtbot, story)
    assert page.tab_text(0) == "Conflicts  1"
    (line,) = page.lines(0)
    assert line.endswith("Edad en años cumplidos · 2 versions")
    said = page.conflicts.compare.as_text()
    assert "≠ Edad en años cumplidos: " in said
    assert said.splitlines()[-1].endswith("fields agree")
    qtbot.keyClick(page.conflicts.compare.fold, Qt.Key.Key_Space)
    assert "= Sexo: Mujer | Mujer" in page.conflicts.compare.as_text()
    assert "Rosa Andi on L1" in page.conflicts.compare._shown[0].byline + str(
        page.conflicts.compare._shown[1].byline
    )


@pytest.mark.parametrize("key", ["1", "2"])
def test_a_digit_marks_a_version_and_enter_lets_it_hold_for_everybody(
    qtbot, story, disagreed, key
) -> None:
    page = _page(qtbot, story)
    wanted = page.conflicts.compare._shown[2][0]
    text = wanted.left if key == "1" else wanted.right
    _press(qtbot, page, key)
    story.office.settle()
    said = page.conflicts.banner.text()
    assert said.startswith(f"Marked: {key}, “{text}”, ")
    assert said.endswith("Enter settles it; Esc lets go.")
    assert page.tab_text(0) == "Conflicts  1"
    assert [one.isChecked() for one in page.conflicts.compare._choices] == [key == "1", key == "2"]
    _press(qtbot, page, Qt.Key.Key_Return)
    story.office.settle()
    told = page.banner.text()
    assert told.startswith("Edad en años cumplidos of “ARJ-L1-001 · ")
    assert told.endswith(f"” is “{text}” now, on all laptops with the next sync.")
    assert page.tab_text(0) == "Conflicts  0"
    assert str(story.values(disagreed)["/persona/edad"]) == text
    story.sync()
    assert conflicts.count(story.other.project) == 0


def test_a_stray_digit_is_let_go_and_settles_nothing(qtbot, story, disagreed) -> None:
    page = _page(qtbot, story)
    _press(qtbot, page, "2", Qt.Key.Key_Escape)
    assert page.conflicts.banner.text() == ""
    assert not any(one.isChecked() for one in page.conflicts.compare._choices)
    _press(qtbot, page, Qt.Key.Key_Return)
    story.office.settle()
    assert page.tab_text(0) == "Conflicts  1"


def test_news_that_change_nothing_here_leave_the_mark_where_it_is(qtbot, story, disagreed) -> None:
    page = _page(qtbot, story)
    _press(qtbot, page, "2")
    story.office.run(_people)
    page.refresh()
    story.office.settle()
    assert page.conflicts.banner.text().startswith("Marked: 2")
    _press(qtbot, page, Qt.Key.Key_Return)
    story.office.settle()
    assert page.tab_text(0) == "Conflicts  0"


def test_undo_brings_the_question_back_with_both_values(qtbot, story, disagreed) -> None:
    page = _page(qtbot, story)
    wanted = page.conflicts.compare._shown[2][0]
    _press(qtbot, page, "2", Qt.Key.Key_Return)
    story.office.settle()
    assert page.tab_text(0) == "Conflicts  0"
    qtbot.keyClick(page.banner._action, Qt.Key.Key_Space)
    story.office.settle()
    assert page.tab_text(0) == "Conflicts  1"
    again = page.conflicts.compare._shown[2][0]
    assert {again.left, again.right} == {wanted.left, wanted.right}
    assert again.left == wanted.left, "what was shown before is shown again"
    story.sync()
    assert conflicts.count(story.other.project) == 1
    _press(qtbot, page, "1", Qt.Key.Key_Return)
    story.office.settle()
    assert page.tab_text(0) == "Conflicts  0"
    story.sync()
    assert conflicts.count(story.other.project) == 0


def test_redo_settles_again_what_was_taken_back(qtbot, story, disagreed) -> None:
    page = _page(qtbot, story)
    text = page.conflicts.compare._shown[2][0].right
    _press(qtbot, page, "2", Qt.Key.Key_Return)
    story.office.settle()
    qtbot.keyClick(page.banner._action, Qt.Key.Key_Space)
    story.office.settle()
    page._undo.do_again()
    story.office.settle()
    assert page.tab_text(0) == "Conflicts  0"
    assert str(story.values(disagreed)["/persona/edad"]) == text


def test_the_frame_counts_what_the_page_shows(qtbot, story, disagreed) -> None:
    story.office.run(_people)
    page = _page(qtbot, story)
    shown = sum(len(page.lines(at)) for at in range(3))
    assert shown == 2
    assert story.office.run(facts).waiting == 2, "all names have been compared"
    _press(qtbot, page, "1", Qt.Key.Key_Return)
    story.office.settle()
    assert story.office.run(facts, True).waiting == 1
    _press(qtbot, page, "3", Qt.Key.Key_Return)
    story.office.settle()
    assert story.office.run(facts, True).waiting == 0


def test_e_settles_with_another_value(qtbot, story, disagreed) -> None:
    page = _page(qtbot, story)
    _press(qtbot, page, "e")
    qtbot.keyClicks(page.focusWidget(), "46")
    _press(qtbot, page, Qt.Key.Key_Return)
    story.office.settle()
    assert story.values(disagreed)["/persona/edad"] == 46


def test_a_value_that_is_none_is_refused_and_nothing_changes(qtbot, story, disagreed) -> None:
    page = _page(qtbot, story)
    _press(qtbot, page, "e")
    qtbot.keyClicks(page.focusWidget(), "many")
    _press(qtbot, page, Qt.Key.Key_Return)
    story.office.settle()
    assert "This is not a whole number" in page.banner.text()
    assert page.tab_text(0) == "Conflicts  1"


def test_what_arrived_meanwhile_is_never_overruled_unseen(qtbot, story, disagreed) -> None:
    page = _page(qtbot, story)
    story.other.project.ledger.now_ms = lambda: 1_900_000_000_000
    writing.edit(story.other.project, disagreed, {"/persona/edad": 50})
    # It arrives by a sync this page has not heard of yet.
    syncing.sync(story.other.project, story._share)
    story.office.run(syncing.sync, story._share)
    _press(qtbot, page, "1", Qt.Key.Key_Return)
    story.office.settle()
    assert "Something new has arrived" in page.banner.text() or "no conflict" in page.banner.text()


def test_enter_goes_to_the_next_and_leaves_this_one(qtbot, story, response) -> None:
    story.both(
        response,
        {"/persona/edad": 44, "/persona/barrio": "Centro"},
        {"/persona/edad": 47, "/persona/barrio": "Santa Rosa"},
    )
    page = _page(qtbot, story)
    first = page.conflicts.compare.as_text()
    _press(qtbot, page, Qt.Key.Key_Return)
    assert page.conflicts.compare.as_text() != first
    assert page.tab_text(0) == "Conflicts  2"


def test_a_deletion_against_an_edit_takes_two_steps(qtbot, story, response) -> None:
    writing.edit(story.other.project, response, {"/persona/edad": 47})
    story.office.run(writing.delete, response)
    story.sync()
    page = _page(qtbot, story)
    assert page.tab_text(0) == "Conflicts  1"
    sides = page._waiting.conflicts[0].sides
    number = [side.is_deletion for side in sides].index(True) + 1
    _press(qtbot, page, str(number))
    assert "goes from every laptop" in page.conflicts.banner.text()
    assert page.tab_text(0) == "Conflicts  1"
    qtbot.keyClick(page.conflicts.banner._action, Qt.Key.Key_Space)
    story.office.settle()
    assert page.tab_text(0) == "Conflicts  0"


def test_keeping_against_a_deletion_brings_it_back(qtbot, story, response) -> None:
    writing.edit(story.other.project, response, {"/persona/edad": 47})
    story.office.run(writing.delete, response)
    story.sync()
    page = _page(qtbot, story)
    sides = page._waiting.conflicts[0].sides
    number = [side.is_deletion for side in sides].index(False) + 1
    _press(qtbot, page, str(number), Qt.Key.Key_Return)
    story.office.settle()
    assert page.banner.text().endswith("stays, on all laptops with the next sync.")
    assert page.tab_text(0) == "Conflicts  0"
    assert story.values(response)["/persona/edad"] == 47


def _meeting(project: Project) -> RecordKey:
    from app.models import spaces

    space = spaces.find(project, PARISH).id
    committee = writing.new(project, "committee", {"name": "Consejo"}, space)
    return writing.new(
        project,
        "meeting",
        {"committee": committee.id.hex(), "number": "003-2026", "date": "2026-11-20"},
        space,
    )


def test_what_was_beyond_a_role_says_what_to_do_and_waits_for_no_decision(qtbot, council) -> None:
    other = council.other.project
    writing.new(other, "person", {"name": "Rosa Andi"}, spaces.find(other, PARISH).id)
    council.office.run(membership.change_role, other.device, "observer", [PARISH])
    council.sync()
    page = _page(qtbot, council)
    assert page.tab_text(2) == "Late or not allowed  1"
    said = page.aside.text()
    assert said.index("which a coordinator gives, enter it again") < said.index("Rosa Andi", 40)
    assert council.office.run(waiting.withheld) == 1
    assert council.office.run(waiting.decisions) == 0


def test_a_late_change_is_taken_into_the_closed_act_in_two_steps(qtbot, council) -> None:
    meeting = council.office.run(_meeting)
    council.sync()
    council.office.run(writing.close, meeting)
    writing.new(
        council.other.project,
        "agenda_item",
        {"meeting": meeting.id.hex(), "title": "Alarmas"},
        meeting.space,
    )
    council.sync()
    page = _page(qtbot, council)
    assert page.tab_text(2) == "Late or not allowed  1"
    assert page.lines(2)[0].startswith("late · Alarmas · Sara Tapuy on L3")
    assert "Title: Alarmas" in page.aside.text()
    assert "was closed; it changes nothing there" in page.aside.text()
    qtbot.keyClick(page.aside.admit, Qt.Key.Key_Space)
    assert "added to it as an addendum" in page.aside.banner.text()
    qtbot.keyClick(page.aside.banner._action, Qt.Key.Key_Space)
    council.office.settle()
    assert page.tab_text(2) == "Late or not allowed  0"


# --- long texts ------------------------------------------------------------------------------------


def _noted(story: Story, base: str, here: str, there: str) -> RecordKey:
    def make(project: Project) -> RecordKey:
        from app.models import spaces

        space = spaces.find(project, PARISH).id
        return writing.new(project, "person", {"name": "Nayra", "notes": base}, space)

    key = story.office.run(make)
    story.sync()
    story.both(key, {"notes": here}, {"notes": there})
    return key


def test_a_long_text_is_merged_from_what_both_began_with_and_taken_by_one_key(qtbot, story) -> None:
    key = _noted(
        story,
        "vive con su abuela en Curaray desde enero",
        "vive con su abuela en Curaray desde febrero",
        "vive con su tía en Curaray desde enero",
    )
    page = _page(qtbot, story)
    assert page.conflicts.merge.text() == "vive con su tía en Curaray desde febrero"
    assert page.conflicts.merge.legend().startswith("underlined: only version 1")
    _press(qtbot, page, "m")
    assert page.conflicts.banner.text().startswith("Marked: the merge as it stands")
    _press(qtbot, page, Qt.Key.Key_Return)
    story.office.settle()
    assert story.values(key)["notes"] == "vive con su tía en Curaray desde febrero"
    assert "“vive con su tía en Curaray desde febrero” now" in page.banner.text()
    story.sync()
    assert conflicts.count(story.other.project) == 0


def test_a_passage_that_stands_twice_is_chosen_before_the_merge_holds(qtbot, story) -> None:
    key = _noted(
        story,
        "vive con su abuela en Curaray",
        "vive con su madrina en Curaray",
        "vive con su tía en Curaray",
    )
    page = _page(qtbot, story)
    assert page.conflicts.merge.text().count("{{1:") == 1
    assert page.conflicts.merge.legend().endswith("1 to choose")
    _press(qtbot, page, "m")
    story.office.settle()
    assert page.banner.text().startswith("A passage still stands twice")
    assert page.tab_text(0) == "Conflicts  1"
    _press(qtbot, page, "e")
    assert page.focusWidget() is page.conflicts.merge.words
    page.conflicts.merge.words.setPlainText("vive con su madrina en Curaray")
    qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    story.office.settle()
    assert story.values(key)["notes"] == "vive con su madrina en Curaray"
    assert page.tab_text(0) == "Conflicts  0"


# --- possible duplicates --------------------------------------------------------------------------


def _people(project: Project) -> list[RecordKey]:
    from app.models import spaces

    space = spaces.find(project, PARISH).id
    return [
        writing.new(project, "person", {"name": name, "phone": phone}, space)
        for name, phone in (("Nayra Shiguango Andi", "099"), ("Nayra Chiguango Andi", "098"))
    ]


@pytest.mark.parametrize(("key", "kept"), [("1", 0), ("2", 1)])
def test_two_that_are_one_are_joined_by_one_key(qtbot, story, key, kept) -> None:
    keys = story.office.run(_people)
    page = _page(qtbot, story)
    assert page.tab_text(1) == "Possible duplicates  1"
    assert "Nayra Shiguango Andi / Nayra Chiguango Andi" in page.lines(1)[0]
    assert page.twins.why().startswith("They look alike: ")
    assert "≠ Telephone: 099 | 098" in page.twins.compare.as_text()
    _press(qtbot, page, key)
    story.office.settle()
    assert page.twins.banner.text().startswith("Marked: both are one")
    assert page.tab_text(1) == "Possible duplicates  1"
    _press(qtbot, page, Qt.Key.Key_Return)
    story.office.settle()
    stands = ("Nayra Shiguango Andi", "Nayra Chiguango Andi")[kept]
    assert f"are one now; “{stands}” stands for both." in page.banner.text()
    assert page.tab_text(1) == "Possible duplicates  0"
    joined = keys[1 - kept]
    assert story.values(joined)["same_as"] == keys[kept].id.hex()


def test_two_that_are_two_are_kept_apart_and_not_asked_about_again(qtbot, story) -> None:
    keys = story.office.run(_people)
    page = _page(qtbot, story)
    _press(qtbot, page, "3", Qt.Key.Key_Return)
    story.office.settle()
    assert page.banner.text().endswith("stay two, and nobody is asked again.")
    assert page.tab_text(1) == "Possible duplicates  0"
    assert all("same_as" not in story.values(one) for one in keys)
    qtbot.keyClick(page.banner._action, Qt.Key.Key_Space)
    story.office.settle()
    assert page.tab_text(1) == "Possible duplicates  1"
