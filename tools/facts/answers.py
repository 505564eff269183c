"""How a value is read out of a venue's answer.

Each value becomes a few words in one form, so that 0.50, "0.5" and 5e-1 are the same fact. What is not there
and what is not as documented are two different faults: the first says that the interface does not state the
fact (any more), the second that it was not understood.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

Step = str | tuple[str, str]
"""A field's name; or a field and its value, which picks an entry of a list."""
Reader = Callable[[Any], str]
"""Returns a fact in words, from the contract's entry in an answer."""

MOST_DIGITS = 30
HOURS_OF_A_DAY = 24
SECONDS_OF_AN_HOUR = 3600
SATOSHI = Decimal("1e-8")


class MissingError(Exception):
    """The answer has no such field, or nothing in it."""


class AbsentError(Exception):
    """The answer has a list, and the contract is not in it."""


class WrongError(Exception):
    """A field is not what the venue documents."""


def short(value: object) -> str:
    """Return a value as a report can quote it."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


def found(document: Any, *steps: Step) -> Any:
    """Return what stands at the end of a path.

    Raises
    ------
    MissingError, AbsentError, WrongError
    """
    here = document
    for step in steps:
        if isinstance(step, str):
            if not isinstance(here, dict):
                raise WrongError(f"{short(here)} stands where an object with {step} should")
            # Venues leave a field out, or send null or "", where it does not apply.
            if here.get(step) in (None, ""):
                raise MissingError(f"there is no {step}")
            here = here[step]
        else:
            name, wanted = step
            here = picked(here, name, wanted)
    return here


def picked(entries: Any, name: str, wanted: str) -> Any:
    """Return the entry of a list whose field has a value, in whatever case it is written.

    Raises
    ------
    AbsentError, WrongError
    """
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise WrongError(f"{short(entries)} stands where a list of objects should")
    matching = [entry for entry in entries if str(entry.get(name)).casefold() == wanted.casefold()]
    if not matching:
        raise AbsentError(f"the answer does not list {wanted}")
    if len(matching) > 1:
        raise WrongError(f"the answer lists {wanted} {len(matching)} times")
    return matching[0]


def number_at(entry: Any, *steps: Step) -> Decimal:
    """Return a number, whether it is written as one or as text.

    Raises
    ------
    MissingError, AbsentError, WrongError
    """
    value = found(entry, *steps)
    try:
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise ValueError
        number = Decimal(value)
        if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS:
            raise ValueError
    except (ValueError, ArithmeticError):
        raise WrongError(f"{steps[-1]} is {short(value)}, not a number") from None
    return number


def plain(number: Decimal) -> str:
    """Return a number without an exponent and without zeros at its end."""
    return f"{number.normalize() + 0:f}"


def percent(fraction: Decimal) -> str:
    """Return a fraction as a percentage."""
    return f"{plain(100 * fraction)} %"


# --- readers ---------------------------------------------------------------------------------------


def number(*steps: Step, times: Decimal = Decimal(1)) -> Reader:
    """Read a number, in another unit if its field has one."""
    return lambda entry: plain(times * number_at(entry, *steps))


def rate(*steps: Step, times: Decimal = Decimal(1)) -> Reader:
    """Read a fraction as a percentage."""
    return lambda entry: percent(times * number_at(entry, *steps))


def words(*steps: Step, known_as: dict[str, str] | None = None) -> Reader:
    """Read a name, which the course may write in another way."""

    def read(entry: Any) -> str:
        value = found(entry, *steps)
        if not isinstance(value, str):
            raise WrongError(f"{steps[-1]} is {short(value)}, not text")
        return (known_as or {}).get(value, value)

    return read


def hours(*steps: Step, unit: Decimal) -> Reader:
    """Read how often funding is paid; the unit of the field is given in seconds."""
    return lambda entry: in_hours(unit * number_at(entry, *steps))


def in_hours(seconds: Decimal) -> str:
    """Return a time as the specifications say it."""
    return f"{plain(seconds / SECONDS_OF_AN_HOUR)} h"


def time_of_day(*steps: Step) -> Reader:
    """Read an interval that is written as a time on the first day of 2000: BitMEX's way."""

    def read(entry: Any) -> str:
        value = found(entry, *steps)
        written = (
            re.fullmatch(r"2000-01-0(\d)T(\d\d):(\d\d):00(?:\.0+)?Z", value)
            if isinstance(value, str)
            else None
        )
        if written is None:
            raise WrongError(f"{steps[-1]} is {short(value)}, not a time on a day of January 2000")
        day, hour, minute = (int(part) for part in written.groups())
        return in_hours(Decimal(60 * (60 * (HOURS_OF_A_DAY * (day - 1) + hour) + minute)))

    return read


def traded(*steps: Step, as_value: object) -> Reader:
    """Read whether a contract is traded: whether its state is the one that means it."""

    def read(entry: Any) -> str:
        state = found(entry, *steps)
        # 1 == True, but a state of 1 is not a state of true.
        same = type(state) is type(as_value) and state == as_value
        return "traded" if same else f"not traded: {steps[-1]} is {short(state)}"

    return read
