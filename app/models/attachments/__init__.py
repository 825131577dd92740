"""The sealed files that belong to records: kept, read, checked and let go on this laptop.

They lie beside the store, one sealed file each under a name that tells nothing; what opens one is
in the record that it belongs to and nowhere else. Nothing of them is ever written in the clear.
"""

from app.models.attachments.keeping import (
    Health,
    check,
    is_here,
    keep,
    open_,
    path_of,
    read,
    renamed,
    require_fit,
)
from app.models.attachments.loose import forgetting, release, sweep
from app.models.attachments.refs import File, file_of, files

__all__ = [
    "File",
    "Health",
    "check",
    "file_of",
    "files",
    "forgetting",
    "is_here",
    "keep",
    "open_",
    "path_of",
    "read",
    "release",
    "renamed",
    "require_fit",
    "sweep",
]
