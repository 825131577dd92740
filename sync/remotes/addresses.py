"""Where a remote is, as one line of text a person types, and the driver that goes there.

An address never holds a secret, so that it may be shown, logged and stored. What is not clearly a
URL is a folder; what looks like a mistyped URL is an error with advice, never a folder of that name.
"""

from __future__ import annotations

import importlib
import ipaddress
import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from sync.crypto import KeyPair
from sync.errors import Param
from sync.ports import BadAddress, DriverMissing, Remote

FOLDER = "folder"
SFTP = "sftp"
WEBDAV, WEBDAV_PLAIN = "webdav+https", "webdav+http"
S3 = "s3"
KIPU, KIPU_PLAIN = "kipu+https", "kipu+http"

MAX_ADDRESS = 2000  # characters

_PORTS = {SFTP: 22, WEBDAV: 443, WEBDAV_PLAIN: 80, KIPU: 443, KIPU_PLAIN: 80}
_OPTIONS = {
    SFTP: {"host-key"}, WEBDAV: {"certificate"}, KIPU: {"certificate"},
    S3: {"endpoint", "region", "style"},
}  # fmt: skip
DEFAULT_REGION = "us-east-1"
PROOFS = frozenset({"host-key", "certificate"})
"""Options that say how a server proves itself; it stays the same place when they change."""
_THIS_COMPUTER = frozenset({"127.0.0.1", "::1", "localhost"})
_WITH_USER = {SFTP, WEBDAV, WEBDAV_PLAIN}
# What people type for places we reach another way; the advice stands in the sentences above.
_ADVISED = {
    "http": "web", "https": "web", "dav": "web", "davs": "web", "webdav": "web", "webdavs": "web",
    "nextcloud": "web", "owncloud": "web", "kipu": "kipu", "kipus": "kipu",
    "ssh": "sftp", "scp": "sftp", "ftp": "sftp", "ftps": "sftp", "sshfs": "sftp", "rsync": "sftp",
    "smb": "mount", "cifs": "mount", "nfs": "mount", "afp": "mount", "file": "mount",
}  # fmt: skip
_URL = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):(/{0,3})(.*)", re.DOTALL)
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_HOST_KEY = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_CERTIFICATE = re.compile(r"[0-9a-f]{64}")
_REGION = re.compile(r"[a-z0-9-]{1,60}")
# Names that only exist in one's own network.
_HOME_NAMES = (".local", ".lan", ".home", ".internal", ".home.arpa", ".localhost")


@dataclass(frozen=True)
class Address:
    """A parsed address. ``port`` None means the scheme's own; ``path`` is decoded.

    For a folder ``path`` is the text as given and nothing else is set. For S3 ``host`` is the
    bucket and ``path`` the prefix in it. ``options`` are sorted pairs.
    """

    scheme: str
    host: str = ""
    port: int | None = None
    user: str = ""
    path: str = ""
    options: tuple[tuple[str, str], ...] = ()

    @property
    def is_folder(self) -> bool:
        return self.scheme == FOLDER

    @property
    def is_plain(self) -> bool:
        """Whether passwords and bytes go unencrypted through the network: worth a warning."""
        return self.scheme in {WEBDAV_PLAIN, KIPU_PLAIN} or self.option("endpoint").startswith(
            "http://"
        )

    @property
    def real_port(self) -> int:
        return self.port or _PORTS.get(self.scheme, 443)

    @property
    def shown(self) -> str:
        """The one spelling of this address; `parse` reads it back."""
        if self.is_folder:
            return self.path
        host = f"[{self.host}]" if ":" in self.host else self.host
        user = quote(self.user, safe="") + "@" if self.user else ""
        port = f":{self.port}" if self.port else ""
        path = quote(self.path, safe="/~@+,=-._!$&'()*;:")
        if self.scheme == S3:
            path = "/" + path if path else ""
        query = "?" + urlencode(self.options, safe="/:") if self.options else ""
        return f"{self.scheme}://{user}{host}{port}{path}{query}"

    def option(self, name: str) -> str:
        """The value of an option, '' where it is not given."""
        return dict(self.options).get(name, "")

    @property
    def place(self) -> str:
        """What people and watermarks know the place by: without what only proves the server."""
        kept = tuple(one for one in self.options if one[0] not in PROOFS)
        return replace(self, options=kept).shown

    @property
    def server(self) -> str:
        """The host that is asked; '' for a folder and for Amazon's own."""
        if self.scheme == S3:
            return urlsplit(self.option("endpoint")).hostname or ""
        return self.host

    def with_user(self, user: str) -> Address:
        """The same place for another user. Raises BadAddress where an address has none."""
        if self.scheme not in _WITH_USER:
            raise _bad("user", address=self.shown)
        return parse(replace(self, user=user).shown)

    def with_option(self, name: str, value: str) -> Address:
        """The same place with an option set ('' removes it). Raises BadAddress for a wrong one."""
        kept = {**dict(self.options), name: value}
        options = tuple(sorted((key, given) for key, given in kept.items() if given))
        return replace(self, options=_checked(self.scheme, options))


