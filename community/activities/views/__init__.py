"""The pages of activities, by topic.

`records` the list, one record · `deciding` what is done with it · `entry` a form being filled in
· `drafts` those saved · `proving` the evidence of a record · `monthly`
confirmation sheets.
"""

from community.activities.views import (  # noqa: F401 - each adds its pages
    deciding,
    drafts,
    monthly,
    proving,
)
from community.activities.views.entry import start_entry
from community.activities.views.records import activity_url, blueprint

__all__ = ["activity_url", "blueprint", "start_entry"]
