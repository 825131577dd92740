"""A sample of the print preview, for pictures and for the walk over every window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import _, current
from app.jobs import Jobs
from app.reports import documents
from app.reports.documents.content import CallNotice, Letterhead, Setting
from app.views.printing import PrintPreview
from app.views.theme import FAR, WIDE


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
    page = QWidget()
    made = PrintPreview(page)
    column = QVBoxLayout(page)
    column.setContentsMargins(FAR, WIDE, FAR, WIDE)
    column.addWidget(made)
    made.show_document(documents.call_pdf(call), _("Call to a meeting"), "003-2026.pdf")
    return page


PAGES: Mapping[str, Callable[[Jobs], QWidget]] = {"print-preview": preview_sample}
