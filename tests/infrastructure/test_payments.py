"""What is sold is set up from policy.toml."""

from pathlib import Path

import pytest

from infrastructure.payments import main, wares_of
from mentoring.content import Content
from tests.gateways.stripe_account import running_stripe


def test_everything_of_the_policy_is_for_sale(content: Content) -> None:
    """MOD-3, MOD-27: each fee and each tax of any day and place, named in both languages at once."""
    wares = wares_of(content)
    assert wares.name == "Mentorship On Demand / Mentorat sur demande"
    assert wares.fees == [9900]
    assert {rate for entry in content.policy.taxes for rate in entry.rates} == wares.taxes.keys()
    assert set(wares.taxes.values()) == {"GST / TPS", "HST / TVH", "QST / TVQ"}


def test_the_set_up_is_run_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """MOD-3: it says what it made, makes nothing twice, and names what it misses."""
    with running_stripe(tmp_path) as (account, _):
        environment = {
            "PAYMENTS_FILE": str(account.settings.secret),
            "PAYMENTS_ADDRESS": account.double.address,
        }
        assert main(environment) == 0
        assert capsys.readouterr().out == "made HST-14\nmade HST-15\n"
        assert main(environment) == 0
        assert capsys.readouterr().out == "Nothing was missing.\n"
    assert main({}) == 1
    assert "PAYMENTS_SECRET_NAME" in capsys.readouterr().err
