"""Every template compiles, and leads only to what exists."""

import re
from pathlib import Path

import pytest
from flask import Flask

from config import ROOT

TEMPLATES = ROOT / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))


def test_there_are_templates() -> None:
    assert len(NAMES) >= 30


@pytest.mark.once
def test_all_compile(app: Flask) -> None:
    """Their filters and tests exist, and so does all they extend, include and import."""
    for name in NAMES:
        app.jinja_env.get_template(name)
        source = (TEMPLATES / name).read_text(encoding="utf-8")
        for other in re.findall(r"{%-?\s*(?:extends|include|from|import)\s+[\"']([^\"']+)", source):
            assert other in NAMES, f"{name} needs {other}"


def test_they_lead_to_views_and_files_that_exist(app: Flask) -> None:
    file_pattern = r"url_for\(\s*[\"']static[\"'],\s*filename=[\"']([^\"']+)[\"']"
    for name in NAMES:
        source = (TEMPLATES / name).read_text(encoding="utf-8")
        for endpoint in re.findall(r"url_for\(\s*[\"']([\w.]+)[\"']", source):
            assert endpoint in app.view_functions, f"{name} leads to {endpoint}"
        for file in re.findall(file_pattern, source):
            assert (ROOT / "static" / file).is_file(), f"{name} needs {file}"


@pytest.mark.parametrize("name", NAMES)
def test_it_has_nothing_that_the_policy_would_block(name: str) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", source), f"{name}: style="
    assert not re.search(r"<style\b", source), f"{name}: <style>"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source), f"{name}: an inline handler"
    assert "javascript:" not in source
    for script in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in script or "nonce=" in script, f"{name}: {script}"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_skips_escaping(name: str) -> None:
    """A value from outside that is called safe is a hole; text of the template itself is none."""
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    assert not re.search(r"(?<!')\s*\|\s*safe\b", source), name
    assert "autoescape" not in source, name


def test_every_template_is_used() -> None:
    """A template that nothing names is dead."""
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for root in (ROOT / "community", TEMPLATES)
        for path in root.rglob("*")
        if path.suffix in (".py", ".html")
    )
    # Pages of errors are chosen by their status.
    unused = [name for name in NAMES if not is_page_of_error(name) and f'"{name}"' not in code]
    assert unused == []


def is_page_of_error(name: str) -> bool:
    return Path(name).parent.name == "errors"
