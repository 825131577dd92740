"""Brings the guide's pictures up to date: ``python docs/guide/pictures.py FOLDER``.

FOLDER holds what ``python -m app.views.screenshots`` made; `make guide` does both. The pages have few
colours, so a palette keeps them sharp at half the size.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image

IMAGES = Path(__file__).resolve().parent / "images"
PAGES = (
    "first-start", "home", "household", "group", "meeting", "meeting-vote", "review", "sync",
)  # fmt: skip
LANGUAGES = ("es", "en")
COLOURS = 256


def shrink(source: Path, target: Path) -> None:
    """Write a picture with a small palette and without what its maker noted in it."""
    with Image.open(source) as picture:
        few = picture.convert("RGB").quantize(
            COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
    few.save(target, optimize=True)


def main(arguments: list[str]) -> int:
    """Take every picture of the guide from a folder of screenshots."""
    if len(arguments) != 1:
        print("usage: python docs/guide/pictures.py FOLDER", file=sys.stderr)
        return 2
    IMAGES.mkdir(exist_ok=True)
    for page in PAGES:
        for language in LANGUAGES:
            source = Path(arguments[0]) / f"{page}-{language}-light.png"
            shrink(source, IMAGES / f"{page}-{language}.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
