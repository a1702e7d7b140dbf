"""The templates of paper, set without a web framework."""

from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from community.kernel import charts, i18n
from community.kernel.formats import FILTERS
from config import ROOT


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        undefined=StrictUndefined,  # a name that nobody gives is a fault, not an empty string
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found.policies["ext.i18n.trimmed"] = True
    # The extension's methods come with the extension and are unknown to type checkers.
    install: Callable[..., None] = found.install_gettext_callables  # type: ignore[attr-defined]
    install(i18n.gettext, i18n.plural_form, newstyle=True)
    found.filters.update(FILTERS, label=i18n.label)
    found.globals["charts"] = charts
    return found


def set_page(template: str, **context: Any) -> str:
    """The HTML of a document in the locale in force; every value in it is text."""
    return _environment().get_template(template).render(locale=i18n.current_locale(), **context)
