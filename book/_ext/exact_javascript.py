"""Python functions over exact fractions, printed to JavaScript: the venues' rules for a page without Python.

The rules of `inversefutures.venues`, and the formulas that they call, are pure functions in a small part of
Python. Here each is read as a syntax tree and written as JavaScript in which every operator is a call
(``$mul(side, $sub(cost, value))``) on a fraction of BigInts. So a rule is written once, in Python, and the
page's answer is the package's to the digit.

Names are resolved as Python would resolve them, in the live modules: a function is translated when something
that is translated names it; a number, a table or a record is printed as the data that it is; and what sympy
solves once (a function with `functools.cache`) is solved here and printed as an expression. What cannot be
translated is refused with its function and line.
"""

import ast
import dataclasses
import functools
import inspect
import itertools
import json
import re
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import sympy as sp

from inversefutures import quantities
from inversefutures.notation import QUANTITIES
from inversefutures.venues import arithmetic


class UnsupportedRuleError(ValueError):
    """Something in a rule has no faithful JavaScript; the message names function, file and line."""


NATIVE: dict[Any, str] = {
    # sympy
    sp.Rational: "$Rational", sp.Integer: "$Rational", sp.ceiling: "$ceiling", sp.floor: "$floor",
    sp.sign: "$sign", sp.Max: "$Max", sp.Min: "$Min", sp.Add: "$Add", sp.sympify: "$sympify",
    sp.expand: "$same", sp.collect: "$same", sp.Piecewise: "$Piecewise", sp.nsimplify: "$sympify",
    sp.log: "$log",
    # Python
    abs: "$abs", int: "$int", str: "$str", repr: "$repr", min: "$min", max: "$max", sum: "$sum",
    len: "$len", map: "$map", zip: "$zip", bool: "$truth", list: "$list", tuple: "$list",
    isinstance: "$isinstance", getattr: "$attribute", get_args: "$same", dataclasses.fields: "$fields",
    object.__setattr__: "$set",
    # the machine below the rules
    arithmetic.decimal: "$decimal", arithmetic._start: "$start", arithmetic._end: "$end",
    arithmetic._said: "$said", arithmetic._from_text: "$date",
    quantities._lies_outside: "$outside",
}  # fmt: skip
"""What is written by hand in ``book/_engine``: by Python's object, the function's name there."""
IGNORED_KEYWORDS = {"strict", "rational", "evaluate", "func"}
"""Keywords of those functions that change nothing for numbers."""
CONSTANTS: dict[Any, str] = {"arithmetic._FOREVER": "$forever", "arithmetic._INSTANT": "$instant"}
KINDS: dict[Any, str] = {
    str: "str", bool: "bool", int: "int", float: "float", Decimal: "Decimal", date: "date",
    datetime: "datetime", sp.Rational: "Rational", sp.Integer: "Rational", sp.Expr: "Expr",
}  # fmt: skip
"""Types that `isinstance` may ask for."""
METHODS = {
    "get", "items", "values", "append", "join", "removesuffix", "replace", "xreplace", "fromkeys",
}  # fmt: skip
"""Methods of Python's and sympy's own objects that have a function by hand."""
ASKED_OF_NUMBERS = {
    "is_zero", "is_positive", "is_negative", "is_nonpositive", "is_number", "q",
}  # fmt: skip
OPERATORS: dict[type, str] = {
    ast.Add: "$add", ast.Sub: "$sub", ast.Mult: "$mul", ast.Div: "$div", ast.Mod: "$mod", ast.Pow: "$pow",
    ast.Eq: "$eq", ast.Lt: "$lt", ast.LtE: "$le", ast.Gt: "$gt", ast.GtE: "$ge", ast.In: "$in",
}  # fmt: skip
FORMATS = {"f", "%Y-%m-%d %H:%M"}
BASE_UNITS = {quantities.USD, quantities.BTC, quantities.CONTRACT, quantities.HOUR, quantities.YEAR}
REFUSALS = {ValueError: "ValueError", TypeError: "TypeError", sp.SympifyError: "SympifyError"}
RESERVED = frozenset(
    re.findall(
        r"\w+",
        "arguments await break case catch class const continue debugger default delete do else enum eval "
        "export extends false finally for function if implements import in instanceof interface let new null "
        "package private protected public return static super switch this throw true try typeof undefined "
        "var void while with yield BigInt Object Array Map Set",
    )
)
"""Names that JavaScript, or what is written here, needs for itself."""


def js_name(name: str) -> str:
    """Return a local name of Python as one of JavaScript."""
    return f"{name}_" if name in RESERVED else name


def quoted(text: str) -> str:
    """Return a text as JavaScript, which may stand in a page's script element."""
    return json.dumps(text, ensure_ascii=False).replace("</", "<\\/")


def key_of(name: str) -> str:
    """Return a name as the key of an object in JavaScript."""
    return name if re.fullmatch(r"[A-Za-z_]\w*", name) and name not in RESERVED else quoted(name)


def pair(key: str, value: str) -> str:
    """Return an entry of an object in JavaScript."""
    return key if key == value else f"{key}: {value}"


def module_name(module: str) -> str:
    """Return the last part of a module's name: names of what is translated begin with it."""
    return module.rpartition(".")[2]


def is_rule(function: Any) -> bool:
    """Return whether a function was made by `venues.arithmetic.rule`."""
    return _wrapper(function) == "rule.<locals>.checked"


def is_formula(function: Any) -> bool:
    """Return whether a function was made by `quantities.formula`."""
    return _wrapper(function) == "formula.<locals>.decorate.<locals>.checked"


