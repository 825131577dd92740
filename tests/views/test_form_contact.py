"""What questionnaires ask of whoever sits here, told on the page of this laptop."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.models import spaces
from app.models.commands import contact, surveys
from app.models.project import Project
from app.models.queries import surveys as reading
from app.views.pages.forms_contact import ContactSection
from tests.models.laptops import PARISH
from tests.views.offices import Office

FORM = b"""
| survey | | | |
| | type | name | label |
| | email | em | |
| | phonenumber | ph | |
| | start-geopoint | began | |
| | text | t | T |
| settings | | | |
| | form_id | version | |
| | asks | 1 | |
"""


@pytest.fixture
def section(qtbot: Any, office: Office) -> ContactSection:
    made = ContactSection(office.desk, None)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    made.ask()
    office.settle()
    return made


def _tell(qtbot: Any, section: ContactSection, *words: str) -> None:
    for line, text in zip((section.email, section.phone, section.place), words, strict=True):
        line.setFocus()
        line.selectAll()
        qtbot.keyClicks(line, text)
        if not text:
            qtbot.keyClick(line, Qt.Key.Key_Delete)
    section._keep.setFocus()
    qtbot.keyClick(section._keep, Qt.Key.Key_Space)


def _begun(project: Project) -> dict[str, Any]:
    form = reading.find_form(project, "asks")
    draft = surveys.start(project, form, spaces.find(project, PARISH).id)
    return surveys.session_of(project, draft).answers()


def test_what_is_told_stands_in_the_next_interview(
    qtbot: Any, office: Office, section: ContactSection
) -> None:
    office.run(surveys.import_form, FORM, "asks.md")
    with qtbot.waitSignal(section.kept):
        _tell(qtbot, section, "rosa@example.org", "099 123 4567", "-1.4924, -78.0024")
    assert section.place.text() == "-1.4924 -78.0024"
    answers = office.run(_begun)
    assert answers["/em"] == "rosa@example.org"
    assert answers["/ph"] == "099 123 4567"
    assert answers["/began"] == "-1.4924 -78.0024 0.0 0.0"
    with qtbot.waitSignal(section.kept):
        _tell(qtbot, section, "", "", "")
    answers = office.run(_begun)
    assert [answers.get(path) for path in ("/em", "/ph", "/began")] == [None, None, None]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rosa", "", ""), "“rosa” is no email address."),
        (("", "12", ""), "“12” is no telephone number."),
        (("r@x.org", "", "nowhere"), "This is not a point"),
    ],
)
def test_what_is_none_is_refused_and_nothing_is_kept(
    qtbot: Any, office: Office, section: ContactSection, words: tuple[str, ...], said: str
) -> None:
    with qtbot.waitSignal(section.failed) as told:
        _tell(qtbot, section, *words)
    assert str(told.args[0]).startswith(said)
    assert office.run(contact.of) == contact.Contact()


def test_tomorrow_the_place_counts_no_more(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.run(contact.stand, "-1.4924 -78.0024")
    assert office.run(contact.position)
    monkeypatch.setattr(contact, "_today", lambda _project: "2030-01-01")
    assert office.run(contact.position) == ""
