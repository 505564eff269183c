"""What learners could type at each task, made from what the solutions declare.

A solution is run with a stand-in for `answer_key` that notes the right answer and the wrong ones. Each of
them becomes a formula, as text: a number and an expression are printed, a function is called with symbols,
once for each way through its conditions.
"""

import contextlib
import io
import itertools
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sympy as sp
from sympy.core.relational import Relational
from sympy.printing.str import StrPrinter

from inversefutures import answer_keys, notation
from inversefutures.answer_values import importable_name
from inversefutures.notation import QUANTITIES
from tools.notebooks import code_cells, read

WAYS = 64
"""A function with more ways through its conditions is not written as one formula."""


@dataclass(frozen=True)
class Declared:
    """What a solution declares of a task: formulas in Python's spelling."""

    task: str
    right: str
    wrong: Mapping[str, str]


class Printer(StrPrinter):
    """Sympy's printer, with conditions as Python and a learner write them."""

    def _print_Piecewise(self, piecewise: sp.Piecewise) -> str:
        *cases, (last, _) = [(self._print(value), condition) for value, condition in piecewise.args]
        text = f"({last})"
        for value, condition in reversed(cases):
            text = f"(({value}) if {self._print(condition)} else {text})"
        return text

    def _print_And(self, condition: sp.And) -> str:
        return " and ".join(f"({self._print(each)})" for each in condition.args)

    def _print_Or(self, condition: sp.Or) -> str:
        return " or ".join(f"({self._print(each)})" for each in condition.args)

    def _print_Symbol(self, symbol: sp.Symbol) -> str:
        return importable_name(symbol)


def declared(solution: Path) -> list[Declared]:
    """Run a solution and return what it declares, task by task; choices are left out."""
    found: list[Declared] = []

    def note(task: str, correct: Any, *, wrong: Mapping[str, Any] | None = None, **options: Any) -> None:
        if not isinstance(correct, str):
            arguments = options.get("arguments")
            texts = {message: formula(answer, arguments) for message, answer in (wrong or {}).items()}
            right = formula(correct, arguments)
            if right:
                found.append(
                    Declared(task, right, {message: text for message, text in texts.items() if text})
                )

    kept = answer_keys.answer_key
    answer_keys.answer_key = note  # type: ignore[assignment]
    space: dict[str, Any] = {"__name__": "solution"}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in code_cells(read(solution)):
                exec(compile(cell.source, f"{solution.name}", "exec"), space)
    finally:
        answer_keys.answer_key = kept
    return found


def formula(answer: Any, arguments: Sequence[sp.Symbol] | None) -> str:
    """Return an answer as a formula; empty for a function that is none."""
    if not callable(answer) or isinstance(answer, sp.Basic):
        return answer if isinstance(answer, str) else written(answer)
    assert arguments is not None
    try:
        ways = list(itertools.islice(ways_through(lambda: answer(*arguments)), WAYS + 1))
    except (TypeError, ValueError, AttributeError):
        return ""
    if len(ways) > WAYS:
        return ""
    return _joined(ways)


def written(answer: Any) -> str:
    """Return a number or an expression as text; a fraction that nobody would type as a decimal."""
    expression = sp.sympify(answer)
    if expression.is_Rational and max(abs(expression.p), expression.q) > 10**12:
        return repr(float(expression))
    return str(Printer().doprint(expression))


def ways_through(call: Callable[[], Any]) -> Iterator[tuple[list[tuple[str, bool]], str]]:
    """Yield each way of a call through the comparisons of symbols: what they were, and what it returns."""
    waiting: list[list[bool]] = [[]]
    original = Relational.__bool__
    try:
        while waiting:
            given = waiting.pop()
            met: list[tuple[str, bool]] = []

            def decide(
                relation: Relational, given: list[bool] = given, met: list[tuple[str, bool]] = met
            ) -> bool:
                text = Printer().doprint(relation)
                for known, outcome in met:
                    if known == text:
                        return outcome
                if len(met) < len(given):
                    outcome = given[len(met)]
                else:
                    outcome = True
                    waiting.append([*(result for _, result in met), False])
                met.append((text, outcome))
                return outcome

            Relational.__bool__ = decide  # type: ignore[method-assign, assignment]
            value = call()
            Relational.__bool__ = original  # type: ignore[method-assign]
            yield met, written(value)
    finally:
        Relational.__bool__ = original  # type: ignore[method-assign]


def _joined(ways: Sequence[tuple[list[tuple[str, bool]], str]]) -> str:
    """Return the ways as one formula."""
    if len({text for _, text in ways}) == 1:
        return ways[0][1]
    condition = ways[0][0][0][0]
    sides: dict[bool, list[Any]] = {True: [], False: []}
    for met, text in ways:
        sides[met[0][1]].append((met[1:], text))
    return f"(({_joined(sides[True])}) if {condition} else ({_joined(sides[False])}))"


# --- spellings, and what goes wrong ------------------------------------------------------------------

