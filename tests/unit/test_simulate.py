"""The Simulator in Python: the order within a row, what it refuses, what it stores, and coins conserved."""

import dataclasses
import json
import math
import re

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from inversefutures import contract, notation
from inversefutures.printing import UnsupportedExpressionError
from inversefutures.widgets import (
    Column,
    Derived,
    Event,
    InputPath,
    Line,
    PathPanel,
    Readout,
    Simulator,
    Slider,
    State,
    previous,
)

S, L, E, N, F = notation.S, notation.L, notation.E, notation.N, notation.F
coins, calls, half, double = sp.symbols("coins calls half double")
k = sp.Symbol("k", integer=True)

ARGUMENTS = {
    "title": "Story",
    "question": "What happens?",
    "description": "Coins grow until someone takes them.",
    "path": InputPath({S: [10, 20, 30, 40, 50]}, start="2020-03-12T00:00", unit="hours"),
    "parameters": [Slider(L, 2, 1, 5)],
    "state": [State(coins, L, coins + S), State(calls, 0, calls)],
    "derived": [Derived(half, coins / 2), Derived(double, 4 * half)],
    "events": [Event(double > 100, "call", effect={coins: 1, calls: calls + 1})],
    "panels": [
        PathPanel("Coins", notation.BTC, [Line(coins, "coins", "coin"), Line(coins * S, "worth", "long")])
    ],
    "ledger": [Column("Before", half), Column("After", half, after=True)],
    "readouts": [Readout("Coins", coins, notation.BTC)],
}  # fmt: skip


def simulator(**changes):
    return Simulator(**(ARGUMENTS | changes))


def test_a_row_is_computed_in_the_order_that_the_documentation_gives():
    run = simulator().run()
    # 2, then 22, then 52 (double 104: taken, 1 is left), then 41, then 91 (taken).
    np.testing.assert_array_equal(run[coins], [2, 22, 1, 41, 1])
    np.testing.assert_array_equal(run[half], [1, 11, 0.5, 20.5, 0.5])
    np.testing.assert_array_equal(run["double"], run[half] * 4)
    np.testing.assert_array_equal(run[calls], [0, 0, 1, 1, 2])
    np.testing.assert_array_equal(run["panels/0/lines/1"], run[coins] * [10, 20, 30, 40, 50])
    assert [(event.step, event.label, event.entries) for event in run.events] == [
        (2, "call", {"Before": 26, "After": 0.5}),
        (4, "call", {"Before": 45.5, "After": 0.5}),
    ]
    assert run.events[0].time == "12 March 2020, 02:00 UTC"


def test_parameters_follow_the_values_and_the_arguments():
    widget = simulator()
    widget.set(leverage=5)
    assert widget.run()[coins][0] == 5
    assert widget.run(leverage=3)[coins][0] == 3
    assert widget.values == {"leverage": 5}
    with pytest.raises(ValueError, match="leverage is 9, outside its range"):
        widget.run(leverage=9)


def test_the_next_event_sees_the_values_after_the_one_before():
    first = Event(half > 5, "first", effect={coins: 2})
    second = Event(half > 1, "second", effect={coins: 0})
    both = [(event.step, event.label) for event in simulator(events=[first, second]).run().events]
    assert both == [(1, "first"), (2, "first"), (3, "first"), (4, "first")]
    both = [(event.step, event.label) for event in simulator(events=[second, first]).run().events]
    assert both == [(1, "second"), (2, "second"), (3, "second"), (4, "second")]


def test_a_single_event_happens_once_and_may_happen_in_the_first_row():
    event = Event(coins > 1, "start", once=True)
    assert [happening.step for happening in simulator(events=[event]).run().events] == [0]


def test_effects_and_steps_are_taken_all_at_once():
    state = [State(coins, 1, calls), State(calls, 2, coins)]
    swap = Event(S > 40, "swap", effect={coins: calls, calls: coins})
    run = simulator(state=state, events=[swap]).run()
    np.testing.assert_array_equal(run[coins], [1, 2, 1, 2, 2])
    np.testing.assert_array_equal(run[calls], [2, 1, 2, 1, 1])


