"""Whether a folder lies on something that can be pulled out: only then is "take out the stick"
true."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_MOUNTED: Final = ("/media/", "/run/media/", "/Volumes/")
_DRIVE_REMOVABLE: Final = 2  # DRIVE_REMOVABLE of winbase.h


def is_removable(folder: Path) -> bool:
    """Tell whether the folder is on a medium the system mounted for somebody, such as a stick."""
    path = folder.absolute()
    if sys.platform == "win32":
        return _windows_type(path.anchor) == _DRIVE_REMOVABLE
    if not str(path).startswith(_MOUNTED):
        return False
    try:
        # A folder that was left behind where a stick used to be lies on the system's own disk.
        return os.stat(path).st_dev != os.stat("/").st_dev
    except OSError:
        return False


def _windows_type(anchor: str) -> int:
    import ctypes

    return int(ctypes.windll.kernel32.GetDriveTypeW(anchor))  # type: ignore[attr-defined,unused-ignore]
