"""What is deployed, and above all what is not."""

import subprocess
import sys
from pathlib import Path

import pytest

from infrastructure.local.template import load_template, resources
from infrastructure.package import NOT_OF_STRIPE, PACKAGES, Package, inlined_template, source_files
from tests.gateways.stripe_account import ACCEPTED, running_stripe

ROOT = Path(__file__).parents[2]
FUNCTIONS, SIGN_IN, PAPERS, SITE_BUILD = PACKAGES


def module_of(handler: str) -> str:
    """Return the file that a handler such as `build.nightly.handler` stands in."""
    return handler.rpartition(".")[0].replace(".", "/") + ".py"


def test_every_function_finds_its_handler_in_its_package() -> None:
    """The template's functions load from the package that it names for them."""
    packages = {"FunctionsKey": FUNCTIONS, "SignInKey": SIGN_IN, "PapersKey": PAPERS, "CodeKey": SITE_BUILD}
    checked = 0
    for function in resources(load_template(), "AWS::Lambda::Function").values():
        if "S3Key" in function["Code"]:
            package = packages[function["Code"]["S3Key"]["Ref"]]
            assert module_of(function["Handler"]) in source_files(package)
            checked += 1
    assert checked > 2


def test_functions_carry_nothing_of_the_build() -> None:
    """Whoever waits for a cold start waits for no Pelican; theme and words are what pages are made of."""
    folders = {name.split("/")[0] for name in source_files(FUNCTIONS)}
    assert folders == {"mentoring", "site", "content"}
    assert "site/pelicanconf.py" not in source_files(FUNCTIONS)
    assert any(name.startswith("mentoring/pages/templates/") for name in source_files(FUNCTIONS))


def test_the_package_holds_the_build_and_what_it_reads() -> None:
    """The site-build Lambda finds its handler, the rules, the theme and the words."""
    names = source_files(SITE_BUILD).keys()
    assert {
        "build/nightly.py",
        "mentoring/settings.py",
        "site/pelicanconf.py",
        "content/policy.toml",
    } <= names
    assert any(name.startswith("site/theme/templates/") for name in names)
    assert any(name.startswith("site/theme/static/vendor/") for name in names)


@pytest.mark.parametrize("package", PACKAGES, ids=[package.name for package in PACKAGES])
def test_nothing_of_this_machine_is_in_a_package(package: Package) -> None:
    """No developers' page, no embedded cloud, no test and no maintainer's tool is deployed."""
    files = source_files(package)
    assert not [name for name in files if name.split("/")[0] in ("infrastructure", "tests")]
    assert not [name for name in files if "node_modules" in name or "__pycache__" in name]
    assert not [name for name, file in files.items() if b"__dev__" in file.read_bytes()]


def test_the_deployed_template_carries_the_edge_code(tmp_path: Path) -> None:
    """CloudFormation gets the code itself, character for character, where the template names its file."""
    deployed = tmp_path / "template.yaml"
    deployed.write_text(inlined_template(), "utf-8")
    template = load_template(deployed)
    edge = ROOT / "infrastructure/edge"
    (function,) = resources(template, "AWS::CloudFront::Function").values()
    functions = resources(template, "AWS::Lambda::Function")
    assert function["FunctionCode"].strip() == (edge / "viewer-request.js").read_text("utf-8").strip()
    for name, file in (("NotFoundFunction", "not_found.py"), ("OriginCheckFunction", "origin_check.py")):
        assert functions[name]["Code"]["ZipFile"].strip() == (edge / file).read_text("utf-8").strip()


def test_the_deployed_template_differs_in_nothing_else() -> None:
    """Every other line is the one that was linted and that the embedded cloud reads."""
    source = (ROOT / "infrastructure/template.yaml").read_text("utf-8").splitlines()
    deployed = inlined_template().splitlines()
    inlined = [line for line in source if line not in deployed]
    assert [line.strip() for line in inlined] == [
        "FunctionCode: edge/viewer-request.js",
        "ZipFile: edge/not_found.py",
        "ZipFile: edge/origin_check.py",
    ]


IMPORTING = """
import importlib, sys
for left_out in sys.argv[2:]:
    sys.modules[left_out] = None
for handler in sys.argv[1].split():
    importlib.import_module(handler)
"""


@pytest.mark.parametrize(
    ("key", "left_out"),
    [
        ("FunctionsKey", ["joserfc", "cryptography", "typst"]),
        ("PapersKey", ["joserfc", "cryptography", "css_inline", "icalendar", "stripe", "awscrt"]),
        ("SignInKey", ["css_inline", "icalendar", "stripe", "awscrt"]),
    ],
)
def test_a_function_is_not_missing_what_its_package_leaves_out(key: str, left_out: list[str]) -> None:
    """Tokens are verified by one function, which does nothing else: each starts without the other's."""
    functions = resources(load_template(), "AWS::Lambda::Function").values()
    handlers = [each["Handler"] for each in functions if each["Code"].get("S3Key") == {"Ref": key}]
    assert handlers
    modules = " ".join(handler.rpartition(".")[0] for handler in handlers)
    command = [sys.executable, "-c", IMPORTING, modules, *left_out]
    ran = subprocess.run(command, cwd=ROOT / "functions", capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


EVERYTHING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
for left_out in sys.argv[4:]:
    sys.modules[left_out] = None
from mentoring.gateway_settings import PaymentsSettings
from mentoring.gateways.payments import Payments
payments = Payments(PaymentsSettings(secret=Path(sys.argv[1]), address=sys.argv[2]))
intent = payments.read_checkout(sys.argv[3]).payment_intent
payments.refund(intent, 100, "F-1", "refund:F-1")
payments.read_payment(intent)
since = datetime(2026, 1, 1, tzinfo=UTC)
every = (payments.checkouts_since, payments.refunds_since, payments.disputes_since, payments.notices_since)
for read in every:
    assert read(since)
"""


def test_payments_need_nothing_that_is_left_out(tmp_path: Path) -> None:
    """Half of Stripe's library is in no package, nor is its own way to the network: both are not missed."""
    left_out = ["requests", *(f"stripe.{name}" for name in NOT_OF_STRIPE)]
    with running_stripe(tmp_path) as (account, payments):
        opened = payments.open_checkout(account.asked(), "checkout:R-1:1")
        account.pay(opened.url, card=ACCEPTED)
        other = payments.open_checkout(account.asked(attempt=2), "checkout:R-1:2")
        account.pay(other.url, card=ACCEPTED)
        account.post("disputes", {"payment_intent": payments.read_checkout(other.session).payment_intent})
        arguments = [str(account.double.keys), account.double.address, opened.session, *left_out]
        command = [sys.executable, "-c", EVERYTHING, *arguments]
        ran = subprocess.run(command, cwd=ROOT / "functions", capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
