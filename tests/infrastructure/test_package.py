"""What is deployed, and above all what is not."""

from pathlib import Path

from infrastructure.local.template import load_template, resources
from infrastructure.package import inlined_template, source_files

ROOT = Path(__file__).parents[2]


def test_the_package_holds_the_build_and_what_it_reads() -> None:
    """The site-build Lambda finds its handler, the rules, the theme and the words."""
    names = source_files().keys()
    assert {
        "build/nightly.py",
        "mentoring/settings.py",
        "site/pelicanconf.py",
        "content/policy.toml",
    } <= names
    assert any(name.startswith("site/theme/templates/") for name in names)
    assert any(name.startswith("site/theme/static/vendor/") for name in names)


def test_nothing_of_this_machine_is_in_the_package() -> None:
    """No developers' page, no embedded cloud, no test and no maintainer's tool is deployed."""
    files = source_files()
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
    not_found = resources(template, "AWS::Lambda::Function")["NotFoundFunction"]
    assert function["FunctionCode"].strip() == (edge / "viewer-request.js").read_text("utf-8").strip()
    assert not_found["Code"]["ZipFile"].strip() == (edge / "not_found.py").read_text("utf-8").strip()


def test_the_deployed_template_differs_in_nothing_else() -> None:
    """Every other line is the one that was linted and that the embedded cloud reads."""
    source = (ROOT / "infrastructure/template.yaml").read_text("utf-8").splitlines()
    deployed = inlined_template().splitlines()
    inlined = [line for line in source if line not in deployed]
    assert [line.strip() for line in inlined] == [
        "FunctionCode: edge/viewer-request.js",
        "ZipFile: edge/not_found.py",
    ]
