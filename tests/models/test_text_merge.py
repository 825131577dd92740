"""Merging texts: nothing is lost, nothing is decided for anybody, and equal sides agree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.text_merge import Merged, has_marks, merge

words = st.lists(st.sampled_from(["el", "puente", "de", "noche", "foco", "ñan", "\n"]), max_size=12)
texts = words.map(" ".join)
any_text = st.text(max_size=40)


@given(texts | any_text, texts | any_text)
def test_equal_sides_give_that_side(base: str, side: str) -> None:
    assert merge(base, side, side).text == side
    assert merge(None, side, side).text == side


@given(texts | any_text, texts | any_text)
def test_one_side_unchanged_gives_the_other(base: str, side: str) -> None:
    assert merge(base, side, base).text == side
    assert merge(base, base, side).text == side


@given(texts, texts, texts)
def test_swapping_the_sides_swaps_only_the_marks(base: str, left: str, right: str) -> None:
    there, back = merge(base, left, right), merge(base, right, left)
    assert there.conflicts == back.conflicts
    turned = {"left": "right", "right": "left"}
    assert [turned.get(one.origin, one.origin) for one in there.pieces] == [
        one.origin for one in back.pieces
    ]


@given(texts, texts, texts)
def test_every_piece_of_a_side_stands_in_the_proposal_or_was_taken_away(
    base: str, left: str, right: str
) -> None:
    found = merge(base, left, right)
    for side, mine, other in ((left, "left", "right"), (right, "right", "left")):
        known = "".join(getattr(one, mine) for one in found.pieces if one.origin != other)
        for word in known.split():
            assert word in side.split()


@given(words, words, words, words)
def test_disjoint_edits_combine(
    start: list[str], middle: list[str], first: list[str], last: list[str]
) -> None:
    fixed = ["uno", *start, "dos", *middle, "tres"]
    left = ["uno", *first, "dos", *middle, "tres"]
    right = ["uno", *start, "dos", *middle, "tres", *last]
    found = merge(" ".join(fixed), " ".join(left), " ".join(right))
    # What is put in at the edge of what the other changed is nobody's to order.
    if not found.conflicts:
        assert found.text == " ".join(["uno", *first, "dos", *middle, "tres", *last])


def test_edits_of_different_words_need_nobody() -> None:
    base = "El foco del puente se quemó y nadie cruza."
    left = "El foco viejo del puente se quemó y nadie cruza."
    right = "El foco del puente se quemó y nadie cruza de noche."
    found = merge(base, left, right)
    assert found.text == "El foco viejo del puente se quemó y nadie cruza de noche."
    assert merge("a b c d e", "a X c d e", "a b c Y e").text == "a X c Y e"


def test_edits_of_the_same_words_are_marked_and_both_stand() -> None:
    found = merge("vive con su abuela", "vive con su tía", "vive con su madrina")
    assert found.text == "vive con su {{1: tía | 2: madrina }}"
    assert found.conflicts == 1
    assert has_marks(found.text)
    assert not has_marks("vive con su tía")


def test_a_deletion_against_an_edit_is_marked() -> None:
    found = merge("uno dos tres", "uno tres", "uno DOS tres")
    assert found.conflicts == 1
    assert "DOS" in found.text


def test_without_the_common_text_additions_are_kept_and_differences_marked() -> None:
    assert merge(None, "uno tres", "uno dos tres").text == "uno dos tres"
    assert merge(None, "uno dos", "uno tres").conflicts == 1


@pytest.mark.parametrize("size", [3_000, 30_000])
def test_long_texts_are_merged_in_time(size: int) -> None:
    lines = [f"línea {number} con algunas palabras" for number in range(size // 5)]
    base = "\n".join(lines)
    left = base.replace("línea 7 ", "renglón 7 ")
    right = base.replace("línea 90 ", "renglón 90 ")
    found: Merged = merge(base, left, right)
    assert found.conflicts == 0
    assert "renglón 7 " in found.text
    assert "renglón 90 " in found.text
