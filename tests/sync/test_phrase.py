"""The phrase two people compare: the same for the same bytes, everywhere and for ever."""

from __future__ import annotations

import re

import pytest

from sync.phrase import COUNT, PROJECT, REQUEST, phrase
from sync.words import WORDS


def test_the_words_are_2048_different_ones() -> None:
    assert len(WORDS) == 2048
    assert len(set(WORDS)) == 2048


def test_the_words_are_plain_short_and_told_apart_by_four_letters() -> None:
    assert all(re.fullmatch("[a-z]{4,8}", word) for word in WORDS)
    assert len({word[:4] for word in WORDS}) == 2048
    assert list(WORDS) == sorted(WORDS)


def test_no_two_words_sound_alike() -> None:
    assert len({_sound(word) for word in WORDS}) == 2048


def _sound(word: str) -> str:
    """Spell ``word`` as it sounds in the Americas: b and v, s and z, ll and y are one."""
    rules = [
        ("ch", "C"), ("qu", "k"), ("c(?=[ei])", "s"), ("c", "k"), ("[zx]", "s"), ("ll", "y"),
        ("v", "b"), ("rr", "R"), ("g(?=[ei])", "j"), ("gu(?=[ei])", "g"), ("h", ""),
    ]  # fmt: skip
    for pattern, sound in rules:
        word = re.sub(pattern, sound, word)
    return word


VECTORS = [
    (b"", REQUEST, "mimar tenis cesta crema nada turno"),
    (b"kipu", REQUEST, "paila suegra canoa maullar venir durable"),
    (b"kipu", PROJECT, "longitud atraer ozono probar circo tapia"),
    (bytes(range(256)) * 40, PROJECT, "dinero oscuro ganso cifra payaso hospital"),
]


@pytest.mark.parametrize(("data", "purpose", "expected"), VECTORS)
def test_known_bytes_have_their_known_phrase(data: bytes, purpose: str, expected: str) -> None:
    assert phrase(data, purpose) == expected


def test_every_byte_counts() -> None:
    data = bytes(200)
    phrases = {phrase(data[:n] + b"\1" + data[n + 1 :]) for n in (0, 100, 199)} | {phrase(data)}
    assert len(phrases) == 4
    assert all(len(each.split()) == COUNT for each in phrases)


def test_the_tests_cheap_key_derivation_does_not_change_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("KIPU_KDF", raising=False)
    usual = phrase(b"request")
    monkeypatch.setenv("KIPU_KDF", "floor")
    assert phrase(b"request") == usual
