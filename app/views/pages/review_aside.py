"""What was set aside, on the review page: why, and taking it in after all."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.i18n import _
from app.views.language import Retranslated
from app.views.pages.review_reads import Aside
from app.views.theme import HALF
from app.views.widgets.parts import Banner, button, label


class AsideView(Retranslated, QWidget):
    """Something that was set aside: why, and what a coordinator can do about it."""

    admitted = Signal(object)
    """The `Aside` to take in, after the second step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._aside: Aside | None = None
        self._title = label("section", self)
        self._text = label("body", self)
        self.banner = Banner(self)
        self.banner.acted.connect(self._send)
        self.admit = button(self, "plain", "import", self.ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(HALF, 0, HALF, 0)
        column.setSpacing(HALF)
        for part in (self._title, self._text, self.banner):
            column.addWidget(part)
        column.addWidget(self.admit, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)

    def show_aside(self, aside: Aside | None) -> None:
        """Show one thing that was set aside, or nothing."""
        self._aside = aside
        self.banner.dismiss()
        self.setVisible(aside is not None)
        self.retranslate()

    def text(self) -> str:
        """Return why it was set aside, as it reads."""
        return self._text.text()

    def ask(self) -> None:
        """First step: say what admitting does."""
        if self._aside is not None and self._aside.may_admit:
            text = _(
                "“{act}” is closed. The late changes are added to it as an addendum, with their "
                "author and date; that cannot be taken back."
            )
            self.banner.tell(
                "warning", text.format(act=self._aside.act_title), _("Add the addendum")
            )

    def retranslate(self) -> None:
        self.admit.setText(_("Take in as an addendum…"))
        aside = self._aside
        if aside is None:
            return
        self.admit.setVisible(aside.may_admit)
        self._title.setText(", ".join(aside.records) or aside.byline)
        self._text.setText(_why(aside))

    def _send(self) -> None:
        self.banner.dismiss()
        if self._aside is not None:
            self.admitted.emit(self._aside)


def _why(aside: Aside) -> str:
    if aside.is_late:
        reason = _(
            "This came after “{act}” was closed; it changes nothing there until a coordinator "
            "takes it in."
        ).format(act=aside.act_title or "–")
    else:
        reason = _(
            "The role of that laptop did not allow this. It counts nowhere, and nothing of it is "
            "lost. With a role that allows it, which a coordinator gives, enter it again."
        )
    # The reason first: what was written may be long.
    return "\n\n".join([aside.byline, reason, "\n".join(aside.changes)])
