"""Functions that make or decode opaque texts: uuid, digest, base64."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable
from uuid import UUID

from app.forms.xpath.context import Context
from app.forms.xpath.errors import XPathEvaluationError
from app.forms.xpath.functions.registry import function
from app.i18n import _

MAX_UUID = 1_000
_SIGNATURE = 64
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

# What ODK names; the weak ones identify answers here, they protect nothing.
_DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "MD5": lambda data: hashlib.md5(data, usedforsecurity=False).digest(),
    "SHA-1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
    "SHA-256": lambda data: hashlib.sha256(data).digest(),
    "SHA-384": lambda data: hashlib.sha384(data).digest(),
    "SHA-512": lambda data: hashlib.sha512(data).digest(),
    "CRC-32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
}


@function("uuid", "text", "Cn?")
def _uuid(context: Context, length: float | None = None) -> str:
    if length is None:
        return str(UUID(int=context.host.random.getrandbits(128), version=4))
    if length != length:
        raise XPathEvaluationError(_("The length of a uuid() must be a number."))
    count = int(length) if 0 <= length <= MAX_UUID else 0
    return "".join(context.host.random.choice(_ALPHABET) for _each in range(count))


@function("digest", "text", "ttt?")
def _digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    digest = _DIGESTS.get(algorithm)
    if digest is None:
        raise XPathEvaluationError(
            _("digest() does not know the algorithm “{name}”.").format(name=algorithm)
        )
    data = digest(text.encode())
    if encoding == "hex":
        return data.hex()
    if encoding == "base64":
        return base64.b64encode(data).decode()
    raise XPathEvaluationError(
        _("digest() does not know the encoding “{name}”.").format(name=encoding)
    )


@function("base64-decode", "text", "t")
def _base64_decode(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


@function("extract-signed", "text", "tt")
def _extract_signed(text: str, key: str) -> str:
    """Return the message inside ``text`` if ``key`` signed it, else nothing (Ed25519).

    Both are written in base64; the signature of 64 bytes stands before the message.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        signed = base64.b64decode(text, validate=True)
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(signed[:_SIGNATURE], signed[_SIGNATURE:])
        return signed[_SIGNATURE:].decode()
    except (ValueError, InvalidSignature):
        return ""
