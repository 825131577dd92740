"""Opening what is sealed to a device, by docs/formats/papers.md and by nothing of Kipu's."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric import mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

_SUITE = b"HPKE" + bytes.fromhex("647a 0001 0003")
_X_WING = b"\\.//^\\"


def shared_secret(secret: bytes, sealed: bytes) -> bytes:
    """What X-Wing gives of the first 1,120 bytes; `secret` is the ML-KEM seed and X25519's."""
    lattice, point = sealed[:1088], sealed[1088:1120]
    classical = x25519.X25519PrivateKey.from_private_bytes(secret[64:])
    return hashlib.sha3_256(
        mlkem.MLKEM768PrivateKey.from_seed_bytes(secret[:64]).decapsulate(lattice)
        + classical.exchange(x25519.X25519PublicKey.from_public_bytes(point))
        + point
        + classical.public_key().public_bytes_raw()
        + _X_WING
    ).digest()


def opened(secret: bytes, sealed: bytes, purpose: bytes) -> bytes:
    """The plain bytes, by HPKE in base mode. Raises InvalidTag."""
    context = b"\0" + _extract(b"", b"psk_id_hash", b"") + _extract(b"", b"info_hash", purpose)
    key = _extract(shared_secret(secret, sealed), b"secret", b"")
    cipher = ChaCha20Poly1305(_expand(key, b"key", context, 32))
    return cipher.decrypt(_expand(key, b"base_nonce", context, 12), sealed[1120:], b"")


def _extract(salt: bytes, label: bytes, data: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + _SUITE + label + data, "sha256")


def _expand(key: bytes, label: bytes, context: bytes, size: int) -> bytes:
    asked = size.to_bytes(2) + b"HPKE-v1" + _SUITE + label + context
    return hmac.digest(key, asked + b"\1", "sha256")[:size]
