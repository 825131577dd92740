"""Marks are named by whoever can write to a share: any name at all is read, or passed over."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync import news
from sync.ids import token
from sync.ports import check_path

IDS = st.binary(min_size=16, max_size=16)
PARTS = st.one_of(
    IDS.map(token), st.from_regex(r"[0-9]{0,14}", fullmatch=True), st.sampled_from("brfwxyz"),
    st.text("abz019²٣-._", max_size=27),
)  # fmt: skip
NAMES = st.lists(PARTS, max_size=5).map("-".join)


@given(NAMES)
def test_any_name_is_read_or_passed_over(name: str) -> None:
    mark = news.read_batch(name)
    if mark is not None:
        assert (len(mark.space), len(mark.log)) == (16, 16)
        assert 0 <= mark.number < 10**12
    for kind in "wxy":
        device = news.read_device(name, kind)
        assert device is None or len(device) == 16


@given(st.lists(NAMES), st.dictionaries(IDS, st.integers(0, 9)))
def test_only_what_goes_beyond_what_is_known_is_followed(
    names: list[str], known: dict[bytes, int]
) -> None:
    for log, mark in news.newest(names, known).items():
        assert mark.log == log
        assert mark.number > known.get(log, 0)


@given(IDS, IDS, st.integers(1, 10**8 - 1), st.binary(max_size=20))
def test_marks_are_read_as_they_were_left(
    one: bytes, other: bytes, number: int, content: bytes
) -> None:
    name = news.batch_mark(one, other, number)
    assert news.read_batch(name) == (one, other, number)
    check_path(f"news/00000001/{name}")
    for kind in "wxy":
        assert news.read_device(news.device_mark(kind, one, content), kind) == one
