"""The vault: a project's one data key, and who may get at it.

Every slot wraps the same random key, so changing a passphrase rewraps a few bytes and re-encrypts
nothing, and a forgotten passphrase is not the end of the data while the paper code is at hand.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path

from app.errors import KipuError
from app.i18n import _, ngettext
from app.models.vault import kdf, key_file
from app.models.vault.attempts import Attempts
from app.models.vault.header import ID_BYTES, Header, Kind, Slot, checked_label
from app.models.vault.kdf import Cost
from app.models.vault.papers import read_code
from sync import crockford, crypto

ATTEMPTS_NAME = "attempts"


class WrongPassphrase(KipuError):
    """No slot that was tried opens with it."""


class TooSoon(KipuError):
    """Too many wrong passphrases in a row: ``seconds`` are still to be waited."""

    def __init__(self, seconds: float) -> None:
        whole = ceil(seconds)
        text = ngettext(
            "Too many wrong passphrases; wait {count} second and try again.",
            "Too many wrong passphrases; wait {count} seconds and try again.",
            whole,
        )
        super().__init__(text.format(count=whole))
        self.seconds = seconds


@dataclass(frozen=True)
class Unlocked:
    """The 32-byte data key, and the person (16 bytes, empty for the paper code) and slot it was."""

    key: bytes = field(repr=False)
    person: bytes
    slot: str


class Vault:
    """The keys of one project folder. Nothing secret is held here: `unlock` hands the key out."""

    def __init__(self, folder: Path, header: Header, from_copy: bool = False) -> None:
        self.folder = folder
        self._header = header
        self._needs_repair = from_copy
        self._attempts = Attempts(folder / ATTEMPTS_NAME)

    @classmethod
    def create(
        cls, folder: Path, label: str, person: bytes, passphrase: str, cost: Cost | None = None
    ) -> tuple[Vault, bytes, str]:
        """Make the keys of a new project for its first ``person`` (16 bytes), found by ``label``.

        Returns the vault, the data key and the laptop's recovery code, which is kept nowhere.
        Raises KipuError when the folder has keys already, cannot be written, or when the label or
        the passphrase will not do.
        """
        if key_file.exists(folder):
            raise KipuError(_("There is already a project in {folder}.").format(folder=folder))
        key = secrets.token_bytes(kdf.KEY_BYTES)
        header = Header(secrets.token_hex(ID_BYTES), _check_value(key), ())
        header = _with_person(header, key, label, person, passphrase, cost)
        header, code = _with_code(header, key)
        _make_folder(folder)
        vault = cls(folder, header)
        vault._save(header)
        return vault, key, code

    @classmethod
    def open(cls, folder: Path) -> Vault:
        """Read the keys of the project in ``folder``, changing nothing.

        Raises KipuError when there are none or they are damaged beyond their copy.
        """
        header, from_copy = key_file.load(folder)
        return cls(folder, header, from_copy)

    @property
    def store_id(self) -> str:
        """The project folder's random id: 32 hexadecimal digits, readable before unlocking."""
        return self._header.store

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every way in, in the order they were made."""
        return self._header.slots

    @property
    def people(self) -> tuple[Slot, ...]:
        """The slots of persons: what to choose a label from before unlocking."""
        return tuple(slot for slot in self.slots if slot.kind == "person")

    @property
    def notice(self) -> str | None:
        """A sentence for the person when the keys had to be read from their second copy."""
        if not self._needs_repair:
            return None
        return _("The key file was damaged or missing; its copy is in use until it is restored.")

    def wait_seconds(self) -> float:
        """Return how long to wait before the next passphrase may be tried; 0.0 for not at all."""
        return self._attempts.wait_seconds()

    def unlock(self, passphrase: str, who: str | None = None, counted: bool = True) -> Unlocked:
        """Return the data key to whoever knows a passphrase.

        ``who`` is a slot's id or label; without it every person's slot is tried, half a second
        each. Raises WrongPassphrase, TooSoon, or KipuError for a label nobody has. A failure that
        is not ``counted`` makes nobody wait: for asking several projects which one is meant.
        """
        slots = self.people if who is None else (self.find(who),)
        if seconds := self.wait_seconds():
            raise TooSoon(seconds)
        for slot in slots:
            key = self._header.open(slot, _slot_key(slot, passphrase))
            if key is not None:
                self._attempts.clear()
                return self._unlocked(key, slot)
        if counted:
            self.count_failure()
        raise WrongPassphrase(_("The passphrase is wrong."))

    def count_failure(self) -> None:
        """Note one more wrong passphrase in a row."""
        self._attempts.failed()

    def unlock_with_code(self, code: str) -> Unlocked:
        """Return the data key to whoever holds the laptop's recovery paper.

        Raises KipuError naming the mistyped group, or the paper that was taken for this one.
        """
        secret = read_code(code)
        for slot in self.slots:
            if slot.kind == "recovery":
                key = self._header.open(slot, kdf.code_key(secret, slot.salt))
                if key is not None:
                    return self._unlocked(key, slot)
        raise KipuError(_("This recovery code is well typed but does not open this laptop."))

    def find(self, who: str) -> Slot:
        """Return the person's slot called ``who`` (id or label). Raises KipuError for nobody."""
        for slot in self.people:
            if slot.is_called(who):
                return slot
        raise KipuError(_("Nobody on this laptop has the label {label}.").format(label=who))

    def add_person(
        self, key: bytes, label: str, person: bytes, passphrase: str, cost: Cost | None = None
    ) -> Slot:
        """Give ``person`` a passphrase of their own on this laptop and return the new slot.

        Raises KipuError when the label is taken or empty or the passphrase too short.
        """
        self._require(key)
        self._save(_with_person(self._header, key, label, person, passphrase, cost))
        return self._header.slots[-1]

    def remove_person(self, key: bytes, who: str) -> None:
        """Take a person's way in. Raises KipuError for nobody and for the last one."""
        self._require(key)
        slot = self.find(who)
        if len(self.people) == 1:
            raise KipuError(_("The last person with a passphrase cannot be removed."))
        self._save(self._header.without(slot.id))

    def change_passphrase(
        self, old: str, new: str, who: str | None = None, cost: Cost | None = None
    ) -> Unlocked:
        """Wrap the key under a ``new`` passphrase; the data stays as it is.

        A crash leaves the old passphrase or the new one working. Raises as `unlock` does, and
        KipuError for a new passphrase that is too short.
        """
        kdf.check_new_passphrase(new)
        unlocked = self.unlock(old, who)
        self._rewrap(unlocked.key, self.find(unlocked.slot), new, cost)
        return unlocked

    def reset_with_code(
        self, code: str, who: str, passphrase: str, cost: Cost | None = None
    ) -> Unlocked:
        """Give ``who`` (slot id or label) a new passphrase, by the recovery paper.

        Raises as `unlock_with_code` and `find` do, and KipuError for a passphrase too short.
        """
        kdf.check_new_passphrase(passphrase)
        slot = self.find(who)
        key = self.unlock_with_code(code).key
        self._rewrap(key, slot, passphrase, cost)
        self._attempts.clear()
        return Unlocked(key, slot.person, slot.id)

    def new_recovery_code(self, key: bytes) -> str:
        """Return a new recovery code; the paper it replaces no longer opens anything."""
        self._require(key)
        old = [slot.id for slot in self.slots if slot.kind == "recovery"]
        header, code = _with_code(self._header.without(*old), key)
        self._save(header)
        return code

    def _rewrap(self, key: bytes, slot: Slot, passphrase: str, cost: Cost | None) -> None:
        fresh = replace(slot, salt=os.urandom(kdf.SALT_BYTES), cost=cost or kdf.default_cost())
        sealed = self._header.seal(fresh, _slot_key(fresh, passphrase), key)
        self._save(self._header.with_slot(sealed))

    def _unlocked(self, key: bytes, slot: Slot) -> Unlocked:
        if self._needs_repair:
            self._save(self._header)
        return Unlocked(key, slot.person, slot.id)

    def _require(self, key: bytes) -> None:
        """Refuse to wrap a key that would open nothing: a bug, so no KipuError."""
        if not secrets.compare_digest(_check_value(key), self._header.check):
            raise ValueError("this is not the data key of this vault")

    def _save(self, header: Header) -> None:
        key_file.save(self.folder, header)
        self._header = header
        self._needs_repair = False