@dataclass(frozen=True, repr=False)
class Secret:
    """What proves who we are to a remote. Never printed: `repr` names only what is set."""

    password: str = ""
    """A password; for S3 the secret access key."""
    key: str = ""
    """The text of a private key file (OpenSSH or PEM)."""
    passphrase: str = ""
    """What opens ``key``, where it is locked."""
    access_key: str = ""
    """S3's access key id."""
    token: str = ""
    """S3's session token, or an enrolment code of a Kipu server."""

    def __repr__(self) -> str:
        return f"Secret({', '.join(self.to_dict())})"

    def to_dict(self) -> dict[str, str]:
        """Only what is set, for a store that is encrypted."""
        values = {one.name: cast("str", getattr(self, one.name)) for one in fields(self)}
        return {name: value for name, value in values.items() if value}

    @classmethod
    def from_dict(cls, stored: Mapping[str, object]) -> Secret:
        """What `to_dict` gave; what a newer Kipu stored beside it is left out."""
        known = {one.name for one in fields(cls)}
        return cls(**{k: v for k, v in stored.items() if k in known and isinstance(v, str)})


@dataclass(frozen=True)
class Identity:
    """Who a laptop is to a Kipu server: its keys, and the project's id."""

    keys: KeyPair = field(repr=False)
    project: bytes


def parse(text: str) -> Address:
    """Read an address. Raises BadAddress; its code says what is wrong, never with a secret in it."""
    text = text.strip()
    if not text or len(text) > MAX_ADDRESS:
        raise _bad("empty")
    # Pasted along unseen; where an address is shown they would act on the terminal.
    if any(unicodedata.category(one) == "Cc" for one in text):
        raise _bad("control")
    found = _URL.fullmatch(text)
    if found is None:
        return _folder(text)
    scheme, slashes, rest = found[1].lower(), found[2], found[3]
    if scheme in _ADVISED and (slashes or scheme not in {"kipu", "nextcloud", "owncloud"}):
        raise _bad(f"use-{_ADVISED[scheme]}", scheme=scheme)
    if scheme not in {*_PORTS, S3}:
        if slashes[:2] == "//":
            raise _bad("scheme", scheme=scheme)
        return _folder(text)
    if slashes != "//" or not rest:
        raise _bad("slashes", scheme=scheme)
    return _url(scheme, rest)


def are_same(one: Address, other: Address) -> bool:
    """Whether two addresses are spellings of one place; folders are looked at, servers not asked."""
    return one.is_folder == other.is_folder and _one_spelling(one) == _one_spelling(other)


def _one_spelling(address: Address) -> Address:
    """An address that only serves to be compared."""
    if address.is_folder:
        real = os.path.realpath(os.path.expanduser(address.path))
        return replace(address, path=os.path.normcase(real))
    options = {name: value for name, value in address.options if name not in {*PROOFS, "style"}}
    if options.get("region") == DEFAULT_REGION:
        del options["region"]
    if "endpoint" in options:
        scheme, _sign, rest = options["endpoint"].partition("://")
        host, port = _host_and_port(S3, rest)
        options["endpoint"] = f"{scheme}://{_one_host(host)}:{port}"
    path = "" if (address.scheme, address.path) == (SFTP, "/~") else address.path
    host = _one_host(address.host)
    return replace(address, host=host, path=path, options=tuple(sorted(options.items())))


