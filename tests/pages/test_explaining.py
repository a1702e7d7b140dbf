"""From a figure down to what stands behind it, what is missing, and what moved."""

import io
import re
from collections.abc import Callable

import pytest
from openpyxl import load_workbook

from tests.browser_client import Browser, Page, text_of
from tests.pages.conftest import AT, Reader, rows, section

JIEDONG = "/regions/445203"
LATEST = "as_of=2025-12-31"


def _number(text: str) -> int:
    found = re.search(r"[\d,]+", text)
    assert found, text
    return int(found[0].replace(",", ""))


def _figures(page: Page, level: str) -> list[tuple[int, str]]:
    """The figures that lead to records of a level: what they say, and where they lead."""
    return [
        (_number(text_of(link)), str(link.get("href")))
        for link in page.root.iter("a")
        if "/records?" in str(link.get("href")) and f"level={level}" in str(link.get("href"))
    ]


@pytest.mark.parametrize("address", [JIEDONG, "/regions/445200", "/communities/JD-05"])
@pytest.mark.parametrize("level", ["reported", "confirmed", "counted"])
def test_a_figure_leads_to_as_many_records(reader: Reader, address: str, level: str) -> None:
    browser = reader("city.official")
    figures = _figures(browser.get(f"{address}?{AT}"), level)
    assert figures
    number, link = max(figures)
    assert "known_at=2026-01-31" in link, "for the same day and instant"
    page = browser.get(link)
    note = next(e for e in page.root.iter("p") if e.get("role") == "status")
    assert _number(text_of(note)) == number
    shown = 0
    for _ in range(20):
        shown += len(rows(section(page, "records")))
        following = [a.get("href") for a in page.root.iter("a") if a.get("rel") == "next"]
        if not following:
            break
        page = browser.get(str(following[0]))
    assert shown == number


def test_records_left_out_say_why_and_lead_to_their_page(reader: Reader) -> None:
    browser = reader("jiedong.official")
    page = browser.get(f"/communities/JD-05/records?{AT}&reason=not_confirmed")
    lines = rows(section(page, "records"))
    assert all("接收校未全部确认" in line[-2] for line in lines)
    assert any(link.startswith("/activities/") for link in page.links)
    back = browser.get(f"/communities/JD-05/records?{AT}&level=nonsense&after=gone&month=x")
    assert "没有" in back.text or back.status == 200


def test_coverage_leads_to_every_school(reader: Reader) -> None:
    browser = reader("jiedong.official")
    page = browser.get(f"{JIEDONG}/coverage?{AT}")
    lines = rows(section(page, "region-445203"))
    covered = [line for line in lines if any("JD-" in cell for cell in line)]
    text = text_of(section(page, "region-445203").find(".//h2"))
    inside, rural = (int(n) for n in re.findall(r"\d+", text)[-2:])
    assert len(covered) >= inside
    assert len(lines) >= rural
    assert "/communities/JD-01?" in " ".join(page.links)


@pytest.mark.parametrize("criterion", ["S1", "S2", "S3", "S4", "S5", "S6", "G1", "G2", "R1", "R2"])
def test_every_criterion_shows_what_it_looks_at_and_where_it_is_kept(
    reader: Reader, criterion: str
) -> None:
    page = reader("jiedong.official").get(f"/communities/JD-07/criteria/{criterion}?{AT}")
    assert any(link.startswith("/communities/JD-07/") for link in page.links)
    assert page.root.find(".//tbody/tr") is not None or page.root.find(".//dl") is not None


def test_a_school_that_does_not_lead_is_left_out_of_s1_for_that_reason(reader: Reader) -> None:
    page = reader("jiedong.official").get(f"/communities/JD-05/criteria/S1?{AT}")
    lines = rows(section(page, "schools"))
    assert lines[0][-1] == "—"
    assert len(lines) == 8
    assert all(line[-1] != "—" for line in lines[1:])


# ---- What is missing ----


def test_what_is_missing_names_who_can_supply_it(reader: Reader) -> None:
    browser = reader("jiedong.official")
    page = browser.get(f"{JIEDONG}/missing?{AT}")
    lines = rows(section(page, "missing"))
    (signature,) = (line for line in lines if "R1" in line[1])
    assert "JD-06" in signature[0]
    assert "松涧初级中学" in signature[3]
    only = browser.get(f"{JIEDONG}/missing?{AT}&whom=county")
    assert {line[0][-5:] for line in rows(section(only, "missing"))} == {"JD-07"}
    assert len(rows(section(browser.get(f"{JIEDONG}/missing?{AT}&kind=hard"), "missing"))) < len(
        lines
    )


