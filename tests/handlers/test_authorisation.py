"""The matrix of routes and actors: complete, and what the functions do."""

import re
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from infrastructure.local.template import load_template, resources
from mentoring.content import Content
from mentoring.domain.differences import Difference
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.payments import Found
from mentoring.domain.request_states import Side
from mentoring.domain.sessions import StaffRole
from mentoring.handlers import account
from mentoring.handlers.authorisation import PERMITTED, Actor
from mentoring.handlers.matching import matching
from mentoring.handlers.routing import Routes
from mentoring.handlers.services import Services
from mentoring.handlers.stripe_webhook import ROUTE
from mentoring.settings import StorageSettings
from mentoring.storage.registrations import RegistrationStore
from mentoring.usecases import concerns
from tests.canary import IDENTITY, MAILBOX
from tests.gateways.issuer import NOW
from tests.gateways.stripe_account import running_stripe
from tests.handlers.browser import Browser
from tests.handlers.conftest import Clock, SignIn
from tests.storage.people import change, membership, profile
from tests.usecases.matching import MENTEE, MENTOR, Matching
from tests.usecases.registering import Till

Arrange = Callable[[str], tuple[Browser, set[Actor]]]


def test_every_route_of_the_template_is_in_the_matrix() -> None:
    """SAF-2: a route that nobody decided on does not exist, nor a decision without a route."""
    declared = {
        route["RouteKey"] for route in resources(load_template(), "AWS::ApiGatewayV2::Route").values()
    }
    assert declared == set(PERMITTED)


def test_every_route_of_the_matrix_is_answered() -> None:
    """SAF-2: each route has one function that answers it."""
    handlers = {
        function["Handler"] for function in resources(load_template(), "AWS::Lambda::Function").values()
    }
    modules = [import_module(handler.rpartition(".")[0]) for handler in handlers if ".handlers." in handler]
    answered = [key for module in modules if hasattr(module, "routes") for key in module.routes.keys]
    answered += [module.ROUTE for module in modules if hasattr(module, "ROUTE")]
    assert sorted(answered) == sorted(PERMITTED.keys() - {"$default"})


def test_a_route_without_a_decision_stops_the_function() -> None:
    """SAF-2: a handler cannot answer what the matrix does not know."""
    with pytest.raises(LookupError, match="GET /"):
        Routes().on("GET /{lang}/staff/secrets")


@pytest.fixture
def arrange(sign_in: SignIn, sign_in_staff: SignIn, made: Services, time: Clock) -> Arrange:
    """Give the browser of somebody by name, and everything that they are."""

    def nobody() -> tuple[Browser, set[Actor]]:
        return Browser(), {Actor.ANYONE}

    def active() -> tuple[Browser, set[Actor]]:
        return sign_in(), {Actor.ANYONE, Actor.MEMBER, Actor.ACTIVE_MEMBER}

    def lapsed() -> tuple[Browser, set[Actor]]:
        browser = sign_in()
        made.memberships.put([membership("M-1", status=MembershipStatus.LAPSED)])
        return browser, {Actor.ANYONE, Actor.MEMBER}

    def expired() -> tuple[Browser, set[Actor]]:
        browser = sign_in()
        made.memberships.put([membership("M-1", expires_on=date(2026, 11, 20))])
        return browser, {Actor.ANYONE, Actor.MEMBER}

    def unknown() -> tuple[Browser, set[Actor]]:
        return sign_in("M-unknown"), {Actor.ANYONE, Actor.MEMBER}

    def idle() -> tuple[Browser, set[Actor]]:
        browser = sign_in()
        time.forward(minutes=30)
        return browser, {Actor.ANYONE}

    def forger() -> tuple[Browser, set[Actor]]:
        return Browser({"__Host-session": "A" * 43}), {Actor.ANYONE}

    def staff(*roles: StaffRole) -> tuple[Browser, set[Actor]]:
        return sign_in_staff(*roles), {Actor.ANYONE, Actor.STAFF, *(Actor(role) for role in roles)}

    def dismissed() -> tuple[Browser, set[Actor]]:
        browser, _ = staff(StaffRole.ADMINISTRATOR)
        made.staff.remove(made.issuers[account.IssuerKind.STAFF].issuer, "s-1")
        return browser, {Actor.ANYONE, Actor.STAFF}

    people = {
        "nobody": nobody,
        "active": active,
        "lapsed": lapsed,
        "expired": expired,
        "unknown": unknown,
        "idle": idle,
        "forger": forger,
        "dismissed": dismissed,
    } | {role: lambda role=role: staff(role) for role in StaffRole}
    return lambda who: people[who]()


