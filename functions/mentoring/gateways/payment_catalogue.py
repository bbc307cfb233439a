"""What is sold, as the payment provider knows it: one product, a price for each fee, a rate for each tax."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from mentoring.domain.money import Charge, TaxRate
from mentoring.domain.payments import PaymentRefusedError
from mentoring.gateways.stripe_calls import PAGE, asking, writing

if TYPE_CHECKING:
    from stripe import StripeClient

PRODUCT: Final = "mentorship-on-demand"
CURRENCY: Final = "cad"
COUNTRY: Final = "CA"


@dataclass(frozen=True, slots=True)
class Wares:
    """What there is to sell. Names in both languages at once: a price has one, whoever reads it."""

    name: str
    fees: Sequence[int]  # cents
    taxes: Mapping[TaxRate, str]  # with its name


class Catalogue:
    """Prices and rates by what they are, each asked for once. `set_up` makes what is missing."""

    def __init__(self, client: "StripeClient") -> None:
        self._client = client
        self._prices: dict[int, str] = {}
        self._rates: dict[TaxRate, str] = {}

    def price_of(self, charge: Charge) -> str:
        """Return the price's id of a fee. Raises PaymentRefusedError, PaymentsDownError."""
        price = self._prices.get(charge.fee_cents) or self._find_price(charge.fee_cents)
        if price is None:
            raise PaymentRefusedError("price-not-set-up")
        return self._prices.setdefault(charge.fee_cents, price)

    def rates_of(self, charge: Charge) -> list[str]:
        """Return the rates' ids of a fee's taxes. Raises PaymentRefusedError, PaymentsDownError."""
        wanted = [line.rate for line in charge.taxes]
        if not self._rates.keys() >= {*wanted}:
            self._rates = self._find_rates()
        if not self._rates.keys() >= {*wanted}:
            raise PaymentRefusedError("tax-rate-not-set-up")
        return [self._rates[rate] for rate in wanted]

    def set_up(self, wares: Wares) -> list[str]:
        """Make what is missing and return its names: nothing, where it was done before.

        The keys keep two that run at once from making anything twice. Raises PaymentRefusedError,
        PaymentsDownError, PaymentUnclearError; then it is for running again.
        """
        made = [] if self._has_product() else [self._make_product(wares.name)]
        made += [self._make_price(fee) for fee in wares.fees if self._find_price(fee) is None]
        known = self._find_rates()
        return made + [self._make_rate(rate, name) for rate, name in wares.taxes.items() if rate not in known]

    def _has_product(self) -> bool:
        with asking():
            return any(self._client.v1.products.list({"ids": [PRODUCT], "active": True}))

    def _make_product(self, name: str) -> str:
        with asking(is_writing=True):
            self._client.v1.products.create({"id": PRODUCT, "name": name}, writing(f"set-up:{PRODUCT}"))
        return PRODUCT

    def _find_price(self, fee_cents: int) -> str | None:
        with asking():
            found = self._client.v1.prices.list({"lookup_keys": [_price_key(fee_cents)], "active": True})
            return next((price.id for price in found), None)

    def _make_price(self, fee_cents: int) -> str:
        name = _price_key(fee_cents)
        with asking(is_writing=True):
            self._client.v1.prices.create(
                {
                    "product": PRODUCT,
                    "currency": CURRENCY,
                    "unit_amount": fee_cents,
                    "tax_behavior": "exclusive",
                    "lookup_key": name,
                },
                writing(f"set-up:{name}"),
            )
        return name

    def _find_rates(self) -> dict[TaxRate, str]:
        """Return our rates that are in use; rates have no lookup key, so metadata tells them."""
        with asking():
            every = self._client.v1.tax_rates.list({"active": True, "inclusive": False, "limit": PAGE})
            ours = [each.to_dict() for each in every.auto_paging_iter() if "kind" in (each.metadata or {})]
            return {
                TaxRate(each["metadata"]["kind"], Decimal(each["metadata"]["percent"])): each["id"]
                for each in ours
                if Decimal(str(each["percentage"])) == Decimal(each["metadata"]["percent"])
            }

    def _make_rate(self, rate: TaxRate, name: str) -> str:
        percent = f"{rate.percent.normalize():f}"
        key = f"{rate.kind}-{percent}"
        with asking(is_writing=True):
            self._client.v1.tax_rates.create(
                {
                    "display_name": name,
                    "percentage": float(rate.percent),
                    "inclusive": False,
                    "country": COUNTRY,
                    "metadata": {"kind": rate.kind, "percent": percent},
                },
                writing(f"set-up:{key}"),
            )
        return key


def _price_key(fee_cents: int) -> str:
    return f"{PRODUCT}-{fee_cents}-{CURRENCY}"