def test_the_file_holds_what_the_page_shows(reader: Reader) -> None:
    browser = reader("jiedong.official")
    page = browser.get(f"{JIEDONG}/missing?{AT}&kind=hard")
    shown = rows(section(page, "missing"))
    answer = browser.submit(page, "/missing/export", format="xlsx").response
    sheet = load_workbook(io.BytesIO(answer.get_data())).worksheets[0]
    lines = [row for row in sheet.iter_rows(values_only=True) if any(row)]
    codes = [str(line[0]) for line in lines if str(line[0]).startswith("JD-")]
    assert codes == [line[0][-5:] for line in shown]
    own = browser.submit(browser.get(f"/communities/JD-06/missing?{AT}"), "export", format="csv")
    assert "松涧初级中学" in own.response.get_data(as_text=True)


def test_a_community_that_lacks_nothing_says_so(reader: Reader) -> None:
    page = reader("jiedong.official").get("/communities/JD-01/missing?known_at=2026-01-31T00:00")
    assert not page.root.findall(".//tbody")
    assert not [form for form in page.forms if "export" in form.action]


# ---- What moved ----


def test_compare_names_what_moved_and_the_record_that_moved_it(reader: Reader) -> None:
    page = reader("jiedong.official").get(
        f"{JIEDONG}/compare?from_as_of=2025-12-31&from_known_at=2026-01-01T00:00&{AT}"
    )
    assert text_of(section(page, "move-JD-01").find(".//h2")).endswith("JD-01")
    (objective,) = rows(section(page, "move-JD-01"))
    assert objective[0].startswith("G2")
    assert "2026-01-12" in objective[3], "the day of the review is what moved it"
    (lesson,) = rows(section(page, "move-JD-02"))
    assert lesson[0].startswith("O1")
    assert any(link.startswith("/activities/") for link in page.links)


def test_compare_of_the_same_says_that_nothing_moved(reader: Reader) -> None:
    same = f"from_as_of=2025-12-31&from_known_at=2026-01-31T00:00&{AT}"
    browser = reader("jiedong.official")
    for address in (JIEDONG, "/communities/JD-05"):
        page = browser.get(f"{address}/compare?{same}")
        assert not [
            e for e in page.root.iter("section") if "move-" in str(e.get("aria-labelledby"))
        ]
        assert page.root.find(".//div[@class='empty']") is not None


def test_compare_without_an_earlier_side_takes_the_day_when_it_ended(reader: Reader) -> None:
    page = reader("jiedong.official").get(f"/communities/JD-01/compare?{LATEST}")
    form = page.form("/compare")
    assert form.fields["from_known_at"].startswith("2026-01-01T00:00")
    assert form.fields["from_as_of"] == form.fields["as_of"] == "2025-12-31"


def test_compare_with_a_day_on_which_it_did_not_exist(reader: Reader) -> None:
    browser = reader("jiedong.official")
    page = browser.get(f"/communities/JD-01/compare?from_as_of=2020-01-01&{AT}")
    assert page.status == 200
    gone = "from_as_of=2020-01-01&as_of=2020-01-02&known_at=2026-01-31"
    browser.get(f"/communities/JD-01/compare?{gone}", status=404)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("from_as_of", "gestern"),
        ("as_of", "2025-13-01"),
        ("from_known_at", "soon"),
        ("from_school_year", "1999-2000"),
        ("school_year", "1999-2000"),
    ],
)
def test_what_was_typed_is_kept(reader: Reader, field: str, typed: str) -> None:
    given = {"from_as_of": "2025-06-30", "as_of": "2025-12-31", field: typed}
    address = f"{JIEDONG}/compare?" + "&".join(f"{k}={v}" for k, v in given.items())
    page = reader("jiedong.official").get(address, status=422)
    form = page.form("/compare")
    assert {name: form.fields[name] for name in given} == given
    assert any(link == f"#{field}" for link in page.links)


def test_these_pages_ask_the_database_a_fixed_number_of_times(
    reader: Reader, count_queries: Callable[[Browser, str], int]
) -> None:
    browser = reader("admin")
    browser.get("/regions/445200")
    for part, budget in (("records", 32), ("coverage", 25), ("missing", 27), ("compare", 50)):
        counts = {count_queries(browser, f"/regions/{c}/{part}") for c in ("445202", "445203")}
        assert len(counts) == 1, part
        assert max(counts) <= budget, part
    for part, budget in (("records", 38), ("missing", 32), ("compare", 62)):
        counts = {count_queries(browser, f"/communities/{c}/{part}") for c in ("HL-02", "JD-01")}
        assert len(counts) == 1, part
        assert max(counts) <= budget, part
