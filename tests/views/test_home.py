"""Home by keyboard on a real project: what it counts, where it leads, what it says first to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.models import drafts, spaces, unfinished
from app.models.commands import records, surveys
from app.models.project import Project
from app.models.queries import surveys as reading
from app.settings import Settings
from app.views.facts import Facts, Place, facts
from app.views.pages.home import HomePage
from app.views.pages.home_reads import News
from app.views.shared import Shared
from tests.views.offices import Office


@pytest.fixture
def home(qtbot: Any, office: Office, tmp_path: Any) -> HomePage:
    shared = Shared(office.desk, Settings(tmp_path), office.run(facts))
    page = HomePage(shared)
    shared.setParent(page)
    qtbot.addWidget(page)
    page.show()
    page.entered()
    office.settle()
    return page


def _again(office: Office, home: HomePage) -> None:
    home._shared.take_facts(office.run(facts))
    home.entered()
    office.settle()


def _begin(project: Project) -> str:
    form = reading.forms(project)[0]
    draft = surveys.start(project, form, spaces.only_space(project).id)
    surveys.answer(project, draft, {"acepta": "si", "sexo": "mujer"})
    return str(draft.body["folio"])


def _end(project: Project) -> None:
    form = reading.forms(project)[0]
    draft = surveys.start(project, form, spaces.only_space(project).id)
    surveys.answer(project, draft, {"acepta": "no"})
    surveys.finish(project, drafts.require(project, draft.id))


def _council(project: Project, due: date, meeting: date) -> None:
    space = spaces.only_space(project).id
    committee = records.new(project, "committee", {"name": "Consejo", "status": "dormant"}, space)
    values = {"committee": committee.id.hex(), "date": meeting.isoformat(), "status": "called",
              "subject": "Alarmas"}  # fmt: skip
    records.new(project, "meeting", values, space)
    records.new(project, "commitment", {"text": "Revisar la luz", "due": due.isoformat()}, space)


def test_a_coordinators_home_counts_what_matters(office: Office, home: HomePage) -> None:
    office.run(_end)
    today = date.today()
    office.run(_council, today - timedelta(days=3), today + timedelta(days=5))
    _again(office, home)
    first, overdue, unsent, dormant = home.cards()
    assert first == "1 interview today 1 in all"
    assert overdue == "1 commitment overdue"
    assert "not sent" in unsent
    assert dormant == "1 committee dormant of 1 here"
    said = home.lines()
    assert any(line.startswith("overdue · ") and "Revisar la luz" in line for line in said)
    assert any("meeting of Consejo: Alarmas" in line for line in said)


def test_a_draft_is_one_sentence_and_one_button(qtbot, office: Office, home: HomePage) -> None:
    folio = office.run(_begin)
    _again(office, home)
    [line] = [one for one in home.lines() if folio in one]
    assert "begun, kept today" in line
    with qtbot.waitSignal(home._shared.draft_asked) as asked:
        [go] = [one for one in home.findChildren(QPushButton) if folio in one.accessibleName()]
        qtbot.keyClick(go, Qt.Key.Key_Space)
    assert asked.args[0] == "response"


def test_a_record_begun_stands_on_home(office: Office, home: HomePage) -> None:
    office.run(unfinished.keep, "person", None, None, {"phone": "0991234567"})
    _again(office, home)
    assert any(line.startswith("Person: begun and not complete") for line in home.lines())


def test_a_card_opens_what_it_counts(qtbot, office: Office, home: HomePage) -> None:
    home.take_focus()
    with qtbot.waitSignal(home._shared.open_asked) as asked:
        qtbot.keyClick(home._cards["interviews"], Qt.Key.Key_Return)
    assert asked.args == ["surveys"]


NOTHING = News(0, 0, 0, 0, 0, (), (), 0, 0, 1)
SPACE = Place(b"1" * 16, "Arajuno", "facilitator", False)
COMMON = Place(b"0" * 16, "Pastaza", "", True)


@pytest.mark.parametrize(
    ("role", "places", "found", "area"),
    [
        ("coordinator", (COMMON,), NOTHING, "project"),
        ("coordinator", (COMMON, SPACE), NOTHING, "project"),
        ("coordinator", (COMMON, SPACE), replace(NOTHING, forms=1), "project"),
        ("coordinator", (COMMON, SPACE), replace(NOTHING, forms=1, laptops=3), "sync"),
        ("facilitator", (COMMON, SPACE), NOTHING, "sync"),
        ("facilitator", (COMMON, SPACE), replace(NOTHING, forms=1), "surveys"),
        ("secretary", (COMMON, SPACE), NOTHING, "committees"),
        ("observer", (COMMON, SPACE), NOTHING, "sync"),
    ],
)
def test_a_fresh_project_says_what_to_do_first(
    office: Office, home: HomePage, role: str, places: tuple[Place, ...], found: News, area: str
) -> None:
    own = tuple(one if one.is_common else replace(one, role=role) for one in places)
    home._shared.take_facts(Facts(True, coordinator=role == "coordinator", spaces=own))
    home._take(found)
    assert home.step()
    assert home._step is not None
    assert home._step.area == area
    assert not home._empty.isHidden()
