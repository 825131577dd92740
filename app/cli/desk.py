"""What every verb shares: the open project, the passphrase, how results and errors are told."""

from __future__ import annotations

import contextlib
import errno
import functools
import getpass
import json
import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from app.errors import KipuError
from app.i18n import _
from app.models import kept_log, wiping
from app.models.plain_files import write_plain
from app.models.project import Project, folders, open_project
from app.models.risks import risk_sentence
from app.models.vault import Unlocked, Vault, WrongPassphrase
from app.paths import home, risky_location
from sync.values import Value, to_json

PASSPHRASE = "KIPU_PASSPHRASE"
CONDITIONS = (
    "Also != < > <= >= and ~ (contains); all given must hold, an empty value asks for none."
)
Verb = TypeVar("Verb", bound=Callable[..., Any])


@dataclass
class Desk:
    """The state of one run: its project is opened once, even when `batch` runs many verbs."""

    passphrase_given: str | None = None
    project: Project | None = None
    keeps_open: bool = False
    said: list[str] = field(default_factory=list)

    def passphrase(self, fd: int | None = None, confirm: bool = False) -> str:
        """From --passphrase-fd, KIPU_PASSPHRASE (then removed from the environment) or a prompt."""
        if self.passphrase_given is None:
            self.passphrase_given = self._read_passphrase(fd, confirm)
        return self.passphrase_given

    def _read_passphrase(self, fd: int | None, confirm: bool) -> str:
        given = os.environ.pop(PASSPHRASE, None)
        if fd is not None:
            return secret_from(fd)
        if given is not None:
            return given
        if not sys.stdin.isatty():
            raise KipuError(
                _("A passphrase is needed: set KIPU_PASSPHRASE or use --passphrase-fd.")
            )
        typed = getpass.getpass(_("Passphrase: "))
        if confirm and getpass.getpass(_("The same once more: ")) != typed:
            raise KipuError(_("The two passphrases differ. Nothing was changed."))
        return typed

    def open(self, name: str | None, person: str | None, fd: int | None) -> Project:
        """The project of this run. Raises KipuError when it cannot be told which, or unlocked."""
        if self.project is None:
            self.project = _choose(name, self.passphrase(fd), person)
            kept_log.attach(self.project)
            for notice in self.project.notices:
                click.echo(notice, err=True)
        return self.project

    def open_waiting(
        self, name: str | None, passphrase: str, person: str | None, fits: Callable[[Project], bool]
    ) -> Project:
        """The project on this laptop that waits for a grant, if there are several the one it fits.

        Raises KipuError when there is none.
        """
        if self.project is None and name is None:
            self.project = _waiting(passphrase, person, fits)
        return self.project or self.open(name, person, None)

    def adopt(self, project: Project) -> Project:
        """Take a project a verb has just made as this run's."""
        self.project = project
        kept_log.attach(project)
        reason = risky_location(project.folder)
        if reason:
            click.echo(risk_sentence(reason), err=True)
        return project

    def close(self) -> None:
        if self.project is not None:
            self.project.close()
            self.project = None


def secret_from(descriptor: int) -> str:
    """The first line of an open descriptor. Raises KipuError when nothing can be read there."""
    try:
        with os.fdopen(descriptor, encoding="utf-8", closefd=False) as stream:
            return stream.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KipuError(
            _("“{file}” cannot be read: {reason}.").format(file=descriptor, reason=error)
        ) from error


def _choose(name: str | None, passphrase: str, person: str | None) -> Project:
    wiping.finish(home())
    places = folders(home())
    if not places:
        raise KipuError(
            _("There is no project on this laptop yet. Begin with “kipu init” or “kipu request”.")
        )
    if len(places) == 1 and name is None:
        return _open(places[0], passphrase, person)
    return _find(places, name, passphrase, person)


def _open(folder: Path, passphrase: str, person: str | None, counted: bool = True) -> Project:
    def unlock(vault: Vault) -> Unlocked:
        return vault.unlock(passphrase, person, counted)

    return open_project(folder, home(), unlock)


def _waiting(
    passphrase: str, person: str | None, fits: Callable[[Project], bool]
) -> Project | None:
    """The project that has asked to join and that `fits`, else the first that has asked."""
    first: Path | None = None
    for folder in folders(home()):
        try:
            project = _open(folder, passphrase, person, counted=False)
        except WrongPassphrase:
            continue
        if not project.is_joined and _is_begun(project):
            if fits(project):
                return project
            first = first or folder
        project.close()
    return None if first is None else _open(first, passphrase, person)


