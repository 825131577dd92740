"""Marks of news that a device may leave (see sync.news): true as far as a blind server can tell."""

from __future__ import annotations

from sync import layout, news
from sync.ids import from_token
from sync.server.projects import Project, Who
from sync.server.refusals import Refused, forbidden

_DEVICES = frozenset({"w", "x", "y"})
_SHELF_MOST = 8 * news.SHELF_MARKS


class Marks:
    """The shelves of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._begun = 1

    def check(self, who: Who, shelf: str, name: str) -> None:
        """Raises Refused for a mark that is not this device's to leave, or not there."""
        self._check_shelf(shelf)
        kind, *rest = name.split("-")
        if kind == "b":
            self._check_batch(who, name)
        elif kind == "r" and len(rest) == 2 and len(rest[1]) == 8 and rest[1].isdecimal():
            if not self._project.has_entry(from_token(rest[0]) or b"", int(rest[1])):
                raise Refused(422, "mark-of-nothing")
        elif kind == "f" and len(rest) == 2:
            self._check_file(who, *map(from_token, rest))
        elif kind not in _DEVICES or news.read_device(name, kind) != who.device:
            raise forbidden()

    def _check_file(self, who: Who, space: bytes | None, name: bytes | None) -> None:
        if space is None or name is None or not who.is_in(space):
            raise forbidden()
        remote = self._project.remote()
        if remote is None or not remote.list(layout.attachment(space, name)):
            raise Refused(422, "mark-of-nothing")

    def _check_batch(self, who: Who, name: str) -> None:
        mark = news.read_batch(name)
        if mark is None or not who.is_in(mark.space):
            raise forbidden()
        path = layout.batch(mark.space, mark.log, mark.number)
        log = self._project.log_of(mark.log, path, reaching=mark.number)
        if log is None:
            raise Refused(422, "mark-of-nothing")
        if (log.device, log.space) != (who.device, mark.space):
            raise forbidden()
        if name != news.batch_mark(mark.space, mark.log, mark.number):
            raise Refused(422, "unsound")

    def _check_shelf(self, shelf: str) -> None:
        """A shelf is begun when the one before has its fill: else nobody found the newest one."""
        number = int(shelf) if len(shelf) == 8 and shelf.isdecimal() else 0
        if number < 1:
            raise Refused(422, "unsound")
        if number > self._begun and len(self._on(number - 1)) < news.SHELF_MARKS:
            raise Refused(422, "shelf-not-begun")
        self._begun = max(self._begun, number)
        if len(self._on(number)) >= _SHELF_MOST:
            raise Refused(409, "shelf-full")

    def _on(self, number: int) -> list[str]:
        remote = self._project.remote()
        return remote.list(layout.shelf(number)) if remote else []
