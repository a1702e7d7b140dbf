"""The Flask extensions, one of each; create_app() binds them to an application."""

from flask_bootstrap import Bootstrap5
from flask_compress import Compress
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from community.kernel.database import Base

db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate()
bootstrap = Bootstrap5()
compress = Compress()
csrf = CSRFProtect()
login = LoginManager()
# Sessions live in the database and die there; a changing address (a phone) must not end one.
login.session_protection = None