def _with_person(
    header: Header, key: bytes, label: str, person: bytes, passphrase: str, cost: Cost | None
) -> Header:
    if len(person) != ID_BYTES:
        raise ValueError(f"a person id has {ID_BYTES} bytes")
    kdf.check_new_passphrase(passphrase)
    slot = _new_slot("person")
    slot = replace(slot, label=checked_label(label, header), person=person)
    slot = replace(slot, cost=cost or kdf.default_cost())
    return header.with_slot(header.seal(slot, _slot_key(slot, passphrase), key))


def _with_code(header: Header, key: bytes) -> tuple[Header, str]:
    code = crockford.new(crockford.Paper.LAPTOP)
    slot = _new_slot("recovery")
    code_key = kdf.code_key(read_code(code), slot.salt)
    return header.with_slot(header.seal(slot, code_key, key)), code


def _new_slot(kind: Kind) -> Slot:
    return Slot(
        kind,
        secrets.token_hex(ID_BYTES),
        os.urandom(kdf.SALT_BYTES),
        b"",
    )


def _slot_key(slot: Slot, passphrase: str) -> bytes:
    assert slot.cost is not None
    return kdf.derive(passphrase, slot.salt, slot.cost)


def _check_value(key: bytes) -> bytes:
    return crypto.derive(key, "kipu vault check")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        text = _("Kipu cannot make the folder {folder}.").format(folder=folder)
        raise KipuError(text) from error
