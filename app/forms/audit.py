"""What a form wants logged while it is filled, and the log itself, as ODK Collect writes it.

The columns, their order and the names of events are those of ODK's form audit log, so that whoever
reads such logs reads ours: event, node, start and end in milliseconds since 1970, and what the form
asks for beside them. A computer on a table does not know where it stands: its place is the one
somebody told for today, and empty where nobody did.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

PATH: Final = "/meta/audit"
MOST: Final = 5_000
"""Events of one log; an interview of a day has some hundreds."""
Row: TypeAlias = tuple[str, str, int, int | None, str, str, str]
"""Event, path of the question or group, start, end (None for what takes no time), the value before
and the value after (both empty where nothing changed or changes are not to be told), and the place
as forms keep a point, empty where it is not known."""
_COLUMNS: Final = "event,node,start,end"
REASON: Final = "change reason"
"""The event that tells why a finished interview was changed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a form wants its log to tell beside events and times."""

    changes: bool = False
    user: bool = False
    place: bool = False
    reasons: bool = False


def wish(attributes: Mapping[str, str]) -> Wish:
    """Return what the attributes of the log's bind ask for, whatever their namespace is called."""
    given = {name.rpartition("}")[2]: text.strip() for name, text in attributes.items()}
    return Wish(
        changes=given.get("track-changes") == "true",
        user=given.get("identify-user") == "true",
        place="location-priority" in given,
        reasons=bool(given.get("track-changes-reasons")),
    )


class Log:
    """The log of one interview, while somebody is at it.

    ``now`` is the time in milliseconds since 1970; ``value`` reads an answer as it stands, None
    where changes are not to be told. ``rows`` are those of an interview gone on with. ``place`` is
    where the computer is, empty where nobody knows, None where places are not to be told.
    """

    def __init__(
        self,
        now: Callable[[], int],
        value: Callable[[str], str] | None = None,
        rows: Iterable[Row] = (),
        place: str | None = None,
    ) -> None:
        self.place = place
        self._now = now
        self._value = value
        self._rows = list(rows)
        self._meanwhile: list[Row] = []
        self._seen: tuple[str, str, tuple[str, ...]] | None = None
        self._since = 0
        self._before: dict[str, str] = {}

    def rows(self) -> list[Row]:
        """Return what is logged, with what is on show up to now."""
        return [*self._rows, *self._shown(), *self._meanwhile][:MOST]

    def note(self, event: str, node: str = "") -> None:
        """Log what takes no time: the start, a row taken out, the end.

        Rows stand in the order in which things began: what happens while something is on show comes
        after it.
        """
        rows = self._rows if self._seen is None else self._meanwhile
        rows.append((event, node, self._now(), None, "", "", self.place or ""))

    def show(self, event: str, node: str, questions: Sequence[str] = ()) -> None:
        """Something else is on show from now on; ``questions`` are those that can be answered."""
        self.hide()
        self._seen = (event, node, tuple(questions))
        self._since = self._now()
        if self._value is not None:
            self._before = {path: self._value(path) for path in questions}

    def hide(self) -> None:
        """Nobody looks any more: the page was left, or the window."""
        self._rows += [*self._shown(), *self._meanwhile]
        self._meanwhile.clear()
        self._seen = None

    @property
    def is_on(self) -> bool:
        """Whether something is on show."""
        return self._seen is not None

    def _shown(self) -> list[Row]:
        if self._seen is None:
            return []
        event, node, _questions = self._seen
        end = self._now()
        changed = self._changed()
        old, new = changed.pop(node, ("", ""))
        begun, place = self._since, self.place or ""
        return [
            (event, node, begun, end, old, new, place),
            *(("question", path, begun, end, *both, place) for path, both in changed.items()),
        ]

    def _changed(self) -> dict[str, tuple[str, str]]:
        if self._value is None or self._seen is None:
            return {}
        after = {path: self._value(path) for path in self._seen[2]}
        return {
            path: (self._before.get(path, ""), text)
            for path, text in after.items()
            if text != self._before.get(path, "")
        }


def together(paths: Sequence[str]) -> str:
    """Return the path of the innermost group that holds all of them."""
    parts = [path.split("/")[:-1] for path in paths]
    common = parts[0] if parts else []
    for one in parts[1:]:
        same = (left == right for left, right in zip(common, one, strict=False))
        common = common[: next((at for at, is_same in enumerate(same) if not is_same),
                               min(len(common), len(one)))]  # fmt: skip
    return "/".join(common)


def written(rows: Iterable[Row], root: str, asked: Wish, user: str, reason: str = "") -> bytes:
    """Return the log as the CSV that is handed over; paths begin at ``root``, the form's own.

    ``reason`` is why a finished interview was changed, told in the row of that event.
    """
    header = _COLUMNS.split(",")
    header += ["latitude", "longitude", "accuracy"] if asked.place else []
    header += ["old-value", "new-value"] if asked.changes else []
    header += ["user"] if asked.user else []
    header += ["change-reason"] if asked.reasons else []
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(header)
    for event, node, start, end, old, new, place in rows:
        line: list[str | int] = [event, f"/{root}{node}" if node else "", start]
        line.append("" if end is None else end)
        line += _coordinates(place) if asked.place else []
        line += [old, new] if asked.changes else []
        line += [user] if asked.user else []
        line += [reason if event == REASON else ""] if asked.reasons else []
        table.writerow(line)
    return out.getvalue().encode()


def continued(old: bytes, new: bytes) -> bytes:
    """Return a log that goes on from another, whose columns may have been fewer; ``new`` alone where
    ``old`` is no log."""
    head, _line, rest = new.partition(b"\n")
    if old.startswith(head + b"\n"):
        return old + rest
    if not old.startswith(_COLUMNS.encode()):
        return new
    out = io.StringIO()
    table = csv.DictWriter(
        out, head.decode().split(","), extrasaction="ignore", lineterminator="\n"
    )
    table.writeheader()
    table.writerows(csv.DictReader(io.StringIO(old.decode("utf-8", "replace"), newline="")))
    return out.getvalue().encode() + rest


def _coordinates(place: str) -> list[str]:
    """Latitude, longitude and accuracy of a point; forms keep the altitude between them."""
    latitude, longitude, _altitude, accuracy = [*place.split(), "", "", "", ""][:4]
    return [latitude, longitude, accuracy]
