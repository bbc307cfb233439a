"""The functions with their environment: an embedded database, two issuers, one clock."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from mentoring.content import Content
from mentoring.domain.sessions import StaffMember, StaffRole
from mentoring.handlers import clock, problems
from mentoring.handlers import sign_in as sign_in_function
from mentoring.handlers.services import Services, services
from mentoring.settings import StorageSettings
from mentoring.storage import client
from tests.gateways.issuer import NOW, Issuer, query, running_issuer
from tests.gateways.stripe_account import running_stripe
from tests.handlers.asked import furnish
from tests.handlers.browser import SITE, Browser
from tests.handlers.roles import enforcing
from tests.storage.people import membership
from tests.usecases.matching import Matching
from tests.usecases.registering import Till

ROOT = Path(__file__).parent.parent.parent

SignIn = Callable[..., Browser]
Enter = Callable[..., Browser]


class Clock:
    """The functions' clock, moved by the test."""

    def __init__(self) -> None:
        self.instant = NOW

    def now(self) -> datetime:
        """Return the instant it is."""
        return self.instant

    def forward(self, **time: float) -> None:
        """Let time go by."""
        self.instant += timedelta(**time)


@pytest.fixture(autouse=True)
def roles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions may do with tables what their role in the template says, and nothing else."""
    monkeypatch.setattr(client, "isolated_session", enforcing(client.isolated_session))


@pytest.fixture
def logged() -> Iterator[StringIO]:
    """Everything that the functions log, as it leaves them."""
    text = StringIO()
    handlers = [logger.registered_handler for logger in (sign_in_function.logger, problems.logger)]
    streams = [handler.setStream(text) for handler in handlers]  # type: ignore[attr-defined]
    yield text
    for handler, stream in zip(handlers, streams, strict=True):
        handler.setStream(stream)  # type: ignore[attr-defined]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock, put where the embedded cloud puts its own."""
    moved = Clock()
    monkeypatch.setattr(clock, "now", moved.now)
    return moved


@pytest.fixture
def members_issuer(time: Clock) -> Iterator[Issuer]:
    """Who says who is a member."""
    with running_issuer() as issuer:
        issuer.now = time.now
        yield issuer


@pytest.fixture
def staff_issuer(time: Clock) -> Iterator[Issuer]:
    """Who says who is staff."""
    with running_issuer() as issuer:
        issuer.now = time.now
        yield issuer


@pytest.fixture
def made(
    database: StorageSettings,
    members_issuer: Issuer,
    staff_issuer: Issuer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    tables: list[str],
) -> Iterator[Services]:
    """The functions' services, from their environment; M-1 is an active member."""
    environment = {
        "MEMBERSHIPS_TABLE_NAME": database.memberships_table,
        "PROFILES_TABLE_NAME": database.profiles_table,
        "CONSENTS_TABLE_NAME": database.consents_table,
        "RELEASES_TABLE_NAME": database.releases_table,
        "OUTBOX_TABLE_NAME": database.outbox_table,
        "AUDIT_TABLE_NAME": database.audit_table,
        "WITHDRAWALS_TABLE_NAME": database.withdrawals_table,
        "REQUESTS_TABLE_NAME": database.requests_table,
        "REGISTRATIONS_TABLE_NAME": database.registrations_table,
        "SESSIONS_TABLE_NAME": next(table for table in tables if table.endswith("-sessions")),
        "STAFF_TABLE_NAME": next(table for table in tables if table.endswith("-staff")),
        "DYNAMODB_ENDPOINT": database.endpoint or "",
        "CONTENT_FOLDER": str(ROOT / "content"),
        "THEME_FOLDER": str(ROOT / "site" / "theme"),
        "SITE_URL": SITE,
        "MEMBER_ISSUER": members_issuer.url,
        "MEMBER_CLIENT_ID": members_issuer.client_id,
        "STAFF_ISSUER": staff_issuer.url,
        "STAFF_CLIENT_ID": staff_issuer.client_id,
        "ALLOW_LOCAL_ISSUERS": "yes",
        "SITE_FOLDER": str(tmp_path / "site"),
        "MEMBERS_FOLDER": str(tmp_path / "members-site"),
        "FILES_URL": f"{SITE}/files",
        "EDGE_FOLDER": str(tmp_path / "edge"),
        "WORKBOOKS_FOLDER": str(tmp_path / "workbooks"),
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    services.cache_clear()
    services().memberships.put([membership("M-1")])
    yield services()
    services.cache_clear()


@pytest.fixture
def desk(made: Services, database: StorageSettings, content: Content) -> Matching:
    """A mentor, M-1, and a member who can ask them, M-2."""
    matching = Matching(database, content)
    furnish(matching, made)
    return matching


@pytest.fixture
def sign_in(made: Services, members_issuer: Issuer) -> SignIn:  # noqa: ARG001 - the functions must run
    """Sign a member in: `sign_in("M-2")` gives their browser."""

    def signed_in(member_id: str = "M-1", browser: Browser | None = None) -> Browser:
        browser = browser or Browser()
        left = browser.get("/en/account/sign-in")
        back = members_issuer.approve(left.location, member_id)
        answer = browser.get(f"/en/account/signed-in?{query(**back)}")
        assert answer.status == 303, answer.body
        return browser

    return signed_in


@pytest.fixture
def sign_in_staff(made: Services, staff_issuer: Issuer) -> SignIn:
    """Sign staff in: `sign_in_staff(StaffRole.FINANCE)` gives the browser of somebody with that role."""

    def signed_in(*roles: StaffRole) -> Browser:
        made.staff.put(
            StaffMember(
                issuer=staff_issuer.url, subject="s-1", name="Nadia <b>Bélanger</b>", roles=frozenset(roles)
            )
        )
        browser = Browser()
        left = browser.get("/fr/staff/sign-in")
        back = staff_issuer.approve(left.location, "s-1", amr=["pwd", "mfa"])
        answer = browser.get(f"/fr/staff/signed-in?{query(**back)}")
        assert answer.status == 303, answer.body
        return browser

    return signed_in


@pytest.fixture
def till(
    made: Services, database: StorageSettings, content: Content, time: Clock, tmp_path: Path
) -> Iterator[Till]:
    """A member's money."""
    assert made
    with running_stripe(tmp_path / "stripe") as (account, payments):
        account.now = time.instant
        yield Till(database, content, account, payments)


@pytest.fixture
def enter(made: Services, staff_issuer: Issuer) -> Enter:
    """Let somebody of the staff in: `enter("anne", StaffRole.FINANCE)`."""

    def entered(subject: str, *roles: StaffRole) -> Browser:
        person = StaffMember(issuer=staff_issuer.url, subject=subject, name=subject, roles=frozenset(roles))
        made.staff.put(person)
        browser = Browser()
        back = staff_issuer.approve(browser.get("/en/staff/sign-in").location, subject, amr=["pwd", "mfa"])
        assert browser.get(f"/en/staff/signed-in?{query(**back)}").status == 303
        return browser

    return entered
