"""Fields that refer to others: found by typing or by the tree, added on the spot, twins told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.models import country, project_settings
from app.models.commands import records as writing
from app.models.fields import Reference
from app.models.project import Project
from app.models.queries import records as reading
from app.models.queries.same import canonical
from app.models.records import kind
from app.settings import Settings
from app.views import lookup
from app.views.facts import facts
from app.views.lookup import DeskLookup
from app.views.pages.record_panel import RecordPanel
from app.views.shared import Shared
from app.views.widgets.add_strip import AddStrip
from app.views.widgets.inputs import input_for
from app.views.widgets.link_input import LinkInput
from app.views.widgets.person_picker import PersonPicker
from app.views.widgets.place_picker import PlaceInput, PlacePicker
from tests.views.offices import Office

pytestmark = pytest.mark.qt_log_ignore("does not support", extend=True)
WAIT = 200  # ms: a little more than a lookup rests


@pytest.fixture(autouse=True)
def _ecuador() -> Iterator[None]:
    yield
    country.use("ec")


@pytest.fixture
def shared(office: Office, tmp_path: Path) -> Shared:
    return Shared(office.desk, Settings(tmp_path), office.run(facts))


def make(project: Project, kind_name: str, **values: Any) -> str:
    return writing.new(project, kind_name, values).id.hex()


@pytest.fixture
def catalogue(office: Office) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, above in (
        ("Pastaza", ""), ("Arajuno", "Pastaza"), ("Mera", "Pastaza"), ("Curaray", "Arajuno"),
        ("Ñachi", "Pastaza"), ("Ávila", "Pastaza"), ("Ozogoche", "Pastaza"), ("Nushino", "Pastaza"),
    ):  # fmt: skip
        values = {"name": name} | ({"part_of": made[above]} if above else {})
        made[name] = office.run(make_from, "place", values)
    return made


def make_from(project: Project, kind_name: str, values: dict[str, Any]) -> str:
    return make(project, kind_name, **values)


def shown(qtbot: Any, widget: Any) -> Any:
    qtbot.addWidget(widget)
    with qtbot.waitActive(widget):
        widget.show()
        widget.activateWindow()
    return widget


def type_into(qtbot: Any, office: Office, edit: QLineEdit, text: str) -> list[str]:
    """Type, wait for the offer, and return what it says."""
    edit.setFocus()
    edit.selectAll()
    qtbot.keyClicks(edit, text)
    qtbot.wait(WAIT)
    office.settle()
    completer = edit.completer()
    assert completer is not None
    model = completer.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def control(one: Any) -> Any:
    return one.control()


def test_a_place_is_found_by_its_name_and_by_its_path(
    qtbot: Any, office: Office, catalogue: dict[str, str]
) -> None:
    picker = shown(qtbot, PlacePicker(DeskLookup(office.desk)))
    edit = control(picker)
    assert type_into(qtbot, office, edit, "cura")[0] == "Pastaza › Arajuno › Curaray"
    assert type_into(qtbot, office, edit, "arajuno curaray")[0] == "Pastaza › Arajuno › Curaray"
    assert type_into(qtbot, office, edit, "avila")[0] == "Pastaza › Ávila"
    qtbot.keyClick(edit.completer().popup(), Qt.Key.Key_Down)
    qtbot.keyClick(edit.completer().popup(), Qt.Key.Key_Return)
    assert picker.value() == catalogue["Ávila"]
    assert edit.text() == "Pastaza › Ávila"


def test_the_tree_is_walked_with_the_arrows_in_the_order_of_the_language(
    qtbot: Any, office: Office, catalogue: dict[str, str]
) -> None:
    picker = shown(qtbot, PlacePicker(DeskLookup(office.desk)))
    qtbot.keyClick(control(picker), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    office.settle()
    tree = picker.tree()
    qtbot.keyClick(tree, Qt.Key.Key_Right)
    office.settle()
    top = tree.topLevelItem(0)
    names = [top.child(at).text(0) for at in range(top.childCount())]
    assert names == ["Arajuno", "Ávila", "Mera", "Nushino", "Ñachi", "Ozogoche"]
    qtbot.keyClick(tree, Qt.Key.Key_Right)
    qtbot.keyClick(tree, Qt.Key.Key_Right)
    office.settle()
    qtbot.keyClick(tree, Qt.Key.Key_Down)
    qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert picker.value() == catalogue["Curaray"]
    assert control(picker).text() == "Pastaza › Arajuno › Curaray"
    assert picker.tree() is None


def test_a_missing_community_is_added_from_the_field(
    qtbot: Any, office: Office, catalogue: dict[str, str]
) -> None:
    picker = shown(qtbot, PlacePicker(DeskLookup(office.desk)))
    edit = control(picker)
    assert type_into(qtbot, office, edit, "Nina Amarun") == ["Add “Nina Amarun” …"]
    qtbot.keyClick(edit.completer().popup(), Qt.Key.Key_Down)
    qtbot.keyClick(edit.completer().popup(), Qt.Key.Key_Return)
    [strip] = picker.findChildren(AddStrip)
    assert control(strip.inputs["name"]).text() == "Nina Amarun"
    level = control(strip.inputs["level"])
    offered = [level.itemText(at) for at in range(level.count())]
    assert "Parish" in offered
    assert "Corregimiento" not in offered
    level.setCurrentIndex(offered.index("Community"))
    strip.inputs["part_of"].choose(catalogue["Curaray"], "Pastaza › Arajuno › Curaray")
    enter, held = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(control(strip.inputs["name"]), enter, held)
    office.settle()
    office.settle()
    assert edit.text() == "Pastaza › Arajuno › Curaray › Nina Amarun"
    values = office.run(_values, picker.value(), "place")
    assert values == {"name": "Nina Amarun", "level": "community", "part_of": catalogue["Curaray"]}


def _values(project: Project, record: str, kind_name: str) -> Any:
    return reading.values(project, reading.find(project, record, kind_name))


def test_adding_warns_of_who_is_here_and_takes_them_instead(qtbot: Any, office: Office) -> None:
    there = office.run(make_from, "person", {"name": "Nayra Velásquez"})
    picker = shown(qtbot, PersonPicker(DeskLookup(office.desk)))
    edit = control(picker)
    offered = type_into(qtbot, office, edit, "Naira Belazques")
    assert offered == ["Add “Naira Belazques” …"]
    picker.begin_adding("Naira Belazques")
    office.settle()
    [strip] = picker.findChildren(AddStrip)
    assert strip.twins.isVisible()
    strip.twins.findChildren(QPushButton)[0].click()
    assert picker.value() == there
    assert edit.text() == "Nayra Velásquez"


def test_a_name_is_needed_and_esc_leaves(qtbot: Any, office: Office) -> None:
    picker = shown(qtbot, PersonPicker(DeskLookup(office.desk)))
    picker.begin_adding("")
    [strip] = picker.findChildren(AddStrip)
    strip.add()
    assert strip._wrong.text() == "Name is missing."
    qtbot.keyClick(control(strip.inputs["name"]), Qt.Key.Key_Escape)
    assert strip.isHidden()
    assert picker.value() is None


def test_joined_records_are_offered_once(qtbot: Any, office: Office) -> None:
    def join(project: Project) -> str:
        from app.models.commands import same

        one = writing.new(project, "person", {"name": "Galo Chimbo"})
        two = writing.new(project, "person", {"name": "Galo Chimbo Andi"})
        same.join(project, two, one)
        return one.id.hex()

    kept = office.run(join)
    assert office.run(lookup.find_titles, "person", "chimbo") == [(kept, "Galo Chimbo")]


def test_only_people_places_and_organisations_are_added(qtbot: Any, office: Office) -> None:
    desk = DeskLookup(office.desk)
    committee = shown(qtbot, LinkInput(Reference("c", "Committee", kind="committee"), desk))
    assert type_into(qtbot, office, control(committee), "nada") == []
    assert isinstance(input_for(Reference("p", "Place", kind="place"), desk), PlaceInput)


def test_a_new_person_is_told_from_those_here(qtbot: Any, office: Office, shared: Shared) -> None:
    there = office.run(make_from, "person", {"name": "Nayra Velásquez", "birth": "1987"})
    panel = shown(qtbot, RecordPanel(shared, "person"))
    office.settle()
    edit = panel.editor._lines["name"].input.control()
    qtbot.keyClicks(edit, "Belazques Nayra")
    panel.editor.flush()
    office.settle()
    office.settle()
    assert panel.twins.isVisible()
    said = [one.text() for one in panel.twins.findChildren(QLabel)]
    assert any(one.startswith("Nayra Velásquez – a name that sounds the same") for one in said)
    buttons = panel.twins.findChildren(QPushButton)
    next(one for one in buttons if one.text() == "The same").click()
    office.settle()
    office.settle()
    record = panel.record()
    assert record is not None
    assert office.run(canonical, record.key).id.hex() == there
    assert not panel.twins.isVisible()
    shared.undo.take_back()
    office.settle()
    assert office.run(canonical, record.key) == record.key


def test_panamas_words_follow_the_project(qtbot: Any, office: Office) -> None:
    office.run(project_settings.choose_country, "pa")
    field = kind("place").field("level")
    made = shown(qtbot, input_for(field, DeskLookup(office.desk)))
    box = made.control()
    offered = [box.itemText(at) for at in range(box.count())]
    assert offered == [
        "(no answer)", "Province", "Comarca", "District", "Corregimiento", "Community",
        "Neighbourhood", "Sector",
    ]  # fmt: skip
    made.show_value("canton")
    assert box.currentText() == "Canton"
