"""From a session that is ready to its first question on the page."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def shown(file: str, runs: int) -> list[float]:
    """Milliseconds until the first question of an XForm stands on the page, as often as asked."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from app.forms import Definition, Session
    from app.views.interview_session import SessionInterview
    from app.views.language import speak
    from app.views.pages.form import FormPage

    app = QApplication.instance() or QApplication(["kipu"])
    speak("en")
    definition = Definition.from_xform(Path(file).read_text("utf-8"))
    took = []
    for _run in range(runs):
        session = Session(definition)
        start = time.perf_counter()
        page = FormPage(SessionInterview(session))
        page.resize(1366, 768)
        page.show()
        app.processEvents()
        took.append((time.perf_counter() - start) * 1000)
        assert page.path(), "the page shows no question"
        page.hide()
        page.deleteLater()
    return took


if __name__ == "__main__":
    print(json.dumps(shown(sys.argv[1], int(sys.argv[2]))))
