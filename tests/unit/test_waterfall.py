"""Failed liquidations: who pays, in which order, and that coins are conserved to the last fraction."""

import itertools
from fractions import Fraction

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from inversefutures import contract, margin
from inversefutures.contract import LONG, SHORT
from inversefutures.notation import N, S, Z
from inversefutures.position import FLAT, Position
from inversefutures.waterfall import (
    Account,
    ClearingHouse,
    Entry,
    Exchange,
    Layer,
    absorb,
    deleverage_queue,
    deleveraging_queue,
    deleveraging_rank,
    fill_price_in_book,
    liquidation_cost,
    liquidation_shortfall,
    slippage,
    socialised_shares,
)

sides = st.sampled_from([LONG, SHORT])


def opened(name, coins, side, notional, entry=50_000):
    return Account(name, coins, Position(side, notional, entry))


def venue_of_three(insurance_fund=0, **options):
    """A long at 10x, two shorts against it, and somebody who buys in the market."""
    return Exchange(
        (
            opened("long", sp.Rational(1, 5), LONG, 100_000),
            opened("bold short", 1, SHORT, 60_000, 60_000),
            opened("calm short", 4, SHORT, 40_000),
            Account("buyer", 5),
        ),
        insurance_fund=insurance_fund,
        **options,
    )


# --- liquidation step by step ---------------------------------------------------------------------


def test_a_good_fill_leaves_a_surplus_to_the_fund_or_to_the_trader():
    bankruptcy = venue_of_three().account("long").bankruptcy_price()
    assert bankruptcy == sp.Rational(500_000, 11)
    assert bankruptcy == margin.bankruptcy_price(
        side=LONG, notional=100_000, entry_price=50_000, margin=sp.Rational(1, 5)
    )
    how = {"fill_price": 46_000, "counterparty": "buyer"}
    surplus = sp.Rational(100_000) / bankruptcy - sp.Rational(100_000, 46_000)
    forfeited = venue_of_three().liquidate("long", **how)
    returned = venue_of_three(leftover="trader").liquidate("long", **how)
    assert (forfeited.insurance_fund, forfeited.account("long").coins) == (surplus, 0)
    assert (returned.insurance_fund, returned.account("long").coins) == (0, surplus)
    assert forfeited.account("buyer").position == Position(LONG, 100_000, 46_000)
    # The same figures from the formulas of the liquidation's cost.
    trader = {"side": LONG, "notional": 100_000, "entry_price": 50_000, "margin": sp.Rational(1, 5)}
    balance = margin.margin_balance(price=46_500, **trader)
    costs = {
        leftover: liquidation_cost(price=46_500, fill_price=46_000, fee_rate=0, leftover=leftover, **trader)
        for leftover in ("insurance fund", "trader")
    }
    assert costs == {"insurance fund": balance, "trader": balance - surplus}
    assert costs["trader"] == slippage(side=LONG, notional=100_000, price=46_500, fill_price=46_000)


def test_a_bad_fill_is_paid_by_the_fund():
    loss = sp.Rational(100_000, 40_000) - sp.Rational(100_000 * 11, 500_000)
    after = venue_of_three(insurance_fund=1).liquidate("long", fill_price=40_000, counterparty="buyer")
    assert after.insurance_fund == 1 - loss
    assert after.account("bold short") == venue_of_three().account("bold short")
    assert loss == liquidation_shortfall(
        side=LONG,
        notional=100_000,
        entry_price=50_000,
        fill_price=40_000,
        margin=sp.Rational(1, 5),
        fee_rate=0,
    )


def test_what_an_empty_fund_cannot_pay_falls_on_the_first_in_the_queue():
    fund = sp.Rational(15, 100)  # half of the shortfall of 0.3 BTC
    before = venue_of_three(insurance_fund=fund)
    after = before.liquidate("long", fill_price=40_000, counterparty="buyer")
    assert after.insurance_fund == 0
    assert after.account("buyer").position.notional == 50_000
    # The bold short has the larger profit at the higher leverage: 50,000 of his 60,000 are closed.
    assert [place.name for place in before.queue(SHORT, 40_000)] == ["bold short", "calm short"]
    assert after.account("bold short").position.notional == 10_000
    assert after.account("calm short") == before.account("calm short")
    # What it costs him against the market: 50,000 USD at the bankruptcy price instead of at 40,000.
    forgone = before.account("bold short").equity(40_000) - after.account("bold short").equity(40_000)
    assert forgone == 50_000 * (sp.Rational(1, 40_000) - sp.Rational(11, 500_000)) == fund