PEOPLE = ("nobody", "active", "lapsed", "expired", "unknown", "idle", "forger", "dismissed", *StaffRole)


ABSENT = "no-such-thing"


@pytest.fixture
def own(desk: Matching, database: StorageSettings, content: Content, tmp_path: Path) -> dict[str, str]:
    """What stands in the place of a parameter: a thing that there is, of M-1's own where it has an owner."""
    with running_stripe(tmp_path / "stripe") as (account, payments):
        account.now = desk.now
        paid = Till(database, content, account, payments).paid()
    request = desk.ask(MENTEE, MENTOR)
    said = concerns.Said(text="It worries me", is_about_person=True, once="1")
    concerns.report(request, Side.MENTOR, said, matching().concerns, 9, desk.now)
    (concern,) = matching().concerns.all(print)
    return {
        "{request}/{act}": f"{request.id}/write",
        "{request}": request.id,
        "{concern}": concern.id,
        "{slug}": "mentor-m-2",
        "{step}": "areas",
        "{member}": "M-1",
        "{registration}": paid.id,
        "{difference}": different(database),
        "{paper}": "R000001",
        "{act}": "pause",
        "{name}/{file}": "developing-goals/captions.en.vtt",
        "finance/{file}": "finance/2026-11.csv",
        "purchases/{file}": "purchases/R000001.pdf",
        "{file}": "my-data.json",
        "{name}/": "developing-goals/",
    }


def different(database: StorageSettings) -> str:
    """Money that differs: its name."""
    found = Found(about="cs_test_1", cents=100, currency="cad", state="complete-paid")
    noted = Difference(registration_id="r", code="amount", found=found, noted_at=NOW)
    RegistrationStore.connect(database).note_difference(noted, change())
    return noted.name


def addresses(route_key: str, own: dict[str, str]) -> list[str]:
    """A route's addresses in both languages: of a thing that there is, and of one that there is not."""
    path = named = route_key.split(" ")[1]
    for blank, value in own.items():
        named = named.replace(blank, value)
    paths = [named, re.sub(r"\{(?!lang)\w+\}", ABSENT, path)]
    return [each.replace("{lang}", language) for each in dict.fromkeys(paths) for language in ("en", "fr")]


@pytest.mark.parametrize("who", PEOPLE)
def test_routes_let_in_whom_the_matrix_lets_in(
    arrange: Arrange, made: Services, own: dict[str, str], who: str
) -> None:
    """SAF-2: every route with every actor; others are led to sign in or refused; none sees another's."""
    browser, actors = arrange(who)
    made.memberships.put([membership("M-2", email=MAILBOX)])
    made.profiles.save(
        profile("M-2", identity={name: (answer,) for name, answer in IDENTITY.items()}), None, change()
    )
    for route_key in sorted(PERMITTED.keys() - {"$default", ROUTE}):
        for address in addresses(route_key, own):
            is_form = route_key.startswith("POST ")
            answer = browser.post(address, {}) if is_form else browser.get(address)
            told = f"{who}: {route_key} at {address}: {answer.status}"
            to_sign_in = answer.status == 303 and re.match(
                r"/(en|fr)/(account|staff)/sign-in\b", answer.location
            )
            if PERMITTED[route_key] & actors:
                assert not to_sign_in, told
                assert answer.status in ({200, 403} if is_form else {200, 303, 400, 404}), told
                assert is_form or answer.status in (404, 303) or ABSENT not in address, told
            else:
                assert to_sign_in or answer.status == 403, told
                assert "form_token" not in answer.body, told
            assert not [secret for secret in (MAILBOX, *IDENTITY.values()) if secret in answer.body], told


@pytest.mark.parametrize("who", ["nobody", "lapsed", "finance"])
def test_a_refusal_does_not_tell_what_there_is(arrange: Arrange, own: dict[str, str], who: str) -> None:
    """SAF-2: whoever may not use a route is answered alike for what there is and for what there is not."""
    browser, actors = arrange(who)
    for route_key in sorted(PERMITTED.keys() - {"$default"}):
        if PERMITTED[route_key] & actors or not route_key.startswith("GET "):
            continue
        alike = [(browser.get(each), each) for each in addresses(route_key, own) if each.startswith("/en/")]
        told = {(answer.status, answer.body.replace(address, "")) for answer, address in alike}
        assert len(told) == 1, route_key
