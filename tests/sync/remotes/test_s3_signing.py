"""Signatures as AWS publishes them in the examples of its documentation."""

from __future__ import annotations

from sync.remotes.s3_signing import Signer, encoded

SIGNER = Signer("us-east-1", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
HOST = {"Host": "examplebucket.s3.amazonaws.com"}
STAMP = "20130524T000000Z"


def signature(headers: dict[str, str]) -> str:
    return headers["Authorization"].rpartition("Signature=")[2]


def test_the_published_examples_come_out() -> None:
    get = SIGNER.headers("GET", "/test.txt", {}, {**HOST, "Range": "bytes=0-9"}, b"", STAMP)
    assert signature(get) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    assert "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date" in get["Authorization"]
    listed = SIGNER.headers("GET", "/", {"prefix": "J", "max-keys": "2"}, HOST, b"", STAMP)
    assert signature(listed) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"


def test_a_session_token_is_signed_too() -> None:
    signer = Signer("us-east-1", "AKIA", "secret", "token")
    headers = signer.headers("PUT", "/x", {}, HOST, b"body", STAMP)
    assert headers["x-amz-security-token"] == "token"
    assert "x-amz-security-token" in headers["Authorization"]
    assert "secret" not in repr(signer)


def test_queries_are_encoded_as_they_are_signed() -> None:
    assert encoded({"prefix": "a/b c+ñ~", "list-type": "2"}) == (
        "list-type=2&prefix=a%2Fb%20c%2B%C3%B1~"
    )
