"""A coordinator's laptop that is a copy of one whose membership log went on elsewhere gives way.

Two entries of one author under one number part a project for good, since each has others built on it.
So what this copy entered, and nobody has heard of, is taken back; its records are all kept.
"""

from __future__ import annotations

from app.models import incarnation
from app.models.project import Project
from sync.exchange_roster import RosterForked
from sync.ids import HASH_BYTES
from sync.roster import Entry, EntryType
from sync.roster.weighing import named_before


def give_way(project: Project, first: int) -> int:
    """Take back our roster entries from `first` on and begin a new incarnation; how many they were.

    Raises RosterForked where others built on them, or where more than membership hangs on them: an
    erasure carried out, a space with records.
    """
    roster = project.roster
    before = list(roster.entries)
    gone = {
        entry.hash: entry
        for entry in before
        if entry.author == project.device and entry.number >= first
    }
    if _is_built_on(project, gone):
        raise RosterForked("a copy of this laptop entered something else in the roster")
    try:
        with project.ledger.writing():
            # What was written here knows those entries; it moves before they are gone.
            project.begin_incarnation()
            project.store.run_many("DELETE FROM roster WHERE hash=?", [(one,) for one in gone])
            roster.become(entry for entry in before if entry.hash not in gone)
            project.ledger.judge_everything()
    except BaseException:
        roster.become(before)
        raise
    return len(gone)


def _is_built_on(project: Project, gone: dict[bytes, Entry]) -> bool:
    return (
        any(_holds_more(project, entry) for entry in gone.values())
        or any(
            not gone.keys().isdisjoint(named_before(entry))
            for entry in project.roster.entries
            if entry.hash not in gone
        )
        or not gone.keys().isdisjoint(_known_elsewhere(project))
    )


def _holds_more(project: Project, entry: Entry) -> bool:
    """Whether an entry cannot be taken back without what was done with it."""
    if entry.type == EntryType.SPACE:
        sid = project.ledger.registers.sid(bytes(entry.body["space"]))
        held = project.store.value("SELECT EXISTS(SELECT 1 FROM records WHERE sid=?)", (sid,))
        return bool(held)
    return entry.type == EntryType.ERASE


def _known_elsewhere(project: Project) -> set[bytes]:
    """The heads of the roster that batches name which others may have."""
    found: set[bytes] = set()
    for log in project.ledger.registers.logs():
        is_own = log.device == project.device
        last = incarnation.others_may_have(project.store, log) if is_own else log.number
        for (heads,) in project.store.rows(
            "SELECT DISTINCT roster_heads FROM batches WHERE lid=? AND number<=?", (log.lid, last)
        ):
            found.update(heads[at : at + HASH_BYTES] for at in range(0, len(heads), HASH_BYTES))
    return found
