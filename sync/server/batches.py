"""Batches and packs as a blind server judges them: signed, in their place, erased only as ordered."""

from __future__ import annotations

import time
from collections.abc import Callable

from sync import envelope, layout, packs
from sync.errors import Malformed, SyncError
from sync.ids import from_token, token
from sync.server.projects import Project
from sync.server.refusals import Refused, forbidden

_REMEMBERED_SECONDS = 60.0

Hashes = dict[int, bytes]


class Batches:
    """The batches of one project. Methods raise SyncError or Refused for what is unsound."""

    def __init__(self, project: Project, clock: Callable[[], float] = time.monotonic) -> None:
        self._project, self._clock = project, clock
        self._pack: tuple[str, float, Hashes] = ("", 0.0, {})

    def check(self, raw: bytes, log: str, number: str, in_place: bool = False) -> envelope.Batch:
        """The batch of a log and number, signed by the log's device."""
        batch = self._signed(raw, log, int(number) if _is_number(number) else 0)
        if batch.replacement is not None and not self._project.erases(batch):
            raise forbidden("erasure-unknown")
        header = batch.header
        self._project.remember_log(header, header.number if in_place else 0)
        return batch

    def check_pack(self, raw: bytes, log: str, name: str) -> list[envelope.Batch]:
        """The batches of a pack, each as `check` wants it."""
        return [self.check(one, log, f"{number:08d}") for number, one in _split(raw, name).items()]

    def is_sound(self, raw: bytes, log: str, number: str) -> bool:
        """Whether these bytes are a batch of this place, whoever may write there."""
        try:
            self._signed(raw, log, int(number) if _is_number(number) else 0)
        except SyncError:
            return False
        return True

    def same_pack(self, new: bytes, there: bytes, log: str, name: str) -> bool | None:
        """Whether two packs hold the same batches; None where the one there is unsound."""
        try:
            before = self._hashes(there, log, name)
        except SyncError:
            return None
        return before == self._hashes(new, log, name)

    def is_packed(self, space: str, log: str, number: str) -> bool:
        """Whether the loose batch of a number lies, the same, in a pack as well."""
        remote = self._project.remote()
        if remote is None or not _is_number(number):
            return False
        wanted = int(number)
        loose = remote.read(f"spaces/{space}/{log}/{number}", envelope.MAX_BATCH_BYTES)
        folder = f"{layout.PACKS}/{space}/{log}"
        for name in remote.list(folder) if loose is not None else []:
            pack = packs.parse_name(name)
            if pack is not None and pack.first <= wanted <= pack.last:
                hashes = self._hashes_at(f"{folder}/{name}", log, name)
                if hashes.get(wanted) == envelope.batch_hash(loose or b""):
                    return True
        return False

    def _hashes_at(self, path: str, log: str, name: str) -> Hashes:
        """What a pack in storage holds; the last one is remembered, for many questions follow."""
        known, at, hashes = self._pack
        if known == path and self._clock() - at < _REMEMBERED_SECONDS:
            return hashes
        remote = self._project.remote()
        raw = remote.read(path, packs.MAX_PACK_BYTES) if remote else None
        try:
            hashes = self._hashes(raw or b"", log, name)
        except SyncError:
            return {}
        self._pack = (path, self._clock(), hashes)
        return hashes

    def _hashes(self, raw: bytes, log: str, name: str) -> Hashes:
        return {number: self._signed(one, log, number).hash
                for number, one in _split(raw, name).items()}  # fmt: skip

    def _signed(self, raw: bytes, log: str, number: int) -> envelope.Batch:
        batch = envelope.parse(raw)
        header = batch.header
        if (header.project, token(header.log), header.number) != (self._project.id, log, number):
            raise Malformed("a batch lies in another's place")
        envelope.check_signature(batch, self._project.sign_key(header.device) or bytes(32))
        return batch


def space_is(batch: envelope.Batch, space: str) -> bool:
    return batch.header.space == from_token(space)


def _split(raw: bytes, name: str) -> dict[int, bytes]:
    pack = packs.parse_name(name)
    if pack is None:
        raise Refused(422, "unsound")
    return packs.split(raw, pack)


def _is_number(text: str) -> bool:
    return len(text) == 8 and text.isascii() and text.isdecimal()
