"""The hosted page: whoever pays chooses a card that does what they want to see."""

from typing import Final

from markupsafe import Markup
from werkzeug.wrappers import Response

from infrastructure.local.stripe.paying import Card, cards_of
from infrastructure.local.stripe.store import Row

STYLE: Final = Markup(
    "body { font: 1.125rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; margin: 0 }\n"
    "main { max-width: 40rem; margin: auto; padding: 1rem }\n"
    "p.notice, p.error { border-left: .5rem solid #b35900; padding: .5rem 1rem; background: #fff6e5 }\n"
    "fieldset { border: 1px solid #595959; border-radius: .25rem; margin: 1rem 0 }\n"
    "label { display: block; padding: .25rem 0 }\n"
    "th { text-align: left; font-weight: normal; padding-right: 2rem } td { text-align: right }\n"
    "button { font: inherit; padding: .5rem .75rem; border: 1px solid #004b8d; border-radius: .25rem;\n"
    "  background: #004b8d; color: #fff }\n"
    "a { color: #004b8d }\n"
    ":focus-visible { outline: .25rem solid #b35900 }\n"
)
PAGE: Final = Markup("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="notice"><strong>This page exists on this machine only.</strong> It stands where
Stripe's own page will be. No money is moved.</p>
{body}</main>
</body>
</html>
""")


def paying_page(session: Row, error: str | None = None) -> Response:
    """Return the page of an open session."""
    told = Markup('<p class="error" role="alert">{}</p>\n').format(error) if error else Markup("")
    offered = cards_of(session)
    cards = Markup("").join(_choice(card, is_first=card is offered[0]) for card in offered)
    body = Markup(
        '{}{}<form method="post">\n<fieldset>\n<legend>How would you like to pay?</legend>\n{}</fieldset>\n'
        '<button type="submit">Pay {}</button>\n</form>\n{}'
    ).format(told, _sums(session), cards, _money(session["amount_total"]), _way_back(session))
    return _page("Pay", body)


def bank_page(session: Row) -> Response:
    """Return what the bank asks before it lets a payment through."""
    body = Markup(
        '<p>Your bank asks whether you pay {}.</p>\n<form method="post">\n'
        '<button type="submit" name="bank" value="yes">Yes, I do</button>\n'
        '<button type="submit" name="bank" value="no">No</button>\n</form>\n'
    ).format(_money(session["amount_total"]))
    return _page("Confirm your payment", body)


def closed_page(session: Row) -> Response:
    """Return the page of a session that is complete or has expired."""
    text = "You have paid on this page." if session["status"] == "complete" else "This page has expired."
    return _page("Nothing to pay here", Markup("<p>{}</p>\n{}").format(text, _way_back(session)))


def address_after(session: Row) -> str:
    """Return where whoever has paid is led to."""
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _way_back(session: Row) -> Markup:
    back = address_after(session) if session["status"] == "complete" else session["cancel_url"]
    return Markup('<p><a href="{}">Go back</a></p>\n').format(back) if back else Markup("")


def _choice(card: Card, *, is_first: bool) -> Markup:
    checked = Markup(" checked") if is_first else Markup("")
    return Markup('<label><input type="radio" name="card" value="{0}"{1}> {2} ({0})</label>\n').format(
        card.number, checked, card.name
    )


def _sums(session: Row) -> Markup:
    rows = [(line["name"], line["amount_subtotal"]) for line in session["_lines"]]
    rows += [(tax["name"], tax["amount"]) for line in session["_lines"] for tax in line["taxes"]]
    rows += [("Total", session["amount_total"])]
    return Markup("<table>\n{}</table>\n").format(
        Markup("").join(
            Markup('<tr><th scope="row">{}</th><td>{}</td></tr>\n').format(name, _money(cents))
            for name, cents in rows
        )
    )


def _money(cents: int) -> str:
    return f"CA${cents // 100}.{cents % 100:02}"


def _page(title: str, body: Markup) -> Response:
    return Response(PAGE.format(title=title, style=STYLE, body=body), content_type="text/html; charset=utf-8")