def _wrapper(function: Any) -> str:
    code = getattr(function, "__code__", None)
    return code.co_qualname if code is not None and hasattr(function, "__wrapped__") else ""


@functools.cache
def _tree(path: str) -> ast.Module:
    return ast.parse(Path(path).read_text("utf-8"))


def _definition(path: str, kind: type, line: int) -> Any:
    """Return the node that begins, with its decorators, at a line of a file."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, kind):
            first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))])
            if first == line:
                return node
    raise UnsupportedRuleError(f"{path}:{line}: the source is not to be found")


def _stored(node: ast.AST) -> Iterator[str]:
    """Return the names that a function's body binds, without those of lambdas and comprehensions."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Lambda | ast.GeneratorExp | ast.ListComp | ast.DictComp | ast.SetComp):
            continue
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store):
            yield child.id
        if isinstance(child, ast.ExceptHandler) and child.name:
            yield child.name
        yield from _stored(child)


@dataclasses.dataclass
class Place:
    """Where something stands that is translated: for names, and for the words of a refusal."""

    function: str
    path: str
    names: Mapping[str, Any]
    scopes: list[set[str]]

    def refuse(self, node: ast.AST, why: str) -> UnsupportedRuleError:
        """Return the refusal of something that stands here."""
        line = getattr(node, "lineno", 0)
        return UnsupportedRuleError(f"{self.function} ({Path(self.path).name}, line {line}): {why}")

    def is_local(self, name: str) -> bool:
        """Return whether a name is bound by the function, or by a comprehension around it."""
        return any(name in scope for scope in self.scopes)


_NOT_THERE = object()


