"""An SFTP server that asks for a password: ``password_sftp.py PORT HOST_KEY``."""

from __future__ import annotations

import asyncio
import sys

import asyncssh

USER, PASSWORD = "ana", "clave buena ñ"


class _Server(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


async def _serve(port: int, host_key: str) -> None:
    await asyncssh.listen(
        "127.0.0.1", port, server_factory=_Server, server_host_keys=[host_key], sftp_factory=True
    )
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), sys.argv[2]))
