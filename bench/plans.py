"""The plans behind pages: which big tables a page reads from end to end."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import Connection

from community.web.extensions import db

# Tables that grow with the nation; the others have some thousand rows at most.
BIG: Final = frozenset(
    {
        "activity",
        "activity_decision",
        "activity_evidence",
        "activity_receiver",
        "charter",
        "charter_signature",
        "charter_version",
        "community",
        "community_version",
        "confirmation",
        "designation",
        "meeting",
        "meeting_version",
        "membership",
        "membership_version",
        "objective",
        "objective_version",
        "resource_transfer",
        "school",
        "school_figures",
        "school_version",
        "shared_teaching_session",
        "walking_teaching_session",
    }
)


def sequential_scans(client: FlaskClient, app: Flask, addresses: Iterable[str]) -> set[str]:
    """The big tables that the statements of pages would read from end to end.

    PostgreSQL is asked for plans without sequential scans wherever an index would do, so that a
    small database answers as a big one does; SQLite plans so without statistics anyway.
    """
    with app.app_context():
        engine = db.engine
    sent: list[tuple[str, Any]] = []

    def note(
        _connection: Connection, _cursor: object, statement: str, parameters: object, *_: object
    ) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        for address in addresses:
            answer = client.get(address)
            if answer.status_code != HTTPStatus.OK:
                raise RuntimeError(f"{address}: {answer.status}")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    with engine.connect() as connection:
        return scanned_tables(connection, sent) & BIG


def scanned_tables(connection: Connection, sent: Iterable[tuple[str, Any]]) -> set[str]:
    """The tables that statements would read from end to end."""
    found = _SCANS[connection.dialect.name](connection, sent)
    connection.rollback()
    return found


def _on_postgresql(connection: Connection, sent: Iterable[tuple[str, Any]]) -> set[str]:
    connection.exec_driver_sql("SET enable_seqscan = off")
    found: set[str] = set()
    for statement, parameters in sent:
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        found |= set(_nodes(plan.scalar_one()[0]["Plan"]))
    return found


def _nodes(node: Mapping[str, Any]) -> Iterable[str]:
    if node["Node Type"] == "Seq Scan":
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _nodes(child)


def _on_sqlite(connection: Connection, sent: Iterable[tuple[str, Any]]) -> set[str]:
    found: set[str] = set()
    for statement, parameters in sent:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        # "SCAN activity", "SCAN school AS school_1 USING COVERING INDEX …"
        found |= {
            match[1] for row in plan if (match := re.match(r"SCAN (\w+?)(?:_\d+)?\b", row[3]))
        }
    return found


_SCANS: Final = {"postgresql": _on_postgresql, "sqlite": _on_sqlite}
