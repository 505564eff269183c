"""A finding for each fact: what the package holds beside what the venue's interface states now."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from inversefutures.downloads import DownloadError
from tools.facts.answers import AbsentError, MissingError, WrongError, found, short
from tools.facts.interfaces import CONTRACT, INTERFACES, Interface
from tools.facts.recorded import Recorded, all_recorded

Kind = Literal["agrees", "differs", "not stated", "not read"]
KINDS: tuple[Kind, ...] = ("differs", "not read", "not stated", "agrees")
Ask = Callable[[str], Any]
"""Returns the JSON of an address, or raises `DownloadError`."""


@dataclass(frozen=True)
class Finding:
    """What became of one fact.

    Parameters
    ----------
    recorded : Recorded
    kind : str
        ``agrees``; ``differs``; ``not stated``: the answer has no such field; ``not read``: there was no
        answer, or not one that is understood.
    interface : Interface
    now : str
        The venue's value; empty unless there is one.
    why : str
        Why the fact is not stated or was not read.
    """

    recorded: Recorded
    kind: Kind
    interface: Interface
    now: str = ""
    why: str = ""


def compare(
    ask: Ask, interfaces: Iterable[Interface] = INTERFACES, base_url: str | None = None
) -> Iterator[Finding]:
    """Yield a finding for every fact that one of the interfaces states, in the order of the table."""
    recorded = all_recorded()
    for interface in interfaces:
        facts = {name: recorded[interface.venue, name] for name in interface.readings}
        try:
            entry = entry_of(interface, ask(interface.url(base_url)))
        except AbsentError as absent:
            for name, fact in facts.items():
                # A contract that is not listed is news of the contract, and none of its other facts.
                kind: Kind = "differs" if name == CONTRACT else "not read"
                yield Finding(fact, kind, interface, now="not listed" * (name == CONTRACT), why=str(absent))
        except (DownloadError, MissingError, WrongError) as fault:
            yield from (Finding(fact, "not read", interface, why=str(fault)) for fact in facts.values())
        else:
            for fact in facts.values():
                yield judged(fact, interface, entry)


def entry_of(interface: Interface, answer: Any) -> Any:
    """Return the contract's entry in an answer.

    Raises
    ------
    MissingError, AbsentError, WrongError
    """
    if interface.accepted is not None:
        name, value = interface.accepted
        # A venue may say no in an answer 200.
        if str(found(answer, name)) != value:
            raise WrongError(f"the answer is an error: {short(answer)}")
    entry = found(answer, *interface.entry) if interface.entry else answer
    if not isinstance(entry, dict):
        raise WrongError(f"{short(entry)} stands where the contract should")
    return entry


def judged(fact: Recorded, interface: Interface, entry: Any) -> Finding:
    """Return what a contract's entry says of one fact."""
    try:
        now = interface.readings[fact.name](entry)
    except MissingError as missing:
        return Finding(fact, "not stated", interface, why=str(missing))
    except (AbsentError, WrongError) as fault:
        return Finding(fact, "not read", interface, why=str(fault))
    return Finding(fact, "agrees" if now == fact.value else "differs", interface, now=now)


def stated_nowhere(interfaces: Iterable[Interface] = INTERFACES) -> list[Recorded]:
    """Return the known facts that none of the interfaces states."""
    asked = {(interface.venue, name) for interface in interfaces for name in interface.readings}
    return [fact for key, fact in all_recorded().items() if key not in asked and fact.value is not None]