def _one_host(host: str) -> str:
    return "localhost" if host in _THIS_COMPUTER else host.rstrip(".")


def open_address(
    address: Address, secret: Secret | None, writer: str, identity: Identity | None = None
) -> Remote:
    """The remote at an address; nothing is asked of it yet.

    ``writer`` is a short name ([a-z0-9]) that this laptop alone uses. Only a Kipu server wants the
    ``identity``. Raises DriverMissing where this kind of place needs something not installed.
    """
    if address.is_folder:
        from sync.remotes.folder import FolderRemote

        return FolderRemote(Path(address.path).expanduser().absolute(), writer)
    module, name, extra = _DRIVERS[address.scheme]
    try:
        driver = getattr(importlib.import_module(module), name)
    except ImportError as error:
        raise DriverMissing(
            "{scheme} needs the extra {extra}", place=address.shown, scheme=address.scheme,
            extra=extra,
        ) from error  # fmt: skip
    return cast("Remote", driver(address, *_wanted(address, secret, writer, identity)))


_DRIVERS = {
    SFTP: ("sync.remotes.sftp", "SftpRemote", "sftp"),
    WEBDAV: ("sync.remotes.webdav", "WebdavRemote", "webdav"),
    WEBDAV_PLAIN: ("sync.remotes.webdav", "WebdavRemote", "webdav"),
    S3: ("sync.remotes.s3", "S3Remote", "s3"),
    KIPU: ("sync.remotes.http", "HttpRemote", "http"),
    KIPU_PLAIN: ("sync.remotes.http", "HttpRemote", "http"),
}


def _wanted(
    address: Address, secret: Secret | None, writer: str, identity: Identity | None
) -> tuple[Any, ...]:
    """What the driver's constructor takes after the address."""
    if address.scheme not in {KIPU, KIPU_PLAIN}:
        return (secret or Secret(), writer)
    # Whoever recovers a project has no identity yet: then the address names the project.
    keys, project = (identity.keys, identity.project) if identity else (None, None)
    return (keys, project, (secret or Secret()).token)


def _bad(what: str, **params: Param) -> BadAddress:
    return BadAddress("no address of a remote: " + what, f"remote-bad-address.{what}", **params)


def _folder(text: str) -> Address:
    # As scp writes it; nobody's folder looks so.
    if re.match(r"[^/\\:@\s]+@[^/\\:@\s]+:", text):
        raise _bad("use-sftp", scheme="scp")
    return Address(FOLDER, path=text)


def _url(scheme: str, rest: str) -> Address:
    rest, _mark, query = rest.partition("?")
    netloc, slash, path = rest.partition("/")
    user, at, place = netloc.rpartition("@")
    if ":" in user:
        raise _bad("password", scheme=scheme)
    if "#" in rest + query:
        raise _bad("path", scheme=scheme)
    if at and (scheme not in _WITH_USER or not user):
        raise _bad("user", scheme=scheme)
    options = _read_options(scheme, query)
    if scheme == S3:
        if not _BUCKET.fullmatch(place):
            raise _bad("bucket", scheme=scheme)
        return Address(S3, place, path=_path(path, scheme).strip("/"), options=options)
    host, port = _host_and_port(scheme, place)
    _check_open(scheme, host)
    port = None if port == _PORTS[scheme] else port
    return Address(
        scheme, host, port, _decoded(user, scheme, "user"),
        _path(slash + path, scheme).rstrip("/"), options,
    )  # fmt: skip


def _host_and_port(scheme: str, place: str) -> tuple[str, int | None]:
    found = re.fullmatch(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::(.*))?", place, re.DOTALL)
    if found is None:
        raise _bad("host", scheme=scheme)
    host, port = found[1], found[2]
    if port is not None and not (re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536):
        raise _bad("port", scheme=scheme)
    return _host(host, scheme), int(port) if port else None


