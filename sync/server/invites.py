"""Enrolment codes: who may put a new project here, said once by the administrator.

Only a code's hash is kept. The first laptop that uses it binds it to itself and its project, so a
founding that was cut off goes on with the same code, and nobody else's begins with it.
"""

from __future__ import annotations

import secrets

from sync.ids import digest, token
from sync.ports import Occupied, Remote

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _LETTERS = 5, 5  # 123 bits


def new_code() -> str:
    """A code as it is read out or copied: five groups of five."""
    groups = ("".join(secrets.choice(_ALPHABET) for _each in range(_LETTERS))
              for _group in range(_GROUPS))  # fmt: skip
    return "-".join(groups)


def invite(own: Remote) -> str:
    """Make a code that founds one project."""
    code = new_code()
    own.put(path_of(code), b"")
    return code


def take(own: Remote, code: str, project: bytes, device: bytes) -> bool:
    """Bind a code to a project and its founder; False for one unknown or bound to others."""
    name = _name(code)
    if own.read(path_of(code), 0) is None:
        return False
    try:
        own.put(f"founders/{name}", f"{token(project)} {token(device)}".encode())
    except Occupied:
        return False
    return True


def path_of(code: str) -> str:
    """Where a code that `invite` made lies among the server's own files."""
    return f"invites/{_name(code)}"


def _name(code: str) -> str:
    letters = "".join(filter(str.isalnum, code.lower()))
    return digest(letters.encode(), b"kipu invite", 20).hex()
