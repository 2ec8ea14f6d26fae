"""What counts as another picture: a changed layout does, the drawing of letters does not."""

from __future__ import annotations

import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests.browser.pictures import difference, read, written

SIZE = (640, 400)


def page(button: tuple[int, int] = (40, 300), colour: str = "#4338ca", text: str = "Run", nudge: float = 0) -> bytes:
    """Lines of text, and a button."""
    picture = Image.new("RGB", SIZE, "white")
    draw = ImageDraw.Draw(picture)
    for line in range(12):
        draw.text((40 + nudge, 20 + 20 * line), "containers, probes and restarts on a timeline", fill="#131920")
    draw.rounded_rectangle((*button, button[0] + 90, button[1] + 36), 6, fill=colour)
    draw.text((button[0] + 30, button[1] + 12), text, fill="white")
    return written(picture)


def test_a_picture_is_like_itself() -> None:
    assert difference(page(), page()) is None


def test_letters_whose_edges_are_drawn_otherwise_make_no_difference() -> None:
    softer = written(read(page()).filter(ImageFilter.GaussianBlur(0.6)))
    assert softer != page()
    assert difference(page(), softer) is None
    assert difference(page(), page(nudge=0.3)) is None


@pytest.mark.parametrize(
    "changed",
    [page(button=(40, 306)), page(button=(46, 300)), page(colour="#0b6b80"), page(nudge=4)],
    ids=["a button lower", "a button further right", "another colour", "lines indented"],
)
def test_a_changed_layout_or_colour_makes_a_difference(changed: bytes) -> None:
    found = difference(page(), changed)
    assert found is not None
    assert "% of it differ" in str(found)
    reds = [pixel for pixel in read(found.picture).get_flattened_data() if pixel == (200, 0, 0)]
    assert len(reds) > 100


def test_a_picture_of_another_size_is_another_picture() -> None:
    taller = read(page()).resize((640, 420))
    found = difference(page(), written(taller))
    assert found is not None
    assert str(found) == "it was 640×400 pixels and is 640×420"
