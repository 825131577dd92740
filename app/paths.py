"""Where things lie on this laptop, and whether that is a wise place for them.

No name of a person, place or project ever becomes a file or folder name: what a folder is called
is readable by whoever finds the laptop.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

import platformdirs

_SYNC_VARIABLES = {
    "OneDrive": "onedrive",
    "OneDriveConsumer": "onedrive",
    "OneDriveCommercial": "onedrive",
}
# Beginnings of folder names, lower case; sync programs add the name of the account.
_SYNC_NAMES = {
    "onedrive": "onedrive",
    "dropbox": "dropbox",
    "google drive": "google-drive",
    "googledrive": "google-drive",
    "my drive": "google-drive",
    "mi unidad": "google-drive",
    "icloud drive": "icloud",
    "iclouddrive": "icloud",
    "mobile documents": "icloud",
    "nextcloud": "nextcloud",
    "owncloud": "nextcloud",
    "megasync": "synced",
    "pcloud": "synced",
}
# What sync programs leave in the top folder they watch.
_SYNC_MARKERS = {
    ".dropbox": "dropbox",
    ".dropbox.cache": "dropbox",
    ".tmp.drivedownload": "google-drive",
    ".nextcloudsync.log": "nextcloud",
    ".owncloudsync.log": "nextcloud",
    ".stfolder": "synced",
    ".seafile-data": "synced",
}
_SYNC_JOURNALS = (".sync_*.db", "._sync_*.db")  # Nextcloud's and ownCloud's

_NETWORK_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "davfs", "afs", "ceph", "fuse.sshfs", "fuse.rclone",
     "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.glusterfs"}
)  # fmt: skip
_REMOVABLE_TYPES = frozenset({"vfat", "exfat", "msdos"})
_REMOVABLE_PLACES = (PurePath("/media"), PurePath("/run/media"))
_MOUNTS = Path("/proc/mounts")

# GetDriveTypeW's answers.
_DRIVE_REMOVABLE = 2
_DRIVE_REMOTE = 4


@dataclass(frozen=True)
class ProjectPaths:
    """The places inside one project's folder."""

    folder: Path

    @property
    def keys(self) -> Path:
        """The readable header with the key slots."""
        return self.folder / "keys.json"

    @property
    def store(self) -> Path:
        """The encrypted database."""
        return self.folder / "store.db"

    @property
    def attachments(self) -> Path:
        """The folder of encrypted photographs, recordings and documents."""
        return self.folder / "attachments"

    @property
    def backups(self) -> Path:
        """The folder of rotating copies of the database."""
        return self.folder / "backups"

    @property
    def incoming(self) -> Path:
        """The folder of sealed parts of a snapshot that is on its way in."""
        return self.folder / "incoming"

    @property
    def set_aside(self) -> Path:
        """The folder damaged files are moved to."""
        return self.folder / "set-aside"


def home() -> Path:
    """Return the folder that holds all projects: ``KIPU_HOME``, or the system's place for data."""
    chosen = os.environ.get("KIPU_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(platformdirs.user_data_dir("kipu", appauthor=False))


def project_dirs(home: Path) -> list[Path]:
    """Return the folders in ``home`` that hold a project's keys, or their copy, by name."""
    if not home.is_dir():
        return []
    return sorted(folder for folder in home.iterdir() if _holds_project(folder))


def new_project_dir(home: Path) -> Path:
    """Return the path for a new project: a random name. Nothing is made yet."""
    return home / secrets.token_hex(8)


def practice_mark(folder: Path) -> Path:
    """Return the file that tells before unlocking that ``folder`` holds a practice project."""
    return folder / "practice"


def risky_location(path: Path, environ: Mapping[str, str] = os.environ) -> str | None:
    """Return why a project should not lie at ``path``, or None.

    "onedrive", "dropbox", "google-drive", "icloud", "nextcloud" or "synced" (another such
    program): two laptops would overwrite each other's database. "removable": a stick gets lost.
    "network": a database breaks there. ``path`` need not exist.
    """
    real = Path(os.path.realpath(path))
    return _synced(real, environ) or _medium(path, real)


def _holds_project(folder: Path) -> bool:
    if folder.name.startswith("."):
        return False
    keys = ProjectPaths(folder).keys
    return keys.exists() or keys.with_name("keys.json.previous").exists()


def _synced(path: Path, environ: Mapping[str, str]) -> str | None:
    for variable, reason in _SYNC_VARIABLES.items():
        root = environ.get(variable)
        if root and path.is_relative_to(os.path.realpath(root)):
            return reason
    for part in path.parts:
        for beginning, reason in _SYNC_NAMES.items():
            if part.lower().startswith(beginning):
                return reason
    return next(_markers(path), None)


def _markers(path: Path) -> Iterator[str]:
    for folder in (path, *path.parents):
        for marker, reason in _SYNC_MARKERS.items():
            # The home folder holds Dropbox's settings without being synced itself.
            if os.path.lexists(folder / marker) and folder != Path.home():
                yield reason
        if any(next(folder.glob(journal), None) for journal in _SYNC_JOURNALS):
            yield "nextcloud"


def _medium(path: Path, real: Path) -> str | None:
    if sys.platform == "win32":
        reason = _windows_medium(path, real)
    elif sys.platform == "darwin":
        on_volume = real.is_relative_to("/Volumes") and len(real.parts) > 2
        reason = "removable" if on_volume else None
    else:
        reason = _mounted_medium(real)
    return reason


def _mounted_medium(real: Path) -> str | None:
    """Look ``real`` up among the mounts: the last one on the longest path is what shows there."""
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    best, kind = PurePath("/"), ""
    for line in lines:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        # Blanks in a path are written as octal.
        point = PurePath(fields[1].replace("\\040", " ").replace("\\011", "\t"))
        if real.is_relative_to(point) and len(point.parts) >= len(best.parts):
            best, kind = point, fields[2]
    if kind in _NETWORK_TYPES:
        return "network"
    at_removable = any(best != place and best.is_relative_to(place) for place in _REMOVABLE_PLACES)
    return "removable" if at_removable or kind in _REMOVABLE_TYPES else None


def _windows_medium(path: Path, real: Path) -> str | None:
    if str(path).startswith("\\\\") or str(real).startswith("\\\\"):
        return "network"
    drive = _drive_type(real.anchor)
    return {_DRIVE_REMOVABLE: "removable", _DRIVE_REMOTE: "network"}.get(drive)


def _drive_type(anchor: str) -> int:
    """Return what Windows says the drive is; elsewhere 0, which it calls unknown."""
    kind = 0
    if sys.platform == "win32":
        import ctypes

        kind = int(ctypes.windll.kernel32.GetDriveTypeW(anchor))
    return kind
