"""Marker words are typed wherever Kipu takes words; no file anywhere may hold one.

The only exceptions are the exports a person asked for, and what they themselves brought.
"""

from __future__ import annotations

import base64
import csv
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.fields import (
    Answers,
    AttachmentRef,
    Boolean,
    Choice,
    Date,
    DateTime,
    Decimal,
    Document,
    Field,
    Integer,
    Languages,
    Location,
    Money,
    MultiChoice,
    PartialDate,
    Position,
    Reference,
    Text,
    Time,
)
from app.models.records import ANYTHING, KINDS, Kind, parent_field
from tests.journeys.desk import FORM, Desk, World, script

MARKER = "zqmarcadora"
PASSPHRASE = f"{MARKER} ñandú frase"
PERSON, SPACE, COUNCIL = f"{MARKER}Persona Uno", f"{MARKER}Parroquia", f"{MARKER}Consejo"
MARKED_FORM = FORM.replace("Entrevista mínima", f"{MARKER}Título").replace("¿", f"{MARKER} ¿")


def sample(field: Field, name: str) -> str | None:
    """A value for a field, holding a marker wherever the field takes words."""
    word = f"{MARKER}{name}"
    known: tuple[tuple[type[Field], str | None], ...] = (
        (Answers, None),
        (Position, None),
        (Reference, None),
        (Languages, "qu;es"),
        (MultiChoice, field.choices[0][0] if field.choices else None),
        (Choice, field.choices[0][0] if field.choices else None),
        (Document, f"passport {MARKER.upper()}"),
        (AttachmentRef, f'{{"name": "{word}.jpg", "size": 3, "hash": "{"ab" * 32}", '
                        '"type": "image/jpeg"}'),
        (DateTime, "2026-11-20 14:30"),
        (PartialDate, "2026-11"),
        (Date, "2026-11-20"),
        (Time, "14:30"),
        (Money, "12.50 USD"),
        (Boolean, "yes"),
        (Location, "-1.49, -77.99"),
        (Integer, str(min(max(1, field.low), field.high)) if isinstance(field, Integer) else None),
        (Decimal, "1.5"),
        (Text, word),
    )  # fmt: skip
    return next(value for kind, value in known if isinstance(field, kind))


def fill_every_kind(desk: Desk, space: str, photo: Path) -> int:
    """Make a record of every kind with every field that takes words; returns how many words."""
    made: dict[str, str] = {}
    words = 0
    for kind in ordered():
        owner = parent_field(kind)
        if kind.parent == ANYTHING:
            verb = ["attachment", "add", made["person"], str(photo)]
            words += 4
            desk.tell(
                *verb, f"caption={MARKER}Pie", f"transcription={MARKER}Voz", f"taken_by={MARKER}"
            )
            continue
        given = [f"{owner.id}={made[kind.parent or '']}"] if owner else []
        for field in kind.fields:
            value = None if field.automatic else sample(field, f"{kind.name}{field.id}")
            if isinstance(field, Reference) and not field.automatic:
                value = made.get(field.kind or "person", value)
            if value is not None:
                given.append(f"{field.id}={value}")
                words += MARKER in value.lower()
        made[kind.name] = desk.tell("record", "new", kind.name, *given, "--space", space)["id"]
    return words


def _needed(kind: Kind) -> set[str]:
    """The kinds it cannot be without; a reference to anything is shown on a person."""
    if kind.parent == ANYTHING:
        return {"person"}
    links = [one for one in kind.fields if isinstance(one, Reference) and one.required]
    return {one.kind or "person" for one in links}


def ordered() -> Iterator[Kind]:
    """The kinds that people make records of, owners first."""
    done: set[str] = {"survey", "response", "response_row"}
    waiting = [kind for kind in KINDS.values() if kind.name not in done]
    while waiting:
        kind = next(
            one for one in waiting if {one.parent, *_needed(one)} <= {None, ANYTHING, *done}
        )
        waiting.remove(kind)
        done.add(kind.name)
        yield kind