def test_a_step_may_look_at_the_row_before():
    state = [State(coins, previous(S) - S, S - previous(S) + previous(S) / 1000), State(calls, 0, half)]
    # The first row has no row before it, so its own input stands in; `half` is that of the row before.
    with pytest.raises(ValueError, match="initial value of coins depends on previous_price"):
        simulator(state=state)
    state[0] = State(coins, 0, S - previous(S) + previous(S) / 1000)
    run = simulator(state=state, derived=[Derived(half, S - previous(S))], events=[], ledger=[]).run()
    np.testing.assert_allclose(run[coins], [0, 10.01, 10.02, 10.03, 10.04])
    np.testing.assert_array_equal(run[half], [0, 10, 10, 10, 10])
    np.testing.assert_array_equal(run[calls], [0, 0, 10, 10, 10])


def test_an_event_writes_its_own_entry_or_the_columns_or_none():
    events = [
        Event(sp.Eq(S, 20), "one", entries={"Before": 7}),
        Event(sp.And(S > 35, S < 45), "two"),
    ]
    run = simulator(events=events, ledger=[Column("Before"), Column("Price", S)]).run()
    assert [event.entries for event in run.events] == [{"Before": 7, "Price": 20}, {"Price": 40}]


def test_division_by_zero_is_a_number_that_is_not_finite():
    run = simulator(state=[State(coins, 0, coins), State(calls, 1 / (L - 2), calls)]).run()
    assert np.isinf(run[calls]).all()
    derived = [Derived(half, S / coins), Derived(double, half)]
    run = simulator(state=[State(coins, 0, 0), State(calls, 0, calls)], derived=derived, events=[]).run()
    assert np.isinf(run[half]).all()


TIMES = {
    "days": (InputPath({S: [1, 2, 3]}, start="2020-02-28", unit="days"), "1 March 2020"),
    "zone": (InputPath({S: [1, 2, 3]}, start="2020-02-28T00:30+01:00", unit="minutes"),
             "27 February 2020, 23:32 UTC"),
    "list": (InputPath({S: [1, 2, 3]}, times=["2020-01-01T08:00", "2020-01-02", "2021-12-31T23:59"]),
             "31 December 2021, 23:59 UTC"),
    "counts": (InputPath({S: [1, 2, 3]}, unit="payments"), "2 payments"),
    "wide": (InputPath({S: [1, 2, 3]}, interval=8, unit="hours"), "16 hours"),
    "own counts": (InputPath({S: [1, 2, 3]}, times=[0, 0.5, 4], unit="years"), "4 years"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "last"), TIMES.values(), ids=TIMES)
def test_times_are_said_in_words(path, last):
    event = Event(S > 2, "end")
    assert simulator(path=path, events=[event]).run().events[0].time == last


def path(**changes):
    return {"path": dataclasses.replace(ARGUMENTS["path"], **changes)}


def event(condition=double > 100, label="call", **more):
    return {"events": [Event(condition, label, **more)]}


