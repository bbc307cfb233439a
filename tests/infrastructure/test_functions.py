"""The functions behind the template's routes, with a stand-in for each of them."""

import json
import os
import select
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import Client
from werkzeug.wrappers import Request

from infrastructure.local.clock import Clock
from infrastructure.local.environments import IN_PLACE, environment_of, environments, functions_of
from infrastructure.local.functions import Functions, Route, routes
from infrastructure.local.schedule import schedules
from infrastructure.local.signing_in import local_issuers
from infrastructure.local.state import State
from infrastructure.local.template import load_template, resources
from mentoring.settings import StorageSettings

STANDIN = Path(__file__).parent / "standin"
SITE = "http://127.0.0.1:8000"
ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(STANDIN), "SITE_URL": SITE}


def template() -> dict[str, Any]:
    """Return the template with stand-ins in the place of its functions, which give up after a second."""
    read = load_template()
    for function in resources(read, "AWS::Lambda::Function").values():
        function |= {"Handler": "echo.handler", "Timeout": 1}
    return read


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> State:
    """Return the folder of clock and logs."""
    return State(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="module")
def functions(state: State) -> Iterator[Functions]:
    """Run the stand-ins."""
    read = template()
    with Functions(read, dict.fromkeys(functions_of(read), ENVIRONMENT), state, SITE) as running:
        yield running


@pytest.fixture
def client(functions: Functions) -> Client:
    """Ask them as a browser does."""
    return Client(Request.application(functions.answer))


def ask(client: Client, address: str, **request: Any) -> Any:
    """Return what the stand-in was given."""
    answer = client.open(address, base_url=SITE, **request)
    assert answer.status_code == 201, answer.text
    return json.loads(answer.text)


@pytest.mark.parametrize(
    ("method", "path", "key", "function"),
    [
        ("GET", "/fr/account/", "GET /{lang}/account/", "AccountFunction"),
        ("GET", "/en/account/sign-in", "GET /{lang}/account/sign-in", "SignInFunction"),
        ("GET", "/en/staff/signed-in", "GET /{lang}/staff/signed-in", "SignInFunction"),
        ("POST", "/en/account/sign-out", "POST /{lang}/account/sign-out", "SignInFunction"),
        ("GET", "/fr/account/mentor/", "GET /{lang}/account/mentor/", "OptInFunction"),
        ("POST", "/fr/account/mentor/areas", "POST /{lang}/account/mentor/{step}", "OptInFunction"),
        ("GET", "/en/account/listing/leave", "GET /{lang}/account/listing/{act}", "ListingFunction"),
        ("GET", "/en/account/data/my-data.csv", "GET /{lang}/account/data/{file}", "DataRightsFunction"),
        ("POST", "/en/account/erase", "POST /{lang}/account/erase", "DataRightsFunction"),
        ("GET", "/en/account/mentors.json", "GET /{lang}/account/mentors.json", "MembersIndexFunction"),
        ("GET", "/en/account/mentors/a-b/", "GET /{lang}/account/mentors/{slug}/", "MembersIndexFunction"),
        ("GET", "/fr/staff/builds/", "GET /{lang}/staff/builds/", "RebuildFunction"),
        ("POST", "/fr/staff/builds/start", "POST /{lang}/staff/builds/start", "RebuildFunction"),
        ("GET", "/en/account/sign-out", "$default", "AccountFunction"),
        ("GET", "/en/account/sign-in/", "$default", "AccountFunction"),
        ("GET", "//account/", "$default", "AccountFunction"),
        ("HEAD", "/en/account/", "$default", "AccountFunction"),
        ("GET", "/en/staff/nowhere", "$default", "AccountFunction"),
    ],
)
def test_a_request_goes_where_the_template_says(method: str, path: str, key: str, function: str) -> None:
    """The routes are the template's: method and every segment count, and what is left goes to $default."""
    declared = routes(load_template())
    taken = next(route for route in declared if route.match(method, path) is not None)
    assert taken == Route(key, function)


