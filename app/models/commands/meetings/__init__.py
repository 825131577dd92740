"""Everything a secretary does with a meeting, each command one transaction with its way back.

A command takes (project, key, …) and returns `Done`: what it touched, the record it is about, what
was done in words, a sentence worth showing, and what `take_back` needs to undo it.
"""

from __future__ import annotations

from app.models.commands.meetings.attending import (
    alternate,
    check_in,
    check_out,
    delegate,
    edit_attendance,
    excuse,
    guest,
    keep_minutes,
    one_attendee,
    preside,
)
from app.models.commands.meetings.closing import approve, close
from app.models.commands.meetings.deciding import (
    Ballot,
    dissent,
    edit_motion,
    edit_resolution,
    postpone_motion,
    put_motion,
    resolve,
    vote,
    vote_by_name,
    withdraw_motion,
)
from app.models.commands.meetings.planning import call_sent, cancel, new_meeting
from app.models.commands.meetings.points import (
    add_item,
    edit_item,
    finish_item,
    move_item,
    set_text,
    start_item,
)
from app.models.commands.meetings.promising import commit, follow
from app.models.commands.meetings.sitting import (
    check_quorum,
    end,
    install,
    not_installed,
    second_call,
    set_meeting,
)
from app.models.commands.meetings.work import Done, remove, take_back
from app.models.meetings.votes import Totals

__all__ = [
    "Ballot",
    "Done",
    "Totals",
    "add_item",
    "alternate",
    "approve",
    "call_sent",
    "cancel",
    "check_in",
    "check_out",
    "check_quorum",
    "close",
    "commit",
    "delegate",
    "dissent",
    "edit_attendance",
    "edit_item",
    "edit_motion",
    "edit_resolution",
    "end",
    "excuse",
    "finish_item",
    "follow",
    "guest",
    "install",
    "keep_minutes",
    "move_item",
    "new_meeting",
    "not_installed",
    "one_attendee",
    "postpone_motion",
    "preside",
    "put_motion",
    "remove",
    "resolve",
    "second_call",
    "set_meeting",
    "set_text",
    "start_item",
    "take_back",
    "vote",
    "vote_by_name",
    "withdraw_motion",
]
