"""A note-taker typing turn after turn without end, until the process is killed.

Prints everything that the window says is kept, each time it says so. Run as a module with the
laptop's home folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.jobs import Jobs
from app.models.queries import lists
from app.models.queries.lists import Listing
from app.settings import Settings
from app.views.facts import facts
from app.views.pages.group_desk import GroupDesk
from app.views.shared import Shared
from tests.views.offices import open_office

_KEYS = "12"


def main(home: str) -> None:
    app = QApplication(sys.argv[:1])
    jobs = Jobs(app)
    office = open_office(jobs, Path(home))
    (row,) = office.run(lists.page, Listing("focus_group"), 0, 1)
    desk = GroupDesk(Shared(office.desk, Settings(Path(home)), office.run(facts)), row.key)
    desk.show()
    office.settle()
    ended: list[str] = []
    turn = [0]

    def tell() -> None:
        if not desk.talk.is_behind() and (ended or desk.strip.box.toPlainText()):
            print("|".join([*ended, desk.strip.box.toPlainText()]), flush=True)

    def type_on() -> None:
        if len(desk.strip.box.toPlainText()) > 24:
            ended.append(desk.strip.box.toPlainText())
            turn[0] += 1
            desk.talk.press(_KEYS[turn[0] % 2])
        QTest.keyClicks(desk.strip.box, "abc ")

    desk.talk.kept.connect(lambda _at: tell())
    desk.talk.press(_KEYS[0])
    typing = QTimer(app)
    typing.timeout.connect(type_on)
    # Longer now and then than typing waits, so that the window comes to say "kept".
    typing.start(330)
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1])
