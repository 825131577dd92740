"""A bucket of any S3-compatible store as the remote.

Everything lies under ``PREFIX/KIPU/``. A new file is written with ``If-None-Match: *`` where the
store honours it, which is tried out, not believed. What was written is compared by the MD5 the
store answers with; where it answers with something else, the file is read back.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from urllib.parse import quote, unquote_plus, urlsplit

from sync import ports
from sync.ports import Names, Occupied, RemoteBroken, RemoteMissing, check_path, fault
from sync.remotes import xml_reply
from sync.remotes.addresses import DEFAULT_REGION, Address, Secret
from sync.remotes.common import ROOT, Addressed, Temporaries, is_empty, is_torn
from sync.remotes.s3_signing import Signer, encoded
from sync.remotes.web import Reply, Web

PAGE = 1000
_MAX_REPLY = 4 * 1024 * 1024  # bytes of one page of names
# Names a store gives to a refusal; where it gives none of these the status must do.
_FAULTS: dict[str, type[ports.RemoteError]] = {
    **dict.fromkeys(
        (
            "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken",
            "TokenRefreshRequired", "InvalidSecurity", "MissingSecurityHeader",
        ),
        ports.RemoteLogin,
    ),
    **dict.fromkeys(("RequestTimeTooSkewed", "RequestExpired"), ports.RemoteClock),
    **dict.fromkeys(
        ("QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "BucketQuotaExceeded",
         "XMinioAdminBucketQuotaExceeded"),
        ports.RemoteFull,
    ),
    **dict.fromkeys(
        ("SlowDown", "ServiceUnavailable", "OperationAborted", "ConditionalRequestConflict",
         "TooManyRequests"),
        ports.RemoteBusy,
    ),
    "RequestTimeout": ports.RemoteTimeout,
    "NoSuchBucket": RemoteMissing,
}  # fmt: skip
_BY_STATUS: dict[int, type[ports.RemoteError]] = {
    401: ports.RemoteLogin,
    429: ports.RemoteBusy,
    502: RemoteMissing,
    503: ports.RemoteBusy,
    504: RemoteMissing,
    507: ports.RemoteFull,
}


class S3Remote(Addressed):
    """The objects under ``address``/KIPU, as `sync.ports.Remote`."""

    def __init__(self, address: Address, secret: Secret, writer: str = "") -> None:
        super().__init__(address)
        region = address.option("region") or DEFAULT_REGION
        endpoint = urlsplit(address.option("endpoint") or f"https://s3.{region}.amazonaws.com")
        style = address.option("style") or ("path" if address.option("endpoint") else "virtual")
        # A wildcard certificate holds for no bucket with dots in its name.
        by_path = style == "path" or "." in address.host
        secure = endpoint.scheme == "https"
        host = endpoint.hostname or ""
        self._web = Web(
            address.place, host if by_path else f"{address.host}.{host}",
            endpoint.port or (443 if secure else 80), secure=secure, wanted="S3",
        )  # fmt: skip
        self._bucket = f"/{address.host}" if by_path else ""
        self._lacks_key = bool(secret.password and not secret.access_key)
        self._signer = Signer(region, secret.access_key, secret.password, secret.token)
        self._prefix = f"{address.path}/{ROOT}/" if address.path else f"{ROOT}/"
        self._temporaries = Temporaries(writer)
        self._is_conditional: bool | None = None

    def close(self) -> None:
        """Let go of the connections; the next use makes new ones."""
        self._web.close()

    def list(self, prefix: str) -> Names:
        """See `sync.ports.Remote.list`."""
        below = "".join(part + "/" for part in check_path(prefix, prefix=True))
        return self._listed.ours(prefix, self._names(self._prefix + below))

    def read(self, path: str, limit: int) -> bytes | None:
        """See `sync.ports.Remote.read`."""
        data = self._content("/".join(check_path(path)), limit)
        if data is not None and len(data) > limit:
            raise fault(ports.RemoteTooLarge, self.name, path, limit=limit)
        return data

    def put(self, path: str, data: bytes) -> bool:
        """See `sync.ports.Remote.put`. The beginning of ``data``, torn off, is written anew."""
        check_path(path)
        self._learn_the_store()
        lying = None if self._is_conditional else self._content(path, len(data))
        if lying is None and self._write(path, data, only_new=True):
            return True
        lying = self._content(path, len(data)) if lying is None else lying
        if lying == data:
            return False
        if lying is None or not is_torn(lying, data):
            raise fault(Occupied, self.name, path)
        return self._write(path, data)

    def replace(self, path: str, data: bytes) -> None:
        """See `sync.ports.Remote.replace`."""
        check_path(path)
        self._learn_the_store()
        self._write(path, data)

    def remove(self, path: str) -> None:
        """See `sync.ports.Remote.remove`."""
        check_path(path)
        self._learn_the_store()
        self._delete(path)

    def probe(self) -> None:
        """Raise why this bucket cannot be synced with; a few bytes are written and removed."""
        self._page(self._prefix, "", 1)
        self._try_writing()

    def is_empty_place(self) -> bool:
        """Tell whether a share may be founded here: nothing but hidden and system entries."""
        above = self._prefix.removesuffix(f"{ROOT}/")
        return is_empty(self._names(above), lambda: self._names(self._prefix))

    # -- objects -----------------------------------------------------------------------------

    def _content(self, path: str, limit: int) -> bytes | None:
        """Return at most ``limit`` + 1 bytes, or None where there is nothing."""
        reply = self._ask("GET", self._prefix + path, limit=limit)
        if reply.status == 200:
            return reply.body
        if reply.status == 404 and _code(reply) != "NoSuchBucket":
            return None
        raise self._refusal(reply, writing=False, path=path)

    def _write(self, path: str, data: bytes, *, only_new: bool = False) -> bool:
        """Write an object; False if it is there and only new is wanted."""
        headers = {"If-None-Match": "*"} if only_new and self._is_conditional else {}
        reply = self._ask("PUT", self._prefix + path, headers=headers, body=data)
        if reply.status == 412 and headers:
            return False
        if reply.status != 200:
            raise self._refusal(reply, writing=True, path=path)
        if not _is_whole(reply, data) and self._content(path, len(data)) != data:
            raise fault(RemoteBroken, self.name, path, reason="other bytes came back")
        return True

    def _delete(self, path: str) -> None:
        reply = self._ask("DELETE", self._prefix + path)
        if reply.status not in {200, 204} and (
            reply.status != 404 or _code(reply) == "NoSuchBucket"
        ):
            raise self._refusal(reply, writing=True, path=path)

    def _learn_the_store(self) -> None:
        """Before the first write, since some stores make a bucket that is written to and missing."""
        if self._is_conditional is None:
            self.probe()

    def _try_writing(self) -> None:
        """Write a few bytes, find out whether ``If-None-Match`` holds here, remove them."""
        self._is_conditional = False
        name = self._temporaries.next()
        self._write(name, bytes(64))
        try:
            new = {"If-None-Match": "*"}
            again = self._ask("PUT", self._prefix + name, headers=new, body=bytes(64))
            self._is_conditional = again.status == 412
        finally:
            self._delete(name)

    def _names(self, below: str) -> Names:
        """The names directly below a prefix, page after page."""
        names: Names = []
        token = ""
        while True:
            page, following = self._page(below, token, PAGE)
            names += [one for key in page if (one := key[len(below) :].rstrip("/"))]
            if not following or following == token:
                return names
            token = following

    def _page(self, below: str, token: str, most: int) -> tuple[Names, str]:
        """One page of keys and folders below a prefix, and what the next page is asked by."""
        query = {
            "list-type": "2", "delimiter": "/", "encoding-type": "url", "max-keys": str(most),
            "prefix": below,
        }  # fmt: skip
        if token:
            query["continuation-token"] = token
        reply = self._ask("GET", "", query, limit=_MAX_REPLY)
        if reply.status != 200:
            raise self._refusal(reply, writing=False)
        found = self._leaves(reply)
        said = {path: text for path, text in found if path.count("/") == 1}
        is_encoded = said.get("ListBucketResult/EncodingType") == "url"
        keys = [
            unquote_plus(text) if is_encoded else text
            for path, text in found
            if path.endswith(("/Contents/Key", "/CommonPrefixes/Prefix"))
        ]
        if not all(key.startswith(below) for key in keys):
            raise self._web.other("not the listing asked for")
        is_cut = said.get("ListBucketResult/IsTruncated") == "true"
        return keys, said.get("ListBucketResult/NextContinuationToken", "") if is_cut else ""

    # -- requests ----------------------------------------------------------------------------

    def _ask(
        self,
        method: str,
        key: str,
        query: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limit: int = 64 * 1024,
    ) -> Reply:
        if self._lacks_key:
            raise fault(ports.RemoteLogin, self.name, code="remote-login.access-key")
        path = self._bucket + "/" + quote(key, safe="/-_.~")
        whole = {"Host": self._web.origin, **(headers or {})}
        if self._signer.access_key:
            whole = self._signer.headers(method, path, query or {}, whole, body, _stamp())
        target = path + ("?" + encoded(query) if query else "")
        return self._web.ask(method, target, whole, body, limit)

    def _leaves(self, reply: Reply) -> Sequence[tuple[str, str]]:
        if len(reply.body) > _MAX_REPLY:
            raise fault(ports.RemoteTooLarge, self.name, limit=_MAX_REPLY)
        try:
            found = xml_reply.leaves(reply.body)
        except xml_reply.NotXml as error:
            raise self._web.other(str(error)) from error
        if not found or not found[0][0].startswith("ListBucketResult"):
            raise self._web.other("not the listing asked for")
        return found

    def _refusal(self, reply: Reply, *, writing: bool, path: str = "") -> ports.RemoteError:
        """The fault that a refusal amounts to."""
        code = _code(reply)
        kind = _FAULTS.get(code) or _BY_STATUS.get(reply.status, RemoteBroken)
        if code == "AccessDenied" or (reply.status == 403 and code not in _FAULTS):
            kind = ports.RemoteReadOnly if writing else ports.RemoteUnreadable
        if code == "EntityTooLarge" or reply.status == 413:
            return ports.RemoteTooLarge(
                "the server takes no file this large", "remote-too-large.upload",
                place=self.name, path=path,
            )  # fmt: skip
        if code == "NoSuchBucket":
            said = {"code": "remote-missing.bucket", "bucket": self._address.host}
            return fault(RemoteMissing, self.name, path, **said)
        return self._web.refusal(kind, path, reply.status, code)


def _stamp() -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())


def _is_whole(reply: Reply, data: bytes) -> bool:
    """Whether the store says by its ETag, usually an MD5, that it received just these bytes."""
    digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
    return reply.headers.get("etag", "").strip('"') == digest


def _code(reply: Reply) -> str:
    """The name a store gave to its refusal; '' where it gave none."""
    try:
        found = dict(xml_reply.leaves(reply.body))
    except xml_reply.NotXml:
        return ""
    return found.get("Error/Code", "")[:60]
