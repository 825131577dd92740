"""An open project: the unlocked store, this laptop's keys, the roster and who is sitting here.

A project on disk is a folder with an opaque name (see app.paths). Opening it takes the one-instance
lock, unlocks the vault, upgrades and checks the store, and compares it with its witness.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from app.errors import KipuError
from app.i18n import _
from app.models import clock_question, incarnation, papers, practice, project_settings, spaces
from app.models.ledger import Ledger
from app.models.ledger.registers import Author
from app.models.ledger.rows import TextPaths
from app.models.lock_file import ProjectLock
from app.models.safe_files import copies, next_copy, patiently, rotate, sync_folder
from app.models.store import Store
from app.models.vault import Unlocked, Vault, subkey
from app.models.witness import Witness
from app.paths import ProjectPaths, new_project_dir, project_dirs
from sync.crypto import KeyPair
from sync.ids import device_id, random_id, random_incarnation
from sync.roster import Entry, Roster, parse_entry

PersonId = bytes
_BACKUP_EVERY_MS = 24 * 3600 * 1000


@dataclass
class Person:
    """Who is sitting at the laptop."""

    id: PersonId
    name: str
    label: str


def initials(name: str) -> str:
    """The label offered for a person: the first letters of their names."""
    return "".join(word[0] for word in name.split()[:3]).upper() or "?"


class Project:
    """An open project. Made by `begin` or `open_project`; `close` when done."""

    def __init__(
        self, home: Path, vault: Vault, unlocked: Unlocked, store: Store, lock: ProjectLock
    ) -> None:
        self.home = home
        self.folder = vault.folder
        self.paths = ProjectPaths(vault.folder)
        self.vault = vault
        self.store = store
        self._lock = lock
        self._key = unlocked.key
        self._witness = Witness(home, vault.store_id)
        self.keys = KeyPair.from_secret(bytes(store.meta("secret")))
        self.roster = Roster(
            parse_entry(bytes(raw))
            for (raw,) in store.rows("SELECT raw FROM roster ORDER BY position")
        )
        self.person = self._person(unlocked)
        self.notices: list[str] = [vault.notice] if vault.notice else []
        self.ledger = Ledger(store, self.roster, self._author(), _text_paths(store))

    def _person(self, unlocked: Unlocked) -> Person:
        person = unlocked.person or bytes(self.store.meta("first_person"))
        name = self.store.value("SELECT name FROM persons WHERE person=?", (person,)) or ""
        label = next((slot.label for slot in self.vault.people if slot.id == unlocked.slot), "")
        return Person(person, str(name), label or initials(str(name)))

    def _author(self) -> Author:
        return Author(
            self.keys, self.device, bytes(self.store.meta("incarnation")), self.person.id,
            self.person.name,
        )  # fmt: skip

    # -- who and what this is ----------------------------------------------------------------

    @property
    def device(self) -> bytes:
        return device_id(self.keys.sign_public)

    @property
    def is_joined(self) -> bool:
        """Whether the project's roster is here: false while a request waits for its grant."""
        return len(self.roster) > 0

    def require_joined(self) -> None:
        if not self.is_joined:
            raise KipuError(
                _("This laptop has not joined its project yet; ask the coordinator for the grant.")
            )

    @property
    def name(self) -> str:
        """The project's name: the name of the space all members share."""
        return spaces.given_name(self, self.roster.common) if self.is_joined else ""

    @property
    def code(self) -> str:
        """This laptop's short name, put on folios (L2); a later incarnation adds a letter."""
        member = self.roster.view().members.get(self.device) if self.is_joined else None
        turn = int(self.store.meta("incarnation_number") or 1)
        return (member.code if member else "?") + ("" if turn == 1 else chr(ord("a") + turn - 1))

    @property
    def is_coordinator(self) -> bool:
        member = self.roster.view().members.get(self.device) if self.is_joined else None
        return bool(member and member.is_coordinator)

    def require_coordinator(self) -> None:
        """Raises KipuError on the laptop of anybody but a coordinator."""
        self.require_joined()
        if not self.is_coordinator:
            raise KipuError(_("Only a coordinator can do this."))

    @property
    def data_key(self) -> bytes:
        """The vault's data key, for adding slots; never written anywhere."""
        return self._key

    # -- the witness and incarnations --------------------------------------------------------

    def take_stand(self) -> None:
        """Compare the store with its witness before the first write (sync rule 11)."""
        token, counter = bytes(self.store.meta("token")), int(self.store.meta("counter"))
        finding = self._witness.check(token, counter)
        if finding != "same" and counter:
            self.begin_incarnation()
            self.notices.append(
                _("This project was restored from a copy; it carries on under a new number.")
            )
        self._question_clock()
        self.bear_witness()

    def _question_clock(self) -> None:
        """A dead clock battery goes back years: say so before anything is dated by it."""
        if (found := clock_question.doubt(self)) is not None:
            self.notices.append(clock_question.sentence(found))

    def bear_witness(self) -> None:
        """Count on, inside first and then outside, so that a crash between looks like nothing."""
        counter = int(self.store.meta("counter")) + 1
        self.store.set_meta("counter", counter)
        self._witness.record(bytes(self.store.meta("token")), counter)

    def begin_incarnation(self, lost: Mapping[bytes, int] = MappingProxyType({})) -> None:
        """Carry on in new logs; what was not sent yet moves there.

        Of a log in `lost` everything from that number on moves: another life wrote it otherwise.
        """
        incarnation.begin(self, lost)
        self.ledger.with_author(self._author())

    # -- the roster --------------------------------------------------------------------------

    def keep_entries(self, entries: list[Entry]) -> None:
        """Store entries that the roster has accepted already."""
        self.store.run_many(
            "INSERT OR IGNORE INTO roster(hash, author, number, raw) VALUES(?,?,?,?)",
            [(entry.hash, entry.author, entry.number, entry.raw) for entry in entries],
        )

    # -- persons -----------------------------------------------------------------------------

    def remember_person(self, person: PersonId, name: str) -> None:
        self.ledger.registers.pid(person, name)

    # -- backups and closing -----------------------------------------------------------------

    def back_up(self) -> Path:
        """Make a consistent encrypted copy and thin out the old ones."""
        self.paths.backups.mkdir(exist_ok=True)
        path = next_copy(self.paths.backups, datetime.now(UTC).date())
        self.store.copy_to(path, subkey(self._key, "store"))
        self.store.set_meta("backed_up", self.ledger.now_ms())
        rotate(self.paths.backups)
        return path

    def back_up_if_due(self) -> None:
        if self.store.meta("purge_backups"):
            self._renew_backups()
        elif self.ledger.now_ms() - int(self.store.meta("backed_up") or 0) >= _BACKUP_EVERY_MS:
            self.back_up()

    def _renew_backups(self) -> None:
        """Older copies hold what was erased since: one made now takes the place of them all."""
        self.ledger.projection.purge()
        self.store.run(
            "UPDATE meta SET value=json_remove(value, '$.filter') "
            "WHERE key LIKE 'list:%' AND json_valid(value)"
        )
        made = self.back_up()
        for copy in copies(self.paths.backups):
            if copy.path != made:
                patiently(copy.path.unlink, copy.path)
        self.store.set_meta("purge_backups", 0)

    def close(self) -> None:
        """Close the store and let the next window in."""
        self.store.close()
        self._lock.release()


