"""Urban–rural education communities (城乡教育共同体): registers, evidence and a count."""

from importlib import import_module

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import ROOT, Config

# Features with tables: their models refer to each other by name, so all must be there.
MODELS = (
    "registry",
    "communities",
    "accounts",
    "journal",
    "jobs",
    "exports",
    "evidence",
    "activities",
    "shared_teaching",
    "walking_teaching",
    "resource_transfers",
    "audits",
    "imports",
    "reports",
)
PAGES = (
    "accounts",
    "journal",
    "jobs",
    "exports",
    "evidence",
    "registry",
    "communities",
    "activities",
    "shared_teaching",
    "walking_teaching",
    "resource_transfers",
    "imports",
    "grids",
    "reports",
    "pages",
    "demonstration",
)
# A form is small. A view that takes files says how much with `accepts_up_to`.
FORM_BYTES = 256 * 1024


def create_app(config: Config) -> Flask:
    """The application of one installation: settings, extensions, guards, blueprints."""
    from community import cli
    from community.accounts import views as accounts
    from community.activities import views as activities
    from community.activities.services import install as install_rollups
    from community.communities import views as communities
    from community.demonstration import views as demonstration
    from community.evidence import views as evidence
    from community.exports import views as exports
    from community.grids import views as grids
    from community.imports import views as imports
    from community.jobs import views as jobs
    from community.journal import views as journal
    from community.journal.services import install as install_journal
    from community.kernel.database import configure_engine
    from community.pages import views as pages
    from community.registry import views as registry
    from community.reports import views as reports
    from community.resource_transfers import views as resource_transfers
    from community.shared_teaching import views as shared_teaching
    from community.walking_teaching import views as walking_teaching
    from community.web import errors, security, templating
    from community.web import views as web
    from community.web.app import (
        CommunityApp,
        configure_logging,
        hold_static_file,
        log_request,
    )
    from community.web.extensions import bootstrap, compress, csrf, db, login, migrate

    for feature in MODELS:
        import_module(f"community.{feature}.models")

    app = CommunityApp(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(config.data_dir.absolute()),
    )
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"pool_pre_ping": True},
        COMMUNITY=config,
        DATA_DIR=config.data_dir,
        MIGRATIONS_DIR=ROOT / "migrations",
        # Browsers take a __Host- cookie only over TLS, from this very host and for all of it.
        SESSION_COOKIE_NAME="__Host-session" if config.is_production else "session",
        SESSION_COOKIE_SECURE=config.is_production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # the default hour would destroy long forms
        MAX_CONTENT_LENGTH=FORM_BYTES,
        TRUSTED_HOSTS=list(config.trusted_hosts) or None,
        BOOTSTRAP_SERVE_LOCAL=True,
        SEND_FILE_MAX_AGE_DEFAULT=0,
        # A village's network: style sheets and pages travel at a fifth of their size.
        COMPRESS_ALGORITHM=["zstd", "gzip"],
        COMPRESS_STREAMS=False,
    )
    if config.trusted_proxy_count:
        count = config.trusted_proxy_count
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's documented way
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
    configure_logging()

    db.init_app(app)
    with app.app_context():
        configure_engine(db.engine)
    install_journal(db.session)
    install_rollups(db.session)
    bind_process(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    bootstrap.init_app(app)
    login.init_app(app)
    login.unauthorized_handler(security.send_to_sign_in)

    # After a request the last one runs first: headers, then the log line, then compression.
    compress.init_app(app)
    app.after_request(hold_static_file)
    app.after_request(log_request)
    app.after_request(security.add_headers)
    app.before_request(security.raise_body_limit)
    csrf.init_app(app)  # reads the form, so the limit comes before it
    app.url_defaults(security.add_version)
    templating.register(app)
    errors.register(app)
    for views in (
        web,
        accounts,
        journal,
        jobs,
        exports,
        evidence,
        registry,
        imports,
        grids,
        communities,
        activities,
        shared_teaching,
        walking_teaching,
        resource_transfers,
        reports,
        pages,
        demonstration,
    ):
        app.register_blueprint(views.blueprint)
    cli.register(app)
    return app


def bind_process(app: Flask) -> None:
    """Bind what a process has but one of to an application: session, storage, queue."""
    from community.accounts.services import actor_of_account
    from community.jobs import tasks
    from community.kernel import storage
    from community.kernel.database import use_sessions_of
    from community.web.extensions import db

    config: Config = app.config["COMMUNITY"]
    use_sessions_of(db.session)
    storage.bind(config)
    tasks.bind(config, app.app_context, actor_of_account)
