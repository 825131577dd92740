"""Signing requests to S3 as AWS describes it (Signature Version 4), with the body's hash signed.

A store that checks the hash refuses a body that was altered on its way; not every store does.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, repr=False)
class Signer:
    """Keys for one region of one account. Its repr shows none of them."""

    region: str
    access_key: str
    secret_key: str
    token: str = ""

    def headers(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
        stamp: str,
    ) -> dict[str, str]:
        """All headers a request needs. ``headers`` holds at least Host; ``path`` is encoded.

        ``stamp`` is the time as ``20261122T051300Z``.
        """
        digest = hashlib.sha256(body).hexdigest()
        whole = {**headers, "x-amz-date": stamp, "x-amz-content-sha256": digest}
        if self.token:
            whole["x-amz-security-token"] = self.token
        signed = {name.lower(): " ".join(value.split()) for name, value in whole.items()}
        names = ";".join(sorted(signed))
        listed = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
        request = "\n".join([method, path, encoded(query), listed, names, digest])
        scope = f"{stamp[:8]}/{self.region}/s3/aws4_request"
        hashed = hashlib.sha256(request.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashed}"
        signature = hmac.new(self._key(stamp[:8]), text.encode(), hashlib.sha256).hexdigest()
        whole["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{scope},"
            f"SignedHeaders={names},Signature={signature}"
        )
        return whole

    def _key(self, day: str) -> bytes:
        key = b"AWS4" + self.secret_key.encode()
        for part in (day, self.region, "s3", "aws4_request"):
            key = hmac.digest(key, part.encode(), hashlib.sha256)
        return key


def encoded(query: Mapping[str, str]) -> str:
    """A query as it is signed and sent: sorted, and with everything but plain letters encoded."""
    return "&".join(
        f"{quote(name, safe='-_.~')}={quote(query[name], safe='-_.~')}" for name in sorted(query)
    )