BAD = {
    "no column": (path(columns={}), "the path has no column"),
    "one row": (path(columns={S: [1]}), "column price of the path has 1 rows"),
    "empty path": (path(columns={S: []}), "column price of the path has 0 rows"),
    "table": (path(columns={S: [[1, 2], [3, 4]]}), r"column price of the path holds \[1, 2\]: give plain"),
    "word": (path(columns={S: [1, "two"]}), "column price of the path holds 'two': give plain numbers"),
    "unequal": (path(columns={S: [1, 2], F: [0, 0, 0]}), "funding_rate of the path has 3 rows, .* has 2"),
    "NaN": (path(columns={S: [1, math.nan, 2]}), "column price of the path is nan in row 1: fill or drop"),
    "infinite": (path(columns={S: [1, 2, math.inf]}), "column price of the path is inf in row 2"),
    "domain": (path(columns={S: [1, 0, 2]}), "price is 0.0, but its domain is S > 0"),
    "interval": (path(interval=0), "interval of the path is 0"),
    "unit": (path(unit="fortnights"), "unit of the path is 'fortnights': use one of seconds"),
    "no time": (path(start="yesterday"), "'yesterday' is no time in ISO form"),
    "both times": (path(times=[1, 2, 3, 4, 5]), "both start and times"),
    "few times": (path(start=None, times=[1, 2]), "times of the path has 2 rows, its columns have 5"),
    "unsorted": (path(start=None, times=[1, 2, 2, 3, 4]), "row 2 is not later than the row before"),
    "no state": ({"state": []}, "state is empty"),
    "no panel": ({"panels": []}, "panels is empty"),
    "no parameter": ({"parameters": []}, "parameters is empty"),
    "no line": ({"panels": [PathPanel("Coins", "", [])]}, "panel 'Coins' has no line"),
    "log panel": (
        {"panels": [PathPanel("C", "", [Line(coins, "c", "coin")], y_scale="log", y_range=(0, 1))]},
        "y_range of panel 'C' .* log scale",
    ),
    "no step": ({"state": [State(coins, 1), State(calls, 0, calls)]}, "state coins has no step"),
    "loose step": (
        {"state": [State(coins, 1, coins + N), State(calls, 0, calls)]},
        "step of coins depends on N, which is no parameter, column, state or derived quantity",
    ),
    "initial of a state": (
        {"state": [State(coins, calls, coins), State(calls, 0, calls)]},
        "initial value of coins depends on calls, which is not yet known",
    ),
    "order of derived": (
        {"derived": [Derived(double, 4 * half), Derived(half, coins / 2)]},
        "derived quantity double depends on half, which is not yet known there: reorder",
    ),
    "two states": ({"state": [State(coins, 1, 1), State(coins, 1, 1)]}, "coins is a state and a state"),
    "state and column": ({"state": [State(S, 1, 1)]}, "price is a column of the path and a state"),
    "two events": ({"events": [ARGUMENTS["events"][0]] * 2}, "'call' is the label of two events"),
    "two columns": ({"ledger": [Column("a", S), Column("a", S)]}, "'a' is the label of two columns"),
    "number as condition": (event(coins), "condition of event 'call' is coins: give a comparison"),
    "always true": (event(S > 0), "condition of event 'call' is True: give a comparison"),
    "unknown state": (event(effect={half: 1}), "effect of event 'call' changes half, which is no state"),
    "loose effect": (event(effect={coins: N}), "effect of event 'call' on coins depends on N"),
    "unknown entry": (event(entries={"Paid": 1}), "event 'call' has an entry for 'Paid'"),
    "unknown role": (event(role="purple"), "role of 'call' is 'purple'"),
    "loose line": (
        {"panels": [PathPanel("C", "", [Line(N, "c", "coin")])]}, "line 'c' depends on N"),
    "loose readout": ({"readouts": [Readout("r", N)]}, "readout 'r' depends on N"),
    "no question": ({"question": ""}, "question is empty"),
    "unsupported": (
        {"state": [State(coins, 1, sp.Sum(S / k, (k, 1, 9))), State(calls, 0, calls)]},
        "step of coins: Sum cannot be printed to JavaScript",
    ),
    "word of Python": ({"state": [State(sp.Symbol("lambda"), 1, 1), *ARGUMENTS["state"]]}, "word of Python"),
    "two controls": ({"parameters": [Slider(L, 2, 1, 5)] * 2}, "leverage has 2 controls"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), BAD.values(), ids=BAD)
def test_a_bad_description_is_refused_with_its_name(changes, message):
    with pytest.raises(ValueError, match=message):
        simulator(**changes)


def test_the_unsupported_node_has_its_own_error():
    with pytest.raises(UnsupportedExpressionError, match="condition of event 'call': gamma"):
        simulator(**event(sp.gamma(coins) > 1))


def test_two_constructions_store_the_same_bytes_and_the_whole_spec():
    widget = simulator()
    first, second = widget._repr_mimebundle_()[0], simulator()._repr_mimebundle_()[0]
    for face in ("text/plain", "text/html", "image/svg+xml"):
        assert first[face] == second[face]
    assert first["text/plain"] == "Simulator('Story')"
    assert "application/vnd.jupyter.widget-view+json" in first
    stored = re.search(r'<script type="application/json">(.*?)</script>', first["text/html"], re.DOTALL)[1]
    assert json.loads(stored) == widget.spec
    assert 'class="if-explorer"' in first["text/html"]


