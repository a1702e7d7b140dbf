"""No page reads a big table from end to end: in a nation it would take seconds."""

import pytest
from flask import Flask

from bench.plans import BIG, scanned_tables, sequential_scans
from community.kernel.database import Base
from community.web.extensions import db
from tests.pages.conftest import AT, Reader

PAGES = [
    "/activities?county=445203&school_year=2024-2025",
    f"/regions/445203?{AT}",
    f"/regions/445200?{AT}",
    f"/regions/445203/records?{AT}",
    f"/regions/445203/missing?{AT}",
    f"/regions/445203/compare?{AT}",
    f"/communities/JD-05?{AT}",
    f"/communities/JD-05/criteria/O1?{AT}",
]


def test_the_big_tables_exist() -> None:
    assert set(Base.metadata.tables) >= BIG


@pytest.mark.parametrize("address", PAGES)
def test_a_page_finds_its_rows_by_an_index(
    demonstration: Flask, reader: Reader, address: str
) -> None:
    client = reader("city.official").client
    client.get(address)  # what is asked once and then remembered
    assert sequential_scans(client, demonstration, [address]) == set()


def test_a_scan_is_seen(demonstration: Flask) -> None:
    """The check itself: no index leads to a note."""
    everything = "SELECT id FROM activity WHERE note = 'x'"
    by_county = "SELECT id FROM activity WHERE county_id = 1"
    with demonstration.app_context(), db.engine.connect() as connection:
        assert scanned_tables(connection, [(everything, ())]) == {"activity"}
        assert scanned_tables(connection, [(by_county, ())]) == set()
