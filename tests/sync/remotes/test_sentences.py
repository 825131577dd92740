"""Every way a place can fail has a sentence of its own, with nothing left to fill in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app import models
from app.models import faults
from sync import exchange, ports
from sync.remotes import addresses

_ROOMS = [Path(str(one.__file__)).parent for one in (exchange, models)]
_FOLDER = Path(addresses.__file__).parent
_GIVEN = {"place": "P", "path": "a", "host": "h", "port": 22, "reason": "r", "fingerprint": "f",
          "scheme": "s", "extra": "e", "target": "t", "wanted": "w", "bucket": "b",
          "option": "o"}  # fmt: skip


def codes() -> list[str]:
    """Codes of the faults in `sync.ports`, and those the drivers write themselves."""
    kinds = [kind for kind in vars(ports).values() if isinstance(kind, type)]
    named = {kind.default_code for kind in kinds if issubclass(kind, ports.RemoteError)}
    for file in _FOLDER.glob("*.py"):
        named |= set(re.findall(r'"(remote-[a-z-]+\.[a-z-]+)"', file.read_text(encoding="utf-8")))
    source = Path(addresses.__file__).read_text(encoding="utf-8")
    named |= {f"remote-bad-address.{what}" for what in re.findall(r'_bad\("([a-z-]+)"', source)}
    named |= {f"remote-bad-address.{option}" for option in addresses.OPTIONS}
    return sorted(named - {"remote-error"})


def warnings() -> list[str]:
    """Codes of what a sync warns of."""
    sources = [file.read_text(encoding="utf-8") for room in _ROOMS for file in room.rglob("*.py")]
    named = {code for text in sources for code in re.findall(r'\bwarn\(\s*"([a-z.-]+)"', text)}
    assert len(named) > 10
    return sorted(named)


@pytest.mark.parametrize("code", warnings())
def test_a_warning_has_its_sentence(code: str) -> None:
    assert code in faults.SENTENCES


def test_a_batch_that_is_signed_and_not_as_kipu_writes_names_its_file() -> None:
    assert "spaces/a/b" in faults.sentence("block.bits", {"path": "spaces/a/b"})


@pytest.mark.parametrize("code", codes())
def test_a_fault_has_its_sentence(code: str) -> None:
    assert code in faults.SENTENCES
    said = faults.sentence(code, _GIVEN)
    assert "–" not in said
    assert "{" not in said
