"""The pages and files under /__dev__/: for whoever develops or tests, never a part of the Lambda package."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup
from werkzeug.exceptions import BadRequest, Conflict, Forbidden
from werkzeug.routing import Map, Rule
from werkzeug.utils import send_from_directory
from werkzeug.wrappers import Request, Response

from infrastructure.local.clock import Clock
from infrastructure.local.issuer import Issuer, issuer_rules
from infrastructure.local.mailbox import Message, read_mailbox
from infrastructure.local.scheduler import ClockRefusedError, Run, Scheduler
from infrastructure.local.state import State
from infrastructure.local.stripe.double import StripeDouble

ROOT: Final = "/__dev__"
FILES: Final = f"{ROOT}/files"  # in the place of the bucket's own host
HOST: Final = re.compile(r"(127\.0\.0\.1|localhost)(:\d+)?")
PAGE: Final = Markup(
    '<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{title}</title>\n'
    '<meta name="viewport" content="width=device-width">\n<main>\n<h1>{title}</h1>\n{body}</main>\n</html>\n'
)


class Developers:
    """Answers what is asked under /__dev__/."""

    def __init__(
        self,
        state: State,
        clock: Clock,
        scheduler: Scheduler,
        people: Callable[[], list[dict[str, Any]]],
        issuers: Mapping[str, Issuer],
        outbox: Callable[[], Mapping[str, Any]],
        stripe: StripeDouble,
    ) -> None:
        self._state = state
        self._clock = clock
        self._scheduler = scheduler
        self._people = people
        self._outbox = outbox
        self._addresses = Map(
            [
                Rule(f"{ROOT}/", endpoint=self._index),
                Rule(f"{ROOT}/clock", endpoint=self._read_clock, methods=["GET"]),
                Rule(f"{ROOT}/clock", endpoint=self._move_clock, methods=["POST"]),
                Rule(f"{ROOT}/mail", endpoint=self._mail_page),
                Rule(f"{ROOT}/mail.json", endpoint=self._mail),
                Rule(f"{ROOT}/outbox.json", endpoint=self._outbox_file),
                Rule(f"{ROOT}/people.json", endpoint=self._people_file),
                Rule(f"{FILES}/recordings/<path:name>", endpoint=self._recording),
                Rule(f"{ROOT}/builds", endpoint=self._builds),
                Rule(f"{ROOT}/builds/<name>", endpoint=self._report),
                *issuer_rules(f"{ROOT}/issuer", issuers),
                *stripe.rules(),
            ]
        )

    def answer(self, request: Request) -> Response:
        """Answer one request. Raises werkzeug's HTTP errors: Forbidden for a page of another site."""
        _refuse_strangers(request)
        endpoint, arguments = self._addresses.bind_to_environ(request).match()
        try:
            response: Response = endpoint(request, **arguments)
        except (BadRequest, Conflict) as error:
            response = _json({"error": error.description}, error.code)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _index(self, _request: Request) -> Response:
        names = ("clock", "mail", "mail.json", "outbox.json", "people.json", "stripe.json", "builds")
        links = Markup("\n").join(
            Markup('<li><a href="{0}/{1}">{1}</a>').format(ROOT, name) for name in names
        )
        return _page("For developers", Markup("<ul>\n{}\n</ul>\n").format(links))

    def _read_clock(self, _request: Request) -> Response:
        return _json({"now": _text(self._clock.now())})

    def _move_clock(self, request: Request) -> Response:
        try:
            runs = self._scheduler.move_to(_moment(request))
        except ClockRefusedError as error:
            raise Conflict(str(error)) from None
        return _json({"now": _text(self._clock.now()), "ran": [_run(run) for run in runs]})

    def _mail(self, _request: Request) -> Response:
        return _json([asdict(message) for message in read_mailbox(self._state.mail)])

    def _mail_page(self, _request: Request) -> Response:
        messages = read_mailbox(self._state.mail)
        letters = Markup("").join(
            Markup("<article>\n<h2>{}</h2>\n<p>To {}, {}</p>\n<pre>{}</pre>\n{}</article>\n").format(
                message.subject, message.to, message.sent_at, message.text, _attached(message)
            )
            for message in messages
        )
        return _page("Mail", letters or Markup("<p>No mail has been sent.</p>\n"))

    def _outbox_file(self, _request: Request) -> Response:
        return _json(self._outbox())

    def _people_file(self, _request: Request) -> Response:
        return _json(self._people())

    def _builds(self, _request: Request) -> Response:
        reports = sorted(self._state.reports.glob("*.json"), key=_age)
        rows = Markup("").join(_build_row(report.stem) for report in reports)
        return _page(
            "Builds", Markup("<ul>\n{}</ul>\n").format(rows) if rows else Markup("<p>None yet.</p>\n")
        )

    def _report(self, request: Request, name: str) -> Response:
        return send_from_directory(self._state.reports.resolve(), name, request.environ)

    def _recording(self, request: Request, name: str) -> Response:
        """Hand out a webinar's recording, or the piece of it that is asked for, as a bucket does."""
        return send_from_directory(self._state.recordings.resolve(), name, request.environ)


def _refuse_strangers(request: Request) -> None:
    """A page of another site, or another name for this machine, must not move the clock or read the mail."""
    if not HOST.fullmatch(request.headers.get("Host", "")):
        raise Forbidden("ask for this by 127.0.0.1 or localhost")
    if request.method == "GET" and request.path.endswith("/authorize"):
        return  # one comes to an issuer from anywhere, and it leads back to this site alone
    origin = request.headers.get("Origin", request.host_url.rstrip("/"))
    if origin != request.host_url.rstrip("/") or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("this is not for pages of another site")


def _moment(request: Request) -> datetime:
    asked = request.get_json(force=True, silent=True)
    if not isinstance(asked, Mapping) or not isinstance(asked.get("now"), str):
        raise BadRequest('send {"now": "2026-11-21T12:00:00Z"}')
    try:
        moment = datetime.fromisoformat(asked["now"])
    except ValueError:
        raise BadRequest(f"{asked['now']!r} is no instant in ISO 8601") from None
    if moment.tzinfo is None:
        raise BadRequest(f"{asked['now']!r} names no zone: end it with Z")
    return moment.astimezone(UTC)


def _run(run: Run) -> dict[str, str]:
    return {"schedule": run.schedule, "due": _text(run.due), "error": run.error}


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def _age(report: Path) -> float:
    return -report.stat().st_mtime


def _build_row(release: str) -> Markup:
    links = Markup(", ").join(
        Markup('<a href="{0}/builds/{1}.{2}">{2}</a>').format(ROOT, release, kind)
        for kind in ("en.html", "fr.html", "json")
    )
    return Markup("<li>{}: {}\n").format(release, links)


def _json(answer: Any, status: int = 200) -> Response:
    return Response(
        json.dumps(answer, ensure_ascii=False, indent=1) + "\n", status, content_type="application/json"
    )


def _attached(message: Message) -> Markup:
    return Markup("").join(
        Markup("<h3>{}</h3>\n<pre>{}</pre>\n").format(each.filename, each.text or each.content_type)
        for each in message.attachments
    )


def _page(title: str, body: Markup) -> Response:
    return Response(PAGE.format(title=title, body=body), content_type="text/html; charset=utf-8")
