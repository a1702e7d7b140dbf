"""These tests add views of their own, so each has an application of its own."""

import pytest
from flask import Flask

from config import Config
from tests.conftest import MakeApp


@pytest.fixture
def app(config: Config, make_app: MakeApp) -> Flask:
    """An application for one test."""
    app = make_app(config)
    app.config.update(TESTING=True)
    return app
