"""A sample of the print preview, for pictures and for the walk over every window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtWidgets import QWidget

from app.i18n import _, current
from app.jobs import Jobs
from app.reports import documents
from app.reports.documents.content import CallNotice, Letterhead, Setting
from app.views.printing import PrintPreview


def preview_sample(_jobs: Jobs) -> QWidget:
    """The call to a meeting, as it will lie on paper."""
    call = CallNotice(
        setting=Setting(letterhead=Letterhead(project="Pastaza S."), language=current()),
        committee="Consejo Cantonal",
        number="003-2026",
        date=date(2026, 11, 20),
        place="Puyo",
        agenda=("Alarmas", "Luz"),
    )
    made = PrintPreview()
    made.show_document(documents.call_pdf(call), _("Call to a meeting"), "003-2026.pdf")
    return made


PAGES: Mapping[str, Callable[[Jobs], QWidget]] = {"print-preview": preview_sample}
