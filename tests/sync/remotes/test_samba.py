"""A share of Samba's, mounted by the system, as the folder it then is."""

from __future__ import annotations

import getpass
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync import ports
from sync.remotes.folder import FolderRemote
from tests.sync.remotes import servers
from tests.sync.remotes.servers import Server


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A folder that a Samba server on this computer serves to a mount of it."""
    program, mount = servers.program("smbd"), servers.program("mount.cifs")
    if "cifs" not in Path("/proc/filesystems").read_text():
        pytest.skip("this kernel mounts no SMB shares")
    state, served, target = (tmp_path / name for name in ("state", "served", "mounted"))
    for folder in (state, served, target):
        folder.mkdir()
    config = tmp_path / "smb.conf"

    def command(port: int) -> list[str | Path]:
        kept = "".join(f"{name} = {state}\n" for name in _KEPT)
        config.write_text(
            f"[global]\nsmb ports = {port}\ninterfaces = 127.0.0.1\nbind interfaces only = yes\n"
            f"map to guest = bad user\n{kept}[kipu]\npath = {served}\nwritable = yes\n"
            f"guest ok = yes\nforce user = {getpass.getuser()}\n"
        )
        return [program, "--foreground", "--no-process-group", "-s", config]

    server = Server(tmp_path, command)
    server.start()
    try:
        options = f"guest,port={server.port},vers=3.0"
        done = subprocess.run(
            [mount, "//127.0.0.1/kipu", target, "-o", options], capture_output=True, check=False
        )
        if done.returncode:
            pytest.skip(f"mounting is not allowed here: {done.stderr.decode()[:200]}")
        yield target
        subprocess.run(["umount", "--lazy", target], check=True)
    finally:
        server.stop()


_KEPT = ["lock directory", "state directory", "cache directory", "pid directory", "private dir"]


def test_a_mounted_share_keeps_what_a_folder_promises(mounted: Path) -> None:
    remote = FolderRemote(mounted, "tests")
    remote.probe()
    assert remote.put("b/1", b"one")
    assert not remote.put("b/1", b"one")
    with pytest.raises(ports.Occupied):
        remote.put("b/1", b"two")
    remote.replace("heads/a", b"first")
    remote.replace("heads/a", b"second")
    assert FolderRemote(mounted, "other").read("heads/a", 9) == b"second"
    assert remote.list("b") == ["1"]
    remote.remove("b/1")
    assert remote.list("b") == []
    assert [path.name for path in (mounted / "KIPU").glob(".tmp-*")] == []