# -- beginning and opening -------------------------------------------------------------------------


def begin(
    home: Path, person_name: str, passphrase: str, label: str = "", *, as_practice: bool = False
) -> tuple[Project, str]:
    """A new project folder with fresh keys and nobody's project in it yet.

    One begun `as_practice` is marked so for good (see app.models.practice). Returns the open
    project and the laptop's recovery code.
    """
    if not person_name.strip():
        raise KipuError(_("Say who is sitting here: a name is needed."))
    person, name = random_id(), person_name.strip()
    folder = new_project_dir(home)
    # Made under a name nobody looks at, so that a project cut off in the making is none.
    making = folder.with_name(f".{folder.name}")
    try:
        _vault, key, code = Vault.create(making, label or initials(name), person, passphrase)
        _fill(making, key, person, name, code, as_practice)
        patiently(lambda: making.rename(folder), folder)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    sync_folder(home)
    vault, lock = Vault.open(folder), ProjectLock(folder)
    lock.acquire()
    store = Store.open(ProjectPaths(folder).store, subkey(key, "store"))
    project = Project(home, vault, Unlocked(key, person, vault.people[0].id), store, lock)
    project.ledger.rebuild()
    project_settings.follow(project)
    # There is nothing worth a copy yet.
    store.set_meta("backed_up", project.ledger.now_ms())
    project.take_stand()
    return project, code


