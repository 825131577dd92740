"""Where things lie on a share: immutable files, one writer per path, names of at most 100 characters.

share                                the signed sentinel that makes the place a project's share
root/key                             the project root's private part, wrapped by the paper code
roster/AUTHOR/NUMBER                 roster entries
keys/AUTHOR/EPOCH/RECIPIENT          an epoch's key sealed to one device, or to `root`
heads/SPACE/DEVICE                   a device's signed hint of how far its logs go (rewritten)
spaces/SPACE/LOG/NUMBER              batches
wants/DEVICE                         a device's signed list of files it found torn or missing (rewritten)
erased/DEVICE                        orders to erase that a device carried out, signed (rewritten)
relay/DEVICE/LOG/NUMBER              identical copies of others' batches, healing a lost share
files/SPACE/SHARD/NAME/DEVICE/PIECE  pieces of attachments; NAME is the first half of the whole name
packs/SPACE/LOG/FIRST-LAST           batches of a log that its writer gathered into one file
snapshots/SPACE/DEVICE/about         what a coordinator's snapshot of a space consists of (rewritten)
snapshots/SPACE/DEVICE/PART          its sealed parts
news/SHELF/MARK                      empty files whose names tell what came last (see sync.news)
"""

from __future__ import annotations

from sync.ids import ID_BYTES, token

SENTINEL = "share"
ROOT_KEY = "root/key"
ROSTER = "roster"
RELAY = "relay"
WANTS = "wants"
ERASED = "erased"
FILES = "files"
NEWS = "news"
PACKS = "packs"
SNAPSHOTS = "snapshots"


def roster_entry(author: bytes, number: int) -> str:
    return f"{ROSTER}/{token(author)}/{number:08d}"


def wrapped_key(author: bytes, epoch: bytes, recipient: bytes | None) -> str:
    """The path of an epoch key sealed by `author`; recipient None is the project root."""
    return f"keys/{token(author)}/{token(epoch)}/{token(recipient) if recipient else 'root'}"


def heads(space: bytes, device: bytes) -> str:
    return f"heads/{token(space)}/{token(device)}"


def heads_of(space: bytes) -> str:
    return f"heads/{token(space)}"


def logs_of(space: bytes) -> str:
    return f"spaces/{token(space)}"


def log(space: bytes, log: bytes) -> str:
    """The folder of a log's loose batches."""
    return f"{logs_of(space)}/{token(log)}"


def batch(space: bytes, log: bytes, number: int) -> str:
    return f"{logs_of(space)}/{token(log)}/{number:08d}"


def packs_of(space: bytes) -> str:
    return f"{PACKS}/{token(space)}"


def packs_of_log(space: bytes, log: bytes) -> str:
    return f"{packs_of(space)}/{token(log)}"


def pack(space: bytes, log: bytes, name: str) -> str:
    return f"{packs_of_log(space, log)}/{name}"


def wants(device: bytes) -> str:
    return f"{WANTS}/{token(device)}"


def erased(device: bytes) -> str:
    return f"{ERASED}/{token(device)}"


def relayed(device: bytes, log: bytes, number: int) -> str:
    return f"{RELAY}/{token(device)}/{token(log)}/{number:08d}"


def attachment(space: bytes, name: bytes) -> str:
    """The folder in which whoever has an attachment puts it. Old file systems want small folders."""
    short = token(name[:ID_BYTES])
    return f"{FILES}/{token(space)}/{short[:2]}/{short}"


def attachment_piece(space: bytes, name: bytes, device: bytes, index: int) -> str:
    return f"{attachment(space, name)}/{token(device)}/{index:05d}"


def shelf(number: int) -> str:
    """A folder of marks, numbered from 1; the next is begun when one has its fill."""
    return f"{NEWS}/{number:08d}"


def mark(shelf_number: int, name: str) -> str:
    return f"{shelf(shelf_number)}/{name}"


def snapshots_of(space: bytes) -> str:
    return f"{SNAPSHOTS}/{token(space)}"


def snapshot(space: bytes, device: bytes) -> str:
    """The folder of a coordinator's snapshot of a space."""
    return f"{snapshots_of(space)}/{token(device)}"
