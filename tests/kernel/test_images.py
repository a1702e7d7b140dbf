"""Pictures made anew: what can be seen stays, everything else is gone."""

import resource
from io import BytesIO

import pytest
from PIL import Image

from community.kernel import images
from community.kernel.errors import RuleViolationError
from community.kernel.i18n import use_locale
from tests.evidence import files


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def test_where_a_photograph_was_taken_is_gone() -> None:
    sent = files.with_place()
    assert b"CAMERA-CANARY" in sent
    made = images.remake(sent)
    for content in (made.content, made.thumbnail):
        assert b"CANARY" not in content
        assert b"Exif" not in content
        assert not opened(content).getexif()
    assert (made.width, made.height) == (640, 480)


@pytest.mark.parametrize(
    ("orientation", "size", "dark"),
    [
        (1, (640, 480), (320, 20)),
        (3, (640, 480), (320, 460)),
        (6, (480, 640), (460, 320)),  # the telephone was upright
        (8, (480, 640), (20, 320)),
    ],
)
def test_a_photograph_stands_upright(
    orientation: int, size: tuple[int, int], dark: tuple[int, int]
) -> None:
    made = images.remake(files.with_place(orientation))
    image = opened(made.content)
    assert image.size == size == (made.width, made.height)
    pixel = image.getpixel(dark)
    assert isinstance(pixel, tuple)
    assert pixel[0] < 80


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_picture_becomes_a_jpeg_of_a_sensible_size(kind: str) -> None:
    made = images.remake(files.picture(3000, 1500, kind=kind))
    assert made.content.startswith(b"\xff\xd8\xff")
    assert opened(made.content).format == "JPEG"
    assert max(opened(made.content).size) <= images.LONGEST_EDGE
    assert max(opened(made.thumbnail).size) == images.THUMBNAIL_EDGE
    assert made.width == 2 * made.height


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "I;16", "RGBA"])
def test_all_ways_of_keeping_colours_are_read(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = BytesIO()
    Image.new(mode, (30, 20)).save(out, kind)
    assert images.remake(out.getvalue()).width == 30


def test_what_is_transparent_becomes_white() -> None:
    made = opened(images.remake(files.transparent()).content)
    assert made.getpixel((30, 20)) == (255, 255, 255)


def test_what_hides_behind_a_picture_is_gone() -> None:
    made = images.remake(files.picture() + files.PAGE)
    assert b"script" not in made.content


@pytest.mark.parametrize(
    "content",
    [
        files.picture()[:-200],
        files.picture(kind="PNG")[:80],
        files.picture(kind="WEBP")[:60],
        b"\xff\xd8\xff" + bytes(500),
        files.declaring(2000, 2000),
    ],
    ids=["JPEG", "PNG", "WebP", "header alone", "less than declared"],
)
def test_a_damaged_picture_is_refused_with_a_way_out(content: bytes) -> None:
    with use_locale("en"), pytest.raises(RuleViolationError) as refusal:
        images.remake(content)
    with use_locale("en"):
        assert "save it once more as JPEG" in str(refusal.value)


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (10_001, 5_000)])
def test_a_picture_that_would_fill_the_memory_is_refused_unread(width: int, height: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with use_locale("en"), pytest.raises(RuleViolationError) as refusal:
        images.remake(files.declaring(width, height))
    with use_locale("en"):
        assert "Make it smaller" in str(refusal.value)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 32 * 1024
