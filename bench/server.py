"""The application with raw SQL beside it: what a page costs is told against the same server.

Only for measuring: the raw addresses ask for no permission. `gunicorn bench.server:app`.
"""

from typing import Final

from flask import Response
from sqlalchemy import text

from bench.seed import COUNTIES_PER_CITY, FIRST
from community import create_app
from community.web.extensions import db
from community.web.security import public
from config import Config

_ROWS: Final = """
    SELECT a.id, a.held_on, a.sheet, a.kind, a.mode, a.subject, a.periods_count, a.state,
           c.code, c.name, p.name, r.name, f.confirmer_name, f.confirmed_on, e.reference,
           coalesce(t.topic, w.slots_text, x.content)
    FROM activity a
    JOIN community c ON c.id = a.community_id
    JOIN school p ON p.id = a.provider_id
    JOIN activity_receiver ar ON ar.activity_id = a.id
    JOIN school r ON r.id = ar.school_id
    LEFT JOIN confirmation f ON f.receiver_id = ar.id
    LEFT JOIN activity_evidence e ON e.activity_id = a.id
    LEFT JOIN shared_teaching_session t ON t.activity_id = a.id
    LEFT JOIN walking_teaching_session w ON w.activity_id = a.id
    LEFT JOIN resource_transfer x ON x.activity_id = a.id
"""
RAW: Final = {
    # 50 rows of a county, newest first.
    "list": f"{_ROWS} WHERE a.county_id = {FIRST} AND a.held_on BETWEEN '2024-09-01' AND"
    " '2025-08-31' ORDER BY a.held_on DESC, a.id DESC LIMIT 50",
    # Every record that a count of a county, a city, a community looks at.
    "county": f"{_ROWS} WHERE a.county_id = {FIRST}",
    "city": f"{_ROWS} WHERE a.county_id BETWEEN {FIRST} AND {FIRST + COUNTIES_PER_CITY - 1}",
    "community": f"{_ROWS} WHERE a.community_id = {FIRST}",
}

app = create_app(Config.from_environment())


@app.get("/raw/<name>")
@public
def raw(name: str) -> Response:
    """The rows of one statement as a table, without a template."""
    with db.engine.connect() as connection:
        rows = connection.execute(text(RAW[name])).all()
    cells = "".join(f"<tr>{''.join(f'<td>{value}</td>' for value in row)}</tr>" for row in rows)
    return Response(f"<table>{cells}</table>", mimetype="text/html")
