"""A browser's request as API Gateway hands it to a function, and the function's answer as a response.

Payload format 2.0: "Create AWS Lambda proxy integrations for HTTP APIs" in API Gateway's developer guide.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote
from uuid import uuid4

from werkzeug.http import http_date
from werkzeug.wrappers import Request, Response

# The distribution asks the API by the API's own name: nobody may tell the site's address from `host`.
DOMAIN: Final = "api.execute-api.invalid"
LARGEST_BODY: Final = 6 * 1024 * 1024  # bytes: what Lambda takes
TEXTS: Final = ("text/", "application/json", "application/javascript", "application/xml")


def event_for(
    request: Request, route_key: str, path_parameters: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """Return the event of a request. Raises RequestEntityTooLarge for more than Lambda takes."""
    path, query = path_of(request), request.environ["REQUEST_URI"].partition("?")[2]
    request.max_content_length = LARGEST_BODY
    cookies = [pair.strip() for pair in request.headers.get("Cookie", "").split(";") if pair.strip()]
    headers = {name.lower(): value for name, value in request.headers if name.lower() != "cookie"}
    event = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers | {"host": DOMAIN, "x-forwarded-proto": "https"},
        "requestContext": _context(request, route_key, path, now),
        **_body(request),
    }
    # What is empty is left out, as API Gateway does.
    optional = {
        "cookies": cookies,
        "queryStringParameters": _joined(query),
        "pathParameters": dict(path_parameters),
    }
    return event | {name: value for name, value in optional.items() if value}


def response_from(answer: Mapping[str, Any]) -> Response:
    """Return a function's answer as a response. Raises LookupError for one without a status."""
    body = str(answer.get("body") or "")
    response = Response(
        b64decode(body) if answer.get("isBase64Encoded") else body.encode(), int(answer["statusCode"])
    )
    for name, value in (answer.get("headers") or {}).items():
        response.headers[name] = str(value)
    for cookie in answer.get("cookies") or ():
        response.headers.add("Set-Cookie", cookie)
    return response


def path_of(request: Request) -> str:
    """Return the path as the API sees it: decoded once, slashes included."""
    return unquote(request.environ["REQUEST_URI"].partition("?")[0])


def _context(request: Request, route_key: str, path: str, now: datetime) -> dict[str, Any]:
    return {
        "accountId": "000000000000",
        "apiId": "api",
        "domainName": DOMAIN,
        "domainPrefix": DOMAIN.partition(".")[0],
        "http": {
            "method": request.method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": request.remote_addr,
            "userAgent": request.headers.get("User-Agent", ""),
        },
        "requestId": str(uuid4()),
        "routeKey": route_key,
        "stage": "$default",
        "time": http_date(now),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def _body(request: Request) -> dict[str, Any]:
    """A form's body is not among the types that API Gateway takes for text: it comes as base64."""
    sent = request.get_data()
    if not sent:
        return {"isBase64Encoded": False}
    if (request.content_type or "").startswith(TEXTS):
        return {"body": sent.decode(errors="replace"), "isBase64Encoded": False}
    return {"body": b64encode(sent).decode(), "isBase64Encoded": True}


def _joined(query: str) -> dict[str, str]:
    pairs = parse_qsl(query, keep_blank_values=True)
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined
