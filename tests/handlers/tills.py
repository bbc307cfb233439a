"""A member in front of the pages of Mentorship On Demand, with Stripe behind them."""

from dataclasses import dataclass

from mentoring.domain.registrations import Registration
from mentoring.handlers.registered import current_of
from mentoring.handlers.till import registrations
from tests.gateways.stripe_account import ACCEPTED, StripeAccount
from tests.handlers.asked import send
from tests.handlers.browser import SITE, Answer, Browser
from tests.handlers.conftest import Clock

HOME = "/en/account/facilitated/"


@dataclass
class Counter:
    """One member's browser, the clock, and the account at Stripe that goes by it."""

    browser: Browser
    account: StripeAccount
    time: Clock

    def forward(self, **passed: float) -> None:
        """Let time go by, here and at Stripe."""
        self.time.forward(**passed)
        self.account.now = self.time.instant

    def register(self, place: str = "ON") -> Answer:
        """Go through the questions, to the page that says how things stand."""
        asked = HOME + "register/languages"
        for fields in ({"languages": "fr"}, {"place": place}, {"agreed": "2026-01"}, {}):
            answer = send(self.browser, asked, **fields)
            assert answer.status == 303, answer.body
            asked = answer.location
        return self.browser.get(asked)

    def pay(self) -> Answer:
        """Press the button that leads to Stripe."""
        token = self.browser.get(HOME).form_token
        return self.browser.post(HOME + "pay", {"form_token": token})

    def pays(self, card: str = ACCEPTED) -> Answer:
        """Pay there, and come back."""
        back = self.account.pay(self.pay().location, card=card).headers["Location"]
        return self.browser.get(back.removeprefix(SITE))

    def registration(self) -> Registration:
        """What is on file, the newest."""
        found = [each.registration for each in registrations().of("M-1")]
        return current_of(found) or found[0]