def _fill(
    folder: Path, key: bytes, person: PersonId, name: str, code: str, as_practice: bool
) -> None:
    """Make the store of a new project: fresh keys, and who begins it."""
    store = Store.create(ProjectPaths(folder).store, subkey(key, "store"))
    try:
        with store.transaction():
            if as_practice:
                practice.put_mark(store, folder)
            store.set_meta("secret", KeyPair.generate().secret)
            store.set_meta("incarnation", random_incarnation())
            store.set_meta("incarnation_number", 1)
            store.set_meta("token", secrets.token_bytes(16))
            store.set_meta("counter", 0)
            store.set_meta("first_person", person)
            store.run("INSERT INTO persons(person, name) VALUES(?,?)", (person, name))
            papers.remember(store, papers.LAPTOP, code)
    finally:
        store.close()


def open_project(folder: Path, home: Path, unlock: Callable[[Vault], Unlocked]) -> Project:
    """Unlock and open a project.

    `unlock` asks the vault for the key (by passphrase or paper code). Raises KipuError for a wrong
    passphrase, a project open in another window, or a store that is missing or damaged.
    """
    vault = Vault.open(folder)
    lock = ProjectLock(folder)
    lock.acquire()
    try:
        unlocked = unlock(vault)
        store = Store.open(ProjectPaths(folder).store, subkey(unlocked.key, "store"))
    except BaseException:
        lock.release()
        raise
    project = Project(home, vault, unlocked, store, lock)
    try:
        _make_current(project)
        project_settings.follow(project)
        project.take_stand()
    except BaseException:
        project.close()
        raise
    return project


def _make_current(project: Project) -> None:
    """Upgrade an older store (a backup comes first) and rebuild projections that changed shape."""
    if project.store.needs_upgrade:
        project.back_up()
        project.store.upgrade()
    if not project.ledger.projection.is_current():
        project.ledger.rebuild()


def folders(home: Path) -> list[Path]:
    """The project folders of this laptop."""
    return project_dirs(home)


def _text_paths(store: Store) -> TextPaths:
    """Which answers of a form are words: read from the stored form definitions, once each."""
    known: dict[str, frozenset[str] | None] = {}

    def paths(form_id: str) -> frozenset[str] | None:
        if form_id not in known:
            known[form_id] = _paths_of(store, form_id)
        return known[form_id]

    return paths


def _paths_of(store: Store, form_id: str) -> frozenset[str] | None:
    from app.forms import Definition

    rows = store.rows(
        "SELECT xform FROM kind_survey WHERE form_id=? AND xform NOT NULL", (form_id,)
    )
    if not rows:
        return None
    texts: set[str] = set()
    for (xform,) in rows:
        definition = Definition.from_xform(xform)
        texts |= {one.path for one in definition.questions.values() if one.kind == "text"}
    return frozenset(texts)