def test_a_socialised_loss_is_shared_pro_rata_of_profits():
    before = venue_of_three()
    after = before.liquidate("long", fill_price=40_000, counterparty="buyer", remedy="socialised loss")
    profits = [before.account(name).unrealised(40_000) for name in ("bold short", "calm short")]
    paid = [before.account(name).coins - after.account(name).coins for name in ("bold short", "calm short")]
    assert sum(paid) == sp.Rational(3, 10)
    assert paid[0] / profits[0] == paid[1] / profits[1]
    assert after.account("bold short").position == before.account("bold short").position
    assert after.deficit == 0


def test_where_the_winners_have_too_little_the_venue_stays_in_debt():
    # The shorts sold so low that at 40,000 they have won less than the long has lost beyond its margin.
    venue = Exchange(
        (
            opened("long", sp.Rational(1, 5), LONG, 100_000),
            opened("short", 5, SHORT, 100_000, 41_000),
            Account("buyer", 5),
        )
    )
    after = venue.liquidate("long", fill_price=40_000, counterparty="buyer", remedy="socialised loss")
    won = 100_000 * (sp.Rational(1, 40_000) - sp.Rational(1, 41_000))
    assert after.deficit == sp.Rational(3, 10) - won > 0
    assert after.total(1234) == venue.total(1234)


def test_the_ledger_says_who_paid():
    after = venue_of_three(insurance_fund=0.15).liquidate(
        "long", fill_price=40_000, counterparty="buyer", fee_rate=0.0005
    )
    steps = [entry.step for entry in after.ledger]
    # Floats are the decimals they are written as: the sum is exact all the same.
    assert after.total(40_000) == venue_of_three(insurance_fund=sp.Rational(15, 100)).total(40_000)
    assert after.ledger[0] == Entry("take-over", "long", -sp.Rational(1, 5))
    assert {"fee", "deleveraging", "shortfall"} < set(steps)
    assert after.fees == contract.fee(
        notional=after.account("buyer").position.notional, price=40_000, fee_rate=sp.Rational(1, 2000)
    )


def test_who_is_below_maintenance_is_named_the_deepest_first():
    venue = Exchange(
        (
            opened("ten times", sp.Rational(1, 5), LONG, 100_000),
            opened("twenty times", sp.Rational(1, 10), LONG, 100_000),
            opened("short", 8, SHORT, 200_000),
            Account("flat", 1, FLAT),
        )
    )
    assert venue.below_maintenance(50_000, 0.01) == []
    assert venue.below_maintenance(48_000, 0.01) == ["twenty times"]
    assert venue.below_maintenance(45_800, 0.01) == ["twenty times", "ten times"]


# --- conservation ---------------------------------------------------------------------------------


@st.composite
def venues_in_trouble(draw):
    """A population whose longs and shorts match, any of them rich or poor, with any fund."""
    amounts = st.integers(min_value=1, max_value=50)
    accounts, open_interest = [], 0
    for index in range(draw(st.integers(min_value=2, max_value=4))):
        side, notional = draw(sides), 1000 * draw(amounts)
        open_interest += side * notional
        entry = 1000 * draw(st.integers(min_value=30, max_value=60))
        accounts.append(opened(f"trader {index}", sp.Rational(draw(amounts), 100), side, notional, entry))
    if open_interest:
        side = SHORT if open_interest > 0 else LONG
        accounts.append(opened("the rest", sp.Rational(draw(amounts), 10), side, abs(open_interest), 45_000))
    return Exchange(
        (*accounts, Account("market", 3)),
        insurance_fund=sp.Rational(draw(st.integers(0, 30)), 100),
        leftover=draw(st.sampled_from(["insurance fund", "trader"])),
    )


