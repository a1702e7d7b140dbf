"""The pages of accounts: `signing_in` and the own account · `managing` those of others."""

from community.accounts.views import managing  # noqa: F401 - adds its pages
from community.accounts.views.signing_in import blueprint

__all__ = ["blueprint"]
