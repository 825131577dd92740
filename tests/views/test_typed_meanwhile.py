"""What arrives while somebody types: nothing unseen is overruled, and what is erased stays empty."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.models.commands import erasing, syncing
from app.models.ledger import RecordKey, Touched
from app.models.project import Project
from app.models.queries import conflicts, records
from app.settings import Settings
from app.views.facts import facts
from app.views.pages.lists import ListPage
from app.views.shared import Shared
from app.views.widgets.editor import KEEP_MS
from sync.values import ERASED
from tests.models.laptops import Laptop
from tests.views.offices import (
    COORDINATOR,
    FACILITATOR,
    Office,
    elsewhere,
    open_office,
    put_on_show,
)  # fmt: skip

NAME = "Ana Tapuy"
TYPED = "Calle Amazonas"


def opened(qtbot: Any, office: Office, home: Path, key: RecordKey) -> ListPage:
    """The people's page with a person's sheet."""
    shared = Shared(office.desk, Settings(home), office.run(facts))
    made = put_on_show(qtbot, office, ListPage(shared, "person", "people"))
    made.open(key)
    office.settle()
    return made


def field(page: ListPage, id_: str) -> Any:
    panel = page.sheet.panel()
    assert panel is not None
    return panel.editor._lines[id_].input.control()


def type_(qtbot: Any, page: ListPage, id_: str, words: str) -> QWidget:
    control = field(page, id_)
    control.setFocus()
    control.end(False)
    qtbot.keyClicks(control, words)
    return control


def keep(qtbot: Any, office: Office, page: ListPage) -> None:
    """Let the pause after the last key go by."""
    panel = page.sheet.panel()
    assert panel is not None
    qtbot.waitUntil(lambda: not panel.editor._pause.isActive(), timeout=KEEP_MS * 10)
    office.settle()


def receive(office: Office, share: str) -> None:
    """A sync at the desk, and the news of it."""
    office.desk.changed.emit(office.run(_sync, share))
    office.settle()


def _sync(project: Project, share: str) -> Touched:
    return syncing.sync(project, share)[1]


def known_to_both(offices: Path) -> tuple[RecordKey, str, Laptop]:
    """A person both laptops have, the share between them, and the coordinator's laptop."""
    share = str(offices / "share")
    first = elsewhere(offices, COORDINATOR)
    key = first.person(NAME)
    syncing.sync(first.project, share)
    second = elsewhere(offices)
    syncing.sync(second.project, share)
    second.close()
    return key, share, first


def at_facilitator(qtbot: Any, jobs: Any, offices: Path, key: RecordKey) -> tuple[Office, ListPage]:
    office = open_office(jobs, offices / FACILITATOR)
    return office, opened(qtbot, office, offices / FACILITATOR, key)


def test_what_is_typed_in_a_record_erased_meanwhile_is_let_go(qtbot, jobs, offices) -> None:
    key, share, first = known_to_both(offices)
    office, page = at_facilitator(qtbot, jobs, offices, key)
    erasing.erase(first.project, key)
    syncing.sync(first.project, share)
    type_(qtbot, page, "address", TYPED)
    receive(office, share)
    qtbot.wait(KEEP_MS + 100)
    office.settle()
    assert page.sheet.panel() is None
    assert page.banner.text() == (
        "This record was erased for good meanwhile. What you had typed in it was not kept."
    )
    assert office.run(records.values, key) == {"name": ERASED}
    assert office.run(conflicts.all_conflicts) == []
    assert office.run(_written) == ""
    office.close()
    first.close()


def test_what_was_kept_before_the_order_came_goes_and_nothing_follows_it(
    qtbot, jobs, offices
) -> None:
    """The deletion had not seen it, so the record stands, empty, until somebody decides."""
    key, share, first = known_to_both(offices)
    office, page = at_facilitator(qtbot, jobs, offices, key)
    erasing.erase(first.project, key)
    syncing.sync(first.project, share)
    type_(qtbot, page, "address", TYPED)
    keep(qtbot, office, page)
    type_(qtbot, page, "address", " y Bolivar")
    receive(office, share)
    panel = page.sheet.panel()
    assert panel is not None
    assert not panel.editor.isEnabled()
    assert panel._state.text().startswith("Erased for good: nothing more is written here.")
    assert page.banner.text().endswith("What you had typed in it was not kept.")
    syncing.sync(first.project, share)
    receive(office, share)
    for one in (office.run(records.values, key), records.values(first.project, key)):
        assert set(one.values()) == {ERASED}
    office.close()
    first.close()


def _renamed_elsewhere(office: Office, offices: Path) -> tuple[RecordKey, str]:
    """A person, and a share where somebody else's name for them waits."""
    key = office.run(_person)
    share = str(offices / "share")
    office.run(syncing.sync, share)
    other = elsewhere(offices)
    syncing.sync(other.project, share)
    other.edit(key, name=f"{NAME} Dos")
    syncing.sync(other.project, share)
    other.close()
    return key, share


def test_typing_on_leaves_the_version_nobody_has_looked_at(qtbot, office, offices) -> None:
    key, share = _renamed_elsewhere(office, offices)
    page = opened(qtbot, office, offices / COORDINATOR, key)
    type_(qtbot, page, "name", " And")
    receive(office, share)
    keep(qtbot, office, page)
    assert office.run(_versions, key) == {f"{NAME} And", f"{NAME} Dos"}
    type_(qtbot, page, "name", "i")
    keep(qtbot, office, page)
    # What was typed here before is replaced by what was typed after it, and by nothing else.
    assert office.run(_versions, key) == {f"{NAME} Andi", f"{NAME} Dos"}


def test_typing_over_the_other_version_once_it_is_on_the_screen_replaces_it(
    qtbot, office, offices
) -> None:
    key, share = _renamed_elsewhere(office, offices)
    page = opened(qtbot, office, offices / COORDINATOR, key)
    receive(office, share)
    assert field(page, "name").text() == f"{NAME} Dos"
    type_(qtbot, page, "name", " y Andi")
    keep(qtbot, office, page)
    assert office.run(_versions, key) == {f"{NAME} Dos y Andi"}


def _person(project: Project) -> RecordKey:
    from app.models import spaces
    from app.models.commands import records as writing
    from tests.models.laptops import PARISH

    return writing.new(project, "person", {"name": NAME}, spaces.find(project, PARISH).id)


def _versions(project: Project, key: RecordKey) -> set[str]:
    return {str(head.value) for head in records.state(project, key).heads["name"]}


def _written(project: Project) -> str:
    """Whatever of the typed words is in the store."""
    rows = project.store.rows("SELECT data FROM records UNION ALL SELECT fields FROM edits")
    return "".join(text for (text,) in rows if TYPED in text)