LETTERS = {"varphi": "φ", "phi": "φ", "kappa": "κ", "iota": "ι", "delta": "δ", "Delta": "Δ", "sigma": "σ",
           "rho": "ρ", "tau": "τ", "mu": "μ", "eta": "η", "xi": "ξ"}  # fmt: skip
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def spellings(text: str) -> dict[str, str]:
    """Return other ways to type a formula that mean the same."""
    powers = re.sub(r"\*\*2\b", "²", text).replace("**", "^")
    return {
        "as Python": text,
        "named": f"answer = {text}",
        "with spaces": re.sub(r"(\*\*|(?<!\*)\*(?!\*)|/)", r" \1 ", text).replace(" - ", " − "),
        "without spaces": re.sub(r"(?<=[-+*/(),]) | (?=[-+*/(),])", "", text),
        "as on paper": re.sub(
            r"(\^\w+)?·\(",
            lambda product: product[0] if product[1] else "(",
            re.sub(r"(?<!\^)\*", "·", powers),
        ).replace(" - ", " – "),
        "signs": powers.replace("*", "×").replace("/", "÷"),
        "Greek letters": re.sub(
            r"(?<![A-Za-z_.])(\w+?)(?=_|\b)", lambda found: LETTERS.get(found[1], found[1]), text
        ),
        "subscripts": re.sub(r"_(\d)\b", lambda found: found[1].translate(LOWERED), text),
        "joined subscripts": re.sub(r"\b([A-Za-z])_(\d)\b", r"\1\2", text),
        "in brackets": f"(({text}))",
        "sympy's functions": re.sub(r"\b(Max|Min|Abs|sqrt|exp|log)\(", r"sp.\1(", text),
    }


TOKENS = re.compile(r"\d+\.\d+|\d+|[A-Za-z]\w*(?=\()|[A-Za-z]\w*|\*\*|.")


def mutated(text: str, names: Sequence[str], source: random.Random) -> str:
    """Return a formula with one slip in it, which may or may not be readable."""
    parts = TOKENS.findall(text)
    place = source.randrange(len(parts))
    symbols = [i for i, part in enumerate(parts) if part in names]
    signs = [i for i, part in enumerate(parts) if part in "+-*/" or part == "**"]
    numbers = [i for i, part in enumerate(parts) if part.isdigit()]
    kind = source.randrange(7)
    if kind == 0 and symbols:
        parts[source.choice(symbols)] = source.choice(names)
    elif kind == 1 and signs:
        parts[source.choice(signs)] = source.choice(["+", "-", "*", "/"])
    elif kind == 2 and numbers:
        parts[source.choice(numbers)] = str(source.choice([0, 1, 2, 3, 10, 100]))
    elif kind == 3 and names:
        parts.append(f"*{source.choice(names)}")
    elif kind == 4:
        parts.insert(0, "-(")
        parts.append(")")
    elif kind == 5:
        del parts[place]
    else:
        return f"({text})*{source.choice(['2', '100', '0.01', '1.0001', '0.999999', '1e8', '-1'])}"
    return "".join(parts)


def python_value(text: str, names: Sequence[str]) -> Any:
    """Return what Python makes of a formula in a notebook that has imported the notation and sympy.

    Raises
    ------
    SyntaxError, TypeError, NameError, ValueError
        If it makes nothing of it.
    """
    space = {name: symbol for name, symbol in vars(notation).items() if isinstance(symbol, sp.Symbol)}
    space |= {
        name: getattr(sp, name)
        for name in ("Max", "Min", "Abs", "sqrt", "exp", "log", "sign", "pi", "ceiling", "Rational")
    }
    if " if " in text:
        text = f"lambda {', '.join(names)}: {text}"
    return eval(text, {"__builtins__": {}, "sp": sp, **space})


def names_of(key: Mapping[str, Any]) -> list[str]:
    """Return the task's quantities by the names that a notebook imports."""
    return [importable_name(QUANTITIES[name].symbol) for name in key["arguments"]]


def shared(text: str, names: Sequence[str]) -> list[str]:
    """Return a formula with the slips that every task shares."""
    factors = ["-1", "100", "0.01", "1e8", "1e-8", *names, *(f"1/{name}" for name in names), "-100"]
    return [f"1/({text})", *(f"({text})*({factor})" for factor in factors)] if " if " not in text else [text]


def near(text: str, names: Sequence[str]) -> list[str]:
    """Return a formula with the slips that show in its values, and in one quantity or two."""
    if " if " in text:
        return [f"2*({text})"]
    whole = [f"2*({text})", f"({text})/2", f"3*({text})/4", f"({text}) + 1", f"({text}) - 1", f"1 - ({text})",
             f"({text})**2", f"sqrt({text})", f"Abs({text})", f"Max(0, {text})"]  # fmt: skip
    found = list(whole)
    for place, name in enumerate(names):
        changed = [
            f"(-{name})",
            f"{name}**2",
            f"sqrt({name})",
            f"(2*{name})",
            f"({name}/2)",
            f"(1/{name})",
            "1",
        ]
        found += [_with(text, {name: each}) for each in changed]
        found += [f"({text}) + {name}", f"({text}) - 2*{name}"]
        for other in names[place + 1 :]:
            found += [_with(text, {name: other, other: name}), f"({text})*{name}/{other}"]
            found += [f"-({text})*{name}*{other}", f"({text}) - {name}/{other}"]
    return found


def _with(text: str, changes: Mapping[str, str]) -> str:
    return re.sub(r"\b[A-Za-z_]\w*", lambda found: changes.get(found[0], found[0]), text)


def number_spellings(value: float) -> Iterator[tuple[str, float]]:
    """Yield ways to type a number, rounded or not, with what Python makes of them."""
    rounded = [float(f"{value:.{digits}g}") for digits in (4, 3, 2, 5, 6, 1, 7)]
    near = [value * (1 + off) for off in (1e-3, -1e-3, 1e-5, 1e-10)]
    for each in dict.fromkeys([float(value), *rounded, *near, float(int(value))]):
        if 1e-7 < abs(each) < 1e15:
            whole = each.is_integer()
            plain = f"{int(each)}" if whole else repr(each)
            yield plain, int(each) if whole else each
            if whole:
                yield f"{int(each):,} USD", int(each)
                yield f"{int(each)}.0", each
            elif abs(each) >= 1e-4:
                yield f"{each:,} BTC", each