def _host(host: str, scheme: str) -> str:
    try:
        if host.startswith("["):
            return str(ipaddress.IPv6Address(host[1:-1]))
        host = host.encode("idna").decode("ascii").lower()
    except ValueError as error:
        raise _bad("host", scheme=scheme) from error
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise _bad("host", scheme=scheme)
    return host


def _check_open(scheme: str, host: str) -> None:
    """Refuse to send a password in the clear through the open internet."""
    if scheme in {KIPU_PLAIN, WEBDAV_PLAIN} and not is_near(host):
        raise _bad("plain", scheme=scheme, host=host)
    if scheme == KIPU_PLAIN and not is_loopback(host):
        raise _bad("plain-near", scheme=scheme, host=host)


def is_loopback(host: str) -> bool:
    """Whether a host is this very computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_near(host: str) -> bool:
    """Whether a host lies in one's own network, by its address or the kind of its name."""
    try:
        where = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith(_HOME_NAMES)
    return where.is_private or where.is_loopback or where.is_link_local


def _decoded(text: str, scheme: str, what: str) -> str:
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError as error:
        raise _bad(what, scheme=scheme) from error
    if any(ord(char) < 32 or ord(char) == 127 for char in decoded):
        raise _bad(what, scheme=scheme)
    return decoded


def _path(text: str, scheme: str) -> str:
    path = re.sub("/{2,}", "/", _decoded(text, scheme, "path"))
    if "\\" in path or {".", ".."} & set(path.split("/")):
        raise _bad("path", scheme=scheme)
    return path


def _read_options(scheme: str, query: str) -> tuple[tuple[str, str], ...]:
    try:
        pairs = parse_qsl(query, strict_parsing=True, errors="strict") if query else []
    except ValueError as error:
        raise _bad("option", scheme=scheme) from error
    if len({name for name, _value in pairs}) != len(pairs):
        raise _bad("option", scheme=scheme)
    return _checked(scheme, tuple(sorted(pairs)))


def _checked(scheme: str, pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The options in one spelling. Raises BadAddress where one is not the scheme's or badly made."""
    return tuple((name, _spelled(scheme, name, value)) for name, value in pairs)


def _spelled(scheme: str, name: str, value: str) -> str:
    if name not in OPTIONS:
        raise _bad("option", scheme=scheme)
    if name not in _OPTIONS.get(scheme, set()):
        raise _bad("not-here", scheme=scheme, option=name)
    spelled = OPTIONS[name](value)
    if not spelled:
        raise _bad(name, scheme=scheme)
    return spelled


def _if_it_is(form: re.Pattern[str], value: str) -> str:
    return value if form.fullmatch(value) else ""


def _endpoint(value: str) -> str:
    """Without the slash at its end and a port that goes without saying; '' where it is none."""
    found = re.fullmatch(r"(https?)://([^/?#@]+)/?", value)
    if found is None:
        return ""
    try:
        host, port = _host_and_port(S3, found[2])
    except BadAddress:
        return ""
    if found[1] == "http" and not is_near(host):
        return ""
    shown = f"[{host}]" if ":" in host else host
    usual = port in {None, 443 if found[1] == "https" else 80}
    return f"{found[1]}://{shown}" if usual else f"{found[1]}://{shown}:{port}"


OPTIONS: dict[str, Callable[[str], str]] = {
    # A plus that was pasted as it is shown has become a space.
    "host-key": lambda value: _if_it_is(_HOST_KEY, value.replace(" ", "+")),
    # As browsers and openssl show it, too.
    "certificate": lambda value: _if_it_is(_CERTIFICATE, value.replace(":", "").lower()),
    "endpoint": _endpoint,
    "region": lambda value: _if_it_is(_REGION, value),
    "style": lambda value: value if value in {"path", "virtual"} else "",
}
"""How the value of each option is spelled; '' for one that is badly made."""
