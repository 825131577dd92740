"""The roster: any order of arrival gives one view, and only coordinators' words count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.crypto import BadSignature, KeyPair
from sync.errors import Malformed
from sync.ids import device_id
from sync.roster import ROOT, Entry, Roster, author_entry, root_entry
from sync.roster.state import UnknownPast
from sync.roster.weighing import seniority
from sync.values import Value


def keys(number: int) -> KeyPair:
    return KeyPair(bytes([number]) * 32, bytes([number]) * 64, bytes([number]) * 32)


ROOT_KEYS, ANA, BETO, CARLA, DAVID, EVA = (keys(number) for number in range(1, 7))
NAMES = {"ana": ANA, "beto": BETO, "carla": CARLA, "david": DAVID, "eva": EVA}
IDS = {name: device_id(pair.sign_public) for name, pair in NAMES.items()}
PARISH = b"p" * 16
FIRST = root_entry(ROOT_KEYS, b"n" * 16)
PROJECT = FIRST.project


class Script:
    """Writes entries as their authors would, each having seen what it is told it had seen."""

    def __init__(self) -> None:
        self.entries: list[Entry] = [FIRST]
        self.last: dict[bytes, Entry] = {}

    def write(
        self, author: str, kind: str, seen: Sequence[Entry] | None = None, **body: Value
    ) -> Entry:
        pair, name = (ROOT_KEYS, ROOT) if author == "root" else (NAMES[author], IDS[author])
        last = self.last.get(name)
        heads = Roster(self.entries).heads() if seen is None else tuple(e.hash for e in seen)
        number = last.number + 1 if last else 1
        previous = last.hash if last else bytes(32)
        whole = {"type": kind, "project": PROJECT, **body}
        entry = author_entry(pair, name, number, previous, heads, whole)
        self.entries.append(entry)
        self.last[name] = entry
        return entry

    def admit(
        self,
        by: str,
        who: str,
        roles: Mapping[str, str | None],
        seen: Sequence[Entry] | None = None,
    ) -> Entry:
        pair = NAMES[who]
        return self.write(by, "admit", seen, device=IDS[who], sign=pair.sign_public,
                          seal=pair.seal_public, code=who[:2], roles=dict(roles))  # fmt: skip

    def grant(
        self,
        by: str,
        who: str,
        roles: Mapping[str, str | None],
        seen: Sequence[Entry] | None = None,
        cut: int = 0,
    ) -> Entry:
        return self.write(by, "grant", seen, device=IDS[who], roles=dict(roles), cuts={},
                          roster_cut=cut)  # fmt: skip

    def revoke(self, by: str, who: str, cut: int, seen: Sequence[Entry] | None = None) -> Entry:
        return self.write(by, "revoke", seen, device=IDS[who], cuts={}, roster_cut=cut)

    def roster(self) -> Roster:
        return Roster(self.entries)


COORDINATOR = {"*": "coordinator"}
SECRETARY: dict[str, str | None] = {PARISH.hex(): "secretary"}
OBSERVER: dict[str, str | None] = {PARISH.hex(): "observer"}


def three() -> Script:
    """The root admitted Ana; Ana admitted Beto and Carla; all three coordinate."""
    script = Script()
    script.admit("root", "ana", COORDINATOR)
    script.admit("ana", "beto", COORDINATOR)
    script.admit("ana", "carla", COORDINATOR)
    return script


def prevails(script: Script, one: str, other: str) -> bool:
    """Whether of two the one still coordinates and the other is shut out."""
    members = script.roster().view().members
    return members[IDS[one]].is_coordinator and not members[IDS[other]].is_active


def facts(roster: Roster) -> dict[str, Any]:
    """Everything a view says, to compare."""
    view = roster.view()
    return {
        "members": {
            m.device: (m.code, m.admission.hash, dict(m.roles)) for m in view.members.values()
        },
        "names": {s: [e.hash for e in named] for s, named in view.spaces.items()},
        "seniority": {e.hash: seniority(roster, e) for e in roster.entries},
        "valid": {e.hash for i, e in enumerate(roster.entries) if roster.valid >> i & 1},
        "epochs": set(view.epochs),
        "current": {s: view.current_epochs(s) for s in view.spaces},
        "policy": view.policy.kinds,
        "heads": roster.heads(),
        "cuts": {d: {c.entry.hash for c in cuts} for d, cuts in view.cuts.items()},
    }


def arriving(entries: Sequence[Entry], order: Sequence[int]) -> Roster:
    """Take entries in as they come, trying again those whose past is not there yet."""
    roster, waiting = Roster([FIRST]), [entries[i] for i in order]
    while waiting:
        left = []
        for entry in waiting:
            try:
                roster.add(entry)
            except UnknownPast:
                left.append(entry)
        assert len(left) < len(waiting)
        waiting = left
    return roster


# --- order -----------------------------------------------------------------------------------------


def quarrel() -> Script:
    """Everything at once: mutual revocation, clashing grants, admissions and names, void entries."""
    script = three()
    before = [script.entries[-1]]
    script.admit("carla", "david", SECRETARY, before)
    after = [script.entries[-1]]
    script.revoke("beto", "carla", 0, after)
    script.revoke("carla", "beto", 0, after)
    script.grant("ana", "david", {PARISH.hex(): "facilitator"}, after)
    script.write("david", "space", after, space=PARISH, name=b"", name_epoch=b"e" * 16)
    for by in ("david", "carla", "root", "ana"):
        eva = {"device": IDS["eva"], "sign": EVA.sign_public, "seal": EVA.seal_public}
        script.write(by, "admit", after, **eva, code=f"by {by}", roles=COORDINATOR)
        script.write(by, "space", after, space=PARISH, name=by.encode(), name_epoch=b"e" * 16)
    for by, seen in (("eva", [script.entries[-2]]), ("root", after), ("ana", None)):
        script.write(by, "policy", seen, kinds={by: {}})
    script.write("ana", "weather", None, wind="north")
    script.write("ana", "epoch", None, space=PARISH, epoch=b"f" * 16, parents={})
    return script


@given(st.data())
def test_entries_in_any_order_give_the_same_view(data: st.DataObject) -> None:
    script = quarrel()
    order = data.draw(st.permutations(range(len(script.entries))))
    assert facts(arriving(script.entries, order)) == facts(script.roster())


def test_adding_again_changes_nothing() -> None:
    script = three()
    roster = script.roster()
    before = facts(roster)
    assert [roster.add(entry) for entry in script.entries] == [False] * 4
    assert facts(roster) == before


def test_an_entry_waits_for_what_it_saw() -> None:
    script = three()
    roster = Roster(script.entries[:2])
    with pytest.raises(UnknownPast):
        roster.add(script.entries[3])
    with pytest.raises(UnknownPast):
        Roster(script.entries[1:])
    with pytest.raises(UnknownPast):
        roster.view([b"x" * 32])


# --- who may speak ---------------------------------------------------------------------------------


def test_what_others_than_coordinators_write_is_kept_and_void() -> None:
    script = three()
    script.admit("ana", "david", SECRETARY)
    script.admit("david", "eva", COORDINATOR)
    script.grant("david", "david", COORDINATOR)
    roster = script.roster()
    assert IDS["eva"] not in roster.view().members
    assert not roster.view().members[IDS["david"]].is_coordinator
    assert len(roster) == 7


def test_what_somebody_let_in_by_nobody_writes_is_void_too() -> None:
    script = three()
    script.admit("ana", "david", SECRETARY)
    script.admit("david", "eva", COORDINATOR)
    script.revoke("eva", "ana", 0)
    assert script.roster().view().members[IDS["ana"]].is_coordinator


def test_a_stranger_cannot_write_at_all() -> None:
    script = three()
    strange = author_entry(EVA, IDS["eva"], 1, bytes(32), script.roster().heads(),
                           {"type": "revoke", "project": PROJECT, "device": IDS["ana"],
                            "cuts": {}, "roster_cut": 0})  # fmt: skip
    with pytest.raises(Malformed):
        script.roster().add(strange)


def test_an_entry_signed_by_another_key_is_refused() -> None:
    script = three()
    for author in (IDS["ana"], ROOT):
        body = {"type": "weather", "project": PROJECT}
        heads, last = script.roster().heads(), script.last[IDS["ana"]].hash
        forged = author_entry(BETO, author, 2, last, heads, body)
        with pytest.raises((BadSignature, Malformed)):
            script.roster().add(forged)


def test_a_device_cannot_take_anothers_id() -> None:
    script = three()
    with pytest.raises(Malformed):
        script.write("ana", "admit", None, device=IDS["david"], sign=EVA.sign_public,
                     seal=EVA.seal_public, code="x", roles={})  # fmt: skip


def test_an_entry_of_another_project_is_refused() -> None:
    other = root_entry(ROOT_KEYS, b"m" * 16)
    with pytest.raises(Malformed):
        three().roster().add(other)


def test_unknown_types_are_carried_and_change_nothing() -> None:
    script = three()
    before = facts(script.roster())
    script.write("ana", "weather", None, wind="north", more=[1, {"a": b"x"}])
    after = facts(script.roster())
    changing = ("valid", "heads", "seniority")
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    script.admit("ana", "david", OBSERVER)
    assert IDS["david"] in script.roster().view().members


# --- grants and revocations ------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["ana", "beto"])
def test_of_concurrent_grants_the_lesser_counts(first: str) -> None:
    script = three()
    script.admit("ana", "david", OBSERVER)
    base = [script.entries[-1]]
    second = {"ana": "beto", "beto": "ana"}[first]
    script.grant(first, "david", {PARISH.hex(): "secretary"}, base)
    script.grant(second, "david", {PARISH.hex(): "observer"}, base)
    assert script.roster().view().role(IDS["david"], PARISH) == "observer"
    script.grant("ana", "david", {PARISH.hex(): "facilitator"})
    assert script.roster().view().role(IDS["david"], PARISH) == "facilitator"


def test_a_revocation_prevails_over_a_concurrent_grant() -> None:
    script = three()
    script.admit("ana", "david", SECRETARY)
    base = [script.entries[-1]]
    script.revoke("beto", "david", 0, base)
    script.grant("ana", "david", {PARISH.hex(): "secretary"}, base)
    assert script.roster().view().role(IDS["david"], PARISH) is None


def test_a_revoked_device_has_no_role_anywhere_and_can_be_admitted_again() -> None:
    script = three()
    script.admit("ana", "david", {PARISH.hex(): "secretary", (b"q" * 16).hex(): "observer"})
    script.revoke("ana", "david", 0)
    member = script.roster().view().members[IDS["david"]]
    assert not member.is_active
    assert set(member.roles.values()) == {None}
    script.admit("ana", "david", OBSERVER)
    assert script.roster().view().role(IDS["david"], PARISH) == "observer"


def test_of_two_revoking_each_other_the_senior_prevails() -> None:
    for order in (("beto", "carla"), ("carla", "beto")):
        script = three()
        base = [script.entries[-1]]
        script.revoke(order[0], order[1], 0, base)
        script.revoke(order[1], order[0], 0, base)
        # Ana admitted Beto first.
        assert prevails(script, "beto", "carla")


def test_the_nearer_to_the_root_is_the_senior() -> None:
    script = three()
    base = [script.entries[-1]]
    script.revoke("carla", "ana", 99, base)
    script.revoke("ana", "carla", 0, base)
    assert prevails(script, "ana", "carla")


def test_who_comes_by_the_paper_prevails_over_the_founder() -> None:
    """Whoever stole the founder's laptop shut out each who came to shut it out."""
    script = three()
    script.admit("root", "david", COORDINATOR)
    base = [script.entries[-1]]
    script.revoke("ana", "david", 0, base)
    script.revoke("david", "ana", 2, base)
    assert prevails(script, "david", "ana")


