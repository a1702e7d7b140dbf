"""The application that servers and the `flask` command load."""

from community import create_app
from config import Config, ConfigError

try:
    app = create_app(Config.from_environment())
except ConfigError as error:
    raise SystemExit(f"Not started: {error}") from None
