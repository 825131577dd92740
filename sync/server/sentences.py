"""What is wrong with the storage, in words for whoever runs the server."""

from __future__ import annotations

from collections.abc import Mapping

from sync.errors import SyncError

SENTENCES: Mapping[str, str] = {
    "remote-missing": "{place} is not there: no such folder, no disk mounted there, or no answer.",
    "remote-missing.bucket": "{place} has no bucket called {bucket}.",
    "remote-missing.emptied": "{place} is there, but what the server kept in it is gone: put it back "
    "from a backup, or restart the server to begin with nothing.",
    "remote-not-a-folder": "{place} is not a folder.",
    "remote-unreadable": "The server may not read {place}: give that to the user it runs as.",
    "remote-read-only": "The server may not write in {place}: it is read-only, or belongs to another "
    "user than the one it runs as.",
    "remote-full": "{place} has no room left.",
    "remote-busy": "{place} cannot be used just now; try again.",
    "remote-broken": "{place} does not keep files as it should ({reason}).",
    "remote-name-unknown": "No computer named {host} is found.",
    "remote-refused": "Nobody answers at {host}, port {port}.",
    "remote-timeout": "{place} does not answer in time.",
    "remote-certificate": "{place} cannot prove that it is the right server ({reason}).",
    "remote-login": "{place} does not take these credentials.",
    "remote-clock": "{place} refuses because this computer's clock is wrong.",
    "remote-moved": "{place} sends us on to {target}, which is not followed.",
    "remote-driver-missing": "This kind of storage needs the extra {extra}, which is not installed.",
    "remote-bad-address": "The storage is named by a folder, or as in "
    "s3://BUCKET/PREFIX?endpoint=https://HOST; this is neither ({code}).",
    "remote-bad-address.bucket": "The name of a bucket has 3 to 63 small letters, digits, points and "
    "hyphens.",
    "not-given": "The code's file could not be given to the owner of {place}: make the code as the user "
    "the server runs as.",
    "secret-short": "{place} is too short to be the servers' secret: put it back from a backup, or "
    "remove it, and a new one is made.",
}

_AWAY = "{place} does not answer."
"""Where it is away, for those who are not told where it lies."""


def explained(error: SyncError, place: str = "") -> str:
    """The sentence for a fault of the storage; one that has none is named.

    With `place` the storage is called that, and nothing else of where it lies is told.
    """
    known = SENTENCES.get(error.code) or SENTENCES.get(error.code.partition(".")[0])
    if known is None:
        return f"The storage cannot be used ({error.code})."
    if place and "{host}" in known:
        known = _AWAY
    told = {"place": place, "reason": error.code} if place else error.params
    said = known.format_map(_Filled({"code": error.code, **told}))
    # An address stays as it was given.
    return said if "://" in said.partition(" ")[0] else said[:1].upper() + said[1:]


class _Filled(dict[str, str | int]):
    """Params of a sentence; one that is not known leaves a dash."""

    def __missing__(self, key: str) -> str:
        return "–"