def test_a_long_path_stays_small():
    prices = 8_000 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, 2_880)))
    widget = simulator(path=InputPath({S: prices}, start="2020-03-12", unit="minutes", decimals=1))
    assert widget.spec["path"]["columns"][0][0] == round(prices[0], 1)
    assert widget.run(leverage=2)["panels/0/lines/1"][0] == 2 * round(prices[0], 1)
    assert len(widget.run().events) > 2_000
    # Two lines of 2,880 rows, with events in most of them: far below what a stored output may weigh.
    assert len(widget.picture()) < 60_000
    assert len(widget.html()) < 90_000


# --- coins are conserved ---------------------------------------------------------------------------
long_coins, short_coins, venue, fund, position = sp.symbols("long_coins short_coins venue fund position")
fee, hole, paid = sp.symbols("fee hole paid")
ACCOUNTS = [long_coins, short_coins, venue, fund]


def two_accounts(prices, rates):
    """A long and a short that settle in every row, a venue that takes a fee, a fund that fills a hole."""
    moved = contract.profit_and_loss(side=1, notional=position, entry_price=previous(S), price=S)
    moved -= F * position / S
    return simulator(
        path=InputPath({S: prices, F: rates}, unit="hours"),
        parameters=[Slider(L, 5, 1, 100), Slider(notation.W, 0.1, 0.001, 20)],
        state=[
            State(position, 10_000, position),
            State(long_coins, 10_000 / S / L, long_coins + moved),
            State(short_coins, 10_000 / S, short_coins - moved),
            State(venue, 0, venue),
            State(fund, notation.W, fund),
        ],
        derived=[
            Derived(fee, sp.Min(sp.Max(long_coins, 0), position / S / 2_000)),
            Derived(hole, sp.Max(-long_coins, 0)),
            Derived(paid, sp.Min(fund, hole)),
        ],
        events=[
            Event(
                long_coins <= position / S / 200,
                "liquidation",
                "liquidation",
                once=True,
                # What is left pays the fee and goes to the fund; what the fund can't pay is the short's loss.
                effect={
                    position: 0,
                    long_coins: 0,
                    venue: venue + fee,
                    fund: fund + sp.Max(long_coins, 0) - fee - paid,
                    short_coins: short_coins - (hole - paid),
                },
            )
        ],
        panels=[PathPanel("Coins", notation.BTC, [Line(long_coins, "long", "long")])],
        ledger=[],
        readouts=[],
    )


returns = st.lists(st.floats(-0.6, 0.6), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    returns=returns,
    rate=st.floats(-0.00375, 0.00375),
    leverage=st.floats(1, 100),
    insurance=st.floats(0.001, 20),
)
def test_coins_are_conserved_in_every_row(returns, rate, leverage, insurance):
    prices = 8_000 * np.exp(np.cumsum([0, *returns]))
    run = two_accounts(prices, np.full(len(prices), rate)).run(leverage=leverage, wallet_balance=insurance)
    coins_in_all = sum(run[account] for account in ACCOUNTS)
    scale = max(np.abs(run[account]).max() for account in ACCOUNTS)
    np.testing.assert_allclose(coins_in_all, coins_in_all[0], rtol=0, atol=1e-12 * scale)
    assert (run[fund] >= 0).all()
    for liquidation in run.events:
        assert (run[long_coins][liquidation.step :] == 0).all()


def test_the_conservation_covers_every_ending():
    """Liquidation with something left, with a hole that the fund fills, and with one that it can't fill."""
    gentle = two_accounts([8_000, 7_000, 6_450], [0, 0, 0]).run(leverage=4)
    assert [event.step for event in gentle.events] == []
    near = two_accounts([8_000, 6_430, 9_000], [0, 0, 0]).run(leverage=4)
    assert near[venue][-1] > 0
    assert near[fund][-1] > near[fund][0]
    filled = two_accounts([8_000, 6_000, 9_000], [0, 0, 0]).run(leverage=4, wallet_balance=1)
    assert 0 < filled[fund][-1] < 1
    assert filled[short_coins][-1] == pytest.approx(10_000 / 8_000 - 10_000 * (1 / 8_000 - 1 / 6_000))
    broken = two_accounts([8_000, 4_000, 9_000], [0, 0, 0]).run(leverage=4, wallet_balance=0.5)
    assert broken[fund][-1] == 0
    assert broken[short_coins][-1] < 10_000 / 4_000
