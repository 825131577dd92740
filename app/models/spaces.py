"""Spaces and members in words: the names that lie sealed in the roster."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.errors import KipuError
from app.i18n import _
from sync import members
from sync.errors import SyncError
from sync.roster import Entry, Member

if TYPE_CHECKING:
    from app.models.project import Project


@dataclass(frozen=True)
class Space:
    """A space as this laptop may see it. `code` stands on folios (ARJ)."""

    id: bytes
    name: str
    code: str
    is_common: bool


def readable(project: Project) -> list[bytes]:
    """Spaces this device has a role in and holds a key for."""
    view = project.roster.view()
    return [space for space in view.spaces if view.role(project.device, space) is not None]


def all_named(project: Project, with_common: bool = False) -> list[Space]:
    """The readable spaces by name."""
    common = project.roster.common
    found = [_space(project, space) for space in readable(project)]
    wanted = [space for space in found if with_common or space.id != common]
    return sorted(wanted, key=lambda space: (not space.is_common, space.name))


def with_id(project: Project, space: bytes) -> Space:
    """A space by its id, as this laptop may see it."""
    return _space(project, space)


def name_of(project: Project, space: bytes) -> str:
    return _space(project, space).name


def find(project: Project, name: str) -> Space:
    """The space of this name (or code). Raises KipuError naming the ones there are."""
    project.require_joined()
    known = all_named(project, with_common=True)
    for space in known:
        if name in (space.name, space.code, space.id.hex()):
            return space
    folded = name.casefold()
    for space in known:
        if folded in (space.name.casefold(), space.code.casefold()):
            return space
    names = ", ".join(space.name for space in known) or "–"
    raise KipuError(
        _("There is no space “{name}” here; there are: {names}.").format(name=name, names=names)
    )


def only_space(project: Project) -> Space:
    """The space to use when none was named. Raises KipuError unless there is just one."""
    known = all_named(project)
    if len(known) != 1:
        raise KipuError(_("Say in which space: there is more than one, or none yet."))
    return known[0]


def _space(project: Project, space: bytes) -> Space:
    entry = project.roster.view().spaces.get(space)
    words = _words(project, entry) if entry is not None else {}
    return Space(
        space, words.get("name", "…"), words.get("code", ""), space == project.roster.common
    )


def _words(project: Project, entry: Entry) -> dict[str, str]:
    key = project.store.epoch_key(bytes(entry.body["name_epoch"]))
    if key is None:
        return {}
    try:
        return members.open_words(key, bytes(entry.body["space"]), bytes(entry.body["name"]))
    except SyncError:
        # A name another coordinator sealed wrongly hides the name, not the space.
        return {}


def code_for(name: str, taken: set[str]) -> str:
    """A short code for folios: first letter and following consonants, unique in the project."""
    plain = unicodedata.normalize("NFD", name.upper()).encode("ascii", "ignore").decode()
    letters = re.sub("[^A-Z0-9]", "", plain) or "X"
    consonants = re.sub("[AEIOU]", "", letters[1:])
    base = (letters[0] + consonants + letters[1:])[:3]
    code, turn = base, 2
    while code in taken:
        code, turn = f"{base}{turn}", turn + 1
    return code


def device_code(project: Project, device: bytes) -> str:
    """A laptop's short name (L2), however it stands in the roster now."""
    found = project.roster.view().members.get(device)
    return found.code if found else device.hex()[:6]


def next_device_code(project: Project) -> str:
    """The short name for the laptop this coordinator admits next, unlike any other's."""
    mine = project.roster.view().members[project.device].code
    admitted = sum(
        1
        for entry in project.roster.entries
        if entry.author == project.device and entry.type == "admit"
    )
    return f"L{admitted + 2}" if mine == "L1" else f"{mine}.{admitted + 1}"


def member_list(project: Project) -> list[Member]:
    return list(project.roster.view().members.values())
