"""What can be done at the meeting desk, with its keys: menus, Ctrl+K, help and the foot read it."""

from __future__ import annotations

from typing import Final

from app.i18n import lazy
from app.views.actions import ActionSpec

ATTENDANCE: Final = ActionSpec("meeting.attendance", lazy("Attendance"), "F2", "people")
TEXT: Final = ActionSpec("meeting.text", lazy("Text"), "F3", "edit")
PROMISES: Final = ActionSpec("meeting.promises", lazy("Commitments"), "Shift+F4", "commitments")
PANES: Final = (ATTENDANCE, TEXT, PROMISES)
"""Where the cursor may go; in a narrow window one is on show at a time."""

MOTION: Final = ActionSpec("meeting.motion", lazy("Motion"), "F5", "plus")
VOTE: Final = ActionSpec("meeting.vote", lazy("Vote"), "F6", "check")
RESOLUTION: Final = ActionSpec("meeting.resolution", lazy("Resolution"), "F7", "outline")
COMMITMENT: Final = ActionSpec("meeting.commitment", lazy("Commitment"), "F4", "commitments")
PROJECTOR: Final = ActionSpec("meeting.projector", lazy("Projector"), "F9", "show")
PAPERS: Final = ActionSpec("meeting.papers", lazy("Papers"), "Ctrl+P", "export")
# Not Ctrl+E: in a line of text that is the way to its end.
END: Final = ActionSpec("meeting.end", lazy("End"), "F11", "done")
FOOT: Final = (MOTION, VOTE, RESOLUTION, COMMITMENT, PROJECTOR, PAPERS, END)
"""What has a button in the foot, in the order it is used."""

INSTALL: Final = ActionSpec("meeting.install", lazy("Open the session"), "Ctrl+I", "check")
BEFORE: Final = ActionSpec("meeting.before", lazy("The point before"), "Alt+Left", "back")
AFTER: Final = ActionSpec("meeting.after", lazy("The next point"), "Alt+Right", "next")
LEAVE: Final = ActionSpec("meeting.leave", lazy("Back to the meetings"), "Alt+Up", "back")

ALL: Final = (*PANES, *FOOT, INSTALL, BEFORE, AFTER, LEAVE)
ALSO_COMMITMENT: Final = "Ctrl+M"


def what(spec: ActionSpec) -> str:
    """Return the short name of what an action does: "motion" of "meeting.motion"."""
    return spec.id.partition(".")[2]
