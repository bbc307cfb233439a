"""The rules stand alone."""

import ast
import sys
from pathlib import Path

import mentoring.domain

MODULES = sorted(Path(mentoring.domain.__path__[0]).glob("*.py"))
CLOCKS = {"now", "today", "utcnow", "time", "monotonic"}


def imported(tree: ast.AST) -> set[str]:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}


def test_the_rules_import_the_standard_library_alone() -> None:
    """SAF-2: no rule can reach a database, a network or a library: it imports none."""
    for path in MODULES:
        for name in imported(ast.parse(path.read_text("utf-8"))):
            root = name.split(".")[0]
            assert name.startswith("mentoring.domain") or root in sys.stdlib_module_names, (path.name, name)


def test_no_rule_reads_a_clock() -> None:
    """MOD-28: the day and the instant are arguments of every rule."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in CLOCKS, f"{path.name}:{node.lineno}"
