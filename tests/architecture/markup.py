"""Finds text that a widget would read as markup although it may be data.

Textual reads a plain `str` as markup: `[/x]` in a note ends the app, `[@click=…]` runs an action. Safe are
literals and constants, which we wrote, and objects that are no markup (`Content`, `Text`). The `markup` of
such an object is a string again, and not safe: Textual stumbles over some of its own escapes.
"""

import ast
import re
from collections.abc import Iterable, Iterator

WIDGETS = frozenset({"Static", "Label", "Button", "Option"})
METHODS = frozenset({"notify", "update", "add_row", "add_column", "add_option"})
ATTRIBUTES = frozenset({"border_title", "border_subtitle", "tooltip"})
TEXTS = frozenset({"content", "label", "message", "prompt", "title"})
SAFE_TYPES = frozenset({"Content", "Text"})

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")


def makers(modules: Iterable[ast.Module]) -> frozenset[str]:
    """The names of functions that return a safe type, as the annotation of all functions so named says."""
    functions = [each for module in modules for each in _functions(module)]
    others = {each.name for each in functions if not _is_safe_type(each.returns)}
    return frozenset(each.name for each in functions) - others


def unsafe_texts(module: ast.Module, safe_calls: frozenset[str] = frozenset()) -> Iterator[ast.expr]:
    """Each expression that is handed to a widget and may be data. `safe_calls` comes from `makers`."""
    # Outer functions come first, so that an inner one has the last word on its own nodes.
    scopes = {node: function for function in _functions(module) for node in ast.walk(function)}
    widgets = WIDGETS - _ours(module)
    for node in ast.walk(module):
        for text in _texts(node, widgets):
            if not _Judge(scopes.get(node), safe_calls).safe(text):
                yield text


def _ours(module: ast.Module) -> set[str]:
    """The names that this module takes from our own package; a class of ours may be called like a widget."""
    imports = [node for node in ast.walk(module) if isinstance(node, ast.ImportFrom)]
    return {alias.name for node in imports if (node.module or "").startswith("warroom") for alias in node.names}


def _texts(node: ast.AST, widgets: frozenset[str]) -> list[ast.expr]:
    """The expressions that this node hands to a widget as text."""
    match node:
        case ast.Call(ast.Name(name) | ast.Attribute(attr=name), arguments, keywords):
            named = {each.arg: each.value for each in keywords}
            match named.get("markup"):
                case ast.Constant(False):
                    return []
            texts = [value for key, value in named.items() if key in TEXTS]
            if name in widgets:
                return arguments[:1] + texts
            if name in METHODS:
                return arguments + texts
        case ast.Assign([ast.Attribute(attr=name)], value) if name in ATTRIBUTES:
            return [value]
    return []


class _Judge:
    """Tells safe expressions from others, inside one function (None: outside of all)."""

    def __init__(self, function: _Function | None, safe_calls: frozenset[str]) -> None:
        self._function = function
        self._safe_calls = safe_calls

    def safe(self, node: ast.expr) -> bool:
        """Whether this can only be what we wrote ourselves, or an object that is no markup."""
        match node:
            case ast.Constant():
                return True
            case ast.Name(name):
                return _CONSTANT.fullmatch(name) is not None or self._safe_local(name)
            case ast.Attribute(_, name):
                return _CONSTANT.fullmatch(name) is not None
            case ast.Subscript(value):
                return not isinstance(value, ast.Constant) and self.safe(value)
            case ast.IfExp(_, one, other) | ast.BinOp(one, ast.Add(), other):
                return self.safe(one) and self.safe(other)
            case ast.Call(function, arguments):
                return self._safe_call(function, arguments)
            case _:
                return False

    def _safe_call(self, function: ast.expr, arguments: list[ast.expr]) -> bool:
        match function:
            case ast.Attribute(ast.Name(kind), "from_markup") if kind in SAFE_TYPES:
                return isinstance(arguments[0], ast.Constant)
            case ast.Name(name):
                return name in SAFE_TYPES or name in self._safe_calls
            case ast.Attribute(ast.Name(kind)) if kind in SAFE_TYPES:
                return True
            case ast.Attribute(ast.Call(inner, given)) if self._safe_call(inner, given):
                return True
            case ast.Attribute(_, name):
                return name in self._safe_calls
            case _:
                return False

    def _safe_local(self, name: str) -> bool:
        """Whether a name is a parameter of a safe type, or is only ever given safe values."""
        if self._function is None:
            return False
        arguments = self._function.args
        for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            if argument.arg == name:
                return _is_safe_type(argument.annotation)
        values, bindings = [], 0
        for node in ast.walk(self._function):
            match node:
                case ast.Name(bound, ast.Store()) if bound == name:
                    bindings += 1
                case ast.Assign([ast.Name(bound)], value) | ast.NamedExpr(ast.Name(bound), value) if bound == name:
                    values.append(value)
        return 0 < bindings == len(values) and all(map(self.safe, values))


def _functions(module: ast.Module) -> Iterator[_Function]:
    return (node for node in ast.walk(module) if isinstance(node, _Function))


def _is_safe_type(annotation: ast.expr | None) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id in SAFE_TYPES
