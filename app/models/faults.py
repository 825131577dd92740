"""Sentences for what goes wrong between laptops: one for each code that `sync` raises.

Each says what happened, what is safe, and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.i18n import LazyText, _, lazy
from sync.errors import SyncError, UnknownVersion

SENTENCES: Mapping[str, LazyText] = {
    "malformed": lazy("The file is damaged or is not one of Kipu's. Nothing was changed."),
    "too-large": lazy("The file is larger than it may be; it was not read. Nothing was changed."),
    "unknown-version": lazy(
        "This was written by a newer Kipu. Nothing was changed; update Kipu and try again."
    ),
    "bad-signature": lazy(
        "The signature does not match: the file was altered or is not from whom it says. "
        "Nothing was changed."
    ),
    "cannot-open": lazy(
        "The file was made for another laptop or was altered. Nothing was changed."
    ),
    "grant-foreign": lazy(
        "This grant was not made for this laptop's request. Ask the coordinator to admit the "
        "request file you made last."
    ),
    "not-a-share": lazy(
        "{place} is not a share of this project: it is empty, not connected, or the wrong folder. "
        "Nothing was sent and nothing was deleted. A coordinator founds a share with --found."
    ),
    "other-project-share": lazy(
        "{place} is the share of another project. Nothing was sent and nothing was changed."
    ),
    "place-not-empty": lazy(
        "{place} is not empty; a share is founded in an empty folder. Nothing was changed."
    ),
    "already-founded": lazy("{place} is a share already. Sync with it without --found."),
    "erasure-unknown": lazy(
        "A file in {path} had values erased, and the coordinator's order for it has not arrived. "
        "It is taken in once it does; your work is safe on this laptop."
    ),
    "erasure-unfaithful": lazy(
        "A file in {path} claims to erase a value and changes more than that. It was refused, and "
        "what is here stays as it is. Tell the coordinators."
    ),
    "over-quota": lazy(
        "Laptop {device} has sent more than {limit} bytes into one space, more than it may. What "
        "came after was set aside, everything else is here. A coordinator allows more under Project, "
        "“Role and quota…” (“kipu device quota”), or shuts the laptop out."
    ),
    "over-quota.files": lazy(
        "Laptop {device} has put more than {limit} bytes into one space, files counted too. Some of "
        "its files stay where they are, and all words are here. A coordinator allows more under "
        "Project, “Role and quota…” (“kipu device quota”)."
    ),
    "store-copied": lazy(
        "This laptop's project is a copy of one that went on elsewhere; it carries on under a new "
        "number and nothing is lost."
    ),
    "roster-withdrawn": lazy(
        "This laptop's project is a copy of one that went on elsewhere, and both changed who belongs to "
        "it. What was entered here was taken back: {entries}. Records are all kept; look at laptops "
        "and roles and enter it again."
    ),
    "roster-forked": lazy(
        "This laptop's project is a copy of one that went on elsewhere, and both changed who belongs to "
        "it; others know of both already. Nothing was sent or taken. Everything stays here; ask another "
        "coordinator to admit this laptop anew."
    ),
    "roster-forked.recovered": lazy(
        "The project was recovered with its paper on another laptop too, and {place} knows that one. "
        "Nothing was sent or taken, and everything stays here. Let that laptop admit this one, or "
        "recover here again from {place}."
    ),
    "roster-forked.admitted": lazy(
        "Whoever admitted this laptop did so on a copy of theirs that does not count at {place}. "
        "Nothing was sent or taken, and everything stays here. Ask a coordinator to admit this "
        "laptop anew."
    ),
    "remote-missing": lazy(
        "{place} is not there: not connected, unplugged or moved. Your work is safe on this laptop."
    ),
    "remote-missing.broken-off": lazy(
        "{place} broke off the connection. Your work is safe on this laptop; try again."
    ),
    "remote-missing.bucket": lazy(
        "There is no bucket named “{bucket}” at {place}. Check the address. Your work is safe on this "
        "laptop."
    ),
    "remote-not-a-folder": lazy("{place} is not a folder. Your work is safe on this laptop."),
    "remote-other": lazy(
        "What answers at {host}, port {port} does not speak {wanted} ({reason}): it is another kind of "
        "server, or something on the way to it. Check the address. Your work is safe on this laptop."
    ),
    "remote-other.page": lazy(
        "A web page answers in place of {place}: the network may want you to sign in first, in a "
        "browser, or the address is that of a page. Your work is safe on this laptop."
    ),
    "remote-other.no-tls": lazy(
        "What answers at {host}, port {port} does not speak https, so it cannot prove that it is the "
        "right server. Check the port, or ask whoever keeps the server. Nothing was sent; your work is "
        "safe on this laptop."
    ),
    "remote-other.tls": lazy(
        "The server at {host}, port {port} wants https: write “https” in the address. Your work is safe "
        "on this laptop."
    ),
    "remote-other.old-ssh": lazy(
        "The server at {host}, port {port} speaks an old SSH only ({reason}), which protects nothing "
        "any more. Nothing was sent; ask whoever keeps the server to renew it."
    ),
    "remote-unreadable": lazy(
        "You are not allowed to read {place}. Your work is safe on this laptop."
    ),
    "remote-read-only": lazy(
        "{place} cannot be written to. Your work is safe on this laptop; ask for permission to "
        "write there."
    ),
    "remote-read-only.server": lazy(
        "The server at {place} cannot write to its own storage. Your work is safe on this laptop; "
        "tell whoever keeps the server."
    ),
    "remote-full.server": lazy(
        "The server at {place} has no room left. What was not sent stays safe on this laptop; tell "
        "whoever keeps the server."
    ),
    "remote-full.device-quota": lazy(
        "This laptop has sent {place} as much as the server takes from one laptop. What was not sent "
        "stays safe here; whoever keeps the server can allow more (its limit device-bytes)."
    ),
    "remote-full.project-quota": lazy(
        "This project has sent {place} as much as the server takes from one project. What was not "
        "sent stays safe on this laptop; whoever keeps the server can allow more (its limit "
        "project-bytes)."
    ),
    "remote-full": lazy(
        "{place} is full. What was not sent stays safe on this laptop; make room and sync again."
    ),
    "remote-read-only.took": lazy(
        "{place} cannot be written to. What lay there was taken in, changes received: {received}. Your "
        "work is safe on this laptop; ask for permission to write there."
    ),
    "remote-full.took": lazy(
        "{place} is full. What lay there was taken in, changes received: {received}. What was not sent "
        "stays safe on this laptop; make room and sync again."
    ),
    "remote-busy": lazy(
        "Another program holds a file in {place}. Your work is safe on this laptop; try again."
    ),
    "remote-broken": lazy(
        "{place} does not give back what was written there. Your work is safe on this laptop."
    ),
    "remote-broken.server": lazy(
        "{place} reports a fault of its own ({reason}); it may be full. What was not sent stays "
        "safe on this laptop; try again later or tell whoever keeps the place."
    ),
    "remote-occupied": lazy(
        "Something else lies in {place} where this laptop's batch belongs ({path}). Nothing was "
        "overwritten; tell the coordinator."
    ),
    "remote-too-large": lazy("A file in {place} is larger than it may be; it was not read."),
    "carried-not-one": lazy(
        "{place} is not a file that “kipu carry” made, or somebody packed it anew. Nothing was changed."
    ),
    "carried-torn": lazy(
        "{place} was cut short on its way. Nothing was changed; copy the file again, or make it anew."
    ),
    "carried-torn.more": lazy(
        "Something was added at the end of {place} after it was made. Nothing was changed; copy the "
        "file again, or make it anew."
    ),
    "carried-too-large": lazy(
        "There is more than one file can carry ({limit} parts). Use a folder on the stick as a share. "
        "Nothing was lost."
    ),
    "carried-exists": lazy(
        "{place} is there already; nothing was written. Choose another name, or say that it is to be "
        "replaced."
    ),
    "carried-other-project": lazy(
        "{place} was made in another project. Nothing was taken from it."
    ),
    "carried-stranger": lazy(
        "{place} was made by a laptop that does not belong to this project, as far as is known here. "
        "Nothing was taken from it."
    ),
    "carried-for-another": lazy(
        "{place} was made for another laptop and leaves out what that one has; what fits was taken in."
    ),
    "remote-too-large.upload": lazy(
        "{place} takes no file as large as one of this project's. What was not sent stays safe on "
        "this laptop; ask whoever keeps the place to allow larger files."
    ),
    "remote-bad-path": lazy("{path} is no path on a share. Nothing was changed."),
    "remote-name-unknown": lazy(
        "No computer named {host} was found. Check the address and the network. Your work is safe "
        "on this laptop."
    ),
    "remote-name-unknown.proxy": lazy(
        "This computer is set to use the proxy {host}, and no computer of that name was found. Mend the "
        "proxy in the system's settings. Your work is safe on this laptop."
    ),
    "remote-refused.proxy": lazy(
        "The proxy {host}, port {port}, which this computer is set to use, does not lead to {place} "
        "({reason}). Ask whoever keeps the network. Your work is safe on this laptop."
    ),
    "remote-login.proxy": lazy(
        "The proxy {host}, port {port}, which this computer is set to use, wants a user name and "
        "password of its own. Ask whoever keeps the network. Your work is safe on this laptop."
    ),
    "remote-login.access-key": lazy(
        "The access key id for {place} is missing: give it with --user, beside the secret key. Nothing "
        "was sent."
    ),
    "remote-refused": lazy(
        "Nobody answers at {host}, port {port}. Check the address, the network and whether the "
        "server runs. Your work is safe on this laptop."
    ),
    "remote-timeout": lazy(
        "{place} did not answer in time. Your work is safe on this laptop; try again."
    ),
    "remote-certificate": lazy(
        "{place} cannot prove that it is the right server ({reason}). Nothing was sent; your work "
        "is safe on this laptop. Ask whoever keeps the server."
    ),
    "remote-host-key": lazy(
        "This laptop does not know the server at {place} yet. Its key is {fingerprint}: compare it "
        "with whoever keeps the server. Nothing was sent; your work is safe on this laptop."
    ),
    "remote-host-key.changed": lazy(
        "The server at {place} shows another key than before: {fingerprint}. It was set up anew, "
        "or somebody pretends to be it. Nothing was sent; ask whoever keeps the server."
    ),
    "remote-login": lazy(
        "{place} does not accept the user name, password or key. Your work is safe on this laptop."
    ),
    "remote-login.key": lazy(
        "The key file for {place} does not open: it is damaged, of another kind, or its passphrase "
        "is wrong. Your work is safe on this laptop."
    ),
    "remote-clock": lazy(
        "{place} refuses because this laptop's clock is wrong. Set date and time, and try again. "
        "Your work is safe on this laptop."
    ),
    "remote-moved": lazy(
        "{place} sends us on to {target}. Kipu does not follow; correct the address if that is "
        "right. Nothing was sent."
    ),
    "remote-driver-missing": lazy(
        "This Kipu was installed without what {scheme}:// needs (the extra “{extra}”). Your work "
        "is safe on this laptop."
    ),
    "remote-bad-address": lazy("That is no address Kipu understands."),
    "remote-bad-address.empty": lazy("Say where the share is: a folder or an address."),
    "remote-bad-address.control": lazy(
        "That address has a line break or another control character in it. Type it anew."
    ),
    "remote-bad-address.scheme": lazy(
        "Kipu does not know “{scheme}://”. It knows folders, sftp://, webdav+https://, s3:// and "
        "kipu+https://."
    ),
    "remote-bad-address.slashes": lazy(
        "After “{scheme}:” come two slashes and the server's name, as in {scheme}://server/folder."
    ),
    "remote-bad-address.host": lazy("The server's name in that address is not written correctly."),
    "remote-bad-address.port": lazy("The port in that address must be between 1 and 65535."),
    "remote-bad-address.user": lazy(
        "The user name in that address is missing or does not belong there."
    ),
    "remote-bad-address.password": lazy(
        "Leave the password out of the address; Kipu asks for it and keeps it encrypted."
    ),
    "remote-bad-address.path": lazy(
        "The folder in that address is not written correctly; use “/” and no “..”."
    ),
    "remote-bad-address.option": lazy(
        "What stands after the question mark in that address is not written correctly."
    ),
    "remote-bad-address.not-here": lazy("“{option}” does not go with {scheme}://."),
    "remote-bad-address.host-key": lazy(
        "A host key is written as “ssh-keygen -lf” shows it: “SHA256:” and 43 letters, digits, “+” "
        "or “/”."
    ),
    "remote-bad-address.certificate": lazy(
        "A certificate is given by its SHA-256 fingerprint, which has 64 hexadecimal digits."
    ),
    "remote-bad-address.endpoint": lazy(
        "The endpoint is the address of the S3 service alone, as in https://s3.example.org; http:// "
        "goes only in one's own network."
    ),
    "remote-bad-address.region": lazy(
        "The region is written with small letters, digits and hyphens, as in us-east-1."
    ),
    "remote-bad-address.style": lazy("The style of an S3 address is “path” or “virtual”."),
    "remote-bad-address.plain-near": lazy(
        "{scheme}:// is not encrypted on its way and is only for a server on this very computer, which "
        "{host} is not. Use the address with “https”."
    ),
    "remote-bad-address.plain": lazy(
        "{scheme}:// would send everything through the internet unprotected. Use the address with "
        "“https”."
    ),
    "remote-bad-address.bucket": lazy(
        "After “s3://” comes the bucket's name: 3 to 63 small letters, digits, dots or hyphens."
    ),
    "remote-bad-address.use-web": lazy(
        "For Nextcloud or another WebDAV place write webdav+https://, for a Kipu server "
        "kipu+https://."
    ),
    "remote-not-admitted": lazy(
        "{place} does not know this laptop: its admission has not arrived there, or it was shut "
        "out. Your work is safe on this laptop; ask the coordinator."
    ),
    "remote-code-wanted": lazy(
        "{place} takes in a new project only with a code of its administrator's, and this one is "
        "missing, wrong or used. Nothing was sent."
    ),
    "remote-busy.server": lazy(
        "{place} cannot serve this just now. Your work is safe on this laptop; sync again later."
    ),
    "remote-busy.connections": lazy(
        "{place} takes no more connections just now. Your work is safe on this laptop; sync again later."
    ),
    "remote-broken.no-kipu-server": lazy(
        "What answers at {place} is not a Kipu server. Your work is safe on this laptop."
    ),
    "remote-bad-address.project": lazy(
        "That server keeps several projects. To recover one, add its number to the address, as in "
        "kipu+https://server/number."
    ),
    "remote-bad-address.use-kipu": lazy("For a Kipu server write kipu+https://."),
    "remote-bad-address.use-sftp": lazy("Write it as sftp://user@server/folder."),
    "remote-bad-address.use-mount": lazy(
        "Connect that place as a folder in your system first, then give its folder."
    ),
    "roster-incomplete": lazy(
        "Some of the project's membership has not arrived yet; sync again later."
    ),
    "foreign-file": lazy("{path} is not a file of Kipu's; it was left alone."),
    "file-unreadable": lazy(
        "{path} in {place} cannot be read by this laptop, or something else lies in its place. It was "
        "passed over; whoever keeps the place can give it back or take it away."
    ),
    "heads-unreadable": lazy("{path} cannot be read; it is only a hint and was skipped."),
    "shut-out": lazy(
        "This laptop was shut out of the project, or whoever admitted it was: what is made here reaches "
        "nobody any more. All of it stays here; changes not sent: {count}. Ask a coordinator to admit "
        "this laptop again."
    ),
    "set-aside.role": lazy(
        "Changes made on this laptop that its role did not allow: {count}. They are set aside and "
        "count for nobody, here neither; Review and “kipu withheld” name them, and nothing of them is "
        "lost. With a role that allows them, which a coordinator gives, enter them again."
    ),
    "set-aside.late": lazy(
        "Changes made on this laptop that came late for a closed act: {count}. They are set aside; "
        "Review and “kipu withheld” name them. A coordinator takes them in there or with “kipu "
        "admit-late”."
    ),
    "key-awaited": lazy(
        "Changes that wait here because the key of their space is not on this computer: {count}. "
        "Nothing of them is lost. Sync with the others, who may have the key. If nobody has it any "
        "more, a coordinator begins the space anew on the Project page or with “kipu space rename "
        "--new-key”."
    ),
    "batch-missing": lazy(
        "{path} should be on the share and is not; what it holds has not arrived yet."
    ),
    "batch-forked": lazy(
        "{path} differs from what arrived under the same number before; it was set aside. Tell the "
        "coordinator: a laptop was copied or somebody is forging."
    ),
    "epoch-broken": lazy(
        "A coordinator's laptop wrote a new key ({epoch}) that does not open those before it; older "
        "records may stay unreadable here. Tell another coordinator."
    ),
    "batch-waiting": lazy("{path} waits for membership that has not arrived yet."),
    "batch-stranger": lazy("{path} comes from a laptop that was never admitted; it was set aside."),
    "batch-foreign": lazy("{path} belongs to another project; it was set aside."),
    "batch-no-key": lazy("The key for {path} has not reached this laptop yet; it is kept waiting."),
    "share-founded-anew": lazy(
        "{place} was founded anew since the last sync; everything of this laptop is sent again."
    ),
    "share-rolled-back": lazy(
        "{place} had lost files it held before; this laptop put back what it holds."
    ),
    "attachment-torn": lazy(
        "A file was cut short; it was set aside. The next sync fetches it from the others."
    ),
    "attachment-damaged": lazy(
        "A file does not open any more; it was damaged. The next sync fetches it from the others."
    ),
    "attachment-foreign": lazy(
        "A file is not the one its record names; it was left alone. Tell the coordinator."
    ),
    "snapshot-unusable": lazy(
        "The snapshot in {path} cannot be used; what it holds was taken in from the batches instead, "
        "and nothing is missing. A coordinator can leave a new one with “kipu compact”."
    ),
    "block": lazy(
        "{path} is signed by its laptop but not written as Kipu writes; it was set aside. Tell the "
        "coordinator: somebody uses another program there."
    ),
    "file-torn": lazy("{path} was cut short on the share; it was written again."),
}


def explained(error: SyncError) -> str:
    """The sentence for a fault, in the person's language."""
    if isinstance(error, UnknownVersion):
        return sentence(error.default_code, error.params)
    return sentence(error.code, error.params)


def sentence(code: str, params: Mapping[str, str | int]) -> str:
    """The sentence for a code; an unknown one is named rather than hidden."""
    known = SENTENCES.get(code) or SENTENCES.get(code.partition(".")[0])
    if known is None:
        return _(
            "Something from outside is not as it must be ({code}). Nothing was changed."
        ).format(code=code)
    return str(known).format_map(_Filled(params))


class _Filled(dict[str, str | int]):
    """Parameters for a sentence; one that is not known leaves a dash."""

    def __missing__(self, key: str) -> str:
        return "–"