@given(venues_in_trouble(), st.integers(25_000, 65_000), st.integers(-10, 10), st.data())
@settings(max_examples=25)
def test_no_step_makes_or_loses_a_coin(venue, fill_price, rate, data):
    total = venue.total(50_000)
    assert venue.total(20_000) == total, "the total does not depend on the price"
    for account in venue.accounts[:2]:
        if venue.account(account.name).bankruptcy_price() == sp.oo:
            continue
        how = {
            "fill_price": fill_price,
            "counterparty": "market",
            "fee_rate": sp.Rational(rate, 10_000),
            "remedy": data.draw(st.sampled_from(["deleveraging", "socialised loss"])),
        }
        fund = venue.insurance_fund
        steps = list(venue.liquidation_steps(account.name, **how))
        assert {step.total(50_000) for step in steps} == {step.total(fill_price) for step in steps} == {total}
        venue = steps[-1]
        assert venue.engine.coins == 0
        assert venue.engine.position.is_flat
        assert venue.insurance_fund >= 0
        # Others are touched only when the fund is exhausted.
        hit = {entry.step for entry in venue.ledger} & {"deleveraging", "socialised loss", "unpaid"}
        if hit and fund == venue.insurance_fund:
            assert fund == 0
        assert not (hit & {"unpaid"}) or venue.insurance_fund == 0
        if venue.account(account.name).position.is_flat and venue.leftover == "insurance fund":
            assert venue.account(account.name).coins <= 0


# --- the queue ------------------------------------------------------------------------------------


def test_the_rank_is_that_of_the_published_values():
    # Effective leverage = |mark value| / (mark value − bankrupt value), with values negative for a long.
    position = {"side": LONG, "notional": 100_000, "entry_price": 50_000, "margin": sp.Rational(1, 5)}
    bankruptcy = margin.bankruptcy_price(**position)
    for price in (55_000, 48_000):
        mark_value, bankrupt_value, entry_value = (
            -sp.Rational(100_000) / each for each in (price, bankruptcy, 50_000)
        )
        leverage = abs(mark_value) / (mark_value - bankrupt_value)
        gain = (mark_value - entry_value) / abs(entry_value)
        expected = gain * leverage if gain > 0 else gain / leverage
        assert deleveraging_rank(price=price, **position) == expected
        assert Account("a", sp.Rational(1, 5), Position(LONG, 100_000, 50_000)).rank(price) == expected
    assert Account("a", sp.Rational(1, 5), Position(LONG, 100_000, 50_000)).rank(40_000) == -sp.oo


def test_the_published_queue():
    queue = deleveraging_queue([(1, 10, 3), (2, 10, 6), (3, 20, 1), (4, 30, 4), (5, 20, 5), (6, 10, 2)])
    assert [(place.name, place.percentile, place.lights) for place in queue] == [
        (2, 20, 5),
        (5, 40, 4),
        (4, 60, 3),
        (1, 80, 2),
        (6, 80, 2),
        (3, 100, 1),
    ]
    assert [(each.name, each.quantity) for each in deleverage_queue(queue, 20)] == [(2, 10), (5, 10)]
    assert deleverage_queue(queue, 0) == []
    with pytest.raises(ValueError, match="quantity is 101, but the queue holds 1 less"):
        deleverage_queue(queue, 101)
    with pytest.raises(ValueError, match="quantity of 7 is 0"):
        deleveraging_queue([(7, 0, 1)])


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(-20, 20)), min_size=1, max_size=8), st.data())
@settings(max_examples=40)
def test_nobody_is_hit_before_who_stands_in_front_is_closed(positions, data):
    queue = deleveraging_queue((index, size, rank) for index, (size, rank) in enumerate(positions))
    quantity = data.draw(st.integers(0, sum(size for size, _ in positions)))
    hit = deleverage_queue(queue, quantity)
    assert sum(each.quantity for each in hit) == quantity
    assert [each.name for each in hit] == [place.name for place in queue[: len(hit)]]
    assert all(each.quantity == place.quantity for each, place in zip(hit[:-1], queue, strict=False))
    assert queue[-1].percentile == 100
    assert all(a.percentile <= b.percentile and a.rank >= b.rank for a, b in itertools.pairwise(queue))


# --- layers ---------------------------------------------------------------------------------------

amounts = st.fractions(min_value=0, max_value=20, max_denominator=10).map(sp.sympify)


@st.composite
def houses(draw):
    members = ["north", "south", "east"][: draw(st.integers(1, 3))]
    return ClearingHouse(
        margins={name: draw(amounts) for name in members},
        contributions={name: draw(amounts) for name in members},
        skin_in_the_game=draw(amounts),
        assessment_multiple=draw(st.sampled_from([0, 1, Fraction(1, 2)])),
    )


