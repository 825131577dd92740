"""The kinds of places people choose from, and the few fields each needs.

A person who fills in a form should not have to know how an address is spelled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.errors import KipuError
from app.i18n import LazyText, _, lazy
from sync.remotes.addresses import (
    FOLDER,
    KIPU,
    KIPU_PLAIN,
    S3,
    SFTP,
    WEBDAV,
    WEBDAV_PLAIN,
    Address,
    parse,
)

WEB: Final = "web"
SERVER: Final = "kipu"


@dataclass(frozen=True)
class Field:
    """One line of the form; `secret` ones are never shown again."""

    id: str
    label: LazyText
    hint: LazyText | None = None
    secret: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of place with its fields in the order they are asked."""

    id: str
    label: LazyText
    fields: tuple[Field, ...]


_USER: Final = Field("user", lazy("User name"))
_PASSWORD: Final = Field(
    "secret", lazy("Password"), lazy("Kept encrypted on this laptop and shown nowhere."), True, True
)

KINDS: Final[tuple[Kind, ...]] = (
    Kind(FOLDER, lazy("Folder: a stick, a network drive, a cloud's folder"), (
        Field("folder", lazy("Folder"), lazy("As this computer sees it.")),
    )),
    Kind(WEB, lazy("Nextcloud or other WebDAV"), (
        Field("address", lazy("Address"),
              lazy("In Nextcloud: Files, Settings, WebDAV; then the folder, such as /Kipu.")),
        _USER,
        Field("secret", lazy("Password"), lazy("Better an app password, which can be taken back."),
              True, True),
    )),
    Kind(SFTP, lazy("SFTP (SSH) server"), (
        Field("server", lazy("Server"), lazy("A name or address; with a port as in server:2222.")),
        Field("folder", lazy("Folder on it"), lazy("For example /home/kipu/share.")),
        _USER,
        Field("key", lazy("Key file"), lazy("Instead of a password; then the password opens it."),
              optional=True),
        _PASSWORD,
    )),
    Kind(S3, lazy("S3 storage"), (
        Field("bucket", lazy("Bucket")),
        Field("folder", lazy("Folder in it"), optional=True),
        Field("endpoint", lazy("Address of the service"), lazy("Empty for Amazon's own."),
              optional=True),
        Field("region", lazy("Region"), optional=True),
        Field("user", lazy("Access key")),
        Field("secret", lazy("Secret key"), lazy("Kept encrypted on this laptop and shown nowhere."),
              True, True),
    )),
    Kind(SERVER, lazy("Kipu server"), (
        Field("server", lazy("Server"), lazy("As its administrator gave it to you.")),
        Field("secret", lazy("Enrolment code"),
              lazy("Only to found the share there, from its administrator."), True, True),
    )),
)  # fmt: skip
BY_ID: Final = {kind.id: kind for kind in KINDS}


def address_of(kind: str, given: Mapping[str, str]) -> str:
    """The address that the filled-in fields amount to.

    Raises KipuError where a field that is needed is empty, or a port is no number.
    """
    values = {name: text.strip() for name, text in given.items()}
    for field in BY_ID[kind].fields:
        if not field.optional and not values.get(field.id):
            raise KipuError(_("“{field}” is needed.").format(field=str(field.label)))
    if kind == FOLDER:
        return values["folder"]
    if kind == WEB:
        return _web(values["address"], "webdav")
    if kind == SERVER:
        return _web(values["server"], "kipu")
    if kind == S3:
        options = [(one, values[one]) for one in ("endpoint", "region") if values.get(one)]
        return Address(S3, values["bucket"], path=values.get("folder", "").strip("/"),
                       options=tuple(options)).shown  # fmt: skip
    return _sftp(values)


def _web(typed: str, ours: str) -> str:
    scheme, sign, rest = typed.partition("://")
    if not sign:
        return f"{ours}+https://{typed}"
    return f"{ours}+{scheme}://{rest}" if scheme in {"https", "http"} else typed


def _sftp(values: Mapping[str, str]) -> str:
    server = values["server"].removeprefix("sftp://").rstrip("/")
    host, sign, port = server.rpartition(":")
    if not sign or server.endswith("]"):
        host, port = server, ""
    if port and not port.isdecimal():
        raise KipuError(_("The port of a server is a number, as in server:2222."))
    path = "/" + values["folder"].lstrip("/")
    number = int(port) if port else None
    return Address(SFTP, host.strip("[]"), number, values["user"], path).shown


def fields_of(address: Address, access_key: str = "") -> tuple[str, dict[str, str]]:
    """The kind of a remembered place and what its fields hold; secrets are left out."""
    if address.is_folder:
        return FOLDER, {"folder": address.path}
    port = f":{address.port}" if address.port else ""
    host = f"[{address.host}]" if ":" in address.host else address.host
    if address.scheme == S3:
        return S3, {"bucket": address.host, "folder": address.path, "user": access_key,
                    "endpoint": address.option("endpoint"),
                    "region": address.option("region")}  # fmt: skip
    if address.scheme == SFTP:
        return SFTP, {"server": host + port, "folder": address.path, "user": address.user}
    if address.scheme in {WEBDAV, WEBDAV_PLAIN}:
        plain = Address(address.scheme, address.host, address.port, "", address.path).shown
        return WEB, {"address": plain.removeprefix("webdav+"), "user": address.user}
    assert address.scheme in {KIPU, KIPU_PLAIN}
    return SERVER, {"server": address.shown}


def kind_of(text: str) -> str:
    """The kind of the place at an address that was read before."""
    return fields_of(parse(text))[0]
