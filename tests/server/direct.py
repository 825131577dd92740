"""The service without HTTP, for the many questions of who may do what."""

from __future__ import annotations

from pathlib import Path

from sync import layout, news
from sync.crypto import KeyPair
from sync.ids import device_id, token
from sync.remotes import kipu_wire
from sync.server.limits import Limits
from sync.server.refusals import Refused
from sync.server.service import Answer, Asked, Service
from sync.server.storage import Storage
from tests.server.village import IDS, KEYS, NORTH, SOUTH, Village, key_path, piece_path

SECRET = b"the servers' shared secret"


class Direct:
    """One server over a folder; each call is signed by the one named."""

    def __init__(self, folder: Path, village: Village, limits: Limits | None = None) -> None:
        self.storage = Storage(str(folder))
        self.village = village
        self._limits = limits or Limits(rate=10**6, burst=10**6)
        self.begin_anew()

    def begin_anew(self, is_open: bool = True) -> None:
        """Another server in the place of this one, which is stopped."""
        if hasattr(self, "service"):
            self.service.close()
        self.service = Service(self.storage, SECRET, self._limits, "one", is_open)

    def found(self) -> None:
        assert self.put("ana", "root/key", self.village.root_key) == 201
        assert self.put("ana", "share", self.village.sentinel()) == 201
        self.push()

    def push(self, who: str = "ana") -> None:
        for entry in self.village.entries:
            path = f"roster/{token(entry.author)}/{entry.number:08d}"
            assert self.put(who, path, entry.raw) in {200, 201}

    def session(self, keys: KeyPair, device: bytes | None = None) -> str:
        """A session as the driver asks for it: with the key, where the device alone is unknown."""
        name = token(device or device_id(keys.sign_public))
        proof = kipu_wire.proof(keys, self.village.project, device or device_id(keys.sign_public))
        for more in ("", f',"sign":"{kipu_wire.to_text(keys.sign_public)}"'):
            body = f'{{"device":"{name}","proof":"{proof}"{more}}}'.encode()
            try:
                answer = self.service.begin(Asked("POST", self.village.project, "", body=body))
            except Refused as refused:
                if more or refused.code not in {"not-admitted", "project-unknown"}:
                    raise
                continue
            return answer.headers[kipu_wire.SESSION_HEADER]
        raise AssertionError("unreachable")

    def ask(
        self, who: str | KeyPair, method: str, path: str, body: bytes = b"", query: str = "",
        known: str = "", device: bytes | None = None,
    ) -> Answer:  # fmt: skip
        """Raises Refused."""
        keys = KEYS[who] if isinstance(who, str) else who
        kind = "list" if method == "LIST" else "files"
        verb = "GET" if method == "LIST" else method
        target = f"{kipu_wire.base(self.village.project)}/{kind}/{path}{query}"
        session = self.session(keys, device)
        said = kipu_wire.authorization(keys, session, verb, target, body)
        asked = Asked(verb, self.village.project, path, target, said, body,
                      query == kipu_wire.REPLACE, known, mark=kipu_wire.mark_of(query))  # fmt: skip
        serve = {"GET": self.service.get, "LIST": self.service.list, "PUT": self.service.put,
                 "DELETE": self.service.remove}[method]  # fmt: skip
        return serve(asked)

    # -- statuses and codes, never exceptions ------------------------------------------------

    def put(self, who: str, path: str, body: bytes, replace: bool = False) -> int | str:
        return self._told(who, "PUT", path, body, "?replace=1" if replace else "")

    def get(self, who: str | KeyPair, path: str) -> bytes | int | str:
        try:
            answer = self.ask(who, "GET", path)
        except Refused as refused:
            return refused.code
        return answer.body if answer.status == 200 else answer.status

    def names(self, who: str | KeyPair, path: str) -> list[str]:
        return self.ask(who, "LIST", path).body.decode().split("\n")

    def remove(self, who: str, path: str) -> int | str:
        return self._told(who, "DELETE", path)

    def _told(
        self, who: str, method: str, path: str, body: bytes = b"", query: str = ""
    ) -> int | str:
        try:
            return self.ask(who, method, path, body, query).status
        except Refused as refused:
            return refused.code


def fill(direct: Direct) -> dict[str, tuple[str, bytes]]:
    """Put one file of every kind there; returns its writer and its bytes by path."""
    village = direct.village
    beto, carla = village.batch("beto", NORTH), village.batch("carla", SOUTH)
    files = {
        village.batch_path("beto", NORTH): ("beto", beto),
        village.batch_path("carla", SOUTH): ("carla", carla),
        layout.heads(NORTH, IDS["beto"]): ("beto", village.heads("beto", NORTH)),
        layout.heads(SOUTH, IDS["carla"]): ("carla", village.heads("carla", SOUTH)),
        layout.wants(IDS["beto"]): ("beto", village.wants("beto", "share")),
        layout.erased(IDS["beto"]): ("beto", village.done("beto")),
        layout.relayed(IDS["ana"], village.log("beto", NORTH), 1): ("ana", beto),
        layout.relayed(IDS["ana"], village.log("carla", SOUTH), 1): ("ana", carla),
        piece_path(NORTH, "beto"): ("beto", b"a piece"),
        piece_path(SOUTH, "carla"): ("carla", b"another piece"),
        key_path("ana", "beto"): ("ana", village.wrapped()),
        key_path("ana", None): ("ana", village.wrapped()),
        layout.mark(1, news.batch_mark(NORTH, village.log("beto", NORTH), 1)): ("beto", b""),
        layout.mark(1, news.batch_mark(SOUTH, village.log("carla", SOUTH), 1)): ("carla", b""),
        layout.mark(1, news.roster_mark(IDS["ana"], 1)): ("dora", b""),
        layout.mark(1, news.device_mark("w", IDS["dora"], b"w")): ("dora", b""),
        layout.mark(1, news.file_mark(piece_path(NORTH, "beto").rpartition("/")[0].rpartition(
            "/")[0])): ("beto", b""),
    }  # fmt: skip
    for path, (writer, body) in files.items():
        assert direct.put(writer, path, body) == 201, path
        assert direct.put(writer, path, body) == 200, path
    return files
