"""Files as people, and ill-wishers, send them."""

import zipfile
import zlib
from io import BytesIO
from struct import pack

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

OFFICE = "application/vnd.openxmlformats-officedocument"


def picture(width: int = 640, height: int = 480, *, kind: str = "JPEG", tint: int = 0) -> bytes:
    """A photograph of a class: stripes, so that up and down can be told apart."""
    image = Image.new("RGB", (width, height), (200, 220 - tint, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width, height // 4), fill=(30, 60 + tint, 90))
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def with_place(orientation: int = 1) -> bytes:
    """A photograph that says where it was taken, and how the telephone was held."""
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Make] = "CAMERA-CANARY"
    gps = exif.get_ifd(IFD.GPSInfo)
    gps[GPS.GPSLatitudeRef], gps[GPS.GPSLatitude] = "N", (23.0, 31.0, 12.0)
    gps[GPS.GPSLongitudeRef], gps[GPS.GPSLongitude] = "E", (116.0, 21.0, 5.0)
    out = BytesIO()
    Image.open(BytesIO(picture())).save(out, "JPEG", exif=exif, comment=b"NOTE-CANARY")
    return out.getvalue()


def transparent() -> bytes:
    """A screenshot with nothing in its middle."""
    out = BytesIO()
    Image.new("RGBA", (60, 40), (0, 0, 0, 0)).save(out, "PNG")
    return out.getvalue()


def declaring(width: int, height: int) -> bytes:
    """A small PNG that says it is huge: unpacked it would fill the memory."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + name + data + pack(">I", zlib.crc32(name + data))

    header = pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


PAGE = b"<html><body><script>alert(document.domain)</script></body></html>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GIF_AND_PAGE = b"GIF89a/*" + PAGE + b"*/=1;"


def pdf(extra: bytes = b"") -> bytes:
    """A small PDF."""
    return b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n" + extra + b"\ntrailer\n%%EOF\n"


def office(part: str = "wordprocessingml.document.main+xml", **more: str) -> bytes:
    """A file of Word, Excel or PowerPoint, as far as its list of parts goes."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types><Override ContentType="{OFFICE}.{part}"/></Types>',
        )
        for name, text in more.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()
