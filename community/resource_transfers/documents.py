"""The assembly of the handover slip."""

from community.kernel.pdf import check_glyphs, set_page
from community.resource_transfers.rules import Slip


def build_slip_page(slip: Slip) -> str:
    """The slip as HTML, in the locale in force.

    Raises RuleViolationError when a character of it cannot be printed.
    """
    html = set_page("resource_transfers/print/slip.html", slip=slip)
    check_glyphs(html)
    return html
