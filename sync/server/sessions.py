"""Sessions: a short-lived token of the server's own, by which no laptop's clock is ever asked.

A token says project, device and expiry under a key that all servers over one storage share, so none
of them remembers any. Alone it opens nothing: each request is signed by the device as well.
"""

from __future__ import annotations

import hmac
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from sync import crypto
from sync.errors import SyncError
from sync.ids import ID_BYTES
from sync.remotes import kipu_wire
from sync.server.refusals import Refused

SECONDS = 600
_MEMBER, _NEWCOMER, _FOUNDER = 1, 2, 3
_HEAD = struct.Struct(f">B{ID_BYTES}sI")
_MAC_BYTES = 16
_LONGEST = 400  # characters of an Authorization header


@dataclass(frozen=True)
class Session:
    """Who a token was made for. Whom no roster names yet brings the key it signs with."""

    project: bytes
    device: bytes
    expires: int
    sign: bytes | None = None
    may_found: bool = False


class Sessions:
    """Makes and reads tokens. `now` is the server's own clock, in seconds since 1970."""

    def __init__(
        self, secret: bytes, seconds: int = SECONDS, now: Callable[[], float] = time.time
    ) -> None:
        self._secret = crypto.derive(secret, "kipu server session 1")
        self._seconds = seconds
        self._now = now

    def make(
        self, project: bytes, device: bytes, sign: bytes | None = None, may_found: bool = False
    ) -> str:
        expires = int(self._now()) + self._seconds
        kind = (_FOUNDER if may_found else _NEWCOMER) if sign else _MEMBER
        said = _HEAD.pack(kind, device, expires) + (sign or b"")
        return kipu_wire.to_text(said + self._mac(project, said))

    def read(self, text: str, project: bytes) -> Session:
        """Raises Refused for a token that is none of ours, another project's, or too old."""
        try:
            raw = kipu_wire.from_text(text)
            kind, device, expires = _HEAD.unpack_from(raw)
        except (ValueError, struct.error) as error:
            raise Refused(401, "session-unknown") from error
        said, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
        size = _HEAD.size + (0 if kind == _MEMBER else crypto.SIGN_PUBLIC_BYTES)
        if len(said) != size or not hmac.compare_digest(mac, self._mac(project, said)):
            raise Refused(401, "session-unknown")
        if expires <= self._now():
            raise Refused(401, "session-expired")
        return Session(project, device, expires, said[_HEAD.size :] or None, kind == _FOUNDER)

    def _mac(self, project: bytes, said: bytes) -> bytes:
        return hmac.digest(self._secret, project + said, sha256)[:_MAC_BYTES]


def parts_of(header: str) -> tuple[str, bytes]:
    """Token and signature of an Authorization header. Raises Refused."""
    scheme, _space, rest = header.partition(" ")
    session, dot, signature = rest.partition(".")
    if scheme != kipu_wire.SCHEME or not dot or len(header) > _LONGEST:
        raise Refused(401, "session-wanted")
    try:
        return session, kipu_wire.from_text(signature)
    except ValueError as error:
        raise Refused(401, "signature-wrong") from error


def check_signature(
    sign: bytes, signature: bytes, session: str, method: str, target: str, digest: str
) -> None:
    """Raises Refused unless the device signed this very request, whose body has this digest."""
    signed = kipu_wire.signed_before(session, method, target, digest)
    try:
        crypto.verify(sign, signature, signed, kipu_wire.PURPOSE)
    except SyncError as error:
        raise Refused(401, "signature-wrong") from error
