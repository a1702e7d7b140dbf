"""Each import contract stands, and has been seen to fail: one forbidden import breaks just it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEW = "a module that no layer names"

# Contract, the module that sins, and its sin.
SINS = [
    ("packages", "community.kernel.clock", "import community.registry.models"),
    ("packages", "community.walking_teaching.rules", "import community.shared_teaching.rules"),
    ("packages", "community.helpers", NEW),
    ("files", "community.registry.models", "import community.registry.queries"),
    ("files", "community.audits.helpers", NEW),
    ("no-web-below-views", "community.audits.services", "from flask import request"),
    ("no-web-below-views", "community.registry.models", "import community.web.extensions"),
    ("no-web-in-the-kernel", "community.kernel.clock", "from flask import current_app"),
    ("pure-rules", "community.communities.rules", "import sqlalchemy"),
    ("pure-rules", "community.access", "import community.kernel.database"),
    ("door-workbooks", "community.communities.sheets", "import openpyxl"),
    ("door-pdf", "community.pages.views", "import weasyprint"),
    ("door-pictures", "community.evidence.services", "import PIL"),
    ("door-storage", "community.registry.services", "import obstore"),
    ("door-queue", "community.accounts.tasks", "import huey"),
]


def lint(directory: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    chosen = [option for contract in contracts for option in ("--contract", contract)]
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", *chosen],
        cwd=directory,
        env=os.environ | {"PYTHONPATH": str(directory), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its contracts, all kept, to be sinned against."""
    root = tmp_path_factory.mktemp("contracts")
    shutil.copytree(
        ROOT / "community", root / "community", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("config.py", "pyproject.toml"):
        shutil.copyfile(ROOT / name, root / name)
    answer = lint(root)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return root


def module_file(root: Path, module: str) -> Path:
    path = root.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@pytest.mark.parametrize(
    ("contract", "module", "sin"), SINS, ids=[f"{row[0]}: {row[1]}" for row in SINS]
)
def test_one_forbidden_import_breaks_the_contract(
    copy: Path, contract: str, module: str, sin: str
) -> None:
    file = module_file(copy, module)
    innocent = file.read_bytes() if sin != NEW else b""
    try:
        file.write_bytes(b"" if sin == NEW else innocent + f"\n{sin}\n".encode())
        answer = lint(copy, contract)
    finally:
        if sin == NEW:
            file.unlink()
        else:
            file.write_bytes(innocent)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "0 kept, 1 broken" in answer.stdout


def test_every_contract_has_been_seen_to_fail() -> None:
    listed = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = {line.split('"')[1] for line in listed.splitlines() if line.startswith('id = "')}
    assert contracts == {contract for contract, _, _ in SINS}
