"""The few cryptographic operations Kipu uses, each bound to a purpose.

Suite 1: Ed25519 signatures (RFC 8032), HPKE (RFC 9180) over the hybrid KEM ML-KEM-768 + X25519,
ChaCha20-Poly1305 (RFC 8439; fast on laptops without AES instructions), HKDF-SHA-256 (RFC 5869).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import ed25519, mlkem, x25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sync.errors import Malformed, SyncError

SUITE = 1
KEY_BYTES = 32
TAG_BYTES = 16
SIGNATURE_BYTES = 64
SIGN_PUBLIC_BYTES = 32
SEAL_PUBLIC_BYTES = 1184 + 32
_MLKEM_SEED_BYTES = 64
# Keys are derived afresh for every message, so the nonce need not vary.
_NONCE = bytes(12)
_HPKE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


class BadSignature(SyncError):
    """The bytes are not signed by the key they claim."""

    default_code = "bad-signature"


class CannotOpen(SyncError):
    """The bytes do not open with this key: altered, or sealed for somebody else."""

    default_code = "cannot-open"


def derive(key: bytes, purpose: str, salt: bytes = b"") -> bytes:
    """A 32-byte key for one purpose, by HKDF-SHA-256."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt or None, purpose.encode()).derive(key)


def aead_seal(message_key: bytes, plain: bytes, associated: bytes) -> bytes:
    """Encrypt under a key used for this one message only (the nonce is fixed)."""
    return ChaCha20Poly1305(message_key).encrypt(_NONCE, plain, associated)


def aead_open(message_key: bytes, sealed: bytes, associated: bytes) -> bytes:
    """Raises CannotOpen."""
    try:
        return ChaCha20Poly1305(message_key).decrypt(_NONCE, sealed, associated)
    except InvalidTag as error:
        raise CannotOpen("the bytes were altered or belong to another key") from error


def verify(public: bytes, signature: bytes, message: bytes, purpose: bytes) -> None:
    """Raises BadSignature unless `signature` is `public`'s over this purpose and message."""
    try:
        key = ed25519.Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature, purpose + b"\0" + message)
    except (InvalidSignature, ValueError) as error:
        raise BadSignature("the signature does not match") from error


def seal_to(public: bytes, plain: bytes, purpose: bytes) -> bytes:
    """HPKE-seal to a device's or the project root's sealing key (`SEAL_PUBLIC_BYTES` long)."""
    return _HPKE.encrypt(plain, _sealing_public(public), info=purpose)


def _sealing_public(raw: bytes) -> hpke.MLKEM768X25519PublicKey:
    if len(raw) != SEAL_PUBLIC_BYTES:
        raise Malformed("a sealing key has the wrong length")
    try:
        return hpke.MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(raw[:-32]),
            x25519.X25519PublicKey.from_public_bytes(raw[-32:]),
        )
    except ValueError as error:
        raise Malformed("a sealing key is not a valid key") from error


@dataclass(frozen=True)
class KeyPair:
    """A signing key and a sealing key that belong together, kept as raw secrets (32 + 64 + 32 bytes)."""

    sign_secret: bytes
    mlkem_seed: bytes
    x25519_secret: bytes

    @classmethod
    def generate(cls) -> KeyPair:
        return cls(
            ed25519.Ed25519PrivateKey.generate().private_bytes_raw(),
            mlkem.MLKEM768PrivateKey.generate().private_bytes_raw(),
            x25519.X25519PrivateKey.generate().private_bytes_raw(),
        )

    @classmethod
    def from_secret(cls, raw: bytes) -> KeyPair:
        """Raises Malformed when the secret has the wrong length."""
        if len(raw) != 2 * KEY_BYTES + _MLKEM_SEED_BYTES:
            raise Malformed("a key pair has the wrong length")
        return cls(raw[:32], raw[32:96], raw[96:])

    @property
    def secret(self) -> bytes:
        return self.sign_secret + self.mlkem_seed + self.x25519_secret

    @cached_property
    def sign_public(self) -> bytes:
        key = ed25519.Ed25519PrivateKey.from_private_bytes(self.sign_secret)
        return key.public_key().public_bytes_raw()

    @property
    def seal_public(self) -> bytes:
        classical = x25519.X25519PrivateKey.from_private_bytes(self.x25519_secret)
        lattice = mlkem.MLKEM768PrivateKey.from_seed_bytes(self.mlkem_seed)
        return lattice.public_key().public_bytes_raw() + classical.public_key().public_bytes_raw()

    def sign(self, message: bytes, purpose: bytes) -> bytes:
        key = ed25519.Ed25519PrivateKey.from_private_bytes(self.sign_secret)
        return key.sign(purpose + b"\0" + message)

    def open(self, sealed: bytes, purpose: bytes) -> bytes:
        """Open what `seal_to` sealed for this pair; raises CannotOpen."""
        private = hpke.MLKEM768X25519PrivateKey(
            mlkem.MLKEM768PrivateKey.from_seed_bytes(self.mlkem_seed),
            x25519.X25519PrivateKey.from_private_bytes(self.x25519_secret),
        )
        try:
            return _HPKE.decrypt(sealed, private, info=purpose)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("sealed for somebody else, or altered") from error