def test_a_function_gets_the_event_that_api_gateway_would_send(client: Client) -> None:
    """Payload 2.0: path decoded, query as sent, cookies apart, repeated names joined, the API's own host."""
    client.set_cookie("__Host-session", "s3cret", domain="127.0.0.1")
    client.set_cookie("b", "2", domain="127.0.0.1")
    given = ask(client, "/fr/account/?a=1&a=2&q=Zo%C3%AB&empty=", headers={"Accept-Language": "fr"})
    event = given["event"]
    assert event["version"] == "2.0"
    assert event["routeKey"] == event["requestContext"]["routeKey"] == "GET /{lang}/account/"
    assert (event["rawPath"], event["rawQueryString"]) == ("/fr/account/", "a=1&a=2&q=Zo%C3%AB&empty=")
    assert event["queryStringParameters"] == {"a": "1,2", "q": "Zoë", "empty": ""}
    assert event["pathParameters"] == {"lang": "fr"}
    assert event["cookies"] == ["__Host-session=s3cret", "b=2"]
    assert event["headers"]["accept-language"] == "fr"
    assert "cookie" not in event["headers"]
    assert event["headers"]["host"] == event["requestContext"]["domainName"] != "127.0.0.1:8000"
    assert event["requestContext"]["stage"] == "$default"
    assert event["requestContext"]["http"]["method"] == "GET"
    assert (event.get("body"), event["isBase64Encoded"]) == (None, False)


def test_what_is_empty_is_left_out(client: Client) -> None:
    """API Gateway sends no empty cookies, query or path parameters; neither does this."""
    event = ask(Client(client.application), "/en/staff/nowhere")["event"]
    assert not {"cookies", "queryStringParameters", "pathParameters", "body"} & event.keys()


def test_a_form_comes_as_base64_and_a_text_as_text(client: Client) -> None:
    """API Gateway takes text and JSON for text alone; a form's body is encoded."""
    sent = ask(client, "/en/account/sign-out", method="POST", data={"everywhere": "yes", "name": "Zoë"})
    assert sent["event"]["isBase64Encoded"] is True
    assert b64decode(sent["event"]["body"]) == b"everywhere=yes&name=Zo%C3%AB"
    text = ask(client, "/en/account/sign-out", method="POST", data="Zoë", content_type="text/plain")
    assert (text["event"]["body"], text["event"]["isBase64Encoded"]) == ("Zoë", False)


def test_an_answer_is_given_with_its_cookies_and_the_distributions_headers(client: Client) -> None:
    """Each cookie is a header of its own; nothing of the answer is kept, whatever it says itself."""
    answer = client.get("/en/account/", base_url=SITE)
    assert answer.headers.getlist("Set-Cookie") == ["a=1; Path=/", "b=2; HttpOnly"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" not in answer.headers


def test_bytes_are_decoded(client: Client) -> None:
    """What a function encodes for the way arrives as the bytes it was."""
    assert client.get("/en/account/bytes", base_url=SITE).data == b"\x00\xff"


def test_functions_read_the_clock_of_the_state(client: Client, state: State) -> None:
    """A function's time is the one clock's, also after it was moved."""
    for moment in (datetime(2027, 3, 1, 12, tzinfo=UTC), datetime(2027, 3, 1, 18, tzinfo=UTC)):
        Clock(state.root / "clock.json").set(moment)
        now = datetime.fromisoformat(ask(client, "/en/account/")["now"])
        assert timedelta(0) <= now - moment < timedelta(minutes=1)


def test_each_function_has_a_process_an_environment_and_a_log(client: Client, state: State) -> None:
    """As in the cloud, functions share nothing, see none of the server's environment, and have a log."""
    account, sign_in = ask(client, "/en/account/"), ask(client, "/en/account/sign-in")
    assert len({account["process"], sign_in["process"], os.getpid()}) == 3
    assert account["environment"].keys() - {"LC_CTYPE"} == ENVIRONMENT.keys()
    assert "said by AccountFunction" in (state.logs / "AccountFunction.log").read_text()


@pytest.mark.parametrize("failure", ["raise", "exit", "hang"])
def test_a_failing_function_is_said_without_a_trace_and_lives_on(client: Client, failure: str) -> None:
    """An exception, a dead process and a hanging one answer 500, no cause told; the next is served."""
    answer = client.get(f"/en/account/{failure}", base_url=SITE)
    assert (answer.status_code, answer.text) == (500, '{"message":"Internal Server Error"}')
    assert answer.headers["Cache-Control"] == "no-store"
    assert ask(client, "/en/account/")["function"] == "AccountFunction"


def test_people_who_ask_at_once_get_their_own_answers(functions: Functions) -> None:
    """One function takes one event at a time: nobody gets what somebody else asked for."""

    def asked(number: int) -> str:
        client = Client(Request.application(functions.answer))
        return str(ask(client, f"/en/account/?turn={number}")["event"]["rawQueryString"])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(asked, range(40))) == [f"turn={number}" for number in range(40)]


