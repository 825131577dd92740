"""Somebody typing into an interview without end, until the process is killed.

Prints the text that the window says is kept, each time it says so. Run as a module with the
laptop's home folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.jobs import Jobs
from app.views.pages.interviews import InterviewsPage
from tests.views.offices import open_office


def main(home: str) -> None:
    app = QApplication(sys.argv[:1])
    jobs = Jobs(app)
    office = open_office(jobs, Path(home))
    page = InterviewsPage(office.desk)
    page.show()
    office.settle()
    page.start()
    office.settle()
    form = page.interview()
    assert form is not None
    QTest.keyClicks(form.focusWidget(), "1")
    form.hand_over()
    form.go_to("/persona/barrio")
    kept = form.kept

    def tell() -> None:
        answer = form._interview.question("/persona/barrio").value
        if answer and kept.text().startswith("kept") and not form.is_behind():
            print(answer, flush=True)

    def type_on() -> None:
        QTest.keyClicks(form.focusWidget(), "abc ")

    page.kept.connect(lambda _at: tell())
    typing = QTimer(app)
    typing.timeout.connect(type_on)
    # Longer now and then than typing waits, so that the window comes to say "kept".
    typing.start(330)
    app.exec()


if __name__ == "__main__":
    main(sys.argv[1])
