"""Erasing for good in the window: what it says first, what it takes, and how far it has come."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.models.commands import membership, syncing
from app.models.commands import records as writing
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries import erasures, records
from app.models.queries.lists import Listing, page
from app.settings import Settings
from app.views.facts import facts
from app.views.pages.erase_step import EraseStep
from app.views.pages.interviews import InterviewsPage
from app.views.pages.lists import ListPage
from app.views.pages.project import ProjectPage
from app.views.shared import Shared
from tests.views.offices import COORDINATOR, FACILITATOR, SECRETARY, Office, elsewhere, open_office
from tests.views.offices import respond as fill

NAME = "Yolanda Tanguila"
WORD = "erase"


def shared_of(office: Office, home: Path) -> Shared:
    return Shared(office.desk, Settings(home), office.run(facts))


@pytest.fixture
def desk(office: Office, offices: Path) -> Shared:
    """What pages share on the coordinator's laptop."""
    return shared_of(office, offices / COORDINATOR)


def person(project: Project, *, sealed: bool = True) -> RecordKey:
    from app.models import spaces
    from tests.models.laptops import PARISH

    home = spaces.find(project, PARISH).id
    made = writing.new(project, "person", {"name": NAME, "phone": "0991234567"}, home)
    if sealed:
        project.ledger.seal()
    return made


def people(qtbot: Any, office: Office, shared: Shared) -> ListPage:
    made = ListPage(shared, "person", "people")
    show(qtbot, office, made)
    return made


def show(qtbot: Any, office: Office, made: Any) -> None:
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    made.activateWindow()
    office.settle()


def buttons(widget: Any) -> list[str]:
    return [one.text() for one in widget.findChildren(QPushButton) if one.isVisible()]


def push(qtbot: Any, office: Office, widget: Any, words: str) -> None:
    """Press the button that says so, by keyboard."""
    found = next(
        one for one in widget.findChildren(QPushButton) if one.isVisible() and one.text() == words
    )
    found.setFocus()
    qtbot.keyClick(found, Qt.Key.Key_Space)
    office.settle()


def step_of(widget: Any) -> EraseStep:
    found = widget.sheet.content()
    assert isinstance(found, EraseStep)
    return found


def ask(qtbot: Any, office: Office, made: ListPage, key: RecordKey) -> EraseStep:
    made.open(key)
    office.settle()
    push(qtbot, office, made.sheet, "Erase for good…")
    return step_of(made)


def confirm(qtbot: Any, office: Office, step: EraseStep, reason: str = "") -> None:
    qtbot.keyClicks(step.reason, reason)
    qtbot.keyClicks(step.typed, WORD)
    qtbot.keyClick(step.typed, Qt.Key.Key_Return)
    office.settle()


def left(project: Project) -> list[str]:
    return [str(row.values.get("name")) for row in page(project, Listing("person"), 0, 9)]


def test_a_whole_record_goes_after_saying_what_is_lost(qtbot, office, desk) -> None:
    key = office.run(person)
    made = people(qtbot, office, desk)
    step = ask(qtbot, office, made, key)
    assert made.sheet._title.text() == f"Erase for good: {NAME}"
    said = step.as_text()
    assert "This cannot be undone" in said
    assert "What was written in 1 record is lost" in said
    assert "from L2, L3 as each next syncs" in said
    assert "paper, exported files, copies of backups" in said
    confirm(qtbot, office, step, "Lo pide su hija")
    assert made.banner.text().startswith("Erased here; 2 laptops will as they sync.")
    assert made.sheet.isHidden()
    assert office.run(left) == []
    (order,) = office.run(erasures.orders)
    assert (order.reason, order.records) == ("Lo pide su hija", (("person", key.id),))


def test_nothing_happens_without_the_word(qtbot, office, desk) -> None:
    key = office.run(person)
    made = people(qtbot, office, desk)
    step = ask(qtbot, office, made, key)
    assert step.what.hasFocus()
    assert not step.erase_button.isEnabled()
    qtbot.keyClicks(step.typed, "yes")
    qtbot.keyClick(step.typed, Qt.Key.Key_Return)
    office.settle()
    assert office.run(left) == [NAME]
    push(qtbot, office, made.sheet, "Leave it")
    assert made.sheet._title.text() == NAME
    assert "Erase for good…" in buttons(made.sheet)


def test_one_field_goes_and_the_rest_stays(qtbot, office, desk) -> None:
    key = office.run(person)
    made = people(qtbot, office, desk)
    step = ask(qtbot, office, made, key)
    qtbot.keyClick(step.what, Qt.Key.Key_Down)
    office.settle()
    assert "Tick at least one field." in step.as_text()
    assert {"name", "phone"} <= set(step.boxes)
    assert "notes" not in step.boxes
    qtbot.keyClick(step.boxes["phone"], Qt.Key.Key_Space)
    office.settle()
    confirm(qtbot, office, step)
    assert made.banner.text().startswith("Erased here; 2 laptops")
    assert made.sheet._title.text() == NAME
    assert office.run(left) == [NAME]
    assert office.run(records.history, key)[0].value != "0991234567"
    panel = made.sheet.panel()
    assert panel is not None
    assert panel.editor.values()["name"] == NAME
    assert "0991234567" not in panel.editor._lines["phone"].input.control().text()


