"""Somebody typing the minutes of a meeting without end, until the process is killed.

Prints the text that the desk says is kept, each time it says so. Run as a module with the laptop's
home folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.jobs import Jobs
from app.models.project import Project
from app.models.queries.meetings import meetings_of
from app.views.pages.meeting import MeetingDesk
from tests.views.councils import shared_of
from tests.views.offices import open_office


def _only(project: Project) -> object:
    (row,) = meetings_of(project)
    return row.key


def main(home: str, goes_on: bool) -> None:
    app = QApplication(sys.argv[:1])
    jobs = Jobs(app)
    office = open_office(jobs, Path(home))
    desk = MeetingDesk(shared_of(office), office.run(_only))
    desk.show()
    office.settle()
    turns = 0

    def tell(_at: object) -> None:
        text = desk.text.toPlainText()
        if text and desk.top.kept.text().startswith("kept") and not desk.text.is_behind():
            print(text, flush=True)

    def type_on() -> None:
        nonlocal turns
        turns += 1
        QTest.keyClicks(desk.text, f"w{turns} ")
        if goes_on and turns % 3 == 0:
            # Now and then it becomes a change in mid-sentence, as it does when nobody types.
            desk.text.rested.emit()

    desk.writer.kept.connect(tell)
    typing = QTimer(app)
    typing.timeout.connect(type_on)
    # Longer now and then than typing waits, so that the desk comes to say "kept".
    typing.start(330)
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1], len(sys.argv) > 2)
