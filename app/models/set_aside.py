"""What a sync could not take, or gave up: the bytes, and why, for whoever looks into it."""

from __future__ import annotations

import json
from collections.abc import Iterable

from app.models.store import Store
from sync.ids import digest

_MOST_BYTES = 1024 * 1024
_MOST_FILES = 200


def keep_some(
    store: Store, path: str, raw: bytes, code: str, params: Iterable[tuple[str, str]], at: int
) -> None:
    """Keep what lies at a place, within bounds: anybody may put anything there."""
    if int(store.value("SELECT count(*) FROM quarantine")) < _MOST_FILES:
        _keep(store, "IGNORE", path, raw, code, params, at, most=_MOST_BYTES)


def keep_whole(store: Store, path: str, raw: bytes, code: str, at: int) -> None:
    """Keep what was held here until now, however much there is already."""
    _keep(store, "REPLACE", path, raw, code, [("path", path)], at, most=len(raw))


def _keep(
    store: Store,
    twice: str,
    path: str,
    raw: bytes,
    code: str,
    params: Iterable[tuple[str, str]],
    at: int,
    most: int,
) -> None:
    """The same bytes are kept once."""
    store.run(
        f"INSERT OR {twice} INTO quarantine(hash, path, code, params, at, raw) VALUES(?,?,?,?,?,?)",
        (digest(raw, b"kipu aside"), path, code, json.dumps(dict(params)), at, raw[:most]),
    )
