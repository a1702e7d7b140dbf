"""An application with the reference data, and a hand that imports."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.access import Actor, Operator
from community.imports import services
from community.imports.rules import ImportResult
from community.imports.sheets import SourceFile, read_files
from community.kernel.database import Base, session, transaction
from community.registry.models import Division

OPERATOR = Operator("operator")


@dataclass
class Desk:
    """Imports files in a pushed context; `run` fails a test that expected no errors."""

    app: Flask
    actor: Actor = field(default=OPERATOR)

    def try_run(
        self, *files: SourceFile, history: bool = True, dry_run: bool = False
    ) -> ImportResult:
        """Import, whatever comes of it."""
        source = read_files(files)
        with transaction():
            return services.import_source(
                source, actor=self.actor, is_history=history, is_dry_run=dry_run
            )

    def run(self, *files: SourceFile, history: bool = True, dry_run: bool = False) -> ImportResult:
        """Import without errors."""
        result = self.try_run(*files, history=history, dry_run=dry_run)
        assert not result.errors, [error.as_json() for error in result.errors]
        return result

    def errors(self, *files: SourceFile, history: bool = True) -> list[tuple[object, ...]]:
        """Row, column and code of what is refused."""
        result = self.try_run(*files, history=history)
        assert result.batch_id is None
        return [(error.row, error.column, error.code) for error in result.errors]

    def undo(self, batch_id: int | None) -> None:
        """Take an import back."""
        assert batch_id is not None
        with transaction():
            services.undo_batch(batch_id, actor=self.actor)

    def count(self, model: type[Base]) -> int:
        """How many rows a table has."""
        return session().scalar(select(func.count()).select_from(model)) or 0

    def county_id(self, code: str = "445203") -> int:
        """The id of a county."""
        return session().scalars(select(Division.id).where(Division.code == code)).one()


@pytest.fixture
def desk(app: Flask, reference_data: None) -> Iterator[Desk]:
    """A desk on a database that holds nothing but the reference data."""
    with app.app_context():
        yield Desk(app)


@pytest.fixture
def jiedong() -> list[SourceFile]:
    """Jiedong's three workbooks."""
    data = Path(__file__).parents[2] / "community" / "demonstration" / "data"
    return [
        SourceFile(file.name, file.read_bytes()) for file in sorted(data.glob("jiedong-*.xlsx"))
    ]
