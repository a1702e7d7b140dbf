"""One short factory per model, for facts that are known from always. Used inside `recording()`."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

from factory.alchemy import SQLAlchemyModelFactory
from factory.declarations import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory

from community.access import Role
from community.accounts.models import Deputy, UserAccount
from community.activities.models import (
    Activity,
    ActivityEvidence,
    ActivityReceiver,
    Confirmation,
    ConfirmationSheet,
    SavedEntry,
)
from community.activities.rules import ActivityKind, ActivityState, Mode, Sheet, Subject
from community.communities.models import (
    Charter,
    CharterSignature,
    CharterVersion,
    Community,
    CommunityVersion,
    Meeting,
    MeetingVersion,
    Membership,
    MembershipVersion,
    Objective,
    ObjectiveVersion,
    Waiver,
)
from community.communities.rules import CommunityModel, MembershipRole
from community.evidence.models import Attachment
from community.evidence.rules import FileKind
from community.imports.models import ImportBatch, ImportBatchCounty, PendingImport
from community.imports.rules import PendingState
from community.jobs.models import Job
from community.jobs.rules import pack
from community.kernel.clock import ALWAYS
from community.kernel.database import session
from community.kernel.i18n import Message
from community.registry.models import (
    Designation,
    Division,
    School,
    SchoolDistrict,
    SchoolDistrictMember,
    SchoolDistrictVersion,
    SchoolFigures,
    SchoolVersion,
    SchoolYear,
    Term,
)
from community.registry.rules import (
    DesignationKind,
    DivisionKind,
    Ownership,
    SchoolType,
    UrbanRuralClass,
)
from community.reports.models import IssuedReport
from community.reports.rules.kinds import ReportKind
from community.resource_transfers.models import LoanReturn, ResourceTransfer, TransferLine
from community.resource_transfers.rules import Condition
from community.shared_teaching.models import SharedTeachingSession
from community.walking_teaching.models import (
    ArrangementSlot,
    CalendarFeed,
    PlannedVisit,
    WalkingTeachingArrangement,
    WalkingTeachingSession,
)
from community.walking_teaching.rules import Rhythm

RECORDED_AT = datetime(2024, 9, 1, tzinfo=UTC)


class ModelFactory(SQLAlchemyModelFactory):
    """Adds the row to the current session, and flushes: the journal needs its id."""

    class Meta:
        abstract = True
        sqlalchemy_session_factory = session
        sqlalchemy_session_persistence = "flush"


class RecordedFactory(ModelFactory):
    """A version of a fact, known from always."""

    class Meta:
        abstract = True

    known_from = ALWAYS
    recorded_at = RECORDED_AT
    recorded_by = "operator"


# --- registry ---------------------------------------------------------------------------------


class CityFactory(ModelFactory):
    class Meta:
        model = Division

    code = Sequence(lambda n: f"{900000 + 100 * n}")
    name = Sequence(lambda n: f"第{n}市")
    kind = DivisionKind.CITY


class CountyFactory(ModelFactory):
    class Meta:
        model = Division

    class Params:
        city = SubFactory(CityFactory)

    code = Sequence(lambda n: f"{800000 + n}")
    name = Sequence(lambda n: f"第{n}区")
    kind = DivisionKind.COUNTY
    parent_id = SelfAttribute("city.id")


class SchoolYearFactory(ModelFactory):
    class Meta:
        model = SchoolYear

    name = "2024-2025"
    starts_on = date(2024, 9, 1)
    ends_on = date(2025, 8, 31)


class TermFactory(ModelFactory):
    class Meta:
        model = Term

    class Params:
        school_year = SubFactory(SchoolYearFactory)

    school_year_id = SelfAttribute("school_year.id")
    number = 1
    starts_on = date(2024, 9, 2)
    ends_on = date(2025, 1, 17)


class SchoolFactory(ModelFactory):
    class Meta:
        model = School

    class Params:
        county = SubFactory(CountyFactory)

    code = Sequence(lambda n: f"2144{n:06d}")
    county_id = SelfAttribute("county.id")
    name = Sequence(lambda n: f"第{n}小学")


class SchoolVersionFactory(RecordedFactory):
    class Meta:
        model = SchoolVersion

    class Params:
        school = SubFactory(SchoolFactory)

    school_id = SelfAttribute("school.id")
    county_id = SelfAttribute("school.county_id")
    type = SchoolType.PRIMARY
    ownership = Ownership.PUBLIC
    urban_rural_class = UrbanRuralClass.VILLAGE


class SchoolFiguresFactory(RecordedFactory):
    class Meta:
        model = SchoolFigures

    class Params:
        school = SubFactory(SchoolFactory)

    school_id = SelfAttribute("school.id")
    county_id = SelfAttribute("school.county_id")
    pupils_count = 300


class DesignationFactory(RecordedFactory):
    class Meta:
        model = Designation

    class Params:
        school = SubFactory(SchoolFactory)

    school_id = SelfAttribute("school.id")
    county_id = SelfAttribute("school.county_id")
    kind = DesignationKind.CENTRAL_PRIMARY


class SchoolDistrictFactory(ModelFactory):
    class Meta:
        model = SchoolDistrict

    class Params:
        county = SubFactory(CountyFactory)

    county_id = SelfAttribute("county.id")
    name = Sequence(lambda n: f"第{n}学区")


class SchoolDistrictVersionFactory(RecordedFactory):
    class Meta:
        model = SchoolDistrictVersion

    class Params:
        district = SubFactory(SchoolDistrictFactory)

    school_district_id = SelfAttribute("district.id")
    county_id = SelfAttribute("district.county_id")
    held_from = date(2024, 9, 1)


class SchoolDistrictMemberFactory(RecordedFactory):
    class Meta:
        model = SchoolDistrictMember

    class Params:
        district = SubFactory(SchoolDistrictFactory)
        member = SubFactory(SchoolFactory)

    school_district_id = SelfAttribute("district.id")
    county_id = SelfAttribute("district.county_id")
    school_id = SelfAttribute("member.id")
    joined_on = date(2024, 9, 1)


# --- communities ------------------------------------------------------------------------------


class CommunityFactory(ModelFactory):
    class Meta:
        model = Community

    class Params:
        county = SubFactory(CountyFactory)

    code = Sequence(lambda n: f"GT-{n:03d}")
    county_id = SelfAttribute("county.id")
    name = Sequence(lambda n: f"第{n}教育共同体")


class CommunityVersionFactory(RecordedFactory):
    class Meta:
        model = CommunityVersion

    class Params:
        community = SubFactory(CommunityFactory)

    community_id = SelfAttribute("community.id")
    county_id = SelfAttribute("community.county_id")
    model = CommunityModel.COLLABORATIVE
    is_listed = True
    plan_document = "规划〔2023〕1号"


class MembershipFactory(ModelFactory):
    class Meta:
        model = Membership

    class Params:
        community = SubFactory(CommunityFactory)
        member = SubFactory(SchoolFactory)

    community_id = SelfAttribute("community.id")
    county_id = SelfAttribute("community.county_id")
    school_id = SelfAttribute("member.id")
    joined_on = date(2024, 9, 1)


class MembershipVersionFactory(RecordedFactory):
    class Meta:
        model = MembershipVersion

    class Params:
        stay = SubFactory(MembershipFactory)

    membership_id = SelfAttribute("stay.id")
    county_id = SelfAttribute("stay.county_id")
    role = MembershipRole.MEMBER
    responsible_person = "林老师"


class CharterFactory(ModelFactory):
    class Meta:
        model = Charter

    class Params:
        community = SubFactory(CommunityFactory)

    community_id = SelfAttribute("community.id")
    county_id = SelfAttribute("community.county_id")
    name = "章程"
    effective_on = date(2024, 9, 1)


class CharterVersionFactory(RecordedFactory):
    class Meta:
        model = CharterVersion

    class Params:
        of = SubFactory(CharterFactory)

    charter_id = SelfAttribute("of.id")
    county_id = SelfAttribute("of.county_id")
    expires_on = date(2027, 8, 31)


class CharterSignatureFactory(RecordedFactory):
    class Meta:
        model = CharterSignature

    class Params:
        stay = SubFactory(MembershipFactory)

    membership_id = SelfAttribute("stay.id")
    county_id = SelfAttribute("stay.county_id")
    signed_on = date(2024, 9, 1)


class ObjectiveFactory(ModelFactory):
    class Meta:
        model = Objective

    class Params:
        community = SubFactory(CommunityFactory)

    community_id = SelfAttribute("community.id")
    county_id = SelfAttribute("community.county_id")
    school_year = "2024-2025"
    content = "同步课堂不少于二十课时"


class ObjectiveVersionFactory(RecordedFactory):
    class Meta:
        model = ObjectiveVersion

    class Params:
        of = SubFactory(ObjectiveFactory)

    objective_id = SelfAttribute("of.id")
    county_id = SelfAttribute("of.county_id")
    target_value = "20"
    achieved_value = "24"
    reviewed_on = date(2025, 7, 10)


class MeetingFactory(ModelFactory):
    class Meta:
        model = Meeting

    class Params:
        community = SubFactory(CommunityFactory)

    community_id = SelfAttribute("community.id")
    county_id = SelfAttribute("community.county_id")
    held_on = date(2024, 9, 20)
    topic = "学期工作部署"


class MeetingVersionFactory(RecordedFactory):
    class Meta:
        model = MeetingVersion

    class Params:
        of = SubFactory(MeetingFactory)

    meeting_id = SelfAttribute("of.id")
    county_id = SelfAttribute("of.county_id")


class WaiverFactory(RecordedFactory):
    class Meta:
        model = Waiver

    class Params:
        community = SubFactory(CommunityFactory)

    community_id = SelfAttribute("community.id")
    county_id = SelfAttribute("community.county_id")
    criterion = "S2"
    item = "public_boarding"
    reason = "本县无公办寄宿制学校"
    granted_by_name = "陈局长"


# --- activities -------------------------------------------------------------------------------


class ActivityFactory(RecordedFactory):
    class Meta:
        model = Activity

    class Params:
        community = SubFactory(CommunityFactory)
        giver = SubFactory(SchoolFactory)

    sheet = Sheet.SHARED_TEACHING
    kind = ActivityKind.SYNCHRONOUS_CLASS
    county_id = SelfAttribute("community.county_id")
    community_id = SelfAttribute("community.id")
    held_on = date(2024, 10, 8)
    mode = Mode.ONLINE
    subject = Subject.CHINESE
    periods_count = 1
    provider_id = SelfAttribute("giver.id")
    state = ActivityState.SUBMITTED
    identity = Sequence(lambda n: f"{n:064x}")


class ActivityReceiverFactory(ModelFactory):
    class Meta:
        model = ActivityReceiver

    class Params:
        of = SubFactory(ActivityFactory)
        school = SubFactory(SchoolFactory)

    activity_id = SelfAttribute("of.id")
    school_id = SelfAttribute("school.id")
    position = 0


class ConfirmationFactory(RecordedFactory):
    class Meta:
        model = Confirmation

    class Params:
        of = SubFactory(ActivityReceiverFactory)
        county = SubFactory(CountyFactory)

    receiver_id = SelfAttribute("of.id")
    county_id = SelfAttribute("county.id")
    confirmer_name = "陈校长"
    confirmed_on = date(2024, 10, 10)


class ActivityEvidenceFactory(RecordedFactory):
    class Meta:
        model = ActivityEvidence

    class Params:
        of = SubFactory(ActivityFactory)

    activity_id = SelfAttribute("of.id")
    county_id = SelfAttribute("of.county_id")
    reference = Sequence(lambda n: f"档{n:04d}")


class AttachmentFactory(ModelFactory):
    """A file that is linked to a record; its content is not in the storage."""

    class Meta:
        model = Attachment

    sha256 = Sequence(lambda n: f"{n:064x}")
    sent_sha256 = SelfAttribute("sha256")
    name = "课堂.jpg"
    kind = FileKind.PICTURE
    size_bytes = 1024
    width = 320
    height = 240
    storage_key = LazyAttribute(lambda file: f"evidence/{file.sha256[-2:]}/{file.sha256}")
    thumbnail_key = SelfAttribute("storage_key")
    received_at = RECORDED_AT
    received_by = "operator"
    linked_at = RECORDED_AT


class SavedEntryFactory(ModelFactory):
    """A shared lesson that somebody is typing; give `account_id`."""

    class Meta:
        model = SavedEntry

    form_key = LazyFunction(lambda: str(uuid4()))
    sheet = Sheet.SHARED_TEACHING
    fields = LazyFunction(lambda: {"topic": ["《静夜思》"]})
    saved_at = RECORDED_AT
    saved_from = "page"


class SharedTeachingSessionFactory(ModelFactory):
    class Meta:
        model = SharedTeachingSession

    class Params:
        of = SubFactory(ActivityFactory)

    activity_id = SelfAttribute("of.id")
    topic = "《静夜思》"


class WalkingTeachingSessionFactory(ModelFactory):
    class Meta:
        model = WalkingTeachingSession

    class Params:
        of = SubFactory(
            ActivityFactory,
            sheet=Sheet.WALKING_TEACHING,
            kind=ActivityKind.WALKING_TEACHING,
            mode=None,
        )

    activity_id = SelfAttribute("of.id")
    teacher_name = "黄老师"
    staff_number = Sequence(lambda n: f"T{n:05d}")
    slots_text = "第2-3节"
    slots_mask = 0b0110


class WalkingTeachingArrangementFactory(ModelFactory):
    """Give term, schools and place by their ids."""

    class Meta:
        model = WalkingTeachingArrangement

    kind = ActivityKind.WALKING_TEACHING
    teacher_name = "陈静"
    pinyin = "cj chenjing"
    staff_number = Sequence(lambda n: f"W{n:05d}")
    subject = Subject.MUSIC
    starts_on = date(2024, 10, 8)
    ends_on = date(2024, 10, 31)


class ArrangementSlotFactory(ModelFactory):
    class Meta:
        model = ArrangementSlot

    weekday = 1
    slots_text = "第2-3节"
    slots_mask = 0b1100
    rhythm = Rhythm.EVERY_WEEK


class PlannedVisitFactory(ModelFactory):
    class Meta:
        model = PlannedVisit

    held_on = date(2024, 10, 15)
    teacher_name = "陈静"
    staff_number = Sequence(lambda n: f"W{n:05d}")
    subject = Subject.MUSIC
    slots_text = "第2-3节"
    slots_mask = 0b1100


class CalendarFeedFactory(ModelFactory):
    class Meta:
        model = CalendarFeed

    token_sha256 = Sequence(lambda n: f"{n:064x}")
    created_at = RECORDED_AT


class ResourceTransferFactory(ModelFactory):
    class Meta:
        model = ResourceTransfer

    class Params:
        of = SubFactory(
            ActivityFactory,
            sheet=Sheet.RESOURCE_TRANSFERS,
            kind=ActivityKind.BOOKS,
            mode=None,
            subject=None,
            periods_count=None,
        )

    activity_id = SelfAttribute("of.id")
    content = "图书"
    quantity = Decimal(100)
    unit = "册"


class TransferLineFactory(ModelFactory):
    """Something lent."""

    class Meta:
        model = TransferLine

    class Params:
        of = SubFactory(ResourceTransferFactory)

    activity_id = SelfAttribute("of.activity_id")
    position = 0
    content = "显微镜"
    quantity = Decimal(5)
    unit = "台"
    is_loan = True
    due_on = date(2025, 6, 30)


class LoanReturnFactory(RecordedFactory):
    """As its borrower stated it."""

    class Meta:
        model = LoanReturn

    class Params:
        line = SubFactory(TransferLineFactory)

    line_id = SelfAttribute("line.id")
    number = 1
    quantity = Decimal(5)
    returned_on = date(2025, 6, 30)
    condition = Condition.GOOD
    stated_by_name = "林老师"


# --- people and imports -----------------------------------------------------------------------


class UserAccountFactory(ModelFactory):
    """An administrator by default; give role and the ids of the scope together."""

    class Meta:
        model = UserAccount

    user_name = Sequence(lambda n: f"user{n}")
    display_name = LazyAttribute(lambda account: f"{account.user_name} 的用户")
    role = Role.SYSTEM_ADMINISTRATOR
    password_hash = "!"  # no password opens it; tests that sign in by form set one
    password_changed_at = RECORDED_AT
    created_at = RECORDED_AT
    created_by = "operator"


class JobFactory(ModelFactory):
    """Waits, for the operator."""

    class Meta:
        model = Job

    kind = "test.work"
    title = LazyFunction(lambda: pack(Message("Report")))
    params = LazyFunction(dict)
    requested_by = "operator"
    scope = "system_administrator:::"
    locale = "zh"
    created_at = RECORDED_AT


class IssuedReportFactory(ModelFactory):
    class Meta:
        model = IssuedReport

    kind = ReportKind.COMMUNITY
    code = "JD-01"
    name = "JD-01共同体"
    locale = "zh"
    school_year = "2024-2025"
    as_of = date(2025, 12, 31)
    known_at = RECORDED_AT
    rule_set = "2025-1"
    is_trial = False
    answer = "counted"
    journal_heads = "揭东区 1 ab12"
    file_name = "JD-01.pdf"
    storage_key = "reports/JD-01.pdf"
    sha256 = "0" * 64
    size_bytes = 1024
    pages_count = 12
    issued_at = RECORDED_AT
    issued_by_name = "operator"


class ImportBatchFactory(ModelFactory):
    class Meta:
        model = ImportBatch

    imported_at = RECORDED_AT
    imported_by = "operator"
    is_history = False
    sheets = LazyFunction(list)
    restores = LazyFunction(list)


class ImportBatchCountyFactory(ModelFactory):
    class Meta:
        model = ImportBatchCounty


class PendingImportFactory(ModelFactory):
    """Read once, and waits for its owner to look at it."""

    class Meta:
        model = PendingImport

    is_history = False
    files = LazyFunction(lambda: [{"name": "台账.xlsx", "key": "imports/0/0", "size": 4}])
    state = PendingState.READY
    reading = 1
    choices = LazyFunction(dict)
    preview = LazyFunction(lambda: {"sheets": [], "errors": [], "ambiguous": [], "marked": [0]})
    form_key = Sequence(lambda n: f"form-{n}")
    created_at = RECORDED_AT
    updated_at = RECORDED_AT


class DeputyFactory(ModelFactory):
    class Meta:
        model = Deputy

    starts_on = date(2024, 9, 1)
    ends_on = date(2024, 9, 30)
    appointed_by = "operator"
    appointed_at = RECORDED_AT


class ConfirmationSheetFactory(ModelFactory):
    class Meta:
        model = ConfirmationSheet

    month = 202410
    activity_ids = LazyFunction(list)
    printed_at = RECORDED_AT
    printed_by = "operator"
