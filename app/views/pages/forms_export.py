"""How responses are written out: which table a CSV is, beside what every list asks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QLabel, QWidget

from app.i18n import _
from app.models.project import Project
from app.models.queries import surveys as reading
from app.models.queries.surveys import Form
from app.views.marked import plain
from app.views.widgets.export_strip import ExportStrip
from app.views.widgets.parts import Dropdown


def repeats_of(project: Project, form: Form) -> list[tuple[str, str]]:
    """The repeats of a form as (path, words)."""
    definition = reading.definition(project, form.key)
    found = []
    for path in definition.repeats:
        words = definition.group(path).label
        phrase = words.phrase(definition.default_language, definition.default_language)
        said = plain("".join(one if isinstance(one, str) else "…" for one in phrase)).strip()
        bare = path.rpartition("/")[2]
        found.append((path, _("{question} ({name})").format(question=said, name=bare)
                      if said else bare))  # fmt: skip
    return found


class ResponseExport(ExportStrip):
    """The export strip with one more question where the form asks something several times."""

    def __init__(self, parent: QWidget | None = None) -> None:
        # The words of the strip are said while it is made.
        self._repeats: Sequence[tuple[str, str]] = ()
        self.table: Dropdown | None = None
        self._table: QLabel | None = None
        super().__init__(parent)
        self.table, self._table = Dropdown(self), QLabel(self)
        self._pair = self.add_question(self._table, self.table)
        self.offer(())

    def offer(self, repeats: Sequence[tuple[str, str]]) -> None:
        """Offer the rows of these repeats as tables of their own."""
        self._repeats = repeats
        self.retranslate()

    def repeat(self) -> str:
        """Return the path of the repeat whose rows a CSV is of, empty for the responses."""
        return str(self.table.currentData() or "") if self.table is not None else ""

    def retranslate(self) -> None:
        super().retranslate()
        if self.table is None or self._table is None:
            return
        self._table.setText(_("Table in CSV"))
        at = max(self.table.currentIndex(), 0)
        self.table.clear()
        self.table.addItem(_("the responses"), "")
        for path, words in self._repeats:
            self.table.addItem(_("rows of {repeat}").format(repeat=words), path)
        self.table.setCurrentIndex(min(at, self.table.count() - 1))
        self._pair.setVisible(bool(self._repeats))
        has = bool(self._repeats)
        self.xlsx.setToolTip(
            _("A sheet for the responses, and one for each repeat.") if has else ""
        )
