"""Pictures that should be alike: what differs between two of them, beyond the drawing of letters."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageChops, ImageFilter

SOFT = 1.5  # pixels: edges of letters may fall a little differently
LOUD = 40  # of 255: so much must a softened pixel differ to count
MOST = 0.0005  # of all pixels may differ: an icon's worth


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two pictures, and how much of them does."""

    told: str
    picture: bytes  # the new one, faint, with what differs in red

    def __str__(self) -> str:
        return self.told


def read(picture: bytes) -> Image.Image:
    return Image.open(BytesIO(picture)).convert("RGB")


def written(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def difference(old: bytes, new: bytes) -> Difference | None:
    """None if they are alike."""
    before, after = read(old), read(new)
    if before.size != after.size:
        return Difference("it was {}×{} pixels and is {}×{}".format(*before.size, *after.size), new)
    mask = _loud(before, after)
    share = mask.histogram()[255] / (mask.width * mask.height)
    if share <= MOST:
        return None
    faint = Image.blend(after, Image.new("RGB", after.size, "white"), 0.75)
    faint.paste((200, 0, 0), mask=mask)
    return Difference(f"{share:.2%} of it differ", written(faint))


def _loud(before: Image.Image, after: Image.Image) -> Image.Image:
    """White where any colour of the softened pictures differs by much."""
    soft = ImageFilter.GaussianBlur(SOFT)
    bands = ImageChops.difference(before.filter(soft), after.filter(soft)).split()
    most = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return most.point([255 if value >= LOUD else 0 for value in range(256)])
