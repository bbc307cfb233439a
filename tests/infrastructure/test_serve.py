"""`make run` from outside: a process that answers as the CDN does."""

import gzip
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from infrastructure.local.headers import behaviours, headers_for
from infrastructure.local.template import load_template

BEHAVIOURS = behaviours(load_template())


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory, prepare: Callable[[Path], Path]) -> Path:
    """Return a state with one small release."""
    folder = tmp_path_factory.mktemp("state")
    prepare(folder)
    return folder


@pytest.fixture(scope="module")
def served(state: Path, serving: Any) -> Iterator[Any]:
    """Serve it."""
    with serving(state) as running:
        yield running


def test_every_address_is_answered_as_at_the_edge(
    case: dict[str, Any], served: Any, release_files: dict[str, str]
) -> None:
    """The local server answers each address of the table as the edge function, bucket and Lambda do."""
    status, headers, body = served.ask(case["address"])
    assert status == case["status"]
    if status == 308:
        assert headers["location"] == case["location"]
        return
    shown = release_files[case["shows"]] if case["shows"] else "Not found. / Introuvable.\n"
    assert body.decode() == shown
    if status != 200:
        assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "address",
    ["/", "/en/", "/assets/5a1f/css/site.css", "/data/9c2e/manifest.json", "/live/withdrawn.json"],
)
def test_headers_are_the_templates(served: Any, address: str) -> None:
    """What the CDN adds, the local server adds: the same policy file decides for both."""
    _, headers, _ = served.ask(address)
    expected = {name.lower(): value for name, value in headers_for(address, BEHAVIOURS).items()}
    assert expected.items() <= headers.items()
    assert "strict-transport-security" not in headers


def test_every_answer_is_protected(served: Any) -> None:
    """Redirects, missing and withdrawn pages carry the security headers too."""
    for address in ("/en", "/fr/nulle-part/", "/fr/mentors/gone-away/"):
        _, headers, _ = served.ask(address)
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_page_is_not_sent_twice(served: Any, release_files: dict[str, str], encoding: str) -> None:
    """A browser that has a page is told so in 304; compressed or not, it is the same page."""
    status, headers, body = served.ask("/fr/", Accept_Encoding=encoding)
    text = gzip.decompress(body) if encoding == "gzip" else body
    assert (status, text.decode()) == (200, release_files["fr/index.html"])
    assert headers.get("content-encoding", "identity") == encoding
    assert headers["vary"] == "Accept-Encoding"
    status, _, body = served.ask("/fr/", Accept_Encoding=encoding, If_None_Match=headers["etag"])
    assert (status, body) == (304, b"")


def test_head_is_get_without_its_body(served: Any) -> None:
    """HEAD gives the same headers, the length among them."""
    _, got, body = served.ask("/en/contact/")
    status, headers, empty = served.ask("/en/contact/", "HEAD")
    assert (status, empty) == (200, b"")
    assert headers["content-length"] == got["content-length"] == str(len(body))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_pages_take_no_other_method(served: Any, method: str) -> None:
    """A static page takes nothing from anybody."""
    status, headers, _ = served.ask("/en/", method, body="mentor=1")
    assert status == 405
    assert {verb.strip() for verb in headers["allow"].split(",")} == {"GET", "HEAD"}


def test_a_swap_is_seen_at_once_and_never_half(
    tmp_path: Path, prepare: Callable[[Path], Path], serving: Any
) -> None:
    """Invariant 20: while `current` is swapped again and again, every answer is one release's."""
    release = prepare(tmp_path)
    other = release.with_name("20261122-7b2e-2")
    (other / "en").mkdir(parents=True)
    (other / "en/index.html").write_text("the other\n" * 5000, "utf-8")
    whole = {(release / "en/index.html").read_bytes(), (other / "en/index.html").read_bytes()}
    with serving(tmp_path) as running, ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(running.ask, "/en/") for _ in range(200)]
        for turn in range(100):
            fresh = tmp_path / "site/fresh"
            fresh.symlink_to(f"releases/{(release, other)[turn % 2].name}")
            fresh.replace(tmp_path / "site/current")
        seen = {(status, body) for status, _, body in (answer.result() for answer in answers)}
        assert seen <= {(200, page) for page in whole}
        assert running.ask("/en/")[2].startswith(b"the other")


