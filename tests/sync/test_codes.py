"""Recovery codes: copied by hand, typed in a hurry, and still never taken for one another."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sync import crockford
from sync.crockford import GROUPS, Paper

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

papers = st.sampled_from(Paper)
secrets = st.integers(0, 2**140 - 1).map(lambda number: number.to_bytes(18, "big"))
places = st.integers(0, GROUPS * 5 - 1)


def characters(code: str) -> str:
    return code[1:].replace("-", "")


def with_characters(code: str, body: str) -> str:
    return code[0] + "".join("-" + body[start : start + 5] for start in range(0, len(body), 5))


def other(paper: Paper) -> Paper:
    return Paper.PROJECT if paper is Paper.LAPTOP else Paper.LAPTOP


@given(papers, secrets)
def test_what_is_written_is_read(paper: Paper, secret: bytes) -> None:
    code = crockford.write(paper, secret)
    assert re.fullmatch(f"{paper.value}(-[{ALPHABET}]{{5}}){{7}}", code)
    assert crockford.read(code, paper) == secret


def test_known_secrets_have_their_known_codes() -> None:
    assert crockford.write(Paper.LAPTOP, bytes(18)) == (
        "L-00000-00001-00002-00003-00004-00005-00006"
    )
    secret = bytes([5]) + bytes(range(0xA0, 0xB1))
    assert crockford.write(Paper.PROJECT, secret) == ("P-B851Q-MAHT9-99D6C-MYMAW-KANBD-NJPTY-XBXGD")


def test_every_new_code_is_another() -> None:
    assert len({crockford.new(Paper.LAPTOP) for _each in range(100)}) == 100


@given(papers, secrets, st.randoms(use_true_random=False))
def test_sloppy_typing_is_understood(paper: Paper, secret: bytes, chance: object) -> None:
    code = crockford.write(paper, secret)
    look_alikes = {"0": "0oO", "1": "1iIlL", "L": "lL1", "-": "- –_./\n"}

    def sloppy(character: str) -> str:
        choices = look_alikes.get(character, character + character.lower())
        return chance.choice(choices)  # type: ignore[attr-defined, no-any-return]

    typed = "  " + "".join(sloppy(character) for character in code) + "\n"
    assert crockford.read(typed, paper) == secret
    assert crockford.read(code.replace("-", ""), paper) == secret


@given(papers, secrets, places, st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found_in_its_group(
    paper: Paper, secret: bytes, place: int, wrong: str
) -> None:
    code = crockford.write(paper, secret)
    body = characters(code)
    assume(body[place] != wrong)
    typed = with_characters(code, body[:place] + wrong + body[place + 1 :])
    with pytest.raises(crockford.CodeGroup) as caught:
        crockford.read(typed, paper)
    assert caught.value.params == {"groups": str(place // 5 + 1), "count": 1}
    assert caught.value.code == "code-group"


@given(papers, secrets, st.integers(0, GROUPS - 1), st.permutations(range(5)))
def test_two_characters_swapped_within_a_group_are_found(
    paper: Paper, secret: bytes, group: int, order: list[int]
) -> None:
    code = crockford.write(paper, secret)
    body = list(characters(code))
    one, two = (5 * group + place for place in order[:2])
    assume(body[one] != body[two])
    body[one], body[two] = body[two], body[one]
    with pytest.raises(crockford.CodeGroup) as caught:
        crockford.read(with_characters(code, "".join(body)), paper)
    assert caught.value.params["groups"] == str(group + 1)


@given(papers, secrets, st.permutations(range(GROUPS)))
def test_two_groups_swapped_are_both_named(paper: Paper, secret: bytes, order: list[int]) -> None:
    one, two = sorted(order[:2])
    letter, *groups = crockford.write(paper, secret).split("-")
    groups[one], groups[two] = groups[two], groups[one]
    with pytest.raises(crockford.CodeGroup) as caught:
        crockford.read("-".join([letter, *groups]), paper)
    assert caught.value.params == {"groups": f"{one + 1}, {two + 1}", "count": 2}


@given(papers, secrets)
def test_one_paper_is_never_taken_for_the_other(paper: Paper, secret: bytes) -> None:
    code = crockford.write(paper, secret)
    relabelled = other(paper).value + code[1:]
    for typed, wanted in ((code, other(paper)), (relabelled, other(paper))):
        with pytest.raises(crockford.CodeOfOtherPaper) as caught:
            crockford.read(typed, wanted)
        assert caught.value.params == {"typed": paper.value, "wanted": wanted.value}


@given(papers, st.text(max_size=60))
def test_any_text_is_a_code_or_a_named_fault(paper: Paper, text: str) -> None:
    with pytest.raises(crockford.CodeError) as caught:
        crockford.read(text, paper)
    assert caught.value.code.startswith("code-")


@given(papers, st.text(alphabet=ALPHABET.lower() + "LU-", min_size=30, max_size=50))
def test_near_codes_are_codes_or_named_faults(paper: Paper, text: str) -> None:
    try:
        secret = crockford.read(paper.value + text, paper)
    except crockford.CodeError:
        return
    assert crockford.read(crockford.write(paper, secret), paper) == secret


def test_each_fault_says_where() -> None:
    code = crockford.write(Paper.LAPTOP, bytes(range(1, 10)).rjust(18, b"\0"))
    letter, *groups = code.split("-")
    faults: list[tuple[str, type[crockford.CodeError], dict[str, object]]] = [
        ("", crockford.CodeEmpty, {}),
        (" - ", crockford.CodeEmpty, {}),
        ("7" + code[1:], crockford.CodeWithoutLetter, {"wanted": "L"}),
        (code[:-1], crockford.CodeLength, {"group": 7, "typed": 34, "wanted": 35}),
        (code[1:], crockford.CodeWithoutLetter, {"wanted": "L"}),
        (code.replace("-", "")[:-3], crockford.CodeLength,
         {"group": 0, "typed": 32, "wanted": 35}),
        ("-".join([letter, groups[0], groups[1] + "0", *groups[2:]]), crockford.CodeLength,
         {"group": 2, "typed": 36, "wanted": 35}),
        (code[:8] + "U" + code[9:], crockford.CodeCharacter, {"group": 2, "character": "U"}),
    ]  # fmt: skip
    for typed, kind, params in faults:
        with pytest.raises(kind) as caught:
            crockford.read(typed, Paper.LAPTOP)
        assert caught.value.params == params, typed


@given(papers, secrets)
def test_typing_back_two_groups_confirms_the_paper(paper: Paper, secret: bytes) -> None:
    code = crockford.write(paper, secret)
    groups = code.split("-")
    asked = crockford.groups_to_confirm()
    assert len(asked) == 2
    assert 1 <= asked[0] < asked[1] <= GROUPS
    assert crockford.confirm(code, {place: f" {groups[place].lower()} " for place in asked})
    assert not crockford.confirm(code, {asked[0]: groups[asked[0]], asked[1]: "AAAAA"})
    assert not crockford.confirm(code, {})
    assert not crockford.confirm(code, {8: groups[7]})


def test_a_secret_of_another_size_is_our_mistake() -> None:
    for secret in (b"", bytes(17), bytes(19), b"\xff" * 18):
        with pytest.raises(ValueError, match="140 bits"):
            crockford.write(Paper.LAPTOP, secret)
