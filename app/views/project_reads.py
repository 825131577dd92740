"""What the coordinator's page shows; everything here runs in the worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.i18n import _
from app.models import spaces
from app.models.commands import membership, places, surveys
from app.models.project import Project
from app.models.queries import surveys as forms
from app.models.vocabulary import EVERYWHERE, Request
from app.views import files

_LARGEST_REQUEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Laptop:
    """A member as the page shows it."""

    device: bytes
    code: str
    roles: tuple[tuple[str, str], ...]
    """Names of spaces (empty: all) and the role there."""
    active: bool
    ours: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """Spaces, laptops and forms of the project."""

    spaces: tuple[str, ...]
    laptops: tuple[Laptop, ...]
    forms: tuple[tuple[str, str, int], ...]
    """Title, name with version, and how many questions."""
    phrase: str


def overview(project: Project) -> Overview:
    """Read everything the page shows."""
    named = spaces.all_named(project, with_common=True)
    names = {one.id.hex(): one.name for one in named} | {EVERYWHERE: ""}
    laptops = tuple(
        Laptop(
            one.device,
            one.code,
            tuple((names.get(space, "…"), role) for space, role in one.roles.items() if role),
            one.is_active,
            one.device == project.device,
        )
        for one in spaces.member_list(project)
    )
    return Overview(
        tuple(one.name for one in named if not one.is_common),
        laptops,
        tuple(
            (form.title or form.form_id, f"{form.form_id}@{form.version}", form.question_count)
            for form in forms.forms(project)
        ),
        membership.project_phrase(project),
    )


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
    surveys.import_form(project, files.read(path), path.name)
    return forms.forms(project)[-1].title or path.name


def import_places(project: Project, name: str, path: Path | None) -> str:
    """Take a shipped catalogue by name, or one from a CSV; returns what happened in words."""
    data = None if path is None else files.read(path)
    count = places.take(project, places.read(project, name, data))
    return _("{count} places are new here.").format(count=count)
