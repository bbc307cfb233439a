"""Renders many pages below one folder: what base.html puts around their blocks is rendered once for all.

A page is base.html with the blocks that its own template fills. Around them nothing but the page's address
differs, so that is rendered once, with a mark in the place of each block and of the address. For each page
its template is rendered over a base.html of blocks alone.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from jinja2 import BaseLoader, Environment, Template, nodes

from mentoring.pages.addresses import page_url, twin_of
from mentoring.pages.theme import page_names

BASE: Final = "base.html"
NAMING: Final = (nodes.Import, nodes.FromImport, nodes.Assign)  # what a page's blocks may use of their base
MARK: Final = re.compile("\0(\\w+)\0")  # no page says it: a listing has no control characters
ADDRESS: Final = "address"


class Skeleton:
    """base.html of the pages below a folder of one language, such as `mentors`."""

    def __init__(self, environment: Environment, site_url: str, language: str, folder: str) -> None:
        self._site_url = site_url
        self._folder = page_url(language, folder)
        self._insides = environment.overlay(loader=_ChangedBase(environment.loader, _with_blocks_alone))
        marked = environment.overlay(loader=_ChangedBase(environment.loader, _with_marked_blocks))
        own = self._own_names(f"{self._folder}{_mark(ADDRESS)}/")
        self._pieces = MARK.split(marked.get_template(BASE).render(own))

    def page(self, template: str, path: str, shown: Mapping[str, Any]) -> str:
        """Return what a template makes of a page at this address: the same bytes as without a skeleton."""
        insides = self._insides.get_template(template).render({**shown, **self._own_names(path)})
        texts = MARK.split(insides)
        filled = dict(zip(texts[1::2], texts[::2], strict=False))
        filled[ADDRESS] = path.removeprefix(self._folder).rstrip("/")
        pieces = self._pieces.copy()
        pieces[1::2] = [filled[name] for name in pieces[1::2]]
        return "".join(pieces)

    def _own_names(self, path: str) -> dict[str, str]:
        return page_names(self._site_url, path, twin_of(path))


class _ChangedBase(BaseLoader):
    """Loads templates as another loader does, base.html with a change."""

    def __init__(self, loader: BaseLoader | None, change: Callable[[nodes.Template], None]) -> None:
        if loader is None:
            raise TypeError("the environment has no loader")
        self._loader = loader
        self._change = change

    def get_source(self, environment: Environment, template: str) -> Any:
        """Return a template's text, without the change."""
        return self._loader.get_source(environment, template)

    def load(self, environment: Environment, name: str, globals: Any = None) -> Template:  # noqa: A002 - Jinja's name
        """Return a template."""
        globals = dict(globals or {})  # noqa: A001 - each page copies them, and a chain of mappings is slow to copy
        if name != BASE:
            return self._loader.load(environment, name, globals)
        source, filename, is_current = self._loader.get_source(environment, name)
        tree = environment.parse(source, name, filename)
        self._change(tree)
        code = environment.compile(tree, name, filename)
        return environment.template_class.from_code(environment, code, globals, is_current)


def _with_blocks_alone(tree: nodes.Template) -> None:
    """Leave of a template its blocks, each with its mark behind it, and what names things for them."""
    kept: list[nodes.Node] = []
    for node in tree.body:
        if isinstance(node, nodes.Block):
            kept += [node, _text(_mark(node.name))]
        elif isinstance(node, NAMING):
            kept.append(node)
    tree.body = kept


def _with_marked_blocks(tree: nodes.Template) -> None:
    for block in tree.find_all(nodes.Block):
        block.body = [_text(_mark(block.name))]


def _text(text: str) -> nodes.Output:
    return nodes.Output([nodes.TemplateData(text)])


def _mark(name: str) -> str:
    return f"\0{name}\0"
