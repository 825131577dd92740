"""Who may read and write: the project's own signed log of members, roles, spaces, epochs, policy."""

from sync.roster.entries import ROOT, Entry, EntryType, author_entry, parse_entry, root_entry
from sync.roster.policy import Policy
from sync.roster.state import Member, Roster
from sync.roster.view import View

__all__ = [
    "ROOT",
    "Entry",
    "EntryType",
    "Member",
    "Policy",
    "Roster",
    "View",
    "author_entry",
    "parse_entry",
    "root_entry",
]
