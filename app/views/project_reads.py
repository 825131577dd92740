"""What the coordinator's page shows; everything here runs in the worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.i18n import _
from app.models import own_forms, spaces
from app.models.commands import membership, places, space_names, surveys
from app.models.project import Project
from app.models.queries import devices
from app.models.queries import surveys as forms
from app.models.queries.devices import Device
from app.models.records import KINDS
from app.models.vocabulary import COORDINATOR, EVERYWHERE, Request
from app.views import files

_LARGEST_REQUEST = 1024 * 1024
_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Laptop:
    """A member as the page shows it."""

    device: bytes
    code: str
    roles: tuple[tuple[str, str], ...]
    """Names of spaces (empty: all) and the role there."""
    active: bool
    ours: bool
    person: str = ""
    """Who worked on it last."""
    last_ms: int | None = None
    last_kind: str = ""
    last_said: str = ""
    """What it last sent, by the label of its kind and as lists call it."""
    changes: int = 0
    missing: int = 0
    unseen_days: int | None = None
    quota: int | None = None
    """Bytes it was told it may put into each space; None where nobody said anything."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be changed of a laptop.

    `roles` by the id of the space, None for no role, {"": "coordinator"} for all; `megabytes` it may
    put into each space.
    """

    roles: Mapping[str, str | None]
    megabytes: int | None = None


@dataclass(frozen=True, slots=True)
class SpaceLine:
    """A space as the page shows it: `name` tells it from others that were given the same."""

    id: bytes
    name: str
    given_name: str
    has_key: bool = True

    def label(self) -> str:
        """The name, with what is missing."""
        lost = _("{name} (its key is not on this computer)")
        return self.name if self.has_key else lost.format(name=self.name)


@dataclass(frozen=True, slots=True)
class Overview:
    """Spaces, laptops and forms of the project."""

    spaces: tuple[SpaceLine, ...]
    laptops: tuple[Laptop, ...]
    forms: tuple[tuple[str, str, int], ...]
    """Title, name with version, and how many questions."""
    phrase: str
    doubled: tuple[str, ...] = ()
    """What to know where several spaces are called the same."""


def overview(project: Project) -> Overview:
    """Read everything the page shows."""
    named = spaces.all_named(project, with_common=True)
    names = {one.id.hex(): one.name for one in named} | {EVERYWHERE: ""}
    now = project.ledger.now_ms()
    told = project.roster.view().quotas
    laptops = tuple(
        _laptop(one, names, now, told.get(one.device)) for one in devices.all_devices(project)
    )
    return Overview(
        tuple(
            SpaceLine(one.id, one.name, one.given_name, bool(spaces.held_epochs(project, one.id)))
            for one in named
            if not one.is_common
        ),
        laptops,
        tuple(
            (form.title or form.form_id, f"{form.form_id}@{form.version}", form.question_count)
            for form in forms.forms(project)
        ),
        membership.project_phrase(project),
        tuple(spaces.told_of_one_name(project)),
    )


def rename_space(project: Project, space: bytes, name: str, has_key: bool) -> str:
    """Call a space something else, with a key anew where its own is nobody's."""
    return space_names.rename_space(project, space, name, with_new_key=not has_key)


def _laptop(one: Device, names: Mapping[str, str], now_ms: int, quota: int | None) -> Laptop:
    declared = KINDS.get(one.last_kind)
    return Laptop(
        one.device,
        one.code,
        tuple(sorted((names.get(space, "…"), role) for space, role in one.roles.items() if role)),
        one.is_active,
        one.is_ours,
        one.person,
        one.last_ms,
        str(declared.label) if declared is not None else "",
        one.last_said,
        one.changes,
        one.missing,
        None if one.last_ms is None or one.is_ours else (now_ms - one.last_ms) // _DAY_MS,
        quota,
    )


def change_laptop(project: Project, device: bytes, wanted: Wanted) -> tuple[int, bool]:
    """Give a laptop other roles and another quota; returns how many roles changed, and whether it did.

    Raises KipuError when only a coordinator may.
    """
    count = _change_roles(project, device, wanted.roles)
    if wanted.megabytes is not None:
        membership.set_quota(project, device, wanted.megabytes * 1_000_000)
    return count, wanted.megabytes is not None


def _change_roles(project: Project, device: bytes, wanted: Mapping[str, str | None]) -> int:
    if wanted.get("") == COORDINATOR:
        membership.change_role(project, device, COORDINATOR, ())
        return 1
    member = project.roster.view().members[device]
    by_role: dict[str | None, list[str]] = {}
    for name, role in wanted.items():
        if member.roles.get(spaces.find(project, name).id.hex()) != role:
            by_role.setdefault(role, []).append(name)
    for role, names in by_role.items():
        membership.change_role(project, device, role, names)
    return sum(len(names) for names in by_role.values())


def read_request(project: Project, path: Path) -> tuple[Request, str]:
    """Read a request file and its six words. Raises KipuError when it is none."""
    del project
    return membership.read_request(files.read(path, _LARGEST_REQUEST))


def admit(
    project: Project, request: Request, role: str, names: tuple[str, ...], path: Path
) -> tuple[str, str]:
    """Admit a laptop and write its grant; returns its short name and the project's words."""
    # A place that cannot be written is told before anybody is admitted.
    files.write(path, b"")
    try:
        grant = membership.admit(project, request, role, names)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    files.write(path, grant)
    return spaces.device_code(project, request.device), membership.project_phrase(project)


def import_form(project: Project, path: Path) -> str:
    """Import a form; returns its title. Raises app.forms.FormError with every problem."""
    key = surveys.import_form(project, files.read(path), path.name, own_forms.beside(path))
    return forms.form_of(project, key.id.hex()).title or path.name


def import_places(project: Project, name: str, path: Path | None) -> str:
    """Take a shipped catalogue by name, or one from a CSV; returns what happened in words."""
    data = None if path is None else files.read(path)
    count = places.take(project, places.read(project, name, data))
    return _("{count} places are new here.").format(count=count)
