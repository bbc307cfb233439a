"""Sets up what is sold at Stripe, from policy.toml: `python -m infrastructure.payments`.

It makes what is missing and changes nothing that is there, so it is run after each change of fees or taxes.
PAYMENTS_SECRET_NAME names the secret with the keys.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from mentoring.content import Content, Wording, load_content
from mentoring.domain.payments import PaymentRefusedError, PaymentsDownError, PaymentUnclearError
from mentoring.gateway_settings import PaymentsSettings
from mentoring.gateways.payment_catalogue import Wares
from mentoring.gateways.payments import Payments
from mentoring.settings import SettingsError

CONTENT: Final = Path(__file__).parent.parent / "content"


def wares_of(content: Content) -> Wares:
    """Return what every entry of the policy sells and charges, past and coming ones included."""
    words = [Wording(content, language) for language in ("en", "fr")]
    rates = {rate for entry in content.policy.taxes for rate in entry.rates}
    return Wares(
        name=_in_both(words, "eligibility.programme.facilitated"),
        fees=sorted({entry.fee_cents for entry in content.policy.facilitated}),
        taxes={
            rate: _in_both(words, f"site.taxes.kind.{rate.kind}")
            for rate in sorted(rates, key=lambda rate: (rate.kind, rate.percent))
        },
    )


def set_up(settings: PaymentsSettings, content: Content) -> list[str]:
    """Make what is missing; return its names.

    Raises PaymentRefusedError, PaymentsDownError, PaymentUnclearError.
    """
    return Payments(settings).set_up(wares_of(content))


def main(environment: Mapping[str, str]) -> int:
    """Set up, and say what was made."""
    try:
        made = set_up(PaymentsSettings.from_environment(environment), load_content(CONTENT))
    except (SettingsError, PaymentRefusedError, PaymentsDownError, PaymentUnclearError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("".join(f"made {name}\n" for name in made) or "Nothing was missing.\n")
    return 0


def _in_both(words: list[Wording], key: str) -> str:
    """Return a name for readers of either language, once where it is the same."""
    return " / ".join(dict.fromkeys(wording.t(key) for wording in words))


if __name__ == "__main__":
    sys.exit(main(os.environ))
