"""The readable header of a project folder, ``keys.json``: who may open it, and with what.

Everything read here may have been torn by a power cut or written by somebody hostile, so all of it
is bounded and checked before a single key is derived. docs/formats/vault.md describes the file.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, NoReturn

from app.errors import KipuError
from app.i18n import _
from app.models.vault.kdf import KEY_BYTES, SALT_BYTES, Cost, is_sane
from sync import crypto

FORMAT = "kipu-keys"
VERSION = 1
MAX_FILE_BYTES = 64 * 1024
MAX_SLOTS = 64
MAX_LABEL = 24  # characters
ID_BYTES = 16
_SEALED_BYTES = KEY_BYTES + crypto.TAG_BYTES

Kind = Literal["person", "recovery"]


class NewerFormat(KipuError):
    """The header was written by a later Kipu; no older copy may stand in for it."""


class DamagedHeader(KipuError):
    """The header is torn or is no header: a copy of it may still serve."""


@dataclass(frozen=True)
class Slot:
    """One way to the data key: a person's passphrase, or the recovery code on paper.

    ``person`` is 16 bytes, ``label`` what that person chose to be found by before unlocking; both
    are empty in a recovery slot, which has no ``cost`` either.
    """

    kind: Kind
    id: str
    salt: bytes
    sealed: bytes
    person: bytes = b""
    label: str = ""
    cost: Cost | None = None

    def is_called(self, who: str) -> bool:
        """Tell whether ``who`` is this slot's id or label, whatever the case of its letters."""
        return who == self.id or (bool(self.label) and clean(who).casefold() == _folded(self))

    def readable(self) -> dict[str, object]:
        """Return all of the slot but the sealed key: what is bound to it as associated data."""
        fields: dict[str, object] = {"id": self.id, "kind": self.kind, "salt": self.salt.hex()}
        if self.cost:
            fields |= {"label": self.label, "person": self.person.hex()}
            fields["argon2id"] = dict(zip(("m", "t", "p"), self.cost, strict=True))
        return fields


@dataclass(frozen=True)
class Header:
    """The random id of the project's store, a check value of the data key, and the slots."""

    store: str
    check: bytes
    slots: tuple[Slot, ...]

    def seal(self, slot: Slot, slot_key: bytes, key: bytes) -> Slot:
        """Return ``slot`` holding the data ``key`` under ``slot_key``, which serves this once."""
        return replace(slot, sealed=crypto.aead_seal(slot_key, key, self._bound(slot)))

    def open(self, slot: Slot, slot_key: bytes) -> bytes | None:
        """Return the data key, or None when ``slot_key`` is not the one or the slot was altered."""
        try:
            return crypto.aead_open(slot_key, slot.sealed, self._bound(slot))
        except crypto.CannotOpen:
            return None

    def with_slot(self, slot: Slot) -> Header:
        """Return the header with ``slot`` added, or put in the place of the one with its id."""
        if any(each.id == slot.id for each in self.slots):
            slots = tuple(slot if each.id == slot.id else each for each in self.slots)
        else:
            slots = (*self.slots, slot)
        if len(slots) > MAX_SLOTS:
            raise KipuError(_("This project has no room for more people on this laptop."))
        return replace(self, slots=slots)

    def without(self, *slot_ids: str) -> Header:
        """Return the header without those slots."""
        return replace(self, slots=tuple(s for s in self.slots if s.id not in slot_ids))

    def to_bytes(self) -> bytes:
        """Return the file's content: JSON, one slot a line so that people can read it."""
        slots = [_dumped(slot.readable() | {"sealed": slot.sealed.hex()}) for slot in self.slots]
        lines = [
            f'{{"format": "{FORMAT}", "version": {VERSION},',
            f'"store": "{self.store}", "check": "{self.check.hex()}",',
            '"slots": [',
            ",\n".join(slots),
            "]}",
        ]
        return ("\n".join(lines) + "\n").encode()

    def _bound(self, slot: Slot) -> bytes:
        bound = {"format": FORMAT, "version": VERSION, "store": self.store}
        return _dumped(bound | slot.readable()).encode()


def checked_label(label: str, header: Header | None = None) -> str:
    """Return ``label`` trimmed. Raises KipuError for one that is empty, long or already taken."""
    text = clean(label)
    if not text or len(text) > MAX_LABEL or not text.isprintable():
        raise KipuError(
            _("Choose a label of 1 to {most} letters, such as initials.").format(most=MAX_LABEL)
        )
    if header and any(slot.is_called(text) for slot in header.slots):
        raise KipuError(_("Somebody already uses the label {label}.").format(label=text))
    return text


def clean(label: str) -> str:
    """Return the one spelling of a label: composed characters, no blanks around it."""
    return unicodedata.normalize("NFC", label).strip()


def parse(data: bytes) -> Header:
    """Return the header in ``data``.

    Raises NewerFormat for a later Kipu's file and DamagedHeader for anything else that is not a
    header, or whose counts and costs are out of bounds.
    """
    if len(data) > MAX_FILE_BYTES:
        _damaged()
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        _damaged()
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        _damaged()
    version = document.get("version")
    if type(version) is int and version > VERSION:
        raise NewerFormat(
            _("This project was last opened by a newer Kipu; update Kipu to open it.")
        )
    slots = document.get("slots")
    if version != VERSION or not isinstance(slots, list) or not 1 <= len(slots) <= MAX_SLOTS:
        _damaged()
    parsed = tuple(_parse_slot(slot) for slot in slots)
    if len({slot.id for slot in parsed}) != len(parsed):
        _damaged()
    store = _hex(document, "store", ID_BYTES).hex()
    return Header(store, _hex(document, "check", KEY_BYTES), parsed)


def _parse_slot(raw: object) -> Slot:
    if not isinstance(raw, dict):
        _damaged()
    slot_id, salt = _hex(raw, "id", ID_BYTES).hex(), _hex(raw, "salt", SALT_BYTES)
    sealed = _hex(raw, "sealed", _SEALED_BYTES)
    if raw.get("kind") == "recovery":
        return Slot("recovery", slot_id, salt, sealed)
    if raw.get("kind") != "person":
        _damaged()
    label = raw.get("label")
    if not isinstance(label, str) or not 1 <= len(label) <= MAX_LABEL or not label.isprintable():
        _damaged()
    person = _hex(raw, "person", ID_BYTES)
    return Slot("person", slot_id, salt, sealed, person, label, _parse_cost(raw.get("argon2id")))


def _parse_cost(raw: object) -> Cost:
    if not isinstance(raw, dict):
        _damaged()
    cost = Cost(*(_number(raw.get(name)) for name in ("m", "t", "p")))
    if not is_sane(cost):
        _damaged()
    return cost


def _number(raw: object) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool):
        _damaged()
    return raw


def _hex(raw: Mapping[str, object], name: str, size: int) -> bytes:
    text = raw.get(name)
    if not isinstance(text, str) or not re.fullmatch(f"[0-9a-f]{{{2 * size}}}", text):
        _damaged()
    return bytes.fromhex(text)


def _folded(slot: Slot) -> str:
    return clean(slot.label).casefold()


def _dumped(fields: Mapping[str, object]) -> str:
    return json.dumps(fields, sort_keys=True, ensure_ascii=True)


def _damaged() -> NoReturn:
    raise DamagedHeader(
        _("The key file keys.json is damaged or is not Kipu's; it was left as it is.")
    )
