"""The application that servers and the `flask` command load."""

from community import create_app
from config import Config

app = create_app(Config.from_environment())
