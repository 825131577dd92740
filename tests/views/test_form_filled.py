"""Every form of the case folder, filled to the end in the window; what was given is what is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.forms import FormError
from app.forms.paths import place_path
from app.models.commands import answer_files, surveys
from app.models.project import Project
from app.models.queries import answering, lists
from app.models.queries import surveys as reading
from app.models.queries.lists import Listing
from app.views.pages.interviews import InterviewsPage
from tests.forms.test_real_forms import ACCEPTED, BROUGHT, REFUSED
from tests.views.form_filler import Filler
from tests.views.offices import Office

CITIES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [-78.0024 - at, -1.4924]},
            "properties": {"id": f"c{at}", "title": name, "name": f"c{at}", "label": name},
        }
        for at, name in enumerate(("Puyo", "Tena", "Macas"))
    ],
}
FILES = {
    "cities.geojson": json.dumps(CITIES).encode(),
    "fruits.csv": b"name_key,name\nmango,mango\nplatano,platano\n",
}
WANTED = {"Id10013": "yes"}
"""Consent: without it the verbal autopsy is over after a page."""
LONG = {
    "who-verbal-autopsy.xlsx": 120,
    "widgets.xls": 29,
    "all-question-types.xlsx": 80,
    "pull_data.xlsx": 0,
}
"""How many questions must have come up, where it is many."""


@pytest.mark.parametrize("name", [*ACCEPTED, *BROUGHT])
def test_a_form_is_filled_to_the_end_in_the_window(
    qtbot: Any,
    office: Office,
    shared_cases: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    brought = {one: FILES[one] for one in BROUGHT.get(name, ())}
    source = (shared_cases / "forms" / name).read_bytes()
    office.run(surveys.import_form, source, name, brought)
    page = InterviewsPage(office.desk)
    qtbot.addWidget(page)
    page.resize(1366, 768)
    page.show()
    page.activateWindow()
    office.settle()
    form = office.run(_newest)
    assert page.form.currentData() == form
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    office.settle()
    asking = page.interview()
    assert asking is not None
    somebody = Filler(asking, tmp_path, monkeypatch, office.settle, WANTED)
    somebody.fill()
    somebody.mend()
    somebody.finish()
    office.settle()
    assert "is finished" in page.banner.text()
    kept, files = office.run(_kept, form)
    assert len(somebody.given) >= LONG.get(name, 1)
    assert somebody.missing(kept) == {}
    assert files == somebody.files


def _newest(project: Project) -> Any:
    return reading.forms(project)[-1]


def _kept(project: Project, form: Any) -> tuple[Mapping[str, Any], Mapping[str, bytes | None]]:
    """The answers of the one response, and the files they name by their paths."""
    listing = Listing("response", equal={"form_id": form.form_id})
    [row] = lists.page(project, listing, 0, 2)
    assert row.values["status"] == "complete"
    held = answering.whole(project, row.key)
    files = {
        path: answer_files.of_response(project, row.key, str(value))
        for path, value in held.answers.items()
        if answer_files.is_upload(held.form, place_path(path))
    }
    return held.answers, files


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_where_and_why(office: Office, shared_cases: Path, name: str) -> None:
    source = (shared_cases / "forms" / name).read_bytes()
    with pytest.raises(FormError) as caught:
        office.run(surveys.import_form, source, name)
    assert str(caught.value).startswith(REFUSED[name])
