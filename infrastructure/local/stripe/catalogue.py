"""Products, prices and tax rates: Stripe's reference, "Products", "Prices", "Tax Rates"."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from infrastructure.local.stripe.account import PRICE, PRODUCT, TAX_RATE, Account
from infrastructure.local.stripe.errors import StripeRefusal, absent
from infrastructure.local.stripe.store import Row


def make_product(account: Account, asked: Mapping[str, Any]) -> Row:
    """Make a product; its id may be chosen."""
    if account.store.find(PRODUCT, asked.get("id", "")):
        raise StripeRefusal("Product already exists.", code="resource_already_exists", param="id")
    product = account.made(
        PRODUCT,
        asked.get("id"),
        active=asked.get("active", True),
        name=asked["name"],
        metadata=asked.get("metadata", {}),
    )
    account.tell("product.created", product)
    return product


def make_price(account: Account, asked: Mapping[str, Any]) -> Row:
    """Make a price of a product."""
    product = account.read(PRODUCT, asked.get("product", ""), "product")
    if "unit_amount" not in asked:
        raise absent("unit_amount")
    key = asked.get("lookup_key")
    if key and any(price["lookup_key"] == key for price in account.store.every(PRICE)):
        raise StripeRefusal(f"A price ({key}) already uses that lookup key.", param="lookup_key")
    price = account.made(
        PRICE,
        product=product["id"],
        active=asked.get("active", True),
        currency=asked["currency"].lower(),
        unit_amount=asked["unit_amount"],
        lookup_key=key,
        tax_behavior=asked.get("tax_behavior", "unspecified"),
        type="one_time",
        metadata=asked.get("metadata", {}),
    )
    account.tell("price.created", price)
    return price


def make_tax_rate(account: Account, asked: Mapping[str, Any]) -> Row:
    """Make a tax rate."""
    if not 0 <= asked["percentage"] <= 100:
        raise StripeRefusal("Invalid decimal: percentage must be 0 to 100", param="percentage")
    rate = account.made(
        TAX_RATE,
        active=asked.get("active", True),
        country=asked.get("country"),
        display_name=asked["display_name"],
        inclusive=asked["inclusive"],
        percentage=asked["percentage"],
        metadata=asked.get("metadata", {}),
    )
    account.tell("tax_rate.created", rate)
    return rate


def priced(account: Account, items: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the lines of a sale with their amounts. Raises StripeRefusal."""
    return [_line(account, item, f"line_items[{number}]") for number, item in enumerate(items)]


def _line(account: Account, item: Mapping[str, Any], name: str) -> Row:
    if "price" not in item:
        raise StripeRefusal("The double knows lines with a price alone", param=f"{name}[price]")
    price = account.read(PRICE, item["price"], f"{name}[price]")
    rates = [account.read(TAX_RATE, rate, f"{name}[tax_rates]") for rate in item.get("tax_rates", [])]
    amount = price["unit_amount"] * item.get("quantity", 1)
    return {
        "name": account.read(PRODUCT, price["product"])["name"],
        "currency": price["currency"],
        "amount_subtotal": amount,
        "taxes": [{"name": rate["display_name"], "amount": _tax(amount, rate)} for rate in rates],
    }


def _tax(cents: int, rate: Row) -> int:
    exact = cents * Decimal(str(rate["percentage"])) / 100
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
