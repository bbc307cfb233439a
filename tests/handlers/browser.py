"""A browser as far as the functions can tell: it keeps cookies and sends events of the HTTP API."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from importlib import import_module
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode, urlsplit

from infrastructure.local.functions import Route, routes
from infrastructure.local.template import load_template, resources
from tests.handlers.roles import in_role_of

SITE = "https://mentors.example"


@cache
def _routes() -> list[Route]:
    return routes(load_template())


@cache
def function_behind(name: str) -> Callable[[Any, Any], dict[str, Any]]:
    """The handler of a function, by its name in the template."""
    path = resources(load_template(), "AWS::Lambda::Function")[name]["Handler"]
    module, _, attribute = path.rpartition(".")
    return cast("Callable[[Any, Any], dict[str, Any]]", getattr(import_module(module), attribute))


def function_for(method: str, path: str) -> str:
    """The function that the template's routes lead a request to."""
    return next(route for route in _routes() if route.match(method, path) is not None).function


@dataclass
class Answer:
    """What came back."""

    status: int
    body: str
    headers: Mapping[str, str]
    cookies: list[str]

    @property
    def location(self) -> str:
        """Where it leads."""
        return self.headers["Location"]

    @property
    def heading(self) -> str:
        """What its h1 says."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.body, re.DOTALL)
        assert found, self.body[:500]
        return unescape(found[1])

    @property
    def form_token(self) -> str:
        """What its first form carries."""
        found = re.search(r'name="form_token" value="([^"]+)"', self.body)
        assert found, self.body[:500]
        return found[1]


@dataclass
class Browser:
    """One person's browser."""

    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, address: str, **headers: str) -> Answer:
        """Follow a link."""
        return self.send("GET", address, headers={"sec-fetch-site": "same-origin"} | headers)

    def post(
        self, address: str, form: Mapping[str, str] | Sequence[tuple[str, str]], **headers: str
    ) -> Answer:
        """Send a form from a page of ours, unless the headers say otherwise."""
        ours = {"origin": SITE, "sec-fetch-site": "same-origin"}
        sent = {name: value for name, value in (ours | headers).items() if value}
        return self.send("POST", address, headers=sent, body=urlencode(form))

    def upload(self, address: str, fields: Mapping[str, str], name: str, content: bytes) -> Answer:
        """Send a form with a file, its field `file`."""
        boundary = "----TestBoundary"
        heads = [(f'name="{each}"', value.encode()) for each, value in fields.items()]
        heads.append((f'name="file"; filename="{name}"', content))
        parts = (
            f"--{boundary}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
            for head, value in heads
        )
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        content_type = f"multipart/form-data; boundary={boundary}"
        ours = {"origin": SITE, "sec-fetch-site": "same-origin", "content-type": content_type}
        return self.send("POST", address, headers=ours, body=b64encode(body).decode(), is_base64=True)

    def send(
        self,
        method: str,
        address: str,
        *,
        headers: Mapping[str, str],
        body: str = "",
        is_base64: bool = False,
    ) -> Answer:
        """Send a request to the function that the template gives it to."""
        parts = urlsplit(address)
        event = {
            "version": "2.0",
            "routeKey": f"{method} {parts.path}",
            "rawPath": parts.path,
            "rawQueryString": parts.query,
            "cookies": [f"{name}={value}" for name, value in self.cookies.items()],
            "headers": {"host": "api.example", **headers},
            "queryStringParameters": dict(parse_qsl(parts.query)),
            "requestContext": {"stage": "$default", "http": {"method": method, "path": parts.path}},
            "body": body,
            "isBase64Encoded": is_base64,
        }
        function = function_for(method, parts.path)
        with in_role_of(function):
            return self.take(function_behind(function)(event, None))

    def take(self, answer: dict[str, Any]) -> Answer:
        """Keep the cookies of an answer as a browser does."""
        for cookie in cast("list[str]", answer.get("cookies", [])):
            name, _, rest = cookie.partition("=")
            value, *attributes = rest.split("; ")
            if "Max-Age=0" in attributes:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return Answer(
            answer["statusCode"], answer.get("body", ""), answer["headers"], answer.get("cookies", [])
        )