def test_the_root_prevails_over_everyone() -> None:
    script = three()
    base = [script.entries[-1]]
    script.revoke("ana", "beto", 0, base)
    script.write("root", "revoke", base, device=IDS["ana"], cuts={}, roster_cut=2)
    view = script.roster().view()
    assert not view.members[IDS["ana"]].is_active
    assert view.members[IDS["beto"]].is_coordinator


@pytest.mark.parametrize("removal", ["revoke", "grant"])
def test_whom_a_senior_removed_stays_removed_when_a_junior_cuts_off_the_senior(
    removal: str,
) -> None:
    """The entry was void and its cut was not: a coordinator none of whose words counted."""
    script = three()
    base = [script.entries[-1]]
    if removal == "revoke":
        script.revoke("ana", "carla", 0, base)
    else:
        script.grant("ana", "carla", {"*": None}, base, cut=0)
    # Ana admitted both before.
    script.revoke("beto", "ana", 2, base)
    script.admit("carla", "david", SECRETARY, base)
    view = script.roster().view()
    assert not view.members[IDS["ana"]].is_active
    assert not view.members[IDS["carla"]].is_coordinator
    assert IDS["david"] not in view.members


def test_who_is_cut_off_gives_no_role_by_taking_one_that_nobody_had() -> None:
    """Else whoever has a stolen laptop could."""
    script = three()
    script.admit("beto", "david", {})
    base = [script.entries[-1]]
    script.revoke("beto", "ana", 2, base)
    script.grant("ana", "david", {"*": "facilitator"}, base, cut=0)
    assert script.roster().view().role(IDS["david"], PARISH) is None


