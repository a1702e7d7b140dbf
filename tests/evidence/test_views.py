"""Files sent from a page: taken in, shown to their sender alone, removed, tidied up."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.access import Role
from community.accounts.services import actor_of_account
from community.evidence import services
from community.evidence.models import Attachment
from community.evidence.rules import UPLOAD_BYTES, WAITING_KEPT, Chosen
from community.kernel import clock, storage
from community.kernel.database import session, transaction
from tests.browser_client import Browser
from tests.conftest import SignInAs
from tests.evidence import files
from tests.world import World

CLERK, LEAD = Role.SCHOOL_CLERK, Role.LEAD_SCHOOL_ADMINISTRATOR


def send(browser: Browser, content: bytes, name: str = "课堂.jpg", status: int = 201) -> Any:
    """Send a file as static/js/upload.js does."""
    browser.app.config.update(WTF_CSRF_ENABLED=False)
    answer = browser.client.post(
        "/evidence",
        data={"file": (BytesIO(content), name)},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def keys(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(storage.keys_under("evidence/"))


def test_a_photograph_is_taken_in_and_shown_to_its_sender_alone(
    app: Flask, sign_in_as: SignInAs
) -> None:
    clerk = sign_in_as(CLERK)
    kept = send(clerk, files.with_place(), "教室.JPG")
    assert kept["name"] == "教室.jpg"
    shown = clerk.client.get(kept["file"])
    assert shown.mimetype == "image/jpeg"
    assert "attachment" not in shown.headers["Content-Disposition"]
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert b"CANARY" not in shown.data
    assert clerk.client.get(kept["thumbnail"]).data.startswith(b"\xff\xd8\xff")
    for stranger in (LEAD, Role.DISTRICT_OFFICIAL, Role.SYSTEM_ADMINISTRATOR):
        for address in (kept["file"], kept["thumbnail"]):
            assert sign_in_as(stranger).client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "name"),
    [(files.pdf(files.PAGE), "a.pdf"), (files.office(), "教案.html")],
    ids=["PDF with a page in it", "Word file called a page"],
)
def test_what_is_no_picture_is_taken_along_never_shown(
    sign_in_as: SignInAs, content: bytes, name: str
) -> None:
    clerk = sign_in_as(CLERK)
    kept = send(clerk, content, name)
    given = clerk.client.get(kept["file"])
    assert given.data == content
    assert given.headers["Content-Disposition"].startswith("attachment")
    media_type = str(given.mimetype)
    assert media_type.startswith("application/")
    assert "html" not in media_type
    assert kept["thumbnail"] is None


@pytest.mark.parametrize(
    ("content", "chinese", "english"),
    [
        (files.DRAWING, "不收", "This kind of file is not taken."),
        (files.GIF_AND_PAGE, "不收", "This kind of file is not taken."),
        (files.picture()[:-300], "损坏", "The picture is damaged"),
        (files.declaring(60_000, 60_000), "像素", "Make it smaller"),
    ],
    ids=["SVG called .jpg", "GIF and page at once", "truncated", "bomb"],
)
def test_a_refusal_says_why_in_the_readers_language(
    app: Flask, sign_in_as: SignInAs, content: bytes, chinese: str, english: str
) -> None:
    clerk = sign_in_as(CLERK)
    assert chinese in send(clerk, content, status=422)["error"]["message"]
    clerk.client.set_cookie("locale", "en")
    assert english in send(clerk, content, status=422)["error"]["message"]
    assert keys(app) == []


def test_a_body_beyond_the_limit_is_not_read(sign_in_as: SignInAs) -> None:
    clerk = sign_in_as(CLERK)
    clerk.app.config.update(WTF_CSRF_ENABLED=False)
    answer = clerk.client.post(
        "/evidence",
        environ_overrides={"CONTENT_LENGTH": str(UPLOAD_BYTES + 1)},
        content_type="multipart/form-data; boundary=x",
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 413
    assert answer.get_json()["error"]["code"] == 413


def test_the_same_file_sent_again_is_kept_once(app: Flask, sign_in_as: SignInAs) -> None:
    clerk, lead = sign_in_as(CLERK), sign_in_as(LEAD)
    first = send(clerk, files.picture())
    stored = keys(app)
    assert send(clerk, files.picture())["id"] == first["id"]
    other = send(lead, files.picture())
    assert other["id"] != first["id"]
    assert keys(app) == stored
    # Removed by one, it stays for the other.
    assert clerk.client.post(first["discard"]).status_code == 200
    assert clerk.client.get(first["file"]).status_code == 404
    assert lead.client.get(other["file"]).status_code == 200
    assert clerk.client.post(other["discard"]).status_code == 404
    assert lead.client.post(other["discard"]).status_code == 200
    assert keys(app) == []


def test_too_much_that_belongs_to_no_record_is_refused(
    sign_in_as: SignInAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = sign_in_as(CLERK)
    send(clerk, files.picture())
    monkeypatch.setattr(services, "MOST_WAITING_BYTES", 10)
    assert "尚未" in send(clerk, files.picture(tint=9), status=422)["error"]["message"]


def test_files_without_a_record_go_after_a_month(
    app: Flask, world: World, sign_in_as: SignInAs
) -> None:
    clerk = sign_in_as(CLERK)
    stale, linked = send(clerk, files.picture()), send(clerk, files.pdf(), "计划.pdf")
    with app.app_context(), transaction():
        actor = actor_of_account(world.account_ids[CLERK])
        assert actor is not None
        services.link_uploads([Chosen(linked["id"], "学期计划")], actor=actor)
    with app.app_context(), transaction():
        assert services.purge_uploads(now=clock.now()) == 0
    later = clock.now() + WAITING_KEPT + timedelta(days=3)
    with app.app_context(), transaction():
        storage.put("evidence/00/orphan", b"of a request that failed")
        assert services.purge_uploads(now=later) == 1
    for night in range(1, 32):  # each looks through its own shelves
        with app.app_context(), transaction():
            assert services.purge_uploads(now=later + timedelta(days=night)) == 0
    with app.app_context():
        kept = session().scalars(select(Attachment)).one()
        assert (kept.id, kept.caption) == (linked["id"], "学期计划")
    assert len(keys(app)) == 1
    assert clerk.client.get(stale["file"]).status_code == 404
