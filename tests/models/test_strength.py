"""The estimate of a passphrase: never more hopeful than whoever guesses."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.models.strength import estimate


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("contraseña", "common"),
        ("P4ssw0rd2024", "common"),
        ("elena grefa", "name"),
        ("asdfghjkl", "keyboard"),
        ("9876543210", "sequence"),
        ("abcdefghij", "sequence"),
        ("xxxxxxxxxxxx", "repeat"),
        ("zqzqzqzqzqzq", "repeat"),
        ("24/12/1985", "date"),
    ],
)
def test_what_is_tried_first_is_recognised(typed: str, why: str) -> None:
    found = estimate(typed, ["Elena Grefa"])
    assert found.digits < 6.5
    assert why in found.found


def test_words_without_a_link_are_worth_it() -> None:
    assert estimate("canoa lluvia tambor quinto").digits > 14.5
    assert estimate("xK9#vQ2!mZ").digits > 13


def test_accents_and_capitals_hide_nothing() -> None:
    assert estimate("CONTRASEÑA").digits < 2
    assert estimate("contrasen\u0303a").digits == estimate("contraseña").digits


def test_seconds_follow_the_guesses() -> None:
    short, long = estimate("gato"), estimate("gato lento tambor quinto")
    assert long.seconds > short.seconds * 1e9


@given(st.text(max_size=120), st.lists(st.text(max_size=12), max_size=3))
def test_it_takes_anything(typed: str, known: list[str]) -> None:
    found = estimate(typed, known)
    assert found.digits >= 0
    assert estimate(typed + "ñu7", known).digits >= found.digits * 0.3


@example("BAABBBB")  # a word, which twice is none
@example(" \nB")
@example("ñbbñBbé1\nǅBeǅeñ")
@given(st.text(min_size=1, max_size=30))
def test_twice_the_same_is_hardly_better(typed: str) -> None:
    once, twice = estimate(typed), estimate(typed * 2)
    assert twice.digits <= once.digits * 2 + 1