def test_what_lies_beyond_the_cut_is_void_and_what_lies_before_stays() -> None:
    script = three()
    script.admit("beto", "david", SECRETARY)
    seen = [script.entries[-1]]
    script.admit("beto", "eva", SECRETARY)
    script.revoke("ana", "beto", 1, seen)
    members = script.roster().view().members
    assert IDS["david"] in members
    assert IDS["eva"] not in members
    assert script.roster().sign_key(IDS["eva"]) == EVA.sign_public


def test_a_demoted_coordinator_grants_no_more() -> None:
    script = three()
    base = [script.entries[-1]]
    script.grant("ana", "beto", {"*": None}, base, cut=0)
    script.admit("beto", "david", COORDINATOR, base)
    script.grant("beto", "beto", COORDINATOR, None)
    view = script.roster().view()
    assert IDS["david"] not in view.members
    assert not view.members[IDS["beto"]].is_coordinator


def test_what_a_later_revocation_voids_is_void_at_earlier_heads_too() -> None:
    script = three()
    base = [script.entries[-1]]
    admitted = script.admit("beto", "david", SECRETARY, base)
    heads = [admitted.hash]
    assert script.roster().view(heads).role(IDS["david"], PARISH) == "secretary"
    script.revoke("ana", "beto", 0, base)
    assert script.roster().view(heads).role(IDS["david"], PARISH) is None


