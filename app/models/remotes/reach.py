"""Whether a place can be reached at all, asked without a password and without the store.

It may take as long as a network takes to say no, so it is never asked in the thread that keeps what
people type.
"""

from __future__ import annotations

import contextlib
import os
import socket
from typing import Final
from urllib.parse import urlsplit

from sync.remotes.addresses import S3, Address

_PATIENCE_S: Final = 10.0
_AWS: Final = "s3.{region}.amazonaws.com"


def is_there(address: Address) -> bool:
    """Whether a folder is mounted, or somebody answers at a server's port."""
    if address.is_folder:
        return os.path.isdir(os.path.expanduser(address.path))
    # A name no resolver takes is a ValueError.
    with (
        contextlib.suppress(OSError, ValueError),
        socket.create_connection(_host(address), _PATIENCE_S),
    ):
        return True
    return False


def _host(address: Address) -> tuple[str, int]:
    if address.scheme != S3:
        return address.host, address.real_port
    endpoint = address.option("endpoint")
    if not endpoint:
        return _AWS.format(region=address.option("region") or "us-east-1"), 443
    parts = urlsplit(endpoint)
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
