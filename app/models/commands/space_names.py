"""What spaces are called: names sealed in the roster, given anew, and a key anew where it is lost."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import KipuError
from app.i18n import _
from app.models import spaces
from app.models.epochs import begin_anew
from app.models.project import Project
from app.models.roster_writing import write_entry
from sync import members
from sync.roster import EntryType


def name_space(
    project: Project, space: bytes, epoch: bytes, key: bytes, words: Mapping[str, str]
) -> None:
    """Write a space's `name` and `code` into the roster, sealed under one of its epochs."""
    sealed = members.seal_words(key, space, words)
    write_entry(project, EntryType.SPACE, {"space": space, "name_epoch": epoch, "name": sealed})


def code_for(project: Project, name: str) -> str:
    """A code for a new space's folios, unlike those of all spaces that can be read here."""
    known = spaces.all_named(project, with_common=True)
    return spaces.code_for(name, {one.given_code for one in known})


def require_free(project: Project, name: str, but: bytes = b"") -> str:
    """A space's name without the blanks around it. Raises KipuError where it is none, or taken."""
    name = name.strip()
    if not name:
        raise KipuError(_("A space needs a name."))
    known = [one for one in spaces.all_named(project, with_common=True) if one.id != but]
    taken = {spaces.folded(one) for space in known for one in (space.name, space.given_name)}
    if spaces.folded(name) in taken:
        raise KipuError(_("There is already a space called “{name}”.").format(name=name))
    return name


def rename_space(project: Project, space: bytes, name: str, *, with_new_key: bool = False) -> None:
    """Call a space something else; its code stays, for folios carry it. Only coordinators.

    Where nobody has the space's key any more (`with_new_key`), a new one is begun with the name, and
    the space can be written in again; what was written under the lost one stays unreadable. Should
    that turn up after all, both are used. Raises KipuError where the key is here and a new one is
    asked for, or the other way round.
    """
    project.require_coordinator()
    name = require_free(project, name, but=space)
    held = spaces.held_epochs(project, space)
    if held and with_new_key:
        raise KipuError(_("The key of this space is here: it needs no new one."))
    if not held and not with_new_key:
        raise KipuError(
            _("The key of this space is not on this computer. Sync with the others, who may have it. "
              "Only if nobody has it any more: do this again with --new-key, and the space can be "
              "written in again. What was written under the lost key cannot be read.")
        )  # fmt: skip
    words = {"name": name, "code": spaces.with_id(project, space).given_code}
    with project.ledger.writing():
        epoch, key = held[-1] if held else begin_anew(project, space)
        if not held and space != project.roster.common:
            words["code"] = code_for(project, name)
        name_space(project, space, epoch, key, words)
