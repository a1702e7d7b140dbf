"""Paper: a template and its data become a PDF.

`paper` sets the template, `glyphs` refuses what no font can print, `rendering` has the layout done
by a process of its own, `engine`, which alone imports WeasyPrint.
"""

from community.kernel.pdf.glyphs import check_glyphs
from community.kernel.pdf.paper import set_page
from community.kernel.pdf.rendering import LayoutError, Limits, Printed, render

__all__ = ["LayoutError", "Limits", "Printed", "check_glyphs", "render", "set_page"]
