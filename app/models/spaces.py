"""Spaces and members in words: the names that lie sealed in the roster."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from app.errors import KipuError
from app.i18n import _
from sync import members
from sync.errors import SyncError
from sync.roster import Entry, Member

if TYPE_CHECKING:
    from app.models.project import Project


_TAG_DIGITS: Final = 4
_TAGGED: Final = re.compile(r"(.*) \(([0-9a-f]{4,32})\)")
UNKNOWN: Final = "…"
T = TypeVar("T")


@dataclass(frozen=True)
class Space:
    """A space as this laptop may see it. `code` stands on folios (ARJ).

    Coordinators who had not met may have given two spaces one name or one code. What people read and
    type then has the first digits of the id behind it, the same on every laptop.
    """

    id: bytes
    name: str
    code: str
    is_common: bool
    given_name: str
    """As its coordinators call it; another space may be called the same."""
    given_code: str


def readable(project: Project) -> list[bytes]:
    """Spaces this device has a role in and holds a key for."""
    view = project.roster.view()
    return [space for space in view.spaces if view.role(project.device, space) is not None]


def held_epochs(project: Project, space: bytes) -> list[tuple[bytes, bytes]]:
    """Those of a space's current epochs whose keys are here, with these; last the one to write under."""
    current = project.roster.view().writing_epochs(space)
    found = ((epoch, project.store.epoch_key(epoch)) for epoch in current)
    return [(epoch, key) for epoch, key in found if key is not None]


def all_named(project: Project, with_common: bool = False) -> list[Space]:
    """The readable spaces by name."""
    common, every = project.roster.common, _every(project)
    found = [every[space] for space in readable(project)]
    wanted = [space for space in found if with_common or space.id != common]
    return sorted(wanted, key=lambda space: (not space.is_common, space.name))


def names(project: Project) -> dict[bytes, str]:
    """What every space is called here, for whoever names many."""
    return {space.id: space.name for space in _every(project).values()}


def with_id(project: Project, space: bytes) -> Space:
    """A space by its id, as this laptop may see it."""
    found = _every(project).get(space)
    return found or Space(space, UNKNOWN, "", False, UNKNOWN, "")


def name_of(project: Project, space: bytes) -> str:
    return names(project).get(space, UNKNOWN)


def given_name(project: Project, space: bytes) -> str:
    """What its coordinators call a space, whatever others are called."""
    return _words(project, project.roster.view().spaces.get(space, ())).get("name", UNKNOWN)


def find(project: Project, name: str) -> Space:
    """The space of this name, code or id.

    Raises KipuError naming the ones there are, or those the name may mean where it is several.
    """
    project.require_joined()
    known = all_named(project, with_common=True)
    wanted = folded(name)
    for fits in (_has_id, _has_name, _has_code):
        found = [space for space in known if fits(space, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise KipuError(
                _("“{name}” may mean more than one space: {spaces}. Say which by its whole name as it "
                  "stands here, or by its id (“kipu space list --json”).").format(
                    name=name, spaces=_described(project, found))
            )  # fmt: skip
    there = ", ".join(space.name for space in known) or "–"
    raise KipuError(
        _("There is no space “{name}” here; there are: {names}.").format(name=name, names=there)
    )


def answers_to(space: Space, name: str) -> bool:
    """Whether a space may be meant by a name, as its name, its code or its id."""
    wanted = folded(name)
    return any(fits(space, wanted) for fits in (_has_id, _has_name, _has_code))


def _has_id(space: Space, wanted: str) -> bool:
    return wanted == space.id.hex()


def _has_name(space: Space, wanted: str) -> bool:
    """Whether this is the space's name, alone or as a colleague's laptop tells it from another."""
    tagged = _TAGGED.fullmatch(wanted)
    given = folded(space.given_name)
    return wanted == given or bool(
        tagged and tagged[1] == given and space.id.hex().startswith(tagged[2])
    )


def _has_code(space: Space, wanted: str) -> bool:
    return bool(space.given_code) and wanted in (folded(space.given_code), folded(space.code))


def folded(name: str) -> str:
    """A name as names are compared."""
    return unicodedata.normalize("NFC", name).casefold()


def of_one_name(project: Project) -> list[list[Space]]:
    """The readable spaces that are called the same, together."""
    known = all_named(project, with_common=True)
    # What a space is called whose key is not here nobody can tell.
    alike = _alike({one: folded(one.given_name) for one in known if one.given_name != UNKNOWN})
    return [twins for twins in alike if len(twins) > 1]


def told_of_one_name(project: Project) -> list[str]:
    """What to know where spaces are called the same, a sentence for each such name."""
    text = _(
        "More than one space is called “{name}”: {spaces}. Always say which, or give one another name. "
        "If one was meant, agree on it, move there what the other holds, and take the roles in the "
        "other away."
    )
    return [
        text.format(name=twins[0].given_name, spaces=_described(project, twins))
        for twins in of_one_name(project)
    ]


def _described(project: Project, found: Iterable[Space]) -> str:
    """Spaces with the laptop each was founded on, which tells those of one name apart as well."""
    founded = project.roster.view().spaces
    text = _("{name}, founded on {laptop}")
    return "; ".join(
        text.format(name=one.name, laptop=device_code(project, founded[one.id][0].author))
        for one in found
    )


def only_space(project: Project) -> Space:
    """The space to use when none was named. Raises KipuError unless there is just one."""
    known = all_named(project)
    if len(known) != 1:
        raise KipuError(_("Say in which space: there is more than one, or none yet."))
    return known[0]


def _every(project: Project) -> dict[bytes, Space]:
    """Every space of the project, those of one name or code told apart.

    Those this laptop has no role in any more count too, so that no folio is given a second time.
    """
    founded = project.roster.view().spaces
    words = {space: _words(project, namings) for space, namings in founded.items()}
    given = {space: told.get("name", UNKNOWN) for space, told in words.items()}
    codes = {space: told.get("code", "") for space, told in words.items()}
    by_name, by_code = _tags(given), _tags({space: code for space, code in codes.items() if code})
    return {
        space: Space(
            space,
            f"{given[space]} ({by_name[space]})" if space in by_name else given[space],
            codes[space] + by_code.get(space, "").upper(),
            space == project.roster.common,
            given[space],
            codes[space],
        )
        for space in founded
    }


def _tags(given: Mapping[bytes, str]) -> dict[bytes, str]:
    """For spaces that were given the same, so many digits of each one's id that all differ."""
    found: dict[bytes, str] = {}
    for twins in _alike({space: folded(word) for space, word in given.items()}):
        if len(twins) > 1:
            digits = _TAG_DIGITS
            while len({space.hex()[:digits] for space in twins}) < len(twins):
                digits += 1
            found |= {space: space.hex()[:digits] for space in twins}
    return found


def _alike(given: Mapping[T, str]) -> list[list[T]]:
    """What was given the same, together."""
    found: defaultdict[str, list[T]] = defaultdict(list)
    for one, word in given.items():
        found[word].append(one)
    return list(found.values())


def _words(project: Project, namings: Sequence[Entry]) -> dict[str, str]:
    """The words of the last naming that can be read here; none where none can."""
    for entry in reversed(namings):
        key = project.store.epoch_key(bytes(entry.body["name_epoch"]))
        # A name another coordinator sealed wrongly hides the name, not the space.
        with contextlib.suppress(SyncError):
            if key is not None:
                space, sealed = bytes(entry.body["space"]), bytes(entry.body["name"])
                return members.open_words(key, space, sealed)
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