def test_another_name_of_this_machine_leads_to_the_sites_address(client: Client) -> None:
    """A sign-in that began at localhost would come back to 127.0.0.1 without its cookie."""
    answer = client.get("/en/account/sign-in?return=%2Ffr%2F", base_url="http://localhost:8000")
    assert (answer.status_code, answer.headers["Location"]) == (
        308,
        f"{SITE}/en/account/sign-in?return=%2Ffr%2F",
    )


def test_more_than_a_function_takes_is_refused(functions: Functions) -> None:
    """A body over 6 MB is refused before any function sees it."""
    client = Client(Request.application(functions.answer))
    answer = client.post("/en/account/sign-out", base_url=SITE, data=b"x" * (6 * 1024 * 1024 + 1))
    assert answer.status_code == RequestEntityTooLarge.code


def test_the_environment_is_the_templates() -> None:
    """Tables come by name, the rest by what it is here; a variable that nobody knows here stops the start."""
    read = load_template()
    variables = resources(read, "AWS::Lambda::Function")["AccountFunction"]["Environment"]["Variables"]
    here = {name: "here" for name, value in variables.items() if not str(value).endswith("Table'}")}
    made = environment_of(read, "AccountFunction", here, {"ONLY_HERE": "yes"})
    assert made["SESSIONS_TABLE_NAME"] == "mentoring-sessions"
    assert made["SITE_URL"] == "here"
    assert made.keys() == variables.keys() | {"PATH", "AWS_DEFAULT_REGION", "ONLY_HERE"}
    del here["SITE_URL"]
    with pytest.raises(KeyError, match="SITE_URL"):
        environment_of(read, "AccountFunction", here, {})


def test_no_function_here_knows_a_service_of_the_cloud(database: StorageSettings, state: State) -> None:
    """SAF-2: bucket, edge, mail and build are folders of the state, in every function's environment."""
    read = load_template()
    issuers = local_issuers(SITE, list, lambda: datetime.now(UTC))
    made = environments(read, database, SITE, issuers, state)
    assert made.keys() == functions_of(read).keys()
    for environment in made.values():
        assert not environment.keys() & IN_PLACE.keys()
        assert environment["DYNAMODB_ENDPOINT"] == database.endpoint
    assert made["OutboxFunction"]["MAIL_FOLDER"] == str(state.mail.resolve())
    assert made["MemberImportFunction"]["SITE_FOLDER"] == str(state.site.resolve())
    assert made["MembersIndexFunction"]["MEMBERS_FOLDER"] == str(state.members_site.resolve())
    assert made["ListingFunction"]["EDGE_FOLDER"] == str(state.edge.resolve())
    assert "SESSIONS_TABLE_NAME" not in made["OutboxFunction"]


def test_a_schedule_hands_its_function_what_the_template_says(state: State) -> None:
    """The sweep and the import run in their functions' own processes, with the schedule's input."""
    read = template()
    resources(read, "AWS::Lambda::Function")["OutboxFunction"]["Handler"] = "echo.keep"
    environment = ENVIRONMENT | {"KEPT": str(state.root / "kept.json")}
    with Functions(read, dict.fromkeys(functions_of(read), environment), state, SITE) as running:
        (sweep,) = [each for each in schedules(read) if each.name == "OutboxSweepSchedule"]
        running.jobs()[sweep.handler](datetime.now(UTC), sweep.event)
    assert json.loads((state.root / "kept.json").read_text()) == {"sweep": True}


def test_a_killed_site_leaves_no_function_behind(tmp_path: Path, prepare: Any, serving: Any) -> None:
    """After `kill -9` of the server its functions end by themselves."""
    prepare(tmp_path)
    with serving(tmp_path) as running:
        assert running.ask("/en/account/", Host=f"127.0.0.1:{running.port}")[0] == 303
        (worker,) = [
            int(process.name)
            for process in Path("/proc").glob("[0-9]*")
            if str(tmp_path).encode() in _command(process) and b"AccountFunction" in _command(process)
        ]
        ending = os.pidfd_open(worker)
        running.process.kill()
        ended, _, _ = select.select([ending], [], [], 120)
        os.close(ending)
    assert ended


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""
