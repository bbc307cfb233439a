"""What a function answers with: a page, or the way to another one. Nothing of it is kept by anybody."""

from collections.abc import Sequence
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from mentoring.handlers.authorisation import staff_pages
from mentoring.handlers.requests import Request
from mentoring.pages.calendar import CONTENT_TYPE, FILE_NAME

HEADERS: Final = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
HINT_COOKIE: Final = "signed-in"  # as members.mjs asks for it


def page(
    request: Request,
    template: str,
    *,
    path: str | None = None,
    status: int = 200,
    cookies: Sequence[Cookie] = (),
    **shown: Any,
) -> Response[str]:
    """Return a page. `path` is the address that its language switch starts from, where it is not its own."""
    known: dict[str, Any] = {
        "signed_in": request.visitor is not None,
        "is_member": request.is_member,
        "staff_pages": staff_pages(request.visitor, request.today),
    }
    text = request.services.pages.render(template, path or request.path, request.today, **known | shown)
    return Response(
        status_code=status,
        content_type="text/html; charset=utf-8",
        body=text,
        headers=dict(HEADERS),
        cookies=list(cookies),
    )


def see_other(location: str, cookies: Sequence[Cookie] = ()) -> Response[str]:
    """Return the way to another page, which is then fetched with GET."""
    return Response(
        status_code=303, body="", headers={**HEADERS, "Location": location}, cookies=list(cookies)
    )


def calendar_file(made: bytes) -> Response[str]:
    """Return a deadline as a file for calendars (MOD-29)."""
    return Response(
        status_code=200,
        content_type=f"{CONTENT_TYPE}; charset=utf-8",
        body=made.decode(),
        headers={**HEADERS, "Content-Disposition": f'attachment; filename="{FILE_NAME}"'},
    )


def secret_cookie(name: str, value: str, max_age: int | None = None) -> Cookie:
    """Return a cookie that no script reads and no other site's form sends; `max_age` is in seconds."""
    return Cookie(
        name=name,
        value=value,
        path="/",
        secure=True,
        http_only=True,
        same_site=SameSite.LAX_MODE,
        max_age=max_age,
    )


def no_cookie(name: str) -> Cookie:
    """Return a cookie that makes the browser forget one."""
    return secret_cookie(name, "", max_age=0)


def hint_cookie(*, is_signed_in: bool) -> Cookie:
    """Return the cookie that tells our own scripts whether it is worth asking what members see.

    It is no proof of anything and the same for everybody: the session's own cookie decides.
    """
    return Cookie(
        name=HINT_COOKIE,
        value="1" if is_signed_in else "",
        path="/",
        secure=True,
        same_site=SameSite.LAX_MODE,
        max_age=None if is_signed_in else 0,
    )
