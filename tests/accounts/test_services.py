"""Creating accounts, scopes, passwords: what the pages, the terminal and the API share."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from community.access import Operator, Permission, Role, allows
from community.accounts import queries, services
from community.accounts.models import SignInAttempt, UserAccount, UserSession
from community.accounts.queries import AccountFilter
from community.accounts.rules import sign_in as limits
from community.accounts.rules.reach import AccountDraft
from community.communities.models import Membership, MembershipVersion
from community.journal.models import JournalEntry
from community.journal.services import writing
from community.kernel import clock, paging
from community.kernel.database import session, transaction
from community.kernel.errors import (
    AccessDeniedError,
    NotFoundError,
    RuleViolationError,
    StaleWriteError,
)
from community.kernel.origin import Channel, Origin, use_origin
from tests.accounts.conftest import ANOTHER_PASSWORD, PASSWORD, CreatePerson, Person
from tests.conftest import Recording
from tests.factories import SchoolFactory, UserAccountFactory
from tests.world import World

OPERATOR = Operator("operator")
EVERYTHING = AccountFilter()
R = Role


def draft(role: Role, scope: str = "", name: str = "new.person") -> AccountDraft:
    return AccountDraft(name, "新同志", role, scope)


# --- creating ---------------------------------------------------------------------------------


def test_every_role_gets_its_scope(app: Flask, world: World, member_school: str) -> None:
    with app.app_context(), transaction():
        made = {
            role: services.create_account(draft(role, scope, f"n{n}"), actor=OPERATOR).account
            for n, (role, scope) in enumerate(
                {
                    R.SYSTEM_ADMINISTRATOR: "",
                    R.CITY_OFFICIAL: "445200",
                    R.DISTRICT_OFFICIAL: "揭东区",
                    R.SCHOOL_CLERK: member_school,
                    R.LEAD_SCHOOL_ADMINISTRATOR: queries.scopes_named(member_school)[0].name,
                    R.VIEWER: "４４５２０３",
                }.items()
            )
        }
        own = world.own
        found = {role: (a.city_id, a.county_id, a.school_id) for role, a in made.items()}
        school_id = made[R.SCHOOL_CLERK].school_id
        assert school_id is not None
        assert found[R.SYSTEM_ADMINISTRATOR] == (None, None, None)
        assert found[R.CITY_OFFICIAL] == (world.city_id, None, None)
        assert found[R.DISTRICT_OFFICIAL] == (world.city_id, own.county_id, None)
        assert found[R.VIEWER] == found[R.DISTRICT_OFFICIAL]
        assert found[R.LEAD_SCHOOL_ADMINISTRATOR] == found[R.SCHOOL_CLERK]
        assert all(account.must_change_password for account in made.values())
        for role, account in made.items():
            again = services.update_account(
                account.id,
                AccountDraft(account.user_name, "改名", role, queries.scope_reference(account)),
                revision=account.revision,
                actor=OPERATOR,
            )
            assert (again.city_id, again.county_id, again.school_id) == found[role]


@pytest.mark.parametrize(
    ("role", "scope", "why"),
    [
        (R.SYSTEM_ADMINISTRATOR, "445200", "an administrator has no scope"),
        (R.CITY_OFFICIAL, "", "none given"),
        (R.CITY_OFFICIAL, "445203", "a county is no city"),
        (R.DISTRICT_OFFICIAL, "445200", "a city is no county"),
        (R.SCHOOL_CLERK, "445203", "a county is no school"),
        (R.SCHOOL_CLERK, "没有这所学校", "no such school"),
        (R.VIEWER, "SCHOOL", "a school is no division"),
    ],
)
def test_a_scope_that_does_not_fit_is_refused(
    app: Flask, member_school: str, role: Role, scope: str, why: str
) -> None:
    scope = scope.replace("SCHOOL", member_school)
    with app.app_context(), transaction():
        with pytest.raises(RuleViolationError) as refusal:
            services.create_account(draft(role, scope), actor=OPERATOR)
        assert refusal.value.field == "scope", why


def test_a_name_of_two_schools_asks_for_the_code(
    app: Flask, world: World, recording: Recording
) -> None:
    with recording():
        for code in ("2144900001", "2144900002"):
            SchoolFactory.create(code=code, name="同名小学")
    with app.app_context(), transaction():
        with pytest.raises(RuleViolationError) as refusal:
            services.create_account(draft(R.SCHOOL_CLERK, "同名小学"), actor=OPERATOR)
        assert "2144900001" in str(refusal.value)
        issued = services.create_account(draft(R.SCHOOL_CLERK, "2144900002"), actor=OPERATOR)
        assert issued.account.school_id


def test_user_names_are_unique_however_written(app: Flask, create_person: CreatePerson) -> None:
    create_person("Zhang.San")
    with app.app_context(), transaction():
        for name in ("zhang.san", "ZHANG.SAN", "ｚhang.san "):
            with pytest.raises(RuleViolationError) as refusal:
                services.create_account(draft(R.SYSTEM_ADMINISTRATOR, name=name), actor=OPERATOR)
            assert refusal.value.field == "user_name"
        assert queries.account_named(" ZHANG.san") is not None


def test_a_guessable_password_is_refused_but_for_a_demonstration(app: Flask, world: World) -> None:
    wanted = draft(R.DISTRICT_OFFICIAL, "445203")
    with app.app_context(), transaction():
        with pytest.raises(RuleViolationError):
            services.create_account(wanted, actor=OPERATOR, password="Gongtongti-2025")
        issued = services.create_account(
            wanted, actor=OPERATOR, password="Gongtongti-2025", is_demonstration=True
        )
        assert issued.one_time_password is None
        assert not issued.account.must_change_password
        assert services.verify_password("new.person", "Gongtongti-2025")


def test_the_same_form_twice_is_one_account(app: Flask, world: World) -> None:
    wanted = draft(R.SYSTEM_ADMINISTRATOR)
    with app.app_context(), transaction():
        first = services.create_account(wanted, actor=OPERATOR, form_key="a-form")
    with app.app_context(), transaction():
        second = services.create_account(wanted, actor=OPERATOR, form_key="a-form")
        assert second.account.user_name == "new.person"
        assert first.one_time_password != second.one_time_password
        assert services.verify_password("new.person", second.one_time_password or "")
        named = select(func.count()).select_from(UserAccount).filter_by(user_name="new.person")
        assert session().scalar(named) == 1
        with pytest.raises(RuleViolationError):  # the key does not open somebody else's account
            services.create_account(
                draft(R.SYSTEM_ADMINISTRATOR, name="viewer"), actor=OPERATOR, form_key="a-form"
            )


def test_the_database_keeps_role_and_scope_together(
    app: Flask, world: World, recording: Recording
) -> None:
    wrong = [
        (R.SYSTEM_ADMINISTRATOR, {"city_id": world.city_id}),
        (R.CITY_OFFICIAL, {}),
        (R.CITY_OFFICIAL, {"city_id": world.city_id, "county_id": world.own.county_id}),
        (R.DISTRICT_OFFICIAL, {"city_id": world.city_id}),
        (R.SCHOOL_CLERK, {"city_id": world.city_id, "county_id": world.own.county_id}),
        (R.VIEWER, {}),
    ]
    for role, scope in wrong:
        with pytest.raises(IntegrityError), recording():
            UserAccountFactory.create(role=role, **scope)


# --- reach ------------------------------------------------------------------------------------


def test_officials_manage_within_their_reach(
    app: Flask, world: World, create_person: CreatePerson
) -> None:
    inside = create_person("in.county", R.VIEWER, world.own.county_code)
    outside = create_person("other.county", R.VIEWER, world.other.county_code)
    admin = create_person("an.admin")
    district = Operator("d", 900, R.DISTRICT_OFFICIAL, world.city_id, world.own.county_id)
    clerk = Operator("c", 901, R.SCHOOL_CLERK, world.city_id, world.own.county_id, 1)
    with app.app_context(), transaction():
        assert services.managed_account(inside.id, actor=district).id == inside.id
        for hidden in (outside, admin):
            for attempt in (
                services.managed_account,
                services.disable_account,
                services.enable_account,
                services.reset_password,
            ):
                with pytest.raises(NotFoundError):
                    attempt(hidden.id, actor=district)
        with pytest.raises(AccessDeniedError):
            services.managed_account(inside.id, actor=clerk)
        names = _names(district)
        assert "in.county" in names
        assert not names & {"other.county", "an.admin"}
        for role, scope, field in (
            (R.CITY_OFFICIAL, world.city_code, "role"),
            (R.DISTRICT_OFFICIAL, world.other.county_code, "scope"),
            (R.VIEWER, world.city_code, "scope"),
        ):
            with pytest.raises(RuleViolationError) as refusal:
                services.create_account(draft(role, scope), actor=district)
            assert refusal.value.field == field
        codes = {code for code, _ in queries.scope_suggestions(district)}
        assert world.own.county_code in codes
        assert world.other.county_code not in codes
        city = Operator("c", 902, R.CITY_OFFICIAL, world.city_id)
        assert {"in.county", "other.county"} <= _names(city)
        assert world.elsewhere.county_code not in dict(queries.scope_suggestions(city))


def _names(actor: Operator, wanted: AccountFilter = EVERYTHING) -> set[str]:
    return {row.user_name for row in services.managed_accounts(wanted, actor=actor).rows}


def test_lists_page_by_key_and_filter(
    app: Flask,
    member_school: str,
    create_person: CreatePerson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create_person("zz.last", R.SCHOOL_CLERK, member_school)
    monkeypatch.setattr(paging, "PAGE_SIZE", 3)
    with app.app_context():
        school = queries.scopes_named(member_school)[0].name
        pages, after = [], None
        while True:
            page = services.managed_accounts(EVERYTHING, after=after, actor=OPERATOR)
            pages.append([row.user_name for row in page.rows])
            if (after := page.after) is None:
                break
        names = [name for shown in pages for name in shown]
        assert names == sorted(names) == sorted({role.value for role in Role} | {"zz.last"})
        assert [len(shown) for shown in pages] == [3, 3, 1]
        back = services.managed_accounts(EVERYTHING, before=pages[2][0], actor=OPERATOR)
        assert [row.user_name for row in back.rows] == pages[1]
        assert (back.before, back.after) == (pages[1][0], pages[1][-1])
        first = services.managed_accounts(EVERYTHING, before=pages[1][0], actor=OPERATOR)
        assert first.before is None
        for wanted, expected in (
            (AccountFilter(text="ZZ."), {"zz.last"}),
            (AccountFilter(text="zz.last 同"), {"zz.last"}),
            (AccountFilter(text=school), {"school_clerk", "zz.last"}),
            (AccountFilter(text="100%"), set()),
            (AccountFilter(role=R.CITY_OFFICIAL), {"city_official"}),
            (AccountFilter(is_disabled=True), set()),
        ):
            assert _names(OPERATOR, wanted) == expected


def test_nobody_locks_the_house_from_inside(
    app: Flask, world: World, create_person: CreatePerson
) -> None:
    other = create_person("second.admin")
    me = world.account_ids[R.SYSTEM_ADMINISTRATOR]
    myself = Operator("me", me)
    a_viewer = draft(R.VIEWER, world.city_code)
    with app.app_context(), transaction():
        with pytest.raises(RuleViolationError):
            services.disable_account(me, actor=myself)
        with pytest.raises(RuleViolationError):
            services.update_account(me, a_viewer, revision=1, actor=myself)
        services.disable_account(other.id, actor=myself)
        services.disable_account(other.id, actor=myself)  # twice is once
        with pytest.raises(RuleViolationError):
            services.disable_account(me, actor=OPERATOR)
        with pytest.raises(RuleViolationError):
            services.update_account(me, a_viewer, revision=1, actor=OPERATOR)
        assert services.enable_account(other.id, actor=myself).disabled_at is None
        services.disable_account(me, actor=OPERATOR)


def test_a_stale_write_changes_nothing(app: Flask, official: Person, world: World) -> None:
    with app.app_context(), transaction():
        services.update_account(
            official.id, draft(R.DISTRICT_OFFICIAL, "445203"), revision=1, actor=OPERATOR
        )
    with app.app_context(), transaction():
        with pytest.raises(StaleWriteError):
            services.update_account(
                official.id, draft(R.VIEWER, "445203"), revision=1, actor=OPERATOR
            )
        assert services.managed_account(official.id, actor=OPERATOR).role is R.DISTRICT_OFFICIAL


# --- sessions ---------------------------------------------------------------------------------


def _open(app: Flask, person: Person) -> str:
    origin = Origin(Channel.WEB, "r", "192.0.2.7", "test browser")
    with app.app_context(), transaction(), use_origin(origin):
        account = queries.account(person.id)
        assert account
        return services.open_session(account).get_id()


def _is_live(app: Flask, token: str) -> bool:
    with app.app_context():
        return services.actor_of_token(token) is not None


@pytest.mark.parametrize(
    ("change", "is_dead"),
    [
        ("disable", True),
        ("reset", True),
        ("password", True),
        ("role", True),
        ("scope", True),
        ("name", False),
    ],
)
def test_what_ends_a_session(
    app: Flask, world: World, official: Person, change: str, is_dead: bool
) -> None:
    token = _open(app, official)
    assert _is_live(app, token)
    with app.app_context(), transaction():
        account = services.managed_account(official.id, actor=OPERATOR)
        county, revision = world.own.county_code, account.revision
        if change == "disable":
            services.disable_account(official.id, actor=OPERATOR)
        elif change == "reset":
            services.reset_password(official.id, actor=OPERATOR)
        elif change == "password":
            services.change_password(
                official.id, ANOTHER_PASSWORD, actor=Operator("me", official.id)
            )
        else:
            role = R.VIEWER if change == "role" else R.DISTRICT_OFFICIAL
            scope = world.other.county_code if change == "scope" else county
            services.update_account(
                official.id, draft(role, scope), revision=revision, actor=OPERATOR
            )
    assert _is_live(app, token) is not is_dead


def test_sessions_end_by_disuse_and_age(app: Flask, official: Person) -> None:
    idle, absolute = (
        limits.SESSION_LIMITS[R.DISTRICT_OFFICIAL].idle,
        limits.SESSION_LIMITS[R.DISTRICT_OFFICIAL].absolute,
    )
    for values in (
        {"last_seen_at": clock.now() - idle},
        {"expires_at": clock.now()},
        {"ended_at": clock.now()},
    ):
        token = _open(app, official)
        assert _is_live(app, token)
        with app.app_context(), transaction():
            opened = session().scalars(select(UserSession).order_by(UserSession.id.desc())).first()
            assert opened
            assert opened.expires_at - opened.created_at == absolute
            assert (opened.ip, opened.user_agent) == ("192.0.2.7", "test browser")
            assert token not in (opened.token_sha256, "")
            session().execute(update(UserSession).values(values))
        assert not _is_live(app, token)


def test_sessions_are_ended_one_by_one_or_all_but_one(app: Flask, official: Person) -> None:
    tokens = [_open(app, official) for _ in range(3)]
    with app.app_context(), transaction():
        me = services.actor_of_token(tokens[1])
        assert me
        assert len(services.own_sessions(me)) == 3
        assert services.end_other_sessions(me) == 2
    assert [_is_live(app, token) for token in tokens] == [False, True, False]
    with app.app_context(), transaction():
        services.end_session(me)
    assert not _is_live(app, tokens[1])
    with app.app_context():
        assert services.is_token_of(tokens[1], official.id)
        assert not services.is_token_of("made up", official.id)


def test_a_school_acts_in_the_communities_it_is_in_today(
    app: Flask,
    world: World,
    member_school: str,
    create_person: CreatePerson,
    recording: Recording,
) -> None:
    clerk = create_person("a.clerk", R.SCHOOL_CLERK, member_school)
    token = _open(app, clerk)
    with app.app_context():
        actor = services.actor_of_token(token)
        assert actor
        assert actor.community_ids == {world.own.community_id}
        assert actor.scope_label == queries.scopes_named(member_school)[0].name
        assert allows(actor, Permission.COMMUNITY_VIEW)
    with recording():
        stay = session().scalars(select(Membership).filter_by(school_id=world.own.member_id)).one()
        version = (
            session().scalars(select(MembershipVersion).filter_by(membership_id=stay.id)).one()
        )
        version.left_on = clock.today() - timedelta(days=1)
    with app.app_context():
        actor = services.actor_of_token(token)
        assert actor
        assert actor.community_ids == frozenset()


# --- attempts ---------------------------------------------------------------------------------


def _attempt(app: Flask, name: str, password: str, ip: str = "192.0.2.1") -> str:
    """`in`, `wrong` or `throttled`, by the three steps."""
    with app.app_context(), use_origin(Origin(Channel.WEB, "r", ip, "")):
        with transaction():
            admission = services.admit_attempt(name)
        if admission.retry_at is not None:
            return "throttled"
        verified = services.verify_password(name, password)
        with transaction():
            account = services.settle_attempt(admission, verified, user_name=name)
            return "in" if account else "wrong"


def test_the_fifth_failure_is_the_last_one_heard(app: Flask, official: Person) -> None:
    name = official.user_name
    assert [_attempt(app, name, "wrong") for _ in range(7)] == ["wrong"] * 5 + ["throttled"] * 2
    assert _attempt(app, name, PASSWORD) == "throttled"
    assert _attempt(app, name.upper(), PASSWORD, "192.0.2.99") == "throttled"
    with app.app_context(), transaction():
        issued = services.reset_password(official.id, actor=OPERATOR)
    assert _attempt(app, name, issued) == "in"


def test_a_success_starts_the_name_afresh_and_not_the_address(
    app: Flask, official: Person, create_person: CreatePerson
) -> None:
    name = official.user_name
    for _ in range(4):
        assert _attempt(app, name, "wrong") == "wrong"
    assert _attempt(app, name, PASSWORD) == "in"
    assert [_attempt(app, name, "wrong") for _ in range(6)] == ["wrong"] * 5 + ["throttled"]
    guesses = [_attempt(app, f"nobody{n}", "x") for n in range(25)]
    assert guesses == ["wrong"] * 21 + ["throttled"] * 4  # 9 failures before, 30 in all
    assert _attempt(app, "nobody99", "x", "192.0.2.2") == "wrong"


def test_the_window_ends(app: Flask, official: Person) -> None:
    for _ in range(5):
        _attempt(app, official.user_name, "wrong")
    with app.app_context(), transaction():
        earlier = clock.now() - limits.ATTEMPT_WINDOW
        session().execute(update(SignInAttempt).values(attempted_at=earlier))
    assert _attempt(app, official.user_name, PASSWORD) == "in"


def test_a_password_typed_as_a_name_is_not_kept(app: Flask, world: World) -> None:
    _attempt(app, "my-secret-password", "x")
    with app.app_context():
        rows = [str(vars(row)) for row in session().scalars(select(SignInAttempt))]
    assert rows
    assert not any("my-secret-password" in row for row in rows)


def test_disabled_accounts_and_stale_one_time_passwords_do_not_open(
    app: Flask, official: Person
) -> None:
    with app.app_context(), transaction():
        issued = services.reset_password(official.id, actor=OPERATOR)
        assert services.verify_password(official.user_name, issued)
        services.disable_account(official.id, actor=OPERATOR)
        assert not services.verify_password(official.user_name, issued)
        account = services.enable_account(official.id, actor=OPERATOR)
        with writing(actor=OPERATOR, action="test.aged"):
            account.password_changed_at -= limits.ONE_TIME_PASSWORD_LIFETIME + timedelta(days=1)
        assert not services.verify_password(official.user_name, issued)


def test_an_account_disabled_while_its_hash_is_computed_stays_out(
    app: Flask, official: Person
) -> None:
    name = official.user_name
    with app.app_context():
        with transaction():
            admission = services.admit_attempt(name)
        verified = services.verify_password(name, PASSWORD)
        assert verified
        with transaction():
            services.disable_account(official.id, actor=OPERATOR)
        with transaction():
            assert services.settle_attempt(admission, verified, user_name=name) is None


def test_hashes_are_made_again_when_the_cost_rises(app: Flask, official: Person) -> None:
    services.use_password_cost(time_cost=2, memory_kib=16, parallelism=1)
    with app.app_context(), transaction():
        account = queries.account(official.id)
        assert account
        before = account.password_hash
        services.open_session(account, password=PASSWORD)
        assert account.password_hash != before
        assert "m=16,t=2" in account.password_hash
        assert services.verify_password(official.user_name, PASSWORD)


def test_the_own_password_is_changed_by_its_owner_only(app: Flask, official: Person) -> None:
    me = Operator("me", official.id)
    with app.app_context(), transaction():
        with pytest.raises(NotFoundError):
            services.change_password(official.id, ANOTHER_PASSWORD, actor=OPERATOR)
        for refused in (PASSWORD, "Jiedong2025!", "jiedong.li-88", "short"):
            with pytest.raises(RuleViolationError):
                services.change_password(official.id, refused, actor=me)
        services.change_password(official.id, ANOTHER_PASSWORD, actor=me)
        assert services.verify_password(official.user_name, ANOTHER_PASSWORD)
        assert not services.verify_password(official.user_name, PASSWORD)
        assert not services.verify_password(official.user_name, "x" * 10_000)


def test_what_is_over_is_purged(app: Flask, official: Person) -> None:
    for _ in range(2):
        _open(app, official)
    _attempt(app, "nobody", "x")
    _attempt(app, "nobody", "x")
    with app.app_context(), transaction():
        assert services.purge_expired_sign_ins(now=clock.now()) == 0
        later = clock.now() + limits.ATTEMPT_WINDOW
        assert services.purge_expired_sign_ins(now=later) == 2
        week = limits.SESSION_LIMITS[R.DISTRICT_OFFICIAL].absolute + limits.KEPT_AFTER_END
        assert services.purge_expired_sign_ins(now=clock.now() + week) == 2


def test_no_password_and_no_hash_reaches_the_journal(app: Flask, official: Person) -> None:
    with app.app_context(), transaction():
        issued = services.reset_password(official.id, actor=OPERATOR)
    with app.app_context():
        text = "\n".join(entry.changes for entry in session().scalars(select(JournalEntry)))
        account = queries.account(official.id)
        assert account
        assert "password_hash" in text
        assert "argon2" not in text
        assert issued not in text
        assert account.password_hash not in text
