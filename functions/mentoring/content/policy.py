"""Reads content/policy.toml."""

from functools import partial
from pathlib import Path
from typing import cast

from mentoring.content.closures import CLOSURE_RULES
from mentoring.content.problems import Source
from mentoring.content.tables import read_entries, read_table
from mentoring.domain.policy import (
    CHECKOUT_MINUTES,
    PAYMENT_METHODS,
    Association,
    Closures,
    DirectoryPolicy,
    Document,
    FacilitatedPolicy,
    OutboxPolicy,
    Policy,
    PublishingPolicy,
    SignInPolicy,
    TaxEntry,
)


def read_policy(path: Path) -> tuple[Policy | None, list[str]]:
    """Return the policy, and what is wrong with its file: either can be empty, not both."""
    source = Source.read(path)
    if source.problems:
        return None, source.problems
    policy = Policy(
        association=_association(source),
        facilitated=read_entries(source, "facilitated", FacilitatedPolicy),
        directory=read_entries(source, "directory", DirectoryPolicy),
        publishing=read_entries(source, "publishing", PublishingPolicy),
        sign_in=read_entries(source, "sign_in", SignInPolicy),
        outbox=read_entries(source, "outbox", OutboxPolicy),
        taxes=read_entries(source, "taxes", TaxEntry),
        documents=read_entries(source, "documents", Document),
        closures=read_entries(source, "closures", Closures),
        charges_qst=source.values.get("charges_qst") is True,
    )
    _check_the_rest(source, policy)
    return (None, source.problems) if source.problems else (policy, [])


def _association(source: Source) -> Association:
    line_of = partial(source.line_of, "association", None)
    read = read_table(source, source.values.get("association", {}), Association, line_of)
    return cast("Association", read)  # None goes no further: its problem is noted


def _check_the_rest(source: Source, policy: Policy) -> None:
    if not isinstance(source.values.get("charges_qst"), bool):
        source.report("'charges_qst' takes true or false")
    for unknown in source.values.keys() - set(Policy.__slots__):
        source.report(f"'{unknown}' is not known here: correct its spelling or take it out")
    for index, numbers in enumerate(policy.facilitated):
        _check_paying(source, index, numbers)
    for index, closures in enumerate(policy.closures):
        for rule in set(closures.rules) - CLOSURE_RULES.keys():
            line = source.line_of("closures", index, "rules")
            source.report(f"'{rule}' is no rule: choose from {', '.join(sorted(CLOSURE_RULES))}", line)


def _check_paying(source: Source, index: int, numbers: FacilitatedPolicy) -> None:
    if numbers.checkout_minutes not in CHECKOUT_MINUTES:
        line = source.line_of("facilitated", index, "checkout_minutes")
        first, last = CHECKOUT_MINUTES[0], CHECKOUT_MINUTES[-1]
        source.report(
            f"'checkout_minutes' takes {first} to {last}: Stripe opens no page for other times", line
        )
    if not numbers.payment_methods or set(numbers.payment_methods) - PAYMENT_METHODS:
        line = source.line_of("facilitated", index, "payment_methods")
        source.report(f"'payment_methods' takes one or more of {', '.join(sorted(PAYMENT_METHODS))}", line)