def _find(places: list[Path], name: str | None, passphrase: str, person: str | None) -> Project:
    """Project names are sealed, so each project that the passphrase opens is asked for its own.

    One that cannot be opened, or whose making was cut off, keeps nobody from the others.
    """
    opened: list[tuple[str, Path]] = []
    troubles: list[KipuError] = []
    for folder in places:
        try:
            project = _open(folder, passphrase, person, counted=False)
        except KipuError as error:
            troubles.append(error)
            continue
        if name is not None and name == folder.name:
            return project
        if _is_begun(project):
            opened.append((project.name or folder.name, folder))
        project.close()
    wrong = [one for one in troubles if not isinstance(one, WrongPassphrase)]
    if troubles and not opened:
        _count_failure(places)
        raise (wrong or troubles)[0]
    named = [one for one in opened if name in (None, one[0])]
    if len(named) == 1 and not (wrong and name is None):
        return _open(named[0][1], passphrase, person)
    # Two of one name are told by their folders, which may be given just as well.
    counts = Counter(told for told, _folder in opened)
    names = ", ".join(told if counts[told] == 1 else folder.name for told, folder in opened)
    raise KipuError(_("Say which project with --project: {names}.").format(names=names))


def _count_failure(places: list[Path]) -> None:
    """A passphrase that opens none of the projects counts against each of them."""
    for folder in places:
        with contextlib.suppress(KipuError):
            Vault.open(folder).count_failure()


def _is_begun(project: Project) -> bool:
    """Whether it has joined or asks to; a process that died before has told nobody its papers."""
    return project.is_joined or project.store.meta("request") is not None


# -- the verbs' frame --------------------------------------------------------------------------------


def verb(function: Verb) -> Verb:
    """The options every verb has; the verb gets `desk` and says its result with `tell`."""

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
    @click.option("--project", "project_name", metavar="NAME", help="Which project, if several.")
    @click.option("--as", "label", metavar="LABEL", help="Which person's passphrase it is.")
    @click.option("--passphrase-fd", type=int, metavar="N", help="Read the passphrase there.")
    @click.pass_obj
    @functools.wraps(function)
    def run(
        desk: Desk, /, *args: Any, as_json: bool, project_name: str | None, label: str | None,
        passphrase_fd: int | None, **options: Any,
    ) -> None:  # fmt: skip
        call = Call(desk, as_json, project_name, label, passphrase_fd)
        with contextlib.ExitStack() as stack:
            if not desk.keeps_open:
                stack.callback(desk.close)
            function(call, *args, **options)

    return cast(Verb, run)


@dataclass
class Call:
    """One verb being run."""

    desk: Desk
    as_json: bool
    project_name: str | None = None
    label: str | None = None
    passphrase_fd: int | None = None

    @property
    def project(self) -> Project:
        """The open project, joined or not."""
        return self.desk.open(self.project_name, self.label, self.passphrase_fd)

    @property
    def joined(self) -> Project:
        """The open project; raises KipuError when it has not joined yet."""
        self.project.require_joined()
        return self.project

    def passphrase(self, confirm: bool = False) -> str:
        return self.desk.passphrase(self.passphrase_fd, confirm)

    def tell(self, result: Any, words: str) -> None:
        """The verb's result: as JSON where asked for, else in words."""
        click.echo(
            json.dumps(result, ensure_ascii=False, default=_plain) if self.as_json else words
        )


def _plain(value: object) -> Any:
    """Values JSON has no word for, in their canonical JSON form."""
    return json.loads(to_json(cast(Value, value)))


def iso(ms: int) -> str:
    """A claimed time as ISO 8601 in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds")


# -- arguments ---------------------------------------------------------------------------------------


def pairs(given: tuple[str, ...]) -> dict[str, str]:
    """`field=value` arguments. Raises KipuError for one without its sign."""
    found = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name.strip():
            raise KipuError(_("“{text}” is not of the form field=value.").format(text=one))
        found[name.strip()] = value
    return found


def typed(source: str | None) -> Any:
    """What --from-json names: a file, or - for standard input."""
    if source is None:
        return {}
    text = sys.stdin.read() if source == "-" else read_file(source).decode("utf-8", "replace")
    try:
        found = json.loads(text)
        # JSON can spell halves of characters, which no text may hold.
        json.dumps(found, ensure_ascii=False).encode()
        return found
    except (ValueError, RecursionError) as error:
        raise KipuError(_("“{file}” is not JSON.").format(file=source)) from error


def typed_fields(source: str | None) -> Mapping[str, Value]:
    found = typed(source)
    if not isinstance(found, dict):
        raise KipuError(_("“{file}” must hold one JSON object.").format(file=source))
    return found


def read_file(path: str, limit: int = 200 * 1024 * 1024) -> bytes:
    """A file's bytes, bounded. Raises KipuError when it cannot be read."""
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        raise KipuError(
            _("“{file}” cannot be read: {reason}.").format(file=path, reason=error.strerror)
        ) from error
    if len(data) > limit:
        raise KipuError(_("“{file}” is larger than it may be.").format(file=path))
    return data


def require_writable(path: str) -> None:
    """Refuse a file that could not be written, before anything is done that only it would tell of.

    Raises KipuError.
    """
    target = Path(path)
    folder = target.absolute().parent
    try:
        if not stat.S_ISDIR(folder.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        if not os.access(folder, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        with contextlib.suppress(FileNotFoundError):
            if stat.S_ISDIR(target.stat().st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except OSError as error:
        raise KipuError(
            _("“{file}” cannot be written: {reason}.").format(file=path, reason=error.strerror)
        ) from error


def write_file(path: str, data: bytes) -> None:
    """Write what the person asked for, whole or not at all."""
    write_plain(Path(path), data)
