"""What a laptop and a Kipu server agree on: routes, headers, and what a request is signed over.

docs/server.md describes the protocol for whoever runs a server; both ends are written from here.
"""

from __future__ import annotations

import base64
import hashlib

from sync import crypto
from sync.errors import SyncError
from sync.ids import token

VERSION = "v1"
PURPOSE = b"kipu request 1"
"""What a request's signature is for, so that it can pass for no other."""
INTRODUCTION_PURPOSE = b"kipu session 1"
SCHEME = "Kipu"
SESSION_HEADER = "kipu-session"
MARKED_HEADER = "kipu-marked"
"""In the reply to a file that took a mark along: that the mark lies there, too."""
FULL_HEADER = "kipu-full"
"""In the reply to a session begun: which quota takes no file of the device any more."""
BODY_HEADER = "kipu-body"
"""What a body's SHA-256 will be, in hexadecimal: so a request is proven before its body is read."""
REPLACE = "?replace=1"
_MARK = "?mark="
MAX_LISTING = 64 * 1024 * 1024  # bytes of text: two million names


def base(project: bytes) -> str:
    """The beginning of every target that concerns a project."""
    return f"/{VERSION}/{token(project)}"


def file_target(project: bytes, path: str) -> str:
    return f"{base(project)}/files/{path}"


def list_target(project: bytes, prefix: str) -> str:
    return f"{base(project)}/list/{prefix}"


def session_target(project: bytes) -> str:
    return f"{base(project)}/session"


def with_mark(path: str) -> str:
    """The query of a PUT that leaves an empty file as well, once the file lies there."""
    return _MARK + path


def mark_of(query: str) -> str:
    """The path of the empty file that a query (with its question mark) asks for; '' for none."""
    return query.removeprefix(_MARK) if query.startswith(_MARK) else ""


def signed_part(session: str, method: str, target: str, body: bytes) -> bytes:
    """The bytes a device signs (sync rule 16): never a time of its own."""
    return signed_before(session, method, target, digest_of(body))


def digest_of(body: bytes) -> str:
    """A body as a signature covers it, and `BODY_HEADER` says it."""
    return hashlib.sha256(body).hexdigest()


def signed_before(session: str, method: str, target: str, digest: str) -> bytes:
    """`signed_part` of a body that is known by its digest only."""
    return "\n".join((session, method, target, digest)).encode()


def authorization(keys: crypto.KeyPair, session: str, method: str, target: str, body: bytes) -> str:
    """The value of a request's Authorization header."""
    signature = keys.sign(signed_part(session, method, target, body), PURPOSE)
    return f"{SCHEME} {session}.{to_text(signature)}"


def proof(keys: crypto.KeyPair, project: bytes, device: bytes) -> str:
    """What shows that a session is asked for by the device itself."""
    return to_text(keys.sign(project + device, INTRODUCTION_PURPOSE))


def check_proof(sign: bytes, text: str, project: bytes, device: bytes) -> bool:
    """Whether a proof is this device's, whose key is `sign`."""
    try:
        crypto.verify(sign, from_text(text), project + device, INTRODUCTION_PURPOSE)
    except (ValueError, SyncError):
        return False
    return True


def to_text(raw: bytes) -> str:
    """Bytes in the URL-safe alphabet, without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
