"""`python -m sync.server`, which `kipu serve` runs: read the command line, then listen."""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sync.errors import SyncError
from sync.remotes.addresses import Secret
from sync.server.limits import Limits, Unfit
from sync.server.sentences import explained

_SECRETS = ("KIPU_STORAGE_ACCESS_KEY", "KIPU_STORAGE_SECRET")


def main(arguments: Sequence[str]) -> int:
    """Serve, or make an enrolment code; returns the exit code."""
    told = _parser().parse_args(arguments)
    try:
        from sync.server import run
        from sync.server.telemetry import begin_logging
    except ImportError as error:
        return _fail(f"The server's libraries are not installed ({error.name}): "
                     "pip install 'kipu[server]'.")  # fmt: skip
    host, port = told.listen
    settings = run.Settings(
        told.storage, host, port, _storage_secret(), told.tls_cert, told.tls_key,
        told.secret_file, told.open, told.behind_proxy, told.limits,
    )  # fmt: skip
    begin_logging(logging.WARNING if told.quiet else logging.INFO)
    try:
        if told.verb == "invite":
            return _invite(run.open_storage(settings), told.json)
        run.serve(settings)
    except run.CannotServe as error:
        return _fail(str(error))
    except SyncError as error:
        is_anonymous = told.storage.startswith("s3://") and settings.storage_secret is None
        hint = f" {' and '.join(_SECRETS)} are not set." if is_anonymous else ""
        return _fail(explained(error) + hint)
    return 0


def _invite(storage: object, as_json: bool) -> int:
    from sync.server import invites
    from sync.server.storage import Storage

    assert isinstance(storage, Storage)
    code = invites.invite(storage.own())
    storage.give_to_owner(invites.path_of(code))
    print(json.dumps({"code": code}) if as_json else code)
    return 0


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _storage_secret() -> Secret | None:
    """From the environment, which is emptied of it; None where nothing is given."""
    access_key, password = (os.environ.pop(name, "") for name in _SECRETS)
    return Secret(password=password, access_key=access_key) if access_key or password else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kipu serve",
        description="A blind relay for laptops that share no folder. It touches no project of this "
        "computer and asks for no passphrase. docs/server.md is the administrator's page.",
        epilog=f"Credentials for the storage come from {' and '.join(_SECRETS)}. "
        f"Limits: {', '.join(Limits.names())}.",
    )
    parser.add_argument(
        "verb", nargs="?", choices=["invite"], help="print a code that founds one project here"
    )
    add = parser.add_argument
    add("--storage", required=True, metavar="FOLDER|URL", help="where the sealed files lie")
    add("--listen", type=_endpoint, default=("127.0.0.1", 8480), metavar="HOST:PORT")
    add("--tls-cert", type=Path, metavar="FILE", help="the certificate with its chain, PEM")
    add("--tls-key", type=Path, metavar="FILE")
    add("--behind-proxy", action="store_true", help="a proxy in front of it does TLS")
    add("--open", action="store_true", help="whoever can connect may found a project, without code")
    add("--secret-file", type=Path, metavar="FILE", help="instead of a secret kept in the storage")
    add("--limit", action=_AddLimit, dest="limits", default=Limits(), metavar="NAME=NUMBER",
        help="may be given several times; K, M and G are understood")  # fmt: skip
    add("--quiet", action="store_true", help="log what is amiss only")
    add("--json", action="store_true", help="print the code as JSON")
    return parser


def _endpoint(text: str) -> tuple[str, int]:
    host, _colon, port = text.rpartition(":")
    if not (port.isascii() and port.isdecimal() and int(port) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST:PORT")
    return host.strip("[]") or "127.0.0.1", int(port)


class _AddLimit(argparse.Action):
    """Gathers the limits given so far into one value."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object,
        option_string: str | None = None,
    ) -> None:  # fmt: skip
        told = [*getattr(namespace, "limit_texts", []), str(values)]
        namespace.limit_texts = told
        try:
            namespace.limits = Limits.from_texts(told)
        except Unfit as error:
            name, least, most = error.args
            parser.exit(2, f"The limit {name} is a number from {least} to {most}.\n")
        except ValueError as error:
            parser.exit(2, f"{error} is no limit such as rate=50.\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
