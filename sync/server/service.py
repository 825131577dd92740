"""What the server does for one request, without HTTP around it: prove who asks, then serve.

Everything here runs on worker threads, for it waits for storage.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sync import crypto, envelope, layout, ports
from sync.errors import SyncError
from sync.ids import device_id, from_token
from sync.ports import Remote, check_path
from sync.remotes import kipu_wire
from sync.server import invites, reading, sessions
from sync.server.health import Health
from sync.server.limits import Limits, Rates
from sync.server.projects import Kind, Project, Who
from sync.server.refusals import Refused, forbidden, storage_code
from sync.server.rooms import Room, Rooms
from sync.server.sessions import Session, Sessions
from sync.server.storage import Storage
from sync.server.usage import room_of
from sync.server.writing import Write, check_may_write, may_read_relayed, most_bytes

_PAYS = 400  # bytes of a listing from which compressing it does
_RETRY_SECONDS = 5.0
_STRANGERS_RATE, _STRANGERS_BURST = 50, 500
_KEY = ("root", "key")


@dataclass(frozen=True)
class Asked:
    """A request. `target` is what its signature covers: path and query as they were sent."""

    method: str
    project: bytes
    path: str
    target: str = ""
    authorization: str = ""
    body: bytes = b""
    replaces: bool = False
    known: str = ""
    """The fingerprint of a listing the asker has."""
    gzip: bool = False
    mark: str = ""
    """The empty file that is to lie there as well."""
    digest: str = ""
    """What the body's SHA-256 will be, where that is said before the body."""


