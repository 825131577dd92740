"""What can be done at the desk of a focus group: one table for its buttons, keys, menu and help."""

from __future__ import annotations

from typing import Final

from app.i18n import lazy
from app.views.actions import ActionSpec

SIT: Final = ActionSpec("groups.sit", lazy("Sit down"), "", "groups")
DETAILS: Final = ActionSpec("groups.details", lazy("Details"), "Ctrl+D", "outline")

PANE: Final = ActionSpec("group.pane", lazy("Table or talk"), "F3", "groups")
"""Which half of the desk is on show, where there is room for one."""

HEAD: Final = (
    ActionSpec("group.talk", lazy("Begin, pause, go on"), "F6", "pause"),
    PANE,
    ActionSpec("group.recorder", lazy("Recorder"), "F9", "quarantine"),
    ActionSpec("group.note", lazy("Note"), "Ctrl+Return", "edit"),
    ActionSpec("group.question", lazy("Next question"), "F7", "next"),
    ActionSpec("group.seat", lazy("Seat somebody"), "F2", "plus"),
    ActionSpec("group.details", lazy("Details"), "", "outline"),
    ActionSpec("group.paper", lazy("Field note"), "", "export"),
    ActionSpec("group.docx", lazy("Field note, DOCX…"), "", "export"),
    ActionSpec("group.finish", lazy("Finish…"), "", "check"),
    ActionSpec("group.back", lazy("Back"), "Alt+Left", "back"),
)
"""What has a button, in its order; the last stands beside the title."""

TURNS: Final = (
    ActionSpec("group.quote", lazy("May be quoted"), "F4", "check"),
    ActionSpec("group.part", lazy("Part the turn at the cursor"), "Ctrl+T", ""),
    ActionSpec("group.join", lazy("Join the turn to the one above"), "Ctrl+J", ""),
)
"""What can be done with a turn."""
