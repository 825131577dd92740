"""What is remembered of every place this laptop syncs with, in the encrypted store.

A row comes by `remote add`, or by itself with the first sync to a bare folder. The engine knows a
place by its location only; names, wishes and failures are for people.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from app.errors import KipuError
from app.i18n import _
from app.models.faults import sentence
from app.models.one_line import has_unseen, is_unseen

if TYPE_CHECKING:
    from app.models.project import Project
    from app.models.store import Store

MOST_RATE: Final = 1_000_000
"""KB/s; more is no limit."""
_LONGEST_NAME: Final = 60
_COLUMNS: Final = (
    "remote, name, ifnull(address, location), location, ifnull(paused, 0), ifnull(automatic, 1), "
    "ifnull(essentials, 0), ifnull(rate, 0), last_sync, failed, secret IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the last sync with a place did not come to its end."""

    code: str
    params: Mapping[str, str | int]
    at_ms: int
    said: str = ""
    """The sentence as it was, for what has no code."""

    @property
    def message(self) -> str:
        """What happened and what is safe, in the reader's language."""
        return sentence(self.code, self.params) if self.code else self.said


@dataclass(frozen=True, slots=True)
class Known:
    """A place to sync with. `address` opens it and shows no secret; `rate` is in KB/s, 0: any."""

    id: int
    name: str
    address: str
    location: str
    is_paused: bool = False
    is_automatic: bool = True
    essentials: bool = False
    rate: int = 0
    last_ms: int | None = None
    failed: Failure | None = None
    has_secret: bool = False

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of this computer: a stick, a mounted share, a cloud's folder."""
        return "://" not in self.location


def all_known(project: Project) -> list[Known]:
    """Every place, in the order they were added."""
    return _read(project.store, "ORDER BY ifnull(position, remote), remote")


def get(project: Project, remote: int) -> Known | None:
    """A place by its number here."""
    found = _read(project.store, "WHERE remote=?", remote)
    return found[0] if found else None


def by_location(project: Project, location: str) -> Known | None:
    """The place the engine knows by a location."""
    found = _read(project.store, "WHERE location=?", location)
    return found[0] if found else None


def by_name(project: Project, name: str) -> Known | None:
    """A place by its name, whatever the capitals."""
    folded = name.strip().casefold()
    return next((one for one in all_known(project) if one.name.casefold() == folded), None)


def _read(store: Store, rest: str, *values: Any) -> list[Known]:
    rows = store.rows(f"SELECT {_COLUMNS} FROM remotes {rest}", values)
    return [
        Known(
            int(remote), str(name or location), str(address), str(location), bool(paused),
            bool(automatic), bool(essentials), int(rate), last, _failure(failed), bool(secret),
        )
        for remote, name, address, location, paused, automatic, essentials, rate, last, failed,
        secret in rows
    ]  # fmt: skip


def _failure(raw: str | None) -> Failure | None:
    return Failure(**json.loads(raw)) if raw else None


# -- writing ---------------------------------------------------------------------------------------


def insert(store: Store, location: str, name: str, address: str | None = None) -> None:
    """Remember a place, last in the order; nothing happens where its location is known."""
    store.run(
        "INSERT INTO remotes(location, name, address, position) VALUES(?,?,?,"
        "(SELECT ifnull(max(position), 0) + 1 FROM remotes)) ON CONFLICT(location) DO NOTHING",
        (location, name, address or location),
    )


def set_column(project: Project, known: Known, **values: Any) -> None:
    """Change some of: name, secret, paused, automatic, essentials, rate."""
    for column, value in values.items():
        project.store.run(f"UPDATE remotes SET {column}=? WHERE remote=?", (value, known.id))


def remember_failure(project: Project, known: Known, failure: Failure) -> None:
    """Keep why a sync did not come to its end, until one does."""
    raw = json.dumps(
        {"code": failure.code, "params": dict(failure.params), "at_ms": failure.at_ms,
         "said": failure.said}
    )  # fmt: skip
    project.store.run("UPDATE remotes SET failed=? WHERE remote=?", (raw, known.id))


def forget_failure(project: Project, known: Known) -> None:
    """The last sync came to its end."""
    project.store.run("UPDATE remotes SET failed=NULL WHERE remote=?", (known.id,))


# -- names -----------------------------------------------------------------------------------------


def fresh_name(store: Store, location: str) -> str:
    """A name nobody uses here yet, after the last part of a folder's path or a server's host."""
    rows = store.rows("SELECT name FROM remotes WHERE name NOT NULL")
    return unused_name(location, (str(name) for (name,) in rows))


def unused_name(location: str, taken: Iterable[str]) -> str:
    """The same, by the names that are taken."""
    plain = _plain_name(location)
    used = {one.casefold() for one in taken}
    numbered = (plain if n == 1 else f"{plain}-{n}" for n in range(1, len(used) + 2))
    return next(one for one in numbered if one.casefold() not in used)


def _plain_name(location: str) -> str:
    scheme, sign, rest = location.partition("://")
    if sign:
        host = rest.partition("/")[0].rpartition("@")[2]
        return host[:_LONGEST_NAME] or scheme
    last = PurePosixPath(location.replace("\\", "/")).name
    shown = "".join("-" if is_unseen(char) else char for char in last)
    return re.sub(r"[:\s]+", "-", shown)[:_LONGEST_NAME].strip("-") or "share"


def require_name(project: Project, name: str, known: Known | None = None) -> str:
    """A name as it is kept. Raises KipuError for one that is taken or reads like an address."""
    kept = name.strip()
    if has_unseen(kept):
        raise KipuError(_("A name has no line breaks and no control characters."))
    if not kept or len(kept) > _LONGEST_NAME or re.search(r"[/\\]|://", kept):
        raise KipuError(
            _("“{name}” cannot be a name: up to 60 characters, without slashes.").format(name=name)
        )
    other = by_name(project, kept)
    if other is not None and (known is None or other.id != known.id):
        raise KipuError(_("There is a place called “{name}” already.").format(name=other.name))
    return kept
