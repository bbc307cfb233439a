"""Folds into a template, when it is compiled, what is the same on every page of its language.

One environment renders one language: what `t("mentor.back")` says is known before there is a mentor. So is a
component that needs nothing of the page it stands on: an include becomes its text, an import is made once.
"""

from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, Final

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.meta import find_referenced_templates, find_undeclared_variables
from jinja2.visitor import NodeTransformer

WORDING: Final = frozenset({"t", "label", "date_words", "years_words", "number", "url", "asset"})
"""Names that say the same in the same words, whatever page asks."""
MADE: Final = "made_once"
"""The global that holds the components that were imported, by the template's name."""


class FoldingCompiler(CodeGenerator):
    """Compiles templates of an environment whose globals are one language's; no page may shadow them."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        """Compile a template after folding it."""
        super().visit_Template(_Folding(self.environment, node).visit(node), frame)


class _Folding(NodeTransformer):
    def __init__(self, environment: Environment, template: nodes.Template) -> None:
        self._environment = environment
        self._globals: MutableMapping[str, Any] = environment.globals
        self._foldable = WORDING - set(_named_within(template))

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802
        self.generic_visit(call)
        if not isinstance(call.node, nodes.Name) or call.node.name not in self._foldable:
            return call
        try:
            given = [each.as_const() for each in call.args]
            named = {each.key: each.value.as_const() for each in call.kwargs}
        except nodes.Impossible:
            return call
        return nodes.Const(self._globals[call.node.name](*given, **named))

    def visit_Concat(self, concat: nodes.Concat) -> nodes.Node:  # noqa: N802
        return concat  # Jinja joins constants itself, and forgets which of them was markup

    def visit_Include(self, include: nodes.Include) -> nodes.Node:  # noqa: N802
        name = self._alike_everywhere(include.template)
        if not name:
            return include
        return nodes.Output([nodes.TemplateData(self._environment.get_template(name).render())])

    def visit_Import(self, node: nodes.Import) -> nodes.Node:  # noqa: N802
        component = self._made_once(node.template)
        return nodes.Assign(nodes.Name(node.target, "store"), component) if component else node

    def visit_FromImport(self, node: nodes.FromImport) -> nodes.Node | Sequence[nodes.Node]:  # noqa: N802
        component = self._made_once(node.template)
        if component is None:
            return node
        return [
            nodes.Assign(nodes.Name(alias, "store"), nodes.Getattr(component, name, "load"))
            for name, alias in _imported(node)
        ]

    def _made_once(self, template: nodes.Expr) -> nodes.Expr | None:
        """Return what stands for a component's macros, None where they need something of the page."""
        name = self._alike_everywhere(template)
        if not name:
            return None
        self._globals[MADE][name] = self._environment.get_template(name).module
        return nodes.Getitem(nodes.Name(MADE, "load"), nodes.Const(name), "load")

    def _alike_everywhere(self, template: nodes.Expr) -> str:
        """Return the name of a template that is the same on every page; of others nothing."""
        name = template.value if isinstance(template, nodes.Const) else None
        return name if name and self._needs_no_page(name) else ""

    def _needs_no_page(self, name: str | None) -> bool:
        if not name or self._environment.loader is None:
            return False
        source, _, _ = self._environment.loader.get_source(self._environment, name)
        tree = self._environment.parse(source)
        return not find_undeclared_variables(tree) and all(
            self._needs_no_page(each) for each in find_referenced_templates(tree)
        )


def _named_within(template: nodes.Template) -> Iterator[str]:
    """Yield what a template names itself, anywhere."""
    yield from (name.name for name in template.find_all(nodes.Name) if name.ctx != "load")
    yield from (macro.name for macro in template.find_all(nodes.Macro))
    yield from (node.target for node in template.find_all(nodes.Import))
    yield from (alias for node in template.find_all(nodes.FromImport) for _, alias in _imported(node))


def _imported(node: nodes.FromImport) -> list[tuple[str, str]]:
    return [(name, name) if isinstance(name, str) else name for name in node.names]