class Translation:
    """Everything that some functions need, as JavaScript.

    Parameters
    ----------
    left_out : mapping of str
        Methods that are not translated though their name occurs, such as ``"Slope.marginal_rate"``: why.
    as_printed : iterable of str
        Formulas, such as ``"contract.delta"``, that sympy works out and that have no branches: what they
        return when they are called bare is printed instead of what they do.
    only : mapping of fields by class
        What is printed of a record that has much besides. A rule that asks for more fails when it is asked.
    made : iterable of dataclasses
        Records that a page makes: they check themselves there, and work out their properties.
    """

    def __init__(
        self,
        left_out: Mapping[str, str],
        as_printed: Iterable[str] = (),
        only: Mapping[type, Iterable[str]] | None = None,
        made: Iterable[type] = (),
    ) -> None:
        self.left_out = left_out
        self.only = {kind: frozenset(fields) for kind, fields in (only or {}).items()}
        self.as_printed = frozenset(as_printed)
        self.made = frozenset(made)
        self.functions: dict[str, str] = {}
        self.classes: dict[str, type] = {}
        self.methods: dict[tuple[str, str], str] = {}
        self.constants: dict[str, tuple[Any, Mapping[str, Any], str]] = {}
        self.attributes: set[str] = set()
        self.names: set[str] = set()
        self.letters: set[str] = set()
        self.calls: list[tuple[Place, ast.Call, str]] = []
        self.reads: list[tuple[Place, ast.Attribute]] = []
        self._by_identity: dict[int, str] = {}
        self._waiting: list[tuple[str, Any]] = []
        self._objects: list[Any] = []
        self._sources: dict[str, Any] = {}

    # --- what to translate ------------------------------------------------------------------------

    def function(self, function: Callable[..., Any]) -> str:
        """Return the name of a function in JavaScript, and see that it is translated."""
        if function in NATIVE:
            return NATIVE[function]
        inner = inspect.unwrap(function)
        name = f"{module_name(inner.__module__)}${inner.__qualname__}"
        if name not in self.functions:
            self.functions[name] = ""
            self._sources[name] = function
            self._waiting.append((name, function))
        return name

    def class_(self, kind: type) -> str:
        """Return the name of a class in JavaScript, and see that it is written."""
        name = f"{module_name(kind.__module__)}${kind.__qualname__}"
        if name not in self.classes:
            for base in kind.__bases__:
                if base.__module__.startswith("inversefutures"):
                    self.class_(base)
            self.classes[name] = kind
        return name

    def constant(self, module: types.ModuleType, name: str) -> str:
        """Return the name of a module's table in JavaScript, and see that it is printed."""
        value = getattr(module, name)
        if id(value) not in self._by_identity:
            constant = f"{module_name(module.__name__)}${name}"
            self._by_identity[id(value)] = constant
            self._objects.append(value)  # so that no other object gets its identity
            self.constants[constant] = (value, vars(module), inspect.getsourcefile(module) or "")
        return self._by_identity[id(value)]

    def finish(self) -> None:
        """Translate until nothing new is named."""
        while True:
            size = self._size()
            while self._waiting:
                name, function = self._waiting.pop()
                self.functions[name] = self._written(name, function)
            for name, kind in list(self.classes.items()):
                self._methods_of(name, kind)
            for name, (value, globals_, source) in list(self.constants.items()):
                self._constant(name, value, globals_, source)
            # Once more: what was written first did not know yet which fields are asked for.
            for name, function in list(self._sources.items()):
                self.functions[name] = self._written(name, function)
            if self._size() == size and not self._waiting:
                break
        for place, call, name in self.calls:
            self._check_method_call(place, call, name)
        known = set(itertools.chain.from_iterable(map(_members, self.classes.values())))
        for place, node in self.reads:
            if node.attr not in known:
                raise place.refuse(node, f"nothing that is translated has an attribute {node.attr}")

    def _size(self) -> tuple[int, ...]:
        return tuple(
            map(
                len,
                (
                    self.functions,
                    self.classes,
                    self.methods,
                    self.constants,
                    self.attributes,
                    self.names,
                    self.letters,
                ),
            )
        )

    def text(self) -> str:
        """Return the JavaScript: the letters of symbols, classes, functions, data."""
        self.finish()
        named = {str(each.symbol): each for each in QUANTITIES.values() if str(each.symbol) in self.letters}
        letters = (
            f"{key_of(letter)}: {quoted(', '.join(filter(None, (letter, each.unit_name))))}"
            for letter, each in sorted(named.items())
        )
        names = (f"{key_of(letter)}: {quoted(each.name)}" for letter, each in sorted(named.items()))
        parts = [f"$letters({{{', '.join(names)}}}, {{{', '.join(letters)}}});"]
        parts += [self._class(name, kind) for name, kind in self.classes.items()]
        parts += [self.functions[name] for name in sorted(self.functions)]
        parts += [
            f"const {name} = {self._constant(name, *self.constants[name])};"
            for name in sorted(self.constants)
        ]
        return "\n".join(parts) + "\n"

    # --- functions and classes ----------------------------------------------------------------------

    def _written(self, name: str, function: Any) -> str:
        if hasattr(function, "cache_info"):
            return self._solved(name, function)
        inner = inspect.unwrap(function)
        path = inspect.getsourcefile(inner) or ""
        node = _definition(path, ast.FunctionDef, inner.__code__.co_firstlineno)
        place = Place(f"{module_name(inner.__module__)}.{inner.__qualname__}", path, inner.__globals__, [])
        if quantities.name_of(inner) in self.as_printed:
            parameters, body = self._sympy_instead(place, node, function)
        else:
            parameters, body = self._function(place, node, is_bound=is_rule(function) or is_formula(function))
        if not (is_rule(function) or is_formula(function)):
            if node.decorator_list:
                raise place.refuse(node, "its decorator has no JavaScript")
            return f"function {name}({parameters}) {{\n{body}\n}}"
        signature = inspect.signature(inner)
        if any(
            each.kind not in (each.KEYWORD_ONLY, each.VAR_KEYWORD) for each in signature.parameters.values()
        ):
            raise place.refuse(node, "a rule or a formula takes its arguments by name")
        maker = "$rule" if is_rule(function) else "$formula"
        more = any(each.kind is each.VAR_KEYWORD for each in signature.parameters.values())
        defaults = ", ".join(
            f"{key_of(each.name)}: {'undefined' if each.default is each.empty else self.data(each.default)}"
            for each in signature.parameters.values()
            if each.kind is each.KEYWORD_ONLY
        )
        self.names |= set(signature.parameters)
        called = quoted(quantities.name_of(inner))
        ending = ", true" if more else ""
        # Its defaults are made at the first call, when all symbols and tables are there.
        made = f"{called}, () => ({{{defaults}}}), ({parameters}) => {{\n{body}\n}}{ending}"
        return f"const {name} = {maker}({made});"

    def _sympy_instead(self, place: Place, node: Any, function: Any) -> tuple[str, str]:
        names = list(inspect.signature(function).parameters)
        if any(isinstance(each, ast.If | ast.IfExp | ast.Raise) for each in ast.walk(node)):
            raise place.refuse(
                node, "it has branches, so what it returns when called bare is not all it does"
            )
        letters = ", ".join(f"{key_of(str(QUANTITIES[each].symbol))}: {js_name(each)}" for each in names)
        body = f"return $xreplace({self._expression_of(function())}, {{{letters}}});"
        return f"{{{', '.join(map(js_name, names))}}}", body

    def _solved(self, name: str, function: Any) -> str:
        """Write a function that sympy works out once: a table of its answers, by its choices."""
        hints = get_type_hints(function.__wrapped__)
        parameters = list(inspect.signature(function.__wrapped__).parameters)
        choices = [
            get_args(hints.get(each)) if get_origin(hints.get(each)) is Literal else None
            for each in parameters
        ]
        if None in choices:
            # It works on symbols; a page has numbers alone.
            return f"function {name}() {{\nthrow new TypeError({quoted(name)});\n}}"
        answers = ",\n".join(
            f"{quoted(','.join(chosen))}: {self.data(function(*chosen))}"
            for chosen in itertools.product(*choices)
        )
        return f"const {name} = $solved(() => ({{\n{answers}\n}}));"

    def _methods_of(self, name: str, kind: type) -> None:
        for method, function in vars(kind).items():
            if (name, method) in self.methods:
                continue
            is_kept = isinstance(function, functools.cached_property)
            getter = function.func if is_kept else function.fget if isinstance(function, property) else None
            if dataclasses.is_dataclass(kind) and getter is not None and kind not in self.made:
                continue  # worked out when the record is printed
            inner = getter or function
            wanted = method in self.attributes or method == "__init__"
            wanted = wanted or (method == "__post_init__" and kind in self.made)
            if not isinstance(inner, types.FunctionType) or not wanted:
                continue
            if method == "__init__" and dataclasses.is_dataclass(kind):
                continue
            self.methods[name, method] = self._method(kind, method, inner, getter is not None, is_kept)

    def _method(self, kind: type, method: str, function: Any, is_property: bool, is_kept: bool) -> str:
        shown = f"{kind.__qualname__}.{method}"
        if shown in self.left_out or getattr(function, "__isabstractmethod__", False):
            return f"{method}() {{\nthrow new TypeError({quoted(shown)});\n}}"
        path = inspect.getsourcefile(function) or ""
        node = _definition(path, ast.FunctionDef, function.__code__.co_firstlineno)
        place = Place(f"{module_name(function.__module__)}.{shown}", path, function.__globals__, [])
        parameters, body = self._function(place, node, is_method=True)
        if method == "__init__":
            has_base = any(base.__module__.startswith("inversefutures") for base in kind.__bases__)
            above = "super({});" if has_base else ""
            return f"constructor({parameters}) {{\n{above}const self = this;\n{body}\n}}"
        body = f"const self = this;\n{body}"
        if not is_property:
            return f"{method}({parameters}) {{\n{body}\n}}"
        if is_kept:
            body = f"return $remember(this, {quoted(method)}, () => {{\n{body}\n}});"
        return f"get {method}() {{\n{body}\n}}"

    def _class(self, name: str, kind: type) -> str:
        bases = [base for base in kind.__bases__ if base.__module__.startswith("inversefutures")]
        base = self.class_(bases[0]) if bases else "$Record" if dataclasses.is_dataclass(kind) else ""
        methods = [text for (owner, _), text in sorted(self.methods.items()) if owner == name]
        if (name, "__post_init__") in self.methods:
            methods.insert(0, "constructor(fields) {\nsuper(fields);\nthis.__post_init__();\n}")
        body = "\n".join(methods)
        return f"class {name}{f' extends {base}' if base else ''} {{\n{body}\n}}"

    def _function(
        self, place: Place, node: Any, is_method: bool = False, is_bound: bool = False
    ) -> tuple[str, str]:
        arguments = node.args
        if arguments.posonlyargs or arguments.vararg:
            raise place.refuse(node, "positional-only and starred arguments have no JavaScript")
        positional = list(arguments.args)
        defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
        if is_method:
            positional, defaults = positional[1:], defaults[1:]
        place.scopes.append({"self"} if is_method else set())
        written = [
            self._parameter(place, each.arg, default)
            for each, default in zip(positional, defaults, strict=True)
        ]
        named = [
            self._parameter(place, each.arg, None if is_bound else default)
            for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        ]
        if arguments.kwarg:
            named.append(f"...{js_name(arguments.kwarg.arg)}")
        if named:
            written.append(f"{{{', '.join(named)}}}{'' if is_bound else ' = {}'}")
        names = {each.arg for each in (*positional, *arguments.kwonlyargs)}
        names |= {arguments.kwarg.arg} if arguments.kwarg else set()
        self.names |= names
        local = set(itertools.chain.from_iterable(map(_stored_in, node.body)))
        place.scopes[-1] |= names | local
        caught = {each.name for each in ast.walk(node) if isinstance(each, ast.ExceptHandler)}
        fresh = sorted(local - names - caught)
        body = f"let {', '.join(map(js_name, fresh))};\n" if fresh else ""
        body += self._block(place, node.body)
        place.scopes.pop()
        return ", ".join(written), body

    def _parameter(self, place: Place, name: str, default: ast.expr | None) -> str:
        if default is None:
            return js_name(name)
        return f"{js_name(name)} = {self._expression(place, default)}"

    # --- statements ---------------------------------------------------------------------------------

    def _block(self, place: Place, body: Iterable[ast.stmt]) -> str:
        return "\n".join(filter(None, (self._statement(place, each) for each in body)))

    def _statement(self, place: Place, node: ast.stmt) -> str:
        match node:
            case ast.Expr(ast.Constant(str())):
                return ""  # the docstring
            case ast.Expr(value):
                return f"{self._expression(place, value)};"
            case ast.Return(None):
                return "return null;"
            case ast.Return(value):
                return f"return {self._expression(place, value)};"
            case ast.Assign(targets, value):
                text = self._expression(place, value)
                for target in reversed(targets):
                    text = self._assigned(place, target, text)
                return f"{text};"
            case ast.AnnAssign(target, _, None):
                return ""
            case ast.AnnAssign(target, _, value):
                return f"{self._assigned(place, target, self._expression(place, value))};"
            case ast.AugAssign(ast.Name(name), operator, value):
                by = self._operator(place, node, operator)
                return f"{js_name(name)} = {by}({js_name(name)}, {self._expression(place, value)});"
            case ast.If(test, body, otherwise):
                text = f"if ({self._test(place, test)}) {{\n{self._block(place, body)}\n}}"
                return text + (f" else {{\n{self._block(place, otherwise)}\n}}" if otherwise else "")
            case ast.For(target, over, body, []):
                each = self._target(place, target)
                items = f"$each({self._expression(place, over)})"
                return f"for ({each} of {items}) {{\n{self._block(place, body)}\n}}"
            case ast.Raise(None, None):
                return "throw $problem;"
            case ast.Raise(problem, _) if problem is not None:
                return f"throw {self._expression(place, problem)};"
            case ast.Try(body, [handler], [], []):
                caught = f"const {js_name(handler.name)} = $problem;\n" if handler.name else ""
                kinds = ", ".join(self._caught(place, handler))
                return (
                    f"try {{\n{self._block(place, body)}\n}} catch ($problem) {{\n"
                    f"if (!$caught($problem, [{kinds}])) throw $problem;\n{caught}"
                    f"{self._block(place, handler.body)}\n}}"
                )
        raise place.refuse(node, f"{type(node).__name__} has no JavaScript here")

    def _caught(self, place: Place, handler: ast.ExceptHandler) -> Iterator[str]:
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        for each in kinds:
            live = self._live(place, each)
            if each is None or live not in REFUSALS:
                raise place.refuse(handler, "only a ValueError or a TypeError may be caught")
            yield quoted(REFUSALS[live])

    def _assigned(self, place: Place, target: ast.expr, text: str) -> str:
        match target:
            case ast.Subscript(owner, key):
                return f"$set({self._expression(place, owner)}, {self._expression(place, key)}, {text})"
            case ast.Attribute(ast.Name("self"), name):
                return f"self.{name} = {text}"
        return f"{self._target(place, target)} = {text}"

    def _target(self, place: Place, target: ast.expr) -> str:
        match target:
            case ast.Name(name):
                return js_name(name)
            case ast.Tuple(parts):
                return f"[{', '.join(self._target(place, each) for each in parts)}]"
        raise place.refuse(target, "this cannot be assigned to")

    # --- expressions --------------------------------------------------------------------------------

    def _operator(self, place: Place, node: ast.AST, operator: ast.AST) -> str:
        if type(operator) not in OPERATORS:
            raise place.refuse(node, f"the operator {type(operator).__name__} has no JavaScript here")
        return OPERATORS[type(operator)]

    def _test(self, place: Place, node: ast.expr) -> str:
        """Return a condition as one of JavaScript's."""
        match node:
            case ast.Compare():
                return self._expression(place, node)
            case ast.BoolOp(operator, parts):
                sign = " && " if isinstance(operator, ast.And) else " || "
                return f"({sign.join(self._test(place, each) for each in parts)})"
            case ast.UnaryOp(ast.Not(), value):
                return f"!{self._test(place, value)}"
        return f"$truth({self._expression(place, node)})"

    def _expression(self, place: Place, node: ast.expr) -> str:
        live = self._live(place, node)
        if live is not _NOT_THERE:
            return self._reference(place, node, live)
        match node:
            case ast.Constant(value):
                return self.data(value, place, node)
            case ast.Name(name):
                return js_name(name)
            case ast.Attribute(owner, name):
                self.attributes.add(name)
                if name in ASKED_OF_NUMBERS:
                    return f"${'number_q' if name == 'q' else name}({self._expression(place, owner)})"
                self.reads.append((place, node))
                return f"$attribute({self._expression(place, owner)}, {quoted(name)})"
            case ast.BinOp(left, operator, right):
                by = self._operator(place, node, operator)
                return f"{by}({self._expression(place, left)}, {self._expression(place, right)})"
            case ast.UnaryOp(ast.USub(), value):
                return f"$neg({self._expression(place, value)})"
            case ast.UnaryOp(ast.Not(), _):
                return self._test(place, node)
            case ast.BoolOp(operator, parts):
                by = "$and" if isinstance(operator, ast.And) else "$or"
                text = self._expression(place, parts[-1])
                for each in reversed(parts[:-1]):
                    text = f"{by}({self._expression(place, each)}, () => {text})"
                return text
            case ast.Compare(left, operators, rights):
                parts = [left, *rights]
                pairs = [
                    self._comparison(place, node, before, operator, after)
                    for before, operator, after in zip(parts, operators, parts[1:], strict=False)
                ]
                return pairs[0] if len(pairs) == 1 else f"({' && '.join(pairs)})"
            case ast.IfExp(test, yes, no):
                return (
                    f"({self._test(place, test)} ? {self._expression(place, yes)} : "
                    f"{self._expression(place, no)})"
                )
            case ast.Tuple(parts) | ast.List(parts):
                return f"[{', '.join(self._item(place, each) for each in parts)}]"
            case ast.Dict(keys, values):
                return (
                    f"{{{', '.join(self._entry(place, *each) for each in zip(keys, values, strict=True))}}}"
                )
            case ast.Subscript(owner, ast.Slice(lower, upper, None)):
                ends = ["null" if each is None else self._expression(place, each) for each in (lower, upper)]
                return f"$slice({self._expression(place, owner)}, {', '.join(ends)})"
            case ast.Subscript(owner, key):
                return f"$item({self._expression(place, owner)}, {self._expression(place, key)})"
            case ast.JoinedStr(parts):
                return f"`{''.join(self._piece(place, each) for each in parts)}`"
            case ast.Lambda(arguments, body):
                names = [each.arg for each in arguments.args]
                place.scopes.append(set(names))
                text = f"(({', '.join(map(js_name, names))}) => {self._expression(place, body)})"
                place.scopes.pop()
                return text
            case ast.GeneratorExp(element, [one]) | ast.ListComp(element, [one]):
                return self._comprehension(place, one, element)
            case ast.DictComp(key, value, [one]):
                pair = ast.copy_location(ast.Tuple([key, value], ast.Load()), node)
                return f"Object.fromEntries({self._comprehension(place, one, pair)})"
            case ast.Call():
                return self._call(place, node)
        raise place.refuse(node, f"{type(node).__name__} has no JavaScript here")

    def _comparison(
        self, place: Place, node: ast.AST, left: ast.expr, operator: ast.AST, right: ast.expr
    ) -> str:
        before, after = self._expression(place, left), self._expression(place, right)
        match operator:
            case ast.Is():
                return f"{before} === {after}"
            case ast.IsNot():
                return f"{before} !== {after}"
            case ast.NotIn():
                return f"!$in({before}, {after})"
            case ast.NotEq():
                return f"!$eq({before}, {after})"
        return f"{self._operator(place, node, operator)}({before}, {after})"

    def _comprehension(self, place: Place, one: ast.comprehension, element: ast.expr) -> str:
        text = f"[...$each({self._expression(place, one.iter)})]"
        bound = {each.id for each in ast.walk(one.target) if isinstance(each, ast.Name)}
        place.scopes.append(bound)
        target = self._target(place, one.target)
        for test in one.ifs:
            text += f".filter(({target}) => {self._test(place, test)})"
        text += f".map(({target}) => {self._bracketed(self._expression(place, element))})"
        place.scopes.pop()
        return text

    @staticmethod
    def _bracketed(text: str) -> str:
        return f"({text})" if text.startswith("{") else text

    def _item(self, place: Place, node: ast.expr) -> str:
        if isinstance(node, ast.Starred):
            return f"...{self._expression(place, node.value)}"
        return self._expression(place, node)

    def _entry(self, place: Place, key: ast.expr | None, value: ast.expr) -> str:
        text = self._expression(place, value)
        if key is None:
            return f"...{text}"
        live = self._live(place, key)
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            self._note_text(key.value)
            return pair(key_of(key.value), text)
        if isinstance(live, sp.Symbol):
            return f"{key_of(str(live))}: {text}"
        if isinstance(live, str):
            return f"{key_of(live)}: {text}"
        raise place.refuse(value, "a dictionary's key must be a text or a symbol")

    def _piece(self, place: Place, node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value).replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
        if not isinstance(node, ast.FormattedValue):
            raise place.refuse(node, "this part of a text has no JavaScript")
        text = self._expression(place, node.value)
        if node.format_spec is not None:
            spec = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
            how = "".join(str(each.value) for each in spec if isinstance(each, ast.Constant))
            if how not in FORMATS or len(spec) != 1:
                raise place.refuse(node, f"the format {how!r} has no JavaScript here")
            return f"${{$format({text}, {quoted(how)})}}"
        return f"${{{'$repr' if node.conversion == ord('r') else '$str'}({text})}}"

    # --- calls --------------------------------------------------------------------------------------

    def _call(self, place: Place, node: ast.Call) -> str:
        live = self._live(place, node.func)
        if live is _NOT_THERE:
            return self._method_call(place, node)
        if _is_hashable(live) and live in REFUSALS:
            words = ", ".join(self._expression(place, each) for each in node.args)
            return (
                f"new RuleError({words})"
                if live is ValueError
                else f"new RuleError({words}, {quoted(REFUSALS[live])})"
            )
        if live is isinstance:
            return self._isinstance(place, node)
        if live is dataclasses.replace:
            return self._changed(place, node)
        if live in (dict.fromkeys, frozenset):
            return f"$fromkeys({', '.join(self._item(place, each) for each in node.args)})"
        if isinstance(live, type) and dataclasses.is_dataclass(live):
            return self._constructed(place, node, live)
        if isinstance(live, type) and live.__module__.startswith("inversefutures"):
            return f"new {self.class_(live)}({self._arguments(place, node, live.__init__, skip=1)})"
        native = NATIVE.get(live) if _is_hashable(live) else None
        if native:
            if unknown := {each.arg or "**" for each in node.keywords} - IGNORED_KEYWORDS:
                raise place.refuse(node, f"{native} takes no {', '.join(sorted(unknown))}")
            return f"{native}({', '.join(self._item(place, each) for each in node.args)})"
        if callable(live) and getattr(live, "__module__", "").startswith("inversefutures"):
            return f"{self.function(live)}({self._arguments(place, node, live)})"
        raise place.refuse(node, f"{ast.unparse(node.func)} has no JavaScript")

    def _arguments(self, place: Place, node: ast.Call, function: Any, skip: int = 0) -> str:
        """Return a call's arguments as the translated function takes them: those by name in an object."""
        parameters = list(inspect.signature(inspect.unwrap(function)).parameters.values())[skip:]
        positional = [each for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
        by_name = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}
        takes_more = any(each.kind is each.VAR_KEYWORD for each in parameters)
        given = dict(zip((each.name for each in positional), node.args, strict=False))
        if len(node.args) > len(positional) or any(isinstance(each, ast.Starred) for each in node.args):
            raise place.refuse(node, f"the arguments of {ast.unparse(node.func)} do not fit")
        named = []
        for each in node.keywords:
            if each.arg is None:
                if not by_name and not takes_more:
                    raise place.refuse(node, f"{ast.unparse(node.func)} takes no arguments by name")
                named.append(f"...{self._expression(place, each.value)}")
            elif each.arg in by_name or (takes_more and each.arg not in {p.name for p in positional}):
                self.names.add(each.arg)
                named.append(pair(key_of(each.arg), self._expression(place, each.value)))
            elif each.arg in {p.name for p in positional}:
                given[each.arg] = each.value
            else:
                raise place.refuse(node, f"{ast.unparse(node.func)} takes no {each.arg}")
        written, ended = [], False
        for parameter in positional:
            if parameter.name not in given:
                ended = True
                if parameter.default is parameter.empty:
                    raise place.refuse(node, f"{ast.unparse(node.func)} is not given {parameter.name}")
            elif ended:
                raise place.refuse(
                    node, f"{ast.unparse(node.func)} is given {parameter.name} without the rest"
                )
            else:
                written.append(self._expression(place, given[parameter.name]))
        if named:
            written += ["undefined"] * (len(positional) - len(written)) + [f"{{{', '.join(named)}}}"]
        return ", ".join(written)

    def _method_call(self, place: Place, node: ast.Call) -> str:
        if isinstance(node.func, ast.Attribute):
            owner, name = node.func.value, node.func.attr
            if name in METHODS:
                if node.keywords:
                    raise place.refuse(node, f"{name} takes no arguments by name here")
                parts = [self._expression(place, owner), *(self._item(place, each) for each in node.args)]
                return f"${name}({', '.join(parts)})"
            self.attributes.add(name)
            self.calls.append((place, node, name))
            by_name = [
                f"...{self._expression(place, each.value)}"
                if each.arg is None
                else pair(key_of(each.arg), self._expression(place, each.value))
                for each in node.keywords
            ]
            written = [self._item(place, each) for each in node.args]
            written += [f"{{{', '.join(by_name)}}}"] if by_name else []
            return f"{self._expression(place, owner)}.{name}({', '.join(written)})"
        called = self._expression(place, node.func)
        if node.keywords:
            raise place.refuse(
                node, f"{ast.unparse(node.func)} is called with names, and its own are not known"
            )
        return f"{called}({', '.join(self._item(place, each) for each in node.args)})"

    def _check_method_call(self, place: Place, node: ast.Call, name: str) -> None:
        """Refuse a method's call whose arguments do not fit every class that has such a method."""
        owners = [kind for kind in self.classes.values() if callable(vars(kind).get(name))]
        if not owners:
            raise place.refuse(node, f"no class that is translated has a method {name}")
        for kind in owners:
            parameters = list(inspect.signature(vars(kind)[name]).parameters.values())[1:]
            positional = [each for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
            named = {each.name for each in parameters if each.kind is each.KEYWORD_ONLY}
            by_name = {each.arg for each in node.keywords if each.arg}
            missing = any(each.default is each.empty for each in positional[len(node.args) :])
            if len(node.args) > len(positional) or missing or (by_name - named):
                raise place.refuse(node, f"the arguments do not fit {kind.__qualname__}.{name}")
            if by_name and len(node.args) < len(positional):
                raise place.refuse(
                    node, f"give all arguments of {kind.__qualname__}.{name} that have a place"
                )

    def _isinstance(self, place: Place, node: ast.Call) -> str:
        def kinds(part: ast.expr) -> Iterator[str]:
            if isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr):
                yield from kinds(part.left)
                yield from kinds(part.right)
                return
            live = self._live(place, part)
            if live in KINDS:
                yield quoted(KINDS[live])
            elif isinstance(live, type) and live.__module__.startswith("inversefutures"):
                yield self.class_(live)
            else:
                raise place.refuse(part, f"{ast.unparse(part)} is no type that the page knows")

        return f"$isinstance({self._expression(place, node.args[0])}, [{', '.join(kinds(node.args[1]))}])"

    def _changed(self, place: Place, node: ast.Call) -> str:
        (record,) = node.args
        self.attributes |= {each.arg for each in node.keywords if each.arg}
        fields = ", ".join(
            pair(key_of(each.arg or ""), self._expression(place, each.value)) for each in node.keywords
        )
        return f"$changed({self._expression(place, record)}, {{{fields}}})"

    def _constructed(self, place: Place, node: ast.Call, kind: type) -> str:
        if hasattr(kind, "__post_init__"):
            raise place.refuse(node, f"{kind.__name__} checks itself when it is made")
        fields = dataclasses.fields(kind)
        if len(node.args) == 1 and isinstance(node.args[0], ast.Starred) and not node.keywords:
            names = ", ".join(quoted(each.name) for each in fields)
            values = self._expression(place, node.args[0].value)
            return f"new {self.class_(kind)}($named([{names}], {values}))"
        given = {
            each.name: self._expression(place, arg) for each, arg in zip(fields, node.args, strict=False)
        }
        for keyword in node.keywords:
            if keyword.arg is None:
                raise place.refuse(node, "a record takes no ** here")
            given[keyword.arg] = self._expression(place, keyword.value)
        for each in fields:
            if each.name not in given:
                if each.default is dataclasses.MISSING:
                    raise place.refuse(node, f"{kind.__name__} is not given {each.name}")
                given[each.name] = self.data(each.default, place, node)
        if unknown := given.keys() - {each.name for each in fields}:
            raise place.refuse(node, f"{kind.__name__} has no {', '.join(sorted(unknown))}")
        written = ", ".join(pair(key_of(each.name), given[each.name]) for each in fields)
        return f"new {self.class_(kind)}({{{written}}})"

    # --- names and data -----------------------------------------------------------------------------

    def _live(self, place: Place, node: ast.AST | None) -> Any:
        """Return what a name, or an attribute of a module or class, stands for; or that it is local."""
        if isinstance(node, ast.Name):
            if place.is_local(node.id):
                return _NOT_THERE
            if node.id in place.names:
                return place.names[node.id]
            builtins = place.names["__builtins__"]
            found = builtins if isinstance(builtins, dict) else vars(builtins)
            if node.id in found:
                return found[node.id]
            raise place.refuse(node, f"{node.id} is not to be found")
        if isinstance(node, ast.Attribute):
            owner = self._live(place, node.value)
            if isinstance(owner, types.ModuleType | type) or type(owner).__name__ == "SingletonRegistry":
                return getattr(owner, node.attr)
        return _NOT_THERE

    def _reference(self, place: Place, node: ast.expr, live: Any) -> str:
        if _is_hashable(live) and live in NATIVE and not isinstance(live, bool | int):
            return NATIVE[live]
        if isinstance(live, types.FunctionType) or hasattr(live, "cache_info"):
            return self.function(live)
        if isinstance(live, type):
            raise place.refuse(node, f"the class {live.__name__} is used as a value")
        if live is None or isinstance(live, bool | int | str | sp.Expr | sp.logic.boolalg.BooleanAtom):
            return self.data(live, place, node)
        if get_origin(live) is Literal:
            return self.data(live, place, node)
        name = ast.unparse(node).rpartition(".")[2]
        owner = (
            self._live(place, node.value)
            if isinstance(node, ast.Attribute)
            else sys.modules[place.names["__name__"]]
        )
        if by_hand := CONSTANTS.get(f"{module_name(owner.__name__)}.{name}"):
            return by_hand
        return self.constant(owner, name)

    def _constant(self, name: str, value: Any, globals_: Mapping[str, Any], source: str) -> str:
        try:
            return self.data(value)
        except UnsupportedRuleError as refusal:
            # A table of functions is translated as it is written.
            for node in _tree(source).body:
                targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
                for target in targets:
                    if isinstance(target, ast.Name) and globals_.get(target.id) is value and node.value:
                        return self._expression(Place(name, source, globals_, []), node.value)
            raise UnsupportedRuleError(f"{name}: {refusal}") from None

    def data(self, value: Any, place: Place | None = None, node: ast.AST | None = None) -> str:
        """Return a number, a text, a record or a collection of such as JavaScript."""
        match value:
            case None:
                return "null"
            case bool():
                return "true" if value else "false"
            case int():
                return f"{value}n"
            case str():
                self._note_text(value)
                return quoted(value)
            case Decimal():
                return f"$dec({quoted(str(value))})"
            case datetime():
                return f"$date({quoted(value.isoformat())})"
            case date():
                return f"$date({quoted(value.isoformat())})"
            case sp.logic.boolalg.BooleanAtom():
                return "true" if value == sp.true else "false"
            case sp.Interval():
                ends = [self.data(each) for each in (value.start, value.end)]
                sides = [
                    "true" if each == sp.true else "false" for each in (value.left_open, value.right_open)
                ]
                return f"$interval({', '.join(ends + sides)})"
            case sp.FiniteSet():
                return f"$one_of({', '.join(self.data(each) for each in value)})"
            case sp.Expr():
                return self._sympy(value)
            case tuple() | list():
                return f"[{', '.join(map(self.data, value))}]"
            case Mapping():
                entries = value.items()
                if value is QUANTITIES or value is arithmetic.VENUE_QUANTITIES:
                    entries = [(name, each) for name, each in entries if name in self.names]
                written = [f"{key_of(self._key(name))}: {self.data(each)}" for name, each in entries]
                return "{" + ",\n".join(written) + "}"
        if get_origin(value) is Literal:
            return self.data(get_args(value))
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return self._record(value)
        why = f"{value!r} is no data that the page knows"
        raise place.refuse(node, why) if place and node else UnsupportedRuleError(why)

    @staticmethod
    def _key(name: Any) -> str:
        if isinstance(name, str):
            return name
        if isinstance(name, sp.Symbol):
            return str(name)
        raise UnsupportedRuleError(f"{name!r} is no key that the page knows")

    def _record(self, value: Any) -> str:
        """Return a record with those of its fields and properties that a rule speaks of."""
        kind = type(value)
        name = self.class_(kind)
        shown = {
            each.name: getattr(value, each.name)
            for each in dataclasses.fields(kind)
            if each.name in self.attributes
        }
        for base in reversed(kind.__mro__):
            for attribute, member in vars(base).items():
                is_property = isinstance(member, property | functools.cached_property)
                if is_property and attribute in self.attributes and kind not in self.made:
                    shown[attribute] = getattr(value, attribute)
        if kind in self.only:
            shown = {key: each for key, each in shown.items() if key in self.only[kind]}
        written = ", ".join(f"{key_of(key)}: {self.data(each)}" for key, each in shown.items())
        return f"new {name}({{{written}}})"

    def _note_text(self, text: str) -> None:
        # An attribute may be asked for by its name, as `getattr` does.
        if re.fullmatch(r"[a-z_]\w*", text):
            self.attributes.add(text)
            self.names.add(text)

    # --- sympy --------------------------------------------------------------------------------------

    def _sympy(self, value: sp.Expr) -> str:
        if value.is_Rational:
            return f"$q({value.p}n)" if value.q == 1 else f"$q({value.p}n, {value.q}n)"
        if value in (sp.oo, -sp.oo):
            return "$oo" if value == sp.oo else "$neg($oo)"
        if isinstance(value, sp.Symbol):
            self.letters.add(str(value))
            return f"$symbol({quoted(str(value))})"
        if value.free_symbols <= BASE_UNITS:
            return f"$expression({quoted(str(value))})"  # a unit, which is only compared
        return self._expression_of(value)

    @staticmethod
    def _expression_of(value: sp.Expr) -> str:
        return f"$expression({quoted(str(value))}, (v) => {printed(value)})"


