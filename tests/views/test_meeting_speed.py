"""A keystroke in a meeting of 40 attendances and 200 lines takes no more than in a small one."""

from __future__ import annotations

import statistics
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.commands import meetings as commands
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries.meetings import desk as snapshot
from app.views.pages.meeting import MeetingDesk
from tests.effort import effort
from tests.views.councils import make_meeting, shared_of
from tests.views.offices import Office

LINES, SEATS, KEYS = 200, 40, 60


def _meeting(project: Project, seats: int, lines: int) -> RecordKey:
    key = make_meeting(project, seats)
    for one in snapshot(project, key).attendance:
        commands.check_in(project, key, one.key.id.hex())
    commands.install(project, key)
    item = snapshot(project, key).agenda[0].key
    line = "Se informa que tres de las seis alarmas de la comunidad no suenan desde agosto."
    commands.set_text(project, item, "\n".join([line] * lines))
    commands.start_item(project, item)
    return key


def test_a_keystroke_takes_as_much_in_a_full_meeting_as_in_a_small_one(
    qtbot: Any, office: Office
) -> None:
    small, full = _efforts(qtbot, office, 5, 2), _efforts(qtbot, office, SEATS, LINES)
    assert statistics.median(full) <= 1.5 * statistics.median(small)
    assert full[KEYS * 8 // 10] <= 2 * small[KEYS * 8 // 10]


def _efforts(qtbot: Any, office: Office, seats: int, lines: int) -> list[int]:
    """What each key takes, least first."""
    key = office.run(_meeting, seats, lines)
    page = MeetingDesk(shared_of(office), key)
    qtbot.addWidget(page)
    page.resize(1180, 690)
    page.show()
    office.settle()
    assert len(page.people.rows()) == seats
    assert page.text.blockCount() == lines
    found = []
    for at in range(KEYS):
        if at % 10 == 5:
            # What others do, or a sync brings, is read and shown while somebody types.
            page.refresh()
        found.append(effort(partial(_press, page)))
        QTest.qWait(15)
    page.put_away()
    office.settle()
    return sorted(found)


def _press(page: MeetingDesk) -> None:
    QTest.keyClick(page.text, Qt.Key.Key_A)
    QApplication.processEvents()
