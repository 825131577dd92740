"""Every way a place can fail has a sentence of its own, with nothing left to fill in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.models import faults
from sync import ports
from sync.remotes import addresses

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


@pytest.mark.parametrize("code", codes())
def test_a_fault_has_its_sentence(code: str) -> None:
    assert code in faults.SENTENCES
    said = faults.sentence(code, _GIVEN)
    assert "–" not in said
    assert "{" not in said
