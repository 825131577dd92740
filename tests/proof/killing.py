"""The power fails under a process at work."""

from __future__ import annotations

import json
import random
import time

from tests.journeys.desk import Desk


def killed(
    desk: Desk, text: str, chance: random.Random, longest: float = 0.6
) -> list[dict[str, object]]:
    """Run a batch and kill it within `longest` seconds of its first answer; what it had told."""
    with desk.start("batch", "-") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(text)
        process.stdin.close()
        first = process.stdout.readline()
        time.sleep(chance.random() * longest)
        process.kill()
        rest = process.stdout.read()
        said = process.stderr.read() if process.stderr else ""
    assert "Traceback" not in said
    # The last line may be cut: then nobody has read it.
    whole = (first + rest).split("\n")[:-1]
    return [json.loads(line) for line in whole]
