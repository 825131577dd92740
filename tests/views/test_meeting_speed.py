"""A keystroke is answered within 50 ms in a meeting of 40 attendances and 200 lines."""

from __future__ import annotations

import statistics
import time
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.models.commands import meetings as commands
from app.models.ledger import RecordKey
from app.models.project import Project
from app.models.queries.meetings import desk as snapshot
from app.views.pages.meeting import MeetingDesk
from tests.views.councils import make_meeting, shared_of
from tests.views.offices import Office

LINES, SEATS, KEYS = 200, 40, 60
LIMIT_S = 0.05


def _full_meeting(project: Project) -> RecordKey:
    key = make_meeting(project, SEATS)
    for one in snapshot(project, key).attendance:
        commands.check_in(project, key, one.key.id.hex())
    commands.install(project, key)
    item = snapshot(project, key).agenda[0].key
    line = "Se informa que tres de las seis alarmas de la comunidad no suenan desde agosto."
    commands.set_text(project, item, "\n".join([line] * LINES))
    commands.start_item(project, item)
    return key


def test_a_keystroke_is_answered_at_once(qtbot: Any, office: Office) -> None:
    key = office.run(_full_meeting)
    page = MeetingDesk(shared_of(office), key)
    qtbot.addWidget(page)
    page.resize(1180, 690)
    page.show()
    office.settle()
    assert len(page.people.rows()) == SEATS
    assert page.text.blockCount() == LINES
    times = []
    for at in range(KEYS):
        if at % 10 == 5:
            # What others do, or a sync brings, is read and shown while somebody types.
            page.refresh()
        begun = time.perf_counter()
        QTest.keyClick(page.text, Qt.Key.Key_A)
        QApplication.processEvents()
        times.append(time.perf_counter() - begun)
        QTest.qWait(15)
    times.sort()
    print(f"median {statistics.median(times) * 1000:.1f} ms, worst {times[-1] * 1000:.1f} ms")
    # The worst of a machine that is shared says nothing about Kipu; nine of ten do.
    assert times[len(times) * 9 // 10] <= LIMIT_S
    page.put_away()
    office.settle()
