"""A person asked for outside a record's editor, found by typing or added on the spot."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from app.i18n import Text, lazy
from app.models.fields import Reference
from app.views.widgets.link_input import LinkInput, Lookup

_PERSON: Final = lazy("Person")


class PersonPicker(LinkInput):
    """Who attends, who answers for a commitment, who speaks: `value()` is the person's id."""

    def __init__(
        self, lookup: Lookup, label: Text = _PERSON, parent: QWidget | None = None
    ) -> None:
        super().__init__(Reference("person", label, kind="person"), lookup, parent)
