"""The catalogue of translations: `update` collects, `check` refuses gaps, `compile` makes .mo.

Texts are English in the code and Chinese in the catalogue; English needs no catalogue.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT: Final = Path(__file__).resolve().parent.parent
CATALOGUES: Final = ROOT / "community" / "kernel" / "translations"
LOCALE: Final = "zh"  # not zh_CN: Babel reads that as zh_Hans_CN, and finds nothing
CATALOGUE: Final = CATALOGUES / LOCALE / "LC_MESSAGES" / "messages.po"
# Beside gettext's own names: what takes a sentence and shows it later.
KEYWORDS: Final = (
    "Message:1",
    "AccessDeniedError:1",
    "NotFoundError:1",
    "RuleViolationError:1",
)


def extract() -> Path:
    """A template of all texts in the code, in a file the caller removes."""
    with tempfile.NamedTemporaryFile(suffix=".pot", delete=False) as file:
        template = Path(file.name)
    pybabel(
        *("extract", "--mapping-file=babel.cfg", "--add-location=file", "--sort-by-file"),
        *("--no-wrap", "--project=community", f"--output-file={template}"),
        *(f"--keywords={keyword}" for keyword in KEYWORDS),
        ".",
    )
    return template


def pybabel(*arguments: str | Path) -> None:
    """Run pybabel at the root; its chatter is shown when it fails."""
    command = [sys.executable, "-m", "babel.messages.frontend", *arguments]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    if answer.returncode != 0:
        sys.exit(answer.stdout + answer.stderr)


def update() -> int:
    """Add what is new in the code, remove what is gone, and compile."""
    template = extract()
    try:
        pybabel(
            *("update", "--init-missing", "--ignore-obsolete", "--no-fuzzy-matching", "--no-wrap"),
            *("--ignore-pot-creation-date", "-l", LOCALE, "-d", CATALOGUES, "-i", template),
        )
    finally:
        template.unlink()
    compile_catalogue()
    gaps = list(find_gaps())
    print(f"{CATALOGUE.relative_to(ROOT)}: {len(gaps)} left to translate.")
    print(*gaps, sep="\n")
    return 0


def compile_catalogue() -> int:
    """Make the .mo when the .po is newer."""
    binary = CATALOGUE.with_suffix(".mo")
    if not CATALOGUE.exists():
        return 0
    if not binary.exists() or binary.stat().st_mtime < CATALOGUE.stat().st_mtime:
        pybabel("compile", "-d", CATALOGUES, "-l", LOCALE)
    return 0


def check() -> int:
    """Refuse texts that are untranslated, uncertain, malformed, or no longer in the code."""
    faults = list(find_gaps())
    print(*faults, sep="\n")
    print(f"{len(faults)} faults in the translations.")
    return 1 if faults else 0


def find_gaps() -> Iterator[str]:
    """One line per fault of the catalogue, measured against the code."""
    if not CATALOGUE.exists():
        yield f"{CATALOGUE.relative_to(ROOT)} does not exist: run make translations."
        return
    template = extract()
    try:
        wanted = _read(template, None)  # two forms each, as English has
    finally:
        template.unlink()
    catalogue = _read(CATALOGUE)
    for message in wanted:
        if message.id:
            yield from _faults(catalogue.get(message.id, message.context), message, catalogue)
    for message in catalogue:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"no longer in the code: {message.id!r}"
    for obsolete in catalogue.obsolete.values():
        yield f"obsolete: {obsolete.id!r}"


def _faults(found: Message | None, wanted: Message, catalogue: Catalog) -> Iterator[str]:
    place = wanted.locations[0][0] if wanted.locations else "?"
    if found is None or not found.string or "" in _texts(found):
        yield f"untranslated: {wanted.id!r} ({place})"
        return
    if found.fuzzy:
        yield f"fuzzy: {wanted.id!r} ({place})"
    for error in found.check(catalogue):
        yield f"malformed: {wanted.id!r} ({place}): {error}"


def _texts(message: Message) -> list[str]:
    """The text of a message, or one for each number."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _read(path: Path, locale: str | None = LOCALE) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=locale)


COMMANDS: Final = {"update": update, "compile": compile_catalogue, "check": check}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"{sys.argv[0]} {' | '.join(COMMANDS)}")
    sys.exit(COMMANDS[sys.argv[1]]())
