"""What pages read besides what counts: `records` and names · `closing` what a term leaves open."""

from community.pages.queries.records import (
    RecordText,
    cities,
    confirmed_days,
    division_names,
    evidence_of,
    record_texts,
    school_names,
)

__all__ = [
    "RecordText",
    "cities",
    "confirmed_days",
    "division_names",
    "evidence_of",
    "record_texts",
    "school_names",
]
