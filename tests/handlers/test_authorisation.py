"""The matrix of routes and actors: complete, and what the functions do."""

from collections.abc import Callable
from datetime import date
from importlib import import_module

import pytest

from infrastructure.local.template import load_template, resources
from mentoring.domain.membership import MembershipStatus
from mentoring.domain.sessions import StaffRole
from mentoring.handlers import account
from mentoring.handlers.authorisation import PERMITTED, Actor
from mentoring.handlers.routing import Routes
from mentoring.handlers.services import Services
from tests.handlers.browser import Browser
from tests.handlers.conftest import Clock, SignIn
from tests.storage.people import membership

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


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("route_key", sorted(PERMITTED.keys() - {"$default"}))
def test_routes_let_in_whom_the_matrix_lets_in(arrange: Arrange, route_key: str, who: str) -> None:
    """SAF-2: every route with every actor, in both languages; the others are led to sign in or refused."""
    browser, actors = arrange(who)
    method, path = route_key.split(" ")
    for language in ("en", "fr"):
        address = path.replace("{lang}", language)
        answer = browser.get(address) if method == "GET" else browser.post(address, {})
        to_sign_in = answer.status == 303 and answer.location.startswith(
            (f"/{language}/account/sign-in", f"/{language}/staff/sign-in")
        )
        if PERMITTED[route_key] & actors:
            assert not to_sign_in
            absent = {404} if "{" in address else set()  # nothing has that name
            assert answer.status in (({200, 303, 400} if method == "GET" else {200, 403}) | absent)
        else:
            assert to_sign_in or answer.status == 403
            assert "form_token" not in answer.body
