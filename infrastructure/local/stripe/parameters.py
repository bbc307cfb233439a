"""Holds each request to the parameter types of Stripe's own library: what it does not know is refused."""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from stripe import RequestOptions

from infrastructure.local.stripe.errors import StripeRefusal, absent

PART: Final = re.compile(r"[^\[\]]+|\[\]")
INTEGER: Final = re.compile(r"-?\d+")
TRUTHS: Final = {"true": True, "false": False}


def parsed(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return a form such as `a[b][0]=c` as nested mappings of texts."""
    form: dict[str, Any] = {}
    for name, value in pairs:
        *path, last = PART.findall(name)
        inner = form
        for part in path:
            inner = inner.setdefault(part, {})
            if not isinstance(inner, dict):
                raise StripeRefusal(f"Invalid object: {name}", param=name)
        inner[str(len(inner)) if last == "[]" else last] = value
    return form


def checked(sent: Mapping[str, Any], params: type) -> dict[str, Any]:
    """Return the parameters as their types have them. Raises StripeRefusal, naming a wrong one."""
    return _typed(sent, params, "")


def _typed(sent: Mapping[str, Any], params: type, prefix: str) -> dict[str, Any]:
    fields = _fields(params)
    for name in sent:
        if name not in fields:
            raise StripeRefusal(
                f"Received unknown parameter: {_full(prefix, name)}",
                code="parameter_unknown",
                param=_full(prefix, name),
            )
    for name in params.__required_keys__ & fields.keys():  # type: ignore[attr-defined]
        if name not in sent:
            raise absent(_full(prefix, name))
    return {name: _value(value, fields[name], _full(prefix, name)) for name, value in sent.items()}


@cache
def _fields(params: type) -> dict[str, Any]:
    """Return a type's fields without what the library's caller says about the request itself."""
    options = RequestOptions.__annotations__
    own = {name: hint for name, hint in params.__annotations__.items() if name not in options}
    plain = type("Fields", (), {"__annotations__": own, "__module__": params.__module__})
    return get_type_hints(plain, vars(sys.modules[params.__module__]))


def _value(value: Any, hint: Any, name: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _one_of(value, inner, name)
    if origin is Literal:
        return _literal(value, inner, name)
    if origin is list:
        return _list(value, inner[0], name)
    if hasattr(hint, "__required_keys__"):  # the library's types are none of `typing`'s own
        return _typed(_mapping(value, name), hint, name)
    if hint in PLAIN:
        return PLAIN[hint](value, name)
    # Metadata: texts by name. The library also takes objects of its own there, which look the same when sent.
    return {key: _text(each, _full(name, key)) for key, each in _mapping(value, name).items()}


def _one_of(value: Any, hints: tuple[Any, ...], name: str) -> Any:
    """Try each type. A text beside a list of words is how the library says that there may be more of them."""
    words = [hint for hint in hints if get_origin(hint) is Literal and get_args(hint) != ("",)]
    refusal = None
    for hint in hints:
        if words and hint is str:
            continue
        try:
            return _value(value, hint, name)
        except StripeRefusal as error:
            refusal = error
    raise refusal or StripeRefusal(f"Invalid {name}", param=name)


def _literal(value: Any, words: tuple[Any, ...], name: str) -> Any:
    if value not in words:
        raise StripeRefusal(f"Invalid {name}: must be one of {', '.join(map(str, words))}", param=name)
    return value


def _list(value: Any, hint: Any, name: str) -> list[Any]:
    if value == "":
        return []
    sent = _mapping(value, name, "array")
    if sorted(sent, key=str) != sorted(map(str, range(len(sent)))):
        raise StripeRefusal(f"Invalid array: {name}", param=name)
    return [_value(sent[str(number)], hint, f"{name}[{number}]") for number in range(len(sent))]


def _mapping(value: Any, name: str, kind: str = "object") -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise StripeRefusal(f"Invalid {kind}: {name}", param=name)
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise StripeRefusal(f"Invalid string: {name}", param=name)
    return value


def _integer(value: Any, name: str) -> int:
    if not INTEGER.fullmatch(_text(value, name)):
        raise StripeRefusal(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def _decimal(value: Any, name: str) -> Decimal:
    try:
        return Decimal(_text(value, name))
    except InvalidOperation:
        raise StripeRefusal(f"Invalid decimal: {value}", param=name) from None


def _truth(value: Any, name: str) -> bool:
    if value not in TRUTHS:
        raise StripeRefusal(f"Invalid boolean: {value}", param=name)
    return TRUTHS[value]


def _nothing(value: Any, name: str) -> None:
    if value != "":
        raise StripeRefusal(f"Invalid {name}", param=name)


def _full(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


PLAIN: Final[Mapping[Any, Callable[[Any, str], Any]]] = {
    str: _text,
    int: _integer,
    float: lambda value, name: float(_decimal(value, name)),
    Decimal: lambda value, name: str(_decimal(value, name)),
    bool: _truth,
    NoneType: _nothing,
}