def spellings(*secrets: str) -> set[bytes]:
    """The ways a secret could lie in a file."""
    found = set()
    for secret in secrets:
        for text in (secret, secret.upper()):
            found |= {text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")}
            found.add(text.encode().hex().encode())
            for shift in range(3):
                # The first and last characters mix with their neighbours.
                coded = base64.b64encode(b"\0" * shift + text.encode())
                found.add(coded[4 if shift else 0 : -4].rstrip(b"="))
    return found


def leaks(root: Path, *secrets: str, spared: tuple[str, ...] = ("inputs", "exports")) -> list[str]:
    """Where a secret lies in the clear, in a file or a file's name, under `root`."""
    wanted = spellings(*secrets)
    found = []
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if name.parts[0] in spared:
            continue
        content = path.read_bytes() if path.is_file() else b""
        where = content + content.lower() + str(name).lower().encode()
        found += [f"{name}: {secret!r}" for secret in wanted if secret in where]
    return found


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A project on two laptops in which every word is a marker, and their share."""
    root = tmp_path_factory.mktemp("marked") / "m"
    inputs = root / "inputs"
    inputs.mkdir(parents=True)
    boss, mate = Desk(root / "l1", PASSPHRASE), Desk(root / "l2", PASSPHRASE)
    share = root / "share"
    share.mkdir()
    (inputs / f"{MARKER}.md").write_text(MARKED_FORM, "utf-8")
    codes = boss.tell("init", "--project", f"{MARKER}Proyecto", "--person", PERSON)
    (inputs / "codes").write_text("\n".join(codes.values()), "utf-8")
    boss.batch(
        ["space", "add", SPACE], ["space", "add", COUNCIL],
        ["form", "import", str(inputs / f"{MARKER}.md")], ["sync", str(share), "--found"],
    )  # fmt: skip
    request, grant = str(root / "l2.request"), str(root / "l2.grant")
    mate.tell("request", "--person", f"{MARKER}Persona Dos", "--out", request)
    boss.tell("admit", request, "--role", "facilitator", "--space", SPACE, "--out", grant)
    mate.batch(["join", grant], ["sync", str(share)])
    return World(root)


def test_no_word_lies_anywhere_in_the_clear(marked: World) -> None:
    root = marked.root
    boss, mate = Desk(root / "l1", PASSPHRASE), Desk(root / "l2", PASSPHRASE)
    photo = root / "inputs" / f"{MARKER}.jpg"
    photo.write_bytes(MARKER.encode() * 30_000)
    assert fill_every_kind(boss, COUNCIL, photo) > 60
    started, draft = mate.batch(*[["interview", "start", "mini", "--space", SPACE]] * 2)
    answers = [f"who={MARKER}Respuesta", "safe=no", f"why={MARKER}Miedo", f"code={MARKER}"]
    mate.batch(
        ["interview", "answer", started["id"], *answers],
        ["interview", "finish", started["id"]],
        ["interview", "answer", draft["id"], f"who={MARKER}Borrador"],
        ["interview", "answer", draft["id"], f"age={MARKER}NoEsNúmero"],
        ["record", "set", started["id"], f"who={MARKER}Corregida"],
        ["sync", str(root / "share")],
        ["record", "delete", started["id"]],
        ["backup"],
    )
    boss.batch(["sync"], ["backup"], ["record", "list", "response", "--search", MARKER])
    for verb in (["record", "show", f"{MARKER}Nada"], ["record", "new", "person", f"{MARKER}=1"]):
        boss.refused(*verb)
    codes = (root / "inputs" / "codes").read_text("utf-8").split()
    assert leaks(root, MARKER, *codes, *(c.replace("-", "") for c in codes)) == []
    assert list(Path(boss.environment()["TMPDIR"]).iterdir()) == []


def test_the_scan_finds_what_lies_in_the_clear(tmp_path: Path) -> None:
    for number, content in enumerate(
        [
            MARKER.encode(),
            MARKER.upper().encode("utf-16-le"),
            base64.b64encode(b"ab" + MARKER.encode()),
        ]
    ):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "file").write_bytes(b"\0" + content)
        assert leaks(folder, MARKER)
    (tmp_path / "0" / "file").rename(tmp_path / "0" / MARKER)
    assert leaks(tmp_path / "0", MARKER, spared=())


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_killed_in_mid_export_nothing_is_left_but_the_export(
    marked: World, tmp_path: Path, suffix: str
) -> None:
    root = tmp_path / "m"
    shutil.copytree(marked.root, root, ignore=shutil.ignore_patterns("*-user", "*-work"))
    desk, exports = Desk(root / "l2", PASSPHRASE), root / "exports"
    exports.mkdir()
    table = root / "inputs" / "many.csv"
    with table.open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["who", "why", "safe"])
        rows.writerows([f"{MARKER}{n}", f"{MARKER} por qué {n}", "no"] for n in range(1500))
    desk.tell("survey", "import", "mini", str(table), "--space", SPACE)
    target = exports / f"salida{suffix}"
    chance = random.Random(suffix)
    for _kill in range(4):
        with desk.start("batch", "-") as process:
            assert process.stdin
            assert process.stdout
            export = ["survey", "export", "mini", "-o", str(target)]
            process.stdin.write(script(["status"], *[export] * 20))
            process.stdin.close()
            process.stdout.readline()
            time.sleep(chance.random())
            process.kill()
        assert leaks(root, MARKER) == []
        assert all(target.name in path.name for path in exports.iterdir())
        if target.exists():
            target.unlink()
    told = desk.tell("survey", "export", "mini", "-o", str(target))
    assert told["responses"] == 1500
    assert [path.name for path in exports.iterdir()] == [target.name]
