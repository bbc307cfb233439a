"""What is deployed, and above all what is not."""

from pathlib import Path

import pytest

from infrastructure.local.template import load_template, resources
from infrastructure.package import PACKAGES, Package, inlined_template, source_files

ROOT = Path(__file__).parents[2]
FUNCTIONS, SITE_BUILD = PACKAGES


def module_of(handler: str) -> str:
    """Return the file that a handler such as `build.nightly.handler` stands in."""
    return handler.rpartition(".")[0].replace(".", "/") + ".py"


def test_every_function_finds_its_handler_in_its_package() -> None:
    """The template's functions load from the package that it names for them."""
    packages = {"FunctionsKey": FUNCTIONS, "CodeKey": SITE_BUILD}
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
