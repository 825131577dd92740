"""A simulated laptop: a real project with a virtual clock, a disk that fills and power that fails."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from app.models.project import Project, folders, open_project
from app.models.replica import LocalReplica
from app.models.restoring import restore
from app.models.store import Store
from app.models.vault import Unlocked, Vault, subkey
from app.models.witness import Witness
from app.simulation import versions
from app.simulation.versions import Novelty

_WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT", "RELEASE", "REPLACE")
_ROOM = 1 << 30
_MOST_LOST = 1 << 19
"""Bytes at the end of a journal, some sixty pages."""


class PowerCut(BaseException):
    """The machine stops here; nothing after this moment happens."""


class Fuse:
    """Blows at the k-th write to the store or operation on a share, and stays blown."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.blown = False

    def tick(self) -> None:
        """Raises PowerCut when the moment has come."""
        if self.left is not None and not self.blown:
            self.left -= 1
            self.blown = self.left <= 0
        if self.blown:
            raise PowerCut

    def mend(self) -> None:
        self.left, self.blown = None, False


class FusedConnection:
    """A store's connection whose writes can be the last thing the machine does."""

    def __init__(self, connection: Any, fuse: Fuse) -> None:
        self.whole = connection
        self._fuse = fuse

    def execute(self, sql: str, *parameters: Any) -> Any:
        if sql.lstrip()[:7].upper().startswith(_WRITES) or self._fuse.blown:
            self._fuse.tick()
        return self.whole.execute(sql, *parameters)

    def executemany(self, sql: str, rows: Any) -> Any:
        self._fuse.tick()
        return self.whole.executemany(sql, rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)


class Machine:
    """A laptop in the simulation; `project` is open while it lives."""

    def __init__(
        self, name: str, home: Path, unlocked: Unlocked, now: Callable[[], int], used: set[int],
        version: int = versions.OLDER, novelty: Novelty = Novelty.NONE,
    ) -> None:  # fmt: skip
        self.name = name
        self.home = home
        self.unlocked = unlocked
        self.fuse = Fuse()
        self.offset_ms = 0
        self.hostile = False
        self.full = False
        self.version = version
        self.novelty = novelty
        self._now = now
        self._used = used
        self.project: Project = self._open()

    def _tell_time(self) -> int:
        """The clock of this laptop; no two moments of its person are the same."""
        told = max(0, self._now() + self.offset_ms)
        while told in self._used:
            told += 1
        self._used.add(told)
        return told

    def _open(self) -> Project:
        def unlock(_vault: Vault) -> Unlocked:
            return self.unlocked

        with self.running():
            self.project = open_project(folders(self.home)[0], self.home, unlock)
        store = self.project.store
        store.run("PRAGMA synchronous=OFF")
        store.connection = FusedConnection(store.connection, self.fuse)
        self.project.ledger.now_ms = self._tell_time
        if self.full:
            self.fill_disk()
        return self.project

    def running(self) -> contextlib.AbstractContextManager[None]:
        """Within this the program is of the version this laptop has."""
        return versions.running(self.version, self.novelty)

    def upgrade(self) -> None:
        """A later Kipu is installed; it opens the store the older one left."""
        self.version = versions.LATER
        self.reopen()

    @property
    def replica(self) -> LocalReplica:
        return LocalReplica(self.project)

    @property
    def device(self) -> bytes:
        return self.project.device

    @property
    def person(self) -> bytes:
        return self.project.person.id

    def close(self) -> None:
        self.project.close()

    def reopen(self) -> None:
        """As after a power cut: what was not committed is gone."""
        self.fuse.mend()
        self.close()
        self._open()

    @contextlib.contextmanager
    def power_cut_after(self, writes: int | None) -> Iterator[None]:
        """Within this the power fails at that many writes, if it comes to so many."""
        self.fuse.left = writes
        try:
            yield
        finally:
            self.fuse.left = None

    def fill_disk(self) -> None:
        """From now on SQLite finds no page more."""
        self.full = True
        pages = self.project.store.value("PRAGMA page_count")
        self.project.store.run(f"PRAGMA max_page_count={pages}")

    def free_disk(self) -> None:
        self.full = False
        self.project.store.run(f"PRAGMA max_page_count={_ROOM}")

    def back_up(self) -> str:
        """Make a backup; returns the words for it."""
        self.project.back_up()
        return "backs up"

    def restore(self) -> None:
        """Go back to the newest backup, as a person does after a damage."""
        folder = self.project.folder
        self.close()
        restore(folder, self.unlocked)
        self._open()

    def lose_tail(self, chance: Random, with_witness: bool) -> bool:
        """Fail, the end of the journal lost; with the witness what the laptop remembers of it too.

        Returns False where nothing was written since the store was opened.
        """
        store, key = self.project.store.path, subkey(self.unlocked.key, "store")
        journal = store.with_name(f"{store.name}-wal")
        pages, tail = store.read_bytes(), journal.read_bytes()
        if not tail:
            return False
        self.close()
        store.write_bytes(pages)
        journal.write_bytes(tail[: -chance.randint(1, min(len(tail), _MOST_LOST))])
        if with_witness:
            left = Store.open(store, key)
            token, counter = bytes(left.meta("token")), int(left.meta("counter"))
            left.close()
            Witness(self.home, self.project.vault.store_id).record(token, counter)
        self.fuse.mend()
        self._open()
        return True

    def clone(self, name: str, home: Path, with_witness: bool) -> Machine:
        """A second life of this laptop, from a copy of its folder."""
        self.close()
        shutil.copytree(self.home, home)
        if not with_witness:
            shutil.rmtree(home / ".witness")
        self._open()
        twin = Machine(
            name, home, self.unlocked, self._now, self._used, self.version, self.novelty
        )  # fmt: skip
        twin.offset_ms = self.offset_ms
        return twin