@given(houses(), st.fractions(min_value=0, max_value=150, max_denominator=7).map(sp.sympify))
@settings(max_examples=60)
def test_a_later_layer_pays_only_when_the_earlier_ones_are_used_up(house, loss):
    layers = house.layers("north")
    ledger, unpaid = house.absorb("north", loss)
    paid = {layer.name: -sum(e.coins for e in ledger if e.step == layer.name) for layer in layers}
    assert sum(paid.values()) + unpaid == loss
    left = loss
    for layer in layers:
        assert paid[layer.name] == min(left, layer.total)
        left -= paid[layer.name]
        for entry in ledger:
            if entry.step == layer.name:
                assert 0 < -entry.coins <= layer.coins[entry.name]
    assert unpaid == max(0, loss - sum(layer.total for layer in layers))


def test_the_order_of_a_clearing_house():
    house = ClearingHouse(
        margins={"north": 10, "south": 50}, contributions={"north": 2, "south": 6}, skin_in_the_game=1
    )
    ledger, unpaid = house.absorb("north", 15)
    assert ledger == [
        Entry("defaulter's margin", "north", -10),
        Entry("defaulter's contribution", "north", -2),
        Entry("skin in the game", "clearing house", -1),
        Entry("default fund", "south", -2),
    ]
    assert unpaid == 0
    assert house.absorb("north", 30)[1] == 30 - (10 + 2 + 1 + 6 + 6)
    with pytest.raises(ValueError, match="defaulter is 'west', but the members are north, south"):
        house.layers("west")
    with pytest.raises(ValueError, match="give both for every member"):
        ClearingHouse(margins={"north": 1}, contributions={}, skin_in_the_game=0)


def test_a_layer_is_shared_pro_rata():
    ledger, unpaid = absorb(3, [Layer("fund", {"a": 4, "b": 2, "c": 0})])
    assert ledger == [Entry("fund", "a", -2), Entry("fund", "b", -1)]
    assert unpaid == 0
    assert socialised_shares(3, {"a": 4, "b": 2, "loser": -9}) == {"a": 2, "b": 1}
    assert socialised_shares(30, {"a": 4}) == {"a": 4}
    assert socialised_shares(3, {"loser": -9}) == {}
    with pytest.raises(ValueError, match="loss is -1"):
        absorb(-1, [])
    with pytest.raises(ValueError, match="coins of a is -1"):
        Layer("fund", {"a": -1})


# --- cost -----------------------------------------------------------------------------------------


@given(sides, st.integers(1, 50))
@settings(max_examples=20)
def test_a_larger_liquidation_is_filled_at_a_worse_price(side, millions):
    book = {"side": side, "price": 50_000, "half_spread": sp.Rational(1, 10_000), "market_depth": 10**9}
    small, large = (fill_price_in_book(notional=size * 10**6, **book) for size in (millions, millions + 1))
    assert side * (50_000 - small) > 0
    assert side * (small - large) > 0
    # 10,000,000 USD for one percent: each million moves the last price by 0.1 %, and the average by
    # about half of that.
    assert float(side * (small - large)) == pytest.approx(50_000 / 2000, rel=0.02)


@pytest.mark.parametrize("side", [LONG, SHORT])
def test_the_fill_price_is_the_harmonic_average_of_what_each_dollar_gets(side):
    price, spread, depth, notional, parts = 8_400, sp.Rational(1, 2000), 20 * 10**6, 10**6, 400
    piece = sp.Rational(notional, parts)
    fills = [
        (piece, price * (1 - side * (spread + (k + sp.Rational(1, 2)) * piece / depth))) for k in range(parts)
    ]
    book = {"side": side, "price": price, "half_spread": spread, "market_depth": depth}
    average = fill_price_in_book(notional=notional, **book)
    assert float(average) == pytest.approx(float(contract.average_entry_price(fills)), rel=1e-8)
    # The plain average is the price of the middle dollar. Here it is 208 millionths too high.
    middle = price * (1 - side * (spread + sp.Rational(notional, 2 * depth)))
    assert float(middle / average - 1) == pytest.approx(208e-6, rel=0.06)


