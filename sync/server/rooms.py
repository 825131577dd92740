"""What is kept in memory of projects.

Founded ones are kept apart from those that somebody only named: making up a project's number costs
nothing, and must drive no real one out.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from sync.server.limits import Limits
from sync.server.projects import Project
from sync.server.storage import Storage
from sync.server.usage import Usage
from sync.server.writing import Writing

_STRIPES = 64
_FOUNDED_MOST, _BEGUN_MOST = 256, 64


@dataclass
class Room:
    """What is kept in memory of a project."""

    project: Project
    writing: Writing
    usage: Usage
    _stripes: tuple[threading.Lock, ...] = field(
        default_factory=lambda: tuple(threading.Lock() for _each in range(_STRIPES))
    )

    def alone_at(self, path: str) -> threading.Lock:
        """Held while a file is covered or removed: what goes is credited once."""
        return self._stripes[hash(path) % _STRIPES]


class Rooms:
    """The rooms of one storage's projects. `server` names this instance among those beside it."""

    def __init__(self, storage: Storage, limits: Limits, server: str) -> None:
        self._storage, self._limits, self._server = storage, limits, server
        self._founded: OrderedDict[bytes, Room] = OrderedDict()
        self._begun: OrderedDict[bytes, Room] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._founded) + len(self._begun)

    def is_kept(self, project: bytes) -> bool:
        """Whether a project is known to be founded."""
        return project in self._founded

    def of(self, project: bytes, older_than: float | None = None) -> Room:
        """A project's room, its roster read anew as `Project.refresh` does.

        A project that an administrator removed is begun anew, as if it had never been here.
        """
        room = self._found_or_made(project)
        is_away = self._storage.of(project) is None
        room.project.refresh(0 if is_away else older_than)
        if room.project.is_gone:
            self._forget(project, room)
            room = self._found_or_made(project)
            room.project.refresh(older_than)
        if room.project.is_founded():
            self._keep(project, room)
        return room

    def close(self) -> None:
        """Write what was counted."""
        with self._lock:
            for room in (*self._founded.values(), *self._begun.values()):
                room.usage.save()

    def _found_or_made(self, project: bytes) -> Room:
        with self._lock:
            for rooms in (self._founded, self._begun):
                if project in rooms:
                    rooms.move_to_end(project)
                    return rooms[project]
            known = Project(project, lambda: self._storage.of(project), self._limits.roster_seconds)
            usage = Usage(self._storage.own, project, self._server)
            room = self._begun[project] = Room(known, Writing(known), usage)
            _keep_newest(self._begun, _BEGUN_MOST)
            return room

    def _forget(self, project: bytes, room: Room) -> None:
        room.usage.forget()
        with self._lock:
            for rooms in (self._founded, self._begun):
                if rooms.get(project) is room:
                    del rooms[project]

    def _keep(self, project: bytes, room: Room) -> None:
        with self._lock:
            if project not in self._founded:
                self._begun.pop(project, None)
                self._founded[project] = room
                _keep_newest(self._founded, _FOUNDED_MOST)


def _keep_newest(rooms: OrderedDict[bytes, Room], most: int) -> None:
    if len(rooms) > most:
        _project, oldest = rooms.popitem(last=False)
        oldest.usage.save()