@dataclass(frozen=True)
class Answer:
    """A reply. `who` is the asking device, empty where nobody has proven to be one."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    who: bytes = b""


class Service:
    """All projects of one storage. `server` names this instance among those beside it."""

    def __init__(
        self, storage: Storage, secret: bytes, limits: Limits, server: str, is_open: bool = False
    ) -> None:
        self._storage, self._limits = storage, limits
        self._is_open = is_open
        self.sessions = Sessions(secret)
        self._blind_key = crypto.derive(secret, "kipu server blind 1")
        self._rates = Rates(limits.rate, limits.burst)
        # What costs the storage something before anybody has proven anything.
        self._strangers = Rates(_STRANGERS_RATE, _STRANGERS_BURST)
        self._rooms = Rooms(storage, limits, server)
        self.health = Health(storage.own)

    # -- sessions ----------------------------------------------------------------------------

    def begin(self, asked: Asked) -> Answer:
        """A session for a device; the reply's body is the project's sentinel, where there is one."""
        device, sign, code, proof = _introduction(asked.body)
        with _storage_faults():
            is_here = self._rooms.is_kept(asked.project) or self._storage.has(asked.project)
            if not is_here:
                self._strangers.take(b"session")
            room, headers = self._rooms.of(asked.project, 1), {}
            project = room.project
            known = self._known(project, device)
            if known and kipu_wire.check_proof(known.sign, proof, project.id, device):
                self._rates.take(asked.project + b"s" + device)
                limits = self._limits
                full = room.usage.used_up(device, limits.device_bytes, limits.project_bytes)
                headers = {kipu_wire.FULL_HEADER: full} if full else {}
            elif is_here:
                # Whoever has proven nothing waits with strangers, never in a member's place.
                self._strangers.take(project.id)
            if known:
                session = self.sessions.make(asked.project, device)
            else:
                may_found = self._may_found(project, device, sign, code)
                session = self.sessions.make(asked.project, device, sign, may_found)
            remote = self._storage.of(asked.project)
            sentinel = remote.read(layout.SENTINEL, most_bytes(("share",))) if remote else None
        headers[kipu_wire.SESSION_HEADER] = session
        return Answer(200, sentinel or b"", headers, device)

    def _known(self, project: Project, device: bytes) -> Who | None:
        try:
            return project.who(Session(project.id, device, 0))
        except Refused:
            return None

    def _may_found(self, project: Project, device: bytes, sign: bytes | None, code: str) -> bool:
        """Whether one unknown here founds the project; False for a newcomer to it."""
        is_founded = project.is_founded()
        if sign is None:
            if is_founded:
                raise forbidden("not-admitted")
            raise Refused(404, "project-unknown")
        if device_id(sign) != device:
            raise Refused(400, "malformed")
        if is_founded:
            # Raises where the device is known and shut out.
            project.who(Session(project.id, device, 0, sign))
            return False
        if self._is_open:
            return True
        if not code:
            raise forbidden("code-wanted")
        if not invites.take(self._storage.own(), code, project.id, device):
            raise forbidden("code-wrong")
        return True

    # -- files -------------------------------------------------------------------------------

    def get(self, asked: Asked) -> Answer:
        parts = _parts(asked.path)
        if parts == _KEY:
            # It is wrapped by a code of at least 128 bits, and whoever recovers has nothing else.
            self._strangers.take(b"key")
            return self._read(asked, parts, b"")
        with _storage_faults():
            who, room = self._who(asked)
            if not reading.may_read(who, parts):
                raise forbidden("not-admitted" if who.kind is Kind.NEWCOMER else "forbidden")
            if parts[0] == layout.RELAY and not may_read_relayed(who, room.project, parts):
                return Answer(404, who=who.device)
        return self._read(asked, parts, who.device)

    def _read(self, asked: Asked, parts: tuple[str, ...], who: bytes) -> Answer:
        with _storage_faults():
            remote = self._storage.of(asked.project)
            found = remote.read(asked.path, most_bytes(parts)) if remote else None
        return Answer(404, who=who) if found is None else Answer(200, found, who=who)

    def list(self, asked: Asked) -> Answer:
        """Names, one a line; 304 where the asker has them."""
        parts = _parts(asked.path, prefix=True)
        with _storage_faults():
            who, room = self._who(asked)
            remote = self._storage.of(asked.project)
            names = remote.list(asked.path) if remote else []
            listing = reading.Listing(who, room.project, self._blind_key)
            names = listing.of(parts, names, remote.list if remote else lambda prefix: [])
        tag = f'"{ports.fingerprint(names)}"'
        if asked.known == tag:
            return Answer(304, headers={"etag": tag}, who=who.device)
        body, headers = "\n".join(names).encode(), {"etag": tag}
        if asked.gzip and len(body) >= _PAYS:
            body, headers["content-encoding"] = _gzip(body), "gzip"
        return Answer(200, body, headers, who.device)

    def holder_of(self, asked: Asked, size: int) -> bytes:
        """Whose the body of a PUT is while it comes: a member's who has proven the request, or ''.

        Raises Refused for a body that need not be read.
        """
        self.sessions.read(sessions.parts_of(asked.authorization)[0], asked.project)
        parts = _parts(asked.path)
        if size > most_bytes(parts):
            raise Refused(413, "too-large", limit=most_bytes(parts))
        with _storage_faults():
            who, _room = self._said_to_be(asked)
        check_may_write(who, parts)
        if who.kind is not Kind.MEMBER or not asked.digest:
            return b""
        _check_signed(who, asked, asked.digest)
        return asked.project + who.device

    def put(self, asked: Asked) -> Answer:
        """201 when the bytes lie there now, 200 when they did before."""
        parts = _parts(asked.path)
        if len(asked.body) > most_bytes(parts):
            raise Refused(413, "too-large", limit=most_bytes(parts))
        with _storage_faults():
            who, room = self._who(asked)
            write = Write(who, parts, asked.body)
            remote = self._remote_of(asked.project, who, room)
            if asked.replaces:
                is_new = self._put_over(room, remote, write)
            else:
                is_new = self._put_new(room, remote, write)
            headers = (
                {kipu_wire.MARKED_HEADER: "1"} if self._leave(room, remote, who, asked) else {}
            )
        return Answer(201 if is_new else 200, b"", headers, who.device)

    def _leave(self, room: Room, remote: Remote, who: Who, asked: Asked) -> bool:
        """Leave the mark that came along; False where there is none, or it cannot lie there.

        What stands against a mark says nothing against the file: its laptop leaves it by itself.
        """
        if not asked.mark:
            return False
        try:
            write = Write(who, _parts(asked.mark), b"")
            if write.parts[0] != layout.NEWS:
                return False
            self._put_new(room, remote, write)
        except (Refused, ports.RemoteError):
            return False
        return True

    def _put_new(self, room: Room, remote: Remote, write: Write) -> bool:
        lasting = room.writing.check_new(write)
        size = room_of(len(write.body))
        try:
            self._require_room(room, write, size)
        except Refused:
            # What lies there already takes no more room: its reply was lost, perhaps.
            if remote.read(write.path, max(most_bytes(write.parts), 1)) == write.body:
                return False
            raise
        with lasting:
            is_new = remote.put(write.path, write.body)
        if is_new:
            room.usage.add(room.writing.counts_on(write.who, write.parts), size)
        return is_new

    def _put_over(self, room: Room, remote: Remote, write: Write) -> bool:
        with room.alone_at(write.path):
            try:
                there = remote.read(write.path, max(most_bytes(write.parts), len(write.body)))
            except ports.RemoteTooLarge:
                there = b""
            with room.writing.check_over(write, there):
                if there == write.body:
                    return False
                more = room_of(len(write.body)) - (room_of(len(there)) if there else 0)
                self._require_room(room, write, more)
                remote.replace(write.path, write.body)
            room.usage.add(room.writing.counts_on(write.who, write.parts), more)
        return True

    def _require_room(self, room: Room, write: Write, more: int) -> None:
        limits = self._limits
        reserve = limits.reserve_bytes if room.writing.is_vital(write) else 0
        room.usage.require(
            room.writing.counts_on(write.who, write.parts), more, limits.device_bytes,
            limits.project_bytes, reserve,
        )  # fmt: skip

    def remove(self, asked: Asked) -> Answer:
        parts = _parts(asked.path)
        with _storage_faults():
            who, room = self._who(asked)
            room.writing.check_removal(who, parts)
            remote = self._remote_of(asked.project, who, room)
            with room.alone_at(asked.path):
                gone = remote.read(asked.path, most_bytes(parts))
                if gone is not None:
                    remote.remove(asked.path)
                    room.usage.add(room.writing.counts_on(who, parts), -room_of(len(gone)))
        return Answer(204, who=who.device)

    # -- who ---------------------------------------------------------------------------------

    def _who(self, asked: Asked) -> tuple[Who, Room]:
        """Who asks, proven by token and signature. Raises Refused."""
        who, room = self._said_to_be(asked)
        _check_signed(who, asked, kipu_wire.digest_of(asked.body))
        self._rates.take(asked.project + who.device)
        return who, room

    def _said_to_be(self, asked: Asked) -> tuple[Who, Room]:
        """Whose token it is, which proves nothing yet. Raises Refused."""
        session_text, _signature = sessions.parts_of(asked.authorization)
        session = self.sessions.read(session_text, asked.project)
        room = self._rooms.of(asked.project)
        try:
            return room.project.who(session), room
        except Refused:
            # Another server may have taken in the admission.
            room.project.refresh(1)
            return room.project.who(session), room

    def _remote_of(self, project: bytes, who: Who, room: Room) -> Remote:
        if who.kind is Kind.FOUNDER:
            if self._storage.of(project) is None:
                # It may have been here, and been removed while no server ran.
                room.usage.forget()
            return self._storage.make(project)
        remote = self._storage.of(project)
        if remote is None:
            raise Refused(404, "project-unknown")
        return remote

    # -- the rest ----------------------------------------------------------------------------

    def close(self) -> None:
        self._rooms.close()


def _check_signed(who: Who, asked: Asked, digest: str) -> None:
    """Raises Refused unless it is they who ask this."""
    session, signature = sessions.parts_of(asked.authorization)
    sessions.check_signature(who.sign, signature, session, asked.method, asked.target, digest)


def _introduction(body: bytes) -> tuple[bytes, bytes | None, str, str]:
    """Device, signing key, code and proof of a request for a session. Raises Refused."""
    try:
        said = json.loads(body)
        device = from_token(said["device"])
        sign = kipu_wire.from_text(said["sign"]) if "sign" in said else None
        code, proof = str(said.get("code", ""))[:100], str(said.get("proof", ""))[:100]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise Refused(400, "malformed") from error
    if device is None or (sign is not None and len(sign) != crypto.SIGN_PUBLIC_BYTES):
        raise Refused(400, "malformed")
    return device, sign, code, proof


def _parts(path: str, prefix: bool = False) -> tuple[str, ...]:
    try:
        return check_path(path, prefix=prefix)
    except ports.BadPath as error:
        raise Refused(400, "bad-path") from error


@contextmanager
def _storage_faults() -> Iterator[None]:
    """Turn what the storage says into a refusal."""
    try:
        yield
    except ports.Occupied as error:
        raise Refused(409, "occupied") from error
    except ports.RemoteFull as error:
        raise Refused(507, "storage-full") from error
    except ports.RemoteTooLarge as error:
        raise Refused(413, "too-large", limit=envelope.MAX_BATCH_BYTES) from error
    except ports.RemoteError as error:
        raise Refused(503, storage_code(error), after=_RETRY_SECONDS) from error
    except SyncError as error:
        raise Refused(422, "unsound") from error


def _gzip(body: bytes) -> bytes:
    packer = zlib.compressobj(6, wbits=31)
    return packer.compress(body) + packer.flush()