def test_every_member_reads_the_common_space_and_nobody_else() -> None:
    script = three()
    script.admit("ana", "david", SECRETARY)
    script.admit("ana", "eva", OBSERVER)
    script.revoke("ana", "eva", 0)
    roster = script.roster()
    view = roster.view()
    assert view.role(IDS["david"], roster.common) == "observer"
    assert view.role(IDS["ana"], roster.common) == "coordinator"
    assert view.role(IDS["eva"], roster.common) is None
    assert view.role(b"x" * 16, roster.common) is None
    assert IDS["eva"] not in {m.device for m in view.readers(PARISH)}


def test_concurrent_epochs_are_both_current_until_one_follows_both() -> None:
    script = three()
    base = [script.entries[-1]]
    one, other, last = b"1" * 16, b"2" * 16, b"3" * 16
    script.write("ana", "space", base, space=PARISH, name=b"", name_epoch=one)
    script.write("ana", "epoch", base, space=PARISH, epoch=one, parents={})
    script.write("beto", "epoch", base, space=PARISH, epoch=other, parents={})
    assert script.roster().view().current_epochs(PARISH) == [one, other]
    parents: dict[str, Value] = {one.hex(): b"", other.hex(): b""}
    script.write("ana", "epoch", None, space=PARISH, epoch=last, parents=parents)
    assert script.roster().view().current_epochs(PARISH) == [last]
    assert script.roster().epoch_spaces(other) == {PARISH}
    assert script.roster().epoch_spaces(b"9" * 16) == set()


def test_concurrent_policies_settle_on_the_seniors() -> None:
    for first, second in permutations(("ana", "beto")):
        script = three()
        base = [script.entries[-1]]
        for who in (first, second):
            script.write(who, "policy", base, kinds={who: {"space": {"observer": "c"}}})
        assert set(script.roster().view().policy.kinds) == {"ana"}
