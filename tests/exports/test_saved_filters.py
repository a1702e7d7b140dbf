"""Filters kept under a name, and filters as chips to be removed."""

import pytest

from community.access import Role
from community.exports.rules import KEPT_PER_LIST, check_filter
from community.kernel.errors import RuleViolationError
from tests.conftest import SignInAs
from tests.world import World

ACTIVITIES = "/activities?state=confirmed&month=10"


@pytest.mark.once
@pytest.mark.parametrize(
    "address", [ACTIVITIES, "/schools?q=小学&state=open", "/communities?state=existing"]
)
def test_a_filter_is_kept_opened_and_removed(
    sign_in_as: SignInAs, world: World, address: str
) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    page = official.submit(official.get(address), "/saved-filters/keep", name="  十月 待核  ")
    assert "筛选条件已保存为“十月 待核”" in page.text
    plain = address.partition("?")[0]
    assert "十月 待核" in official.get(plain).text
    links = official.get(plain).links
    (kept,) = {link for link in links if link.startswith(f"{plain}?") and "state=" in link}
    assert "state=" in official.get(kept).address
    # Under the same name the later one stands.
    official.submit(
        official.get(plain + "?state=existing&q=a"), "/saved-filters/keep", name="十月 待核"
    )
    assert len([f for f in official.get(plain).forms if f.action.endswith("/remove")]) == 1
    gone = official.submit(official.get(plain), "/remove")
    assert "已删除" in gone.text
    assert "十月 待核" not in official.get(plain).text


@pytest.mark.once
def test_kept_filters_are_ones_own(sign_in_as: SignInAs, world: World) -> None:
    official, viewer = sign_in_as(Role.DISTRICT_OFFICIAL), sign_in_as(Role.VIEWER)
    official.submit(official.get(ACTIVITIES), "/saved-filters/keep", name="本人的")
    page = viewer.get(ACTIVITIES)
    assert "本人的" not in page.text
    token = page.form("/saved-filters/keep").fields["csrf_token"]
    viewer.post("/saved-filters/1/remove", {"csrf_token": token}, 404)
    assert "本人的" in official.get("/activities").text


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "said"),
    [("   ", "请为该筛选条件起一个名称"), ("x" * 300, "已保存为“" + "x" * 40 + "”")],
)
def test_names_of_filters(sign_in_as: SignInAs, world: World, name: str, said: str) -> None:
    official = sign_in_as(Role.DISTRICT_OFFICIAL)
    page = official.submit(official.get(ACTIVITIES), "/saved-filters/keep", name=name)
    assert said in page.text
    assert "state=confirmed" in page.address


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("state=confirmed&after=12&q=", "state=confirmed"),
        ("q=%E5%B0%8F%E5%AD%A6&a=1", "a=1&q=%E5%B0%8F%E5%AD%A6"),
    ],
)
def test_a_filter_is_kept_without_its_place_and_what_is_empty(query: str, wanted: str) -> None:
    assert check_filter(query, KEPT_PER_LIST - 1) == wanted


@pytest.mark.parametrize(
    ("query", "kept", "said"),
    [
        ("", 0, "No filter is set"),
        ("after=3&before=4", 0, "No filter is set"),
        ("q=x", KEPT_PER_LIST, "Remove one first"),
    ],
)
def test_filters_that_are_not_kept(query: str, kept: int, said: str) -> None:
    with pytest.raises(RuleViolationError) as refused:
        check_filter(query, kept)
    assert said in refused.value.message.msgid


@pytest.mark.once
def test_each_chosen_filter_is_a_chip_that_takes_it_away(
    sign_in_as: SignInAs, world: World
) -> None:
    page = sign_in_as(Role.DISTRICT_OFFICIAL).get(ACTIVITIES + "&side=provider")
    chips = [link for link in page.links if link.startswith("/activities?") and "month=" in link]
    assert any("state=" not in link and "side=provider" in link for link in chips)
    assert any("side=" not in link and "state=confirmed" in link for link in chips)