def test_undo_says_that_it_cannot_bring_it_back(qtbot, office, desk) -> None:
    key = office.run(person)
    made = people(qtbot, office, desk)
    told: list[BaseException] = []
    desk.undo.failed.connect(told.append)
    made.open(key)
    office.settle()
    panel = made.sheet.panel()
    assert panel is not None
    panel.keeper.edited({"phone": "0987654321"})
    office.settle()
    assert desk.undo.text() == f"Undo: Telephone of “{NAME}”"
    push(qtbot, office, made.sheet, "Erase for good…")
    confirm(qtbot, office, step_of(made))
    assert desk.undo.text() == f"Cannot be undone: erasing “{NAME}”"
    desk.undo.take_back()
    office.settle()
    assert str(told[0]).startswith(f"This cannot be undone: erasing “{NAME}”.")
    assert desk.undo.text() == ""
    assert office.run(left) == []


def test_who_may_not_is_not_offered_it_once_it_was_sent(qtbot, jobs, offices) -> None:
    office = open_office(jobs, offices / FACILITATOR)
    sent, own = office.run(person), office.run(_unsent)
    made = people(qtbot, office, shared_of(office, offices / FACILITATOR))
    made.open(sent)
    office.settle()
    assert "Erase for good…" not in buttons(made.sheet)
    step = ask(qtbot, office, made, own)
    assert "It never left this laptop." in step.as_text()
    confirm(qtbot, office, step)
    assert made.banner.text() == "Erased. It never left this laptop."
    assert office.run(left) == [NAME]
    office.close()


def _unsent(project: Project) -> RecordKey:
    return person(project, sealed=False)


def test_answers_of_an_interview_go_one_by_one(qtbot, office) -> None:
    folio = office.run(fill)
    office.run(_seal)
    made = InterviewsPage(office.desk)
    show(qtbot, office, made)
    key = office.run(records.find, folio)
    made.responses.open(key)
    office.settle()
    push(qtbot, office, made.responses.sheet, "Erase for good…")
    step = step_of(made.responses)
    labels = {box.text(): box for box in step.boxes.values()}
    assert "Edad en años cumplidos" in labels
    qtbot.keyClick(step.what, Qt.Key.Key_Down)
    qtbot.keyClick(labels["Edad en años cumplidos"], Qt.Key.Key_Space)
    office.settle()
    confirm(qtbot, office, step, "Lo pide ella")
    assert made.banner.text().startswith("Erased here; 2 laptops")
    values = office.run(records.values, key)
    assert 30 not in values.values()
    assert "mujer" in values.values()


def test_an_interview_says_what_it_made_that_is_followed(qtbot, office) -> None:
    key = office.run(_listed)
    made = InterviewsPage(office.desk)
    show(qtbot, office, made)
    made.responses.open(key)
    office.settle()
    push(qtbot, office, made.responses.sheet, "Erase for good…")
    step = step_of(made.responses)
    assert "written in 2 records is lost" in step.as_text()
    assert "Among them is 1 followed thing" in step.as_text()
    qtbot.keyClick(step.what, Qt.Key.Key_Down)
    [box] = [box for box in step.boxes.values() if box.text() == "Street"]
    qtbot.keyClick(box, Qt.Key.Key_Space)
    office.settle()
    assert "1 followed thing keeps what this interview wrote" in step.as_text()
    confirm(qtbot, office, step)
    assert "1 followed thing keeps" in made.banner.text()


def _listed(project: Project) -> RecordKey:
    from app.models.commands import surveys
    from tests.models.interviewing import done
    from tests.models.test_entities import LISTING

    surveys.import_form(project, LISTING.encode(), "listing.md")
    return done(project, "listing", {"street": "Calle 9", "people": 4})


def _seal(project: Project) -> None:
    project.ledger.seal()


@pytest.fixture
def ordered(qtbot: Any, office: Office, offices: Path, desk: Shared) -> ProjectPage:
    """The project's page after a person was erased whom every laptop had."""
    key = office.run(person)
    share = str(offices / "share")
    office.run(syncing.sync, share)
    for name in (FACILITATOR, SECRETARY):
        with_them = elsewhere(offices, name)
        syncing.sync(with_them.project, share)
        with_them.close()
    made = people(qtbot, office, desk)
    confirm(qtbot, office, ask(qtbot, office, made, key), "Lo pide su hija")
    office.run(syncing.sync, share)
    shown = ProjectPage(desk)
    show(qtbot, office, shown)
    shown.entered()
    office.settle()
    return shown


def test_the_project_page_lists_who_has_done_it(ordered, office, offices) -> None:
    (text,) = ordered.texts()["erasures"]
    assert text.startswith("Person · Lo pide su hija\n")
    assert text.endswith("done on 1 of 3 laptops; not yet on L2, L3")
    share = str(offices / "share")
    other = elsewhere(offices)
    syncing.sync(other.project, share)
    assert left(other.project) == []
    syncing.sync(other.project, share)
    other.close()
    office.run(syncing.sync, share)
    ordered.entered()
    office.settle()
    (text,) = ordered.texts()["erasures"]
    assert text.endswith("done on 2 of 3 laptops; not yet on L3")
    office.run(shut_out, "L3")
    ordered.entered()
    office.settle()
    (text,) = ordered.texts()["erasures"]
    assert text.endswith("done on every laptop · shut out, and keeps what it had: L3")


def shut_out(project: Project, code: str) -> None:
    membership.revoke(project, membership.find_device(project, code))


def test_the_project_page_says_that_nothing_was_erased(qtbot, office, desk) -> None:
    made = ProjectPage(desk)
    show(qtbot, office, made)
    made.entered()
    office.settle()
    assert made.texts()["erasures"] == []
    assert made.erasures._hint.text() == "Nothing was ordered to be erased."