def test_before_the_first_release_it_says_so(tmp_path: Path, prepare: Any, serving: Any) -> None:
    """SAF-4: without a release the answer is a sentence in both languages, not a broken page."""
    prepare(tmp_path)
    with serving(tmp_path) as running:
        (tmp_path / "site/current").unlink()
        status, headers, body = running.ask("/en/")
    assert (status, headers["retry-after"]) == (503, "60")
    assert b"being built" in body
    assert b"en construction" in body


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "LOCALHOST:1"])
def test_developers_pages_answer_this_machine(served: Any, host: str) -> None:
    """By either name of this machine /__dev__/ answers."""
    status, headers, _ = served.ask("/__dev__/clock", Host=host.lower())
    assert (status, headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:8000"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_developers_pages_answer_no_stranger(served: Any, headers: dict[str, str]) -> None:
    """A page of another site, or another name that leads here, can neither read nor move anything."""
    for address in ("/__dev__/", "/__dev__/mail.json", "/__dev__/people.json", "/__dev__/clock"):
        assert served.ask(address, **headers)[0] == 403
    status, _, _ = served.ask("/__dev__/clock", "POST", '{"now": "2099-01-01T00:00:00Z"}', **headers)
    assert status == 403


def test_developers_index_links_what_exists(served: Any) -> None:
    """Everything under /__dev__/ is found from its first page."""
    _, _, body = served.ask("/__dev__/")
    links = [part.partition('"')[0] for part in body.decode().split('href="')[1:]]
    names = ("clock", "mail", "mail.json", "outbox.json", "people.json", "stripe.json", "builds")
    assert set(links) == {f"/__dev__/{name}" for name in names}
    assert all(served.ask(link)[0] == 200 for link in links)


def test_what_is_sold_is_set_up_at_the_start(served: Any) -> None:
    """MOD-3: whoever registers finds price and taxes at the double of Stripe."""
    known = served.json("/__dev__/stripe.json")
    assert [price["unit_amount"] for price in known["price"]] == [9900]
    assert "HST / TVH" in {rate["display_name"] for rate in known["tax_rate"]}


def test_mail_is_shown_as_text(served: Any, state: Path) -> None:
    """A message's own markup is shown, never run."""
    (state / "mail").mkdir(exist_ok=True)
    (state / "mail/1.eml").write_text("To: a@example.org\nSubject: <script>alert(1)</script>\n\nBonjour\n")
    (message,) = served.json("/__dev__/mail.json")
    assert message["subject"] == "<script>alert(1)</script>"
    _, _, page = served.ask("/__dev__/mail")
    assert b"&lt;script&gt;" in page
    assert b"<script>" not in page


def test_reports_are_listed_and_read(served: Any, state: Path) -> None:
    """STF-4: every build's report is linked; nothing beside the reports can be read that way."""
    reports = state / "site/reports"
    reports.mkdir(exist_ok=True)
    (reports / "20261121-5a1f-1.json").write_text('{"outcome": "released"}')
    _, _, page = served.ask("/__dev__/builds")
    assert b'href="/__dev__/builds/20261121-5a1f-1.json"' in page
    assert served.json("/__dev__/builds/20261121-5a1f-1.json") == {"outcome": "released"}
    for name in ("none.json", "..%2f..%2fclock.json", "%2e%2e/%2e%2e/clock.json"):
        assert served.ask(f"/__dev__/builds/{name}")[0] == 404


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "now"),
        ("tomorrow", "now"),
        ("[]", "now"),
        ('{"now": 5}', "now"),
        ('{"now": "tomorrow"}', "ISO 8601"),
        ('{"now": "2030-01-01T00:00:00"}', "zone"),
    ],
)
def test_a_clock_that_cannot_be_read_is_refused(served: Any, body: str, reason: str) -> None:
    """A request that names no instant changes nothing and says what to send."""
    before = served.json("/__dev__/clock")["now"]
    status, _, answer = served.ask("/__dev__/clock", "POST", body)
    assert status == 400
    assert reason in json.loads(answer)["error"]
    assert served.json("/__dev__/clock")["now"][:16] == before[:16]


def test_the_clock_does_not_run_backwards(served: Any) -> None:
    """An instant that has passed is refused with 409 and a reason."""
    status, answer = served.move_clock("2001-01-01T00:00:00Z")
    assert status == 409
    assert "backwards" in answer["error"]