def _stored_in(statement: ast.stmt) -> list[str]:
    return list(_stored(ast.Module([statement], [])))


def _members(kind: type) -> set[str]:
    """Return what may be asked of an object of a class: its fields, its members, and what it sets itself."""
    fields = {each.name for each in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else set()
    made = getattr(kind.__init__, "__code__", None)
    return fields | set(vars(kind)) | (set(made.co_names) if made else set())


def _is_hashable(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def printed(expression: sp.Expr) -> str:
    """Return a rational expression as calls on the values ``v`` of its letters.

    Raises
    ------
    UnsupportedRuleError
        If it holds a function, or a power that is not whole.
    """
    if expression.is_Rational:
        return f"$q({expression.p}n)" if expression.q == 1 else f"$q({expression.p}n, {expression.q}n)"
    if isinstance(expression, sp.Symbol):
        return f"v.{js_name(str(expression))}"
    if isinstance(expression, sp.Add):
        return functools.reduce(lambda a, b: f"$add({a}, {b})", map(printed, expression.args))
    if isinstance(expression, sp.Mul):
        top, bottom = sp.fraction(expression)
        if bottom != 1:
            return f"$div({printed(top)}, {printed(bottom)})"
        return functools.reduce(lambda a, b: f"$mul({a}, {b})", map(printed, expression.args))
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer:
        return f"$pow({printed(expression.base)}, {expression.exp}n)"
    if isinstance(expression, sp.Max | sp.Min):
        return f"${type(expression).__name__}({', '.join(map(printed, expression.args))})"
    raise UnsupportedRuleError(f"{expression} is no fraction of its letters")