@pytest.mark.parametrize("remedy", ["deleveraging", "socialised loss"])
def test_a_fill_price_of_a_book_may_be_traded_at_and_no_coin_is_lost(remedy):
    # A logarithm; the fund pays for a part, the rest is closed against the queue, or shared.
    fill_price = fill_price_in_book(
        side=LONG, notional=100_000, price=44_000, half_spread=sp.Rational(1, 2000), market_depth=5 * 10**6
    )
    assert not fill_price.is_Rational
    venue = venue_of_three(insurance_fund=sp.Rational(1, 50))
    after = venue.liquidate(
        "long", fill_price=fill_price, price=44_000, fee_rate=0.0005, counterparty="buyer", remedy=remedy
    )
    assert after.insurance_fund == 0
    assert after.total(44_000) == venue.total(44_000) == venue.total(60_000)
    bought = after.account("buyer").position
    assert float(bought.entry_price) == pytest.approx(float(fill_price), rel=1e-15)
    assert (bought.notional == 100_000) == (remedy == "socialised loss")


def test_the_first_dollar_is_filled_at_the_best_price_and_the_impact_begins_at_half_of_its_share():
    for side in (LONG, SHORT):
        spread = sp.Rational(1, 500)
        assert sp.limit(fill_price_in_book(side=side, half_spread=spread), N, 0) == S * (1 - side * spread)
        at_no_spread = fill_price_in_book(side=side, half_spread=0)
        impact = sp.series(side * (1 - at_no_spread / S), N, 0, 3).removeO()
        assert sp.expand(impact - N / (2 * Z) - side * N**2 / (12 * Z**2)) == 0


@pytest.mark.parametrize("notional", [100, 200])
def test_an_empty_book_is_refused(notional):
    with pytest.raises(ValueError, match=r"market_depth is 100 \(USD\).*cannot take"):
        fill_price_in_book(side=LONG, notional=notional, price=50_000, half_spread=0, market_depth=100)
    # A short is bought back at any price: above the middle the book does not end.
    assert fill_price_in_book(
        side=SHORT, notional=notional, price=50_000, half_spread=0, market_depth=100
    ).is_positive


@given(sides, st.integers(20_000, 90_000), st.sampled_from([0, sp.Rational(1, 1000)]))
@settings(max_examples=30)
def test_cost_and_shortfall_meet_at_the_bankruptcy_price(side, fill_price, fee_rate):
    trade = {"side": side, "notional": 100_000, "entry_price": 50_000, "margin": sp.Rational(1, 5)}
    fill = {"fill_price": fill_price, "fee_rate": fee_rate}
    balance = margin.margin_balance(price=50_000, **trade)
    cost = liquidation_cost(price=50_000, leftover="trader", **fill, **trade)
    shortfall = liquidation_shortfall(**fill, **trade)
    assert cost <= balance
    assert shortfall == 0 or cost == balance
    fee = contract.fee(notional=100_000, price=fill_price, fee_rate=fee_rate)
    lost = slippage(side=side, notional=100_000, price=50_000, fill_price=fill_price) + fee
    assert cost + shortfall == lost, "what the trade loses is paid by the trader, and then by others"


# --- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"name": "nobody"}, "name is 'nobody', but the accounts are long, bold short"),
        ({"name": "buyer"}, "counterparty is 'buyer', but must be another account"),
        ({"name": "buyer", "counterparty": "long"}, "has no bankruptcy price"),
        ({"name": "calm short"}, "has no bankruptcy price"),
        ({"remedy": "prayer"}, "remedy is 'prayer', but must be one of"),
        ({"fill_price": 0}, "fill_price is 0"),
    ],
)
def test_a_liquidation_that_cannot_be_is_named(how, message):
    how = {"name": "long", "fill_price": 40_000, "counterparty": "buyer"} | how
    with pytest.raises(ValueError, match=message):
        venue_of_three().liquidate(**how)


def test_a_venue_that_cannot_be_is_named():
    long = opened("long", 1, LONG, 1000)
    with pytest.raises(ValueError, match="accounts hold 1000 USD more long than short"):
        Exchange((long,))
    with pytest.raises(ValueError, match="accounts has a name twice: engine, long, long"):
        Exchange((long, long))
    with pytest.raises(ValueError, match="insurance_fund is -1"):
        Exchange((), insurance_fund=-1)
    with pytest.raises(ValueError, match="leftover is 'nobody'"):
        Exchange((), leftover="nobody")


def test_coins_below_zero_with_profit_against_them_are_no_bankruptcy():
    account = opened("winner", -1, SHORT, 100_000)
    assert account.equity(20_000) == 2
    price = account.bankruptcy_price()
    assert account.equity(price) == 0
    assert opened("hopeless", -3, LONG, 100_000).bankruptcy_price() == sp.oo
