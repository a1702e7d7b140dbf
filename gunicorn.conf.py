"""How gunicorn serves: `gunicorn wsgi:app` from the root needs no further options."""

from config import Config, ConfigError

try:
    _config = Config.from_environment()
except ConfigError as error:
    raise SystemExit(f"Not started: {error}") from None

_host = f"[{_config.host}]" if ":" in _config.host else _config.host
bind = f"{_host}:{_config.port}"
worker_class = "gthread"
workers = 2
threads = 8
timeout = 120  # seconds: a long import may take its time, a worker that is stuck may not
graceful_timeout = 8
control_socket_disable = True
