"""The page of the local issuers: who would you like to be?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from markupsafe import Markup
from werkzeug.wrappers import Response

STYLE: Final = Markup(
    "body { font: 1.125rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; margin: 0 }\n"
    "main { max-width: 40rem; margin: auto; padding: 1rem }\n"
    "p.notice { border-left: .5rem solid #b35900; padding: .5rem 1rem; background: #fff6e5 }\n"
    "ul { list-style: none; padding: 0 }\n"
    "button { font: inherit; text-align: left; width: 100%; padding: .5rem .75rem; margin-bottom: .5rem;\n"
    "  border: 1px solid #595959; border-radius: .25rem; background: #fff; color: #004b8d }\n"
    "button:focus-visible { outline: .25rem solid #b35900 }\n"
)
PAGE: Final = Markup("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Who would you like to be?</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
{style}</style>
</head>
<body>
<main>
<h1>Who would you like to be?</h1>
<p class="notice"><strong>This page exists on this machine only.</strong> It stands where the association's
own sign-in page will be. There are no passwords: choose somebody.</p>
<form method="post" action="{issuer}/authorize">
{hidden}{groups}<h2>Nobody</h2>
<button type="submit" name="refuse" value="yes">Do not sign in</button>
</form>
</main>
</body>
</html>
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody to be: the subject that the issuer knows them by, and in which group they are shown."""

    subject: str
    name: str
    group: str
    note: str = ""
    has_second_factor: bool = True


def person_page(issuer: str, people: Sequence[Person], asked: Mapping[str, str]) -> Response:
    """Return the page with a button for each person; whoever is chosen comes back to `authorize` as `as`."""
    hidden = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">\n').format(name, value)
        for name, value in asked.items()
    )
    groups = Markup("").join(
        Markup("<h2>{}</h2>\n<ul>\n{}</ul>\n").format(group, Markup("").join(map(_button, members)))
        for group, members in groupby(people, key=lambda person: person.group)
    )
    page = PAGE.format(style=STYLE, issuer=issuer, hidden=hidden, groups=groups)
    return Response(page, content_type="text/html; charset=utf-8")


def _button(person: Person) -> Markup:
    note = f", {person.note}" if person.note else ""
    mfa = Markup("") if person.has_second_factor else Markup(' formaction="?mfa=no"')
    return Markup('<li><button type="submit" name="as" value="{}"{}>{} ({}){}</button></li>\n').format(
        person.subject, mfa, person.name, person.subject, note
    )
