"""One request, one transaction, one line in the log."""

import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue

from community.kernel import i18n
from community.kernel.database import transaction
from community.kernel.origin import Channel, Origin, set_origin
from community.web import security

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
LOCALE_COOKIE: Final = "locale"

_log = logging.getLogger("community.request")
_web_log = logging.getLogger("community.web")


class CommunityApp(Flask):
    """Flask, with the rule of the house: the guard first, and one commit per unsafe request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked after the guard has let a signed-in actor pass; an answer replaces the view's.
        self.gates: list[Callable[[], ResponseReturnValue | None]] = []

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Name the request, its origin and its language before anything can go wrong."""
        g.request_id = uuid4().hex
        g.started_at = time.perf_counter()
        i18n.set_locale(request.cookies.get(LOCALE_COOKIE, i18n.DEFAULT_LOCALE))
        set_origin(
            Origin(Channel.WEB, g.request_id, request.remote_addr, request.user_agent.string[:200])
        )
        return super().preprocess_request()

    def dispatch_request(self) -> ResponseReturnValue:
        """Guard and run the view; an unsafe method is one transaction, the guard included.

        An answer of 400 or above rolls back. What a safe method has to write (`write_later`) is
        written once its answer is made, shortly. A view declared `own_transactions` sees to itself.
        """
        if request.routing_exception is not None:
            self.raise_routing_exception(request)
        if request.method in SAFE_METHODS or security.commits_itself(self, request.endpoint):
            answer = self._guarded_answer()
            self._write_queued()
            return answer
        with transaction() as running:
            answer = self._guarded_answer()
            if answer.status_code >= 400:
                running.abandon()
            else:
                for write, _is_essential in g.pop("queued_writes", ()):
                    write()
        if running.is_abandoned:
            self._write_queued()
        return answer

    def _guarded_answer(self) -> Response:
        if (refusal := security.guard(request)) is not None:
            return self.make_response(refusal)
        if g.get("actor_id") is not None:
            for gate in self.gates:
                if (answer := gate()) is not None:
                    return self.make_response(answer)
        return self.make_response(super().dispatch_request())

    def log_exception(self, exc_info: Any) -> None:
        """Log a fault with the number of its request, which the error page shows."""
        fields = {"request_id": g.get("request_id"), "path": request.path}
        _web_log.error("unexpected error", exc_info=exc_info, extra={"fields": fields})

    def _write_queued(self) -> None:
        writes = g.pop("queued_writes", ())
        if not writes:
            return
        try:
            with transaction():
                for write, _is_essential in writes:
                    write()
        except Exception:
            if any(is_essential for _write, is_essential in writes):
                raise
            _web_log.warning("a write after the answer failed", exc_info=True)


def write_later(write: Callable[[], None], *, is_essential: bool = True) -> None:
    """Queue what a safe request has to write (access log, last seen) until its answer is made.

    An essential write that fails turns the answer into an error: what cannot be logged is not
    shown. An unsafe request writes it in its own transaction, or after its refusal.
    """
    g.setdefault("queued_writes", []).append((write, is_essential))


# --- the log ----------------------------------------------------------------------------------


def log_request(response: Response) -> Response:
    """Write one line per request, without the query string: it may name people."""
    _log.info(
        "request",
        extra={
            "fields": {
                "request_id": g.get("request_id"),
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round((time.perf_counter() - g.get("started_at", 0.0)) * 1000, 1),
                "actor_id": g.get("actor_id"),
            }
        },
    )
    return response


def hold_static_file(response: Response) -> Response:
    """Hold a static file in memory: compressed while it streams, nobody would close it."""
    if request.endpoint in ("static", "bootstrap.static") and response.status_code == 200:
        response.direct_passthrough = False
        response.get_data()
    return response


class JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with the fields it was given; a traceback stays on the same line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def configure_logging() -> None:
    """Send everything of the product to standard error as JSON, once per process."""
    logger = logging.getLogger("community")
    if logger.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
