"""What a coordinator is told of the laptops: who was heard of, and what of theirs is not here."""

from __future__ import annotations

from app.models.queries.devices import all_devices
from tests.models.laptops import Laptop, settle, shared


def missing(seer: Laptop) -> dict[str, int]:
    """By laptop, how many batches of it `seer` knows of and lacks; those it lacks none of aside."""
    return {one.code: one.missing for one in all_devices(seer.project) if one.missing}


def test_nothing_is_missing_of_who_writes_seldom_among_who_write_often(three: list[Laptop]) -> None:
    ana, beto, carla = three
    remote = shared(*three)
    beto.person("Nayra")
    settle(remote, beto, carla, rounds=1)
    for number in range(4):
        carla.person(f"Rosa {number}")
        carla.sync(remote)
    settle(remote, beto, rounds=1)
    beto.person("Lucía")
    settle(remote, beto, carla, rounds=1)
    carla.person("Ida")
    settle(remote, carla, ana)
    assert missing(ana) == {}


def test_batches_others_saw_and_that_did_not_come_are_counted(three: list[Laptop]) -> None:
    ana, beto, carla = three
    remote = shared(*three)
    beto.person("Nayra")
    settle(remote, beto, ana, carla, rounds=1)
    for name in ("Ida", "Eva"):
        before = set(remote.files)
        beto.person(name)
        settle(remote, beto, carla, rounds=1)
        lost = [path for path in remote.files.keys() - before if path.startswith("spaces/")]
        carla.person(f"Vecina de {name}")
        carla.sync(remote)
        for path in lost:
            del remote.files[path]
    ana.sync(remote)
    assert missing(ana) == {"L2": 2}
