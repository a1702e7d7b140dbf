"""Pictures that people send, made anew: the only importer of Pillow.

Nothing of a file is kept but what can be seen: no EXIF (which says where a photograph was taken),
no colour profile, no second picture behind the first, no text that a browser might run.
"""

from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Final

from PIL import Image, ImageFile

from community.kernel.errors import RuleViolationError
from community.kernel.i18n import N_, Message

FORMATS: Final = ("JPEG", "PNG", "WEBP")
# A telephone takes 48 million; a decoder needs up to four bytes for each, and more at times.
MOST_PIXELS: Final = 50_000_000
LONGEST_EDGE: Final = 2560  # a page of A4 stays readable
THUMBNAIL_EDGE: Final = 320
_QUALITY: Final = 82
# Pictures are decoded one after the other, so that many at once do not fill the memory.
_one_at_a_time: Final = Lock()
# What is too large is refused below, with a sentence; the library would only warn.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Picture:
    """A picture as JPEG, and a small one of it."""

    content: bytes
    thumbnail: bytes
    width: int
    height: int


def remake(content: bytes) -> Picture:
    """The picture in a file, upright, shrunk to a sensible size and encoded anew.

    Raises RuleViolationError for what is no picture, is damaged, or would not fit into memory.
    """
    with _one_at_a_time:
        # WeasyPrint, where it is loaded, has Pillow fill up truncated pictures.
        ImageFile.LOAD_TRUNCATED_IMAGES = False
        try:
            with Image.open(BytesIO(content), formats=FORMATS) as image:
                _check_size(image)
                plain = _plain(image)
        except RuleViolationError:
            raise
        except Exception as error:  # hostile files make decoders raise anything
            raise RuleViolationError(
                N_(
                    "The picture is damaged and cannot be opened. Open it on your device, save it "
                    "once more as JPEG and send that."
                )
            ) from error
        small = plain.copy()
        small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
        return Picture(_encoded(plain), _encoded(small), plain.width, plain.height)


def _check_size(image: Image.Image) -> None:
    """Refuse by what the header says, before anything is decoded."""
    if image.width * image.height > MOST_PIXELS:
        raise RuleViolationError(
            Message(
                N_(
                    "The picture has %(width)s × %(height)s points; at most %(most)s million can "
                    "be read. Make it smaller and send it again."
                ),
                {
                    "width": image.width,
                    "height": image.height,
                    "most": MOST_PIXELS // 1_000_000,
                },
            )
        )


def _plain(image: Image.Image) -> Image.Image:
    """The picture alone: upright, opaque, at most `LONGEST_EDGE` long."""
    image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # a JPEG is decoded at a fraction of its size
    orientation = _orientation(image)
    factor = max(image.size) // LONGEST_EDGE
    if image.mode in ("1", "P", "I;16", "I", "F"):
        shown = image.convert("RGBA" if "transparency" in image.info else "RGB")
    else:
        shown = image
    if factor > 1:
        shown = shown.reduce(factor)
    if shown.has_transparency_data:
        layered = shown.convert("RGBA")
        plain = Image.new("RGB", layered.size, "white")
        plain.paste(layered, mask=layered.getchannel("A"))
    else:
        # A new picture, because a converted one would carry the old one's notes along.
        plain = Image.new("RGB", shown.size)
        plain.paste(shown.convert("RGB"))
    plain.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    return plain if orientation is None else plain.transpose(orientation)


_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION_TAG: Final = 0x0112


def _orientation(image: Image.Image) -> Image.Transpose | None:
    """How a picture has to be turned to stand upright; notes that cannot be read say nothing."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION_TAG, 1))
    except Exception:  # noqa: BLE001 - the same hostile files
        return None


def _encoded(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    return out.getvalue()
