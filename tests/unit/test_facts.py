"""Asking the venues whether the facts still hold, against a venue on this machine that plays every fault."""

import copy
import dataclasses
import json
import re
import socket
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from local_venue import cut_in_the_middle, hang, not_json, playing, send, status
from venue_answers import ANSWERS

from inversefutures import downloads
from inversefutures.venues import SPECIFICATIONS, ages, margin_schedules, specifications
from tools.facts import comparison
from tools.facts.comparison import compare, stated_nowhere
from tools.facts.interfaces import CONTRACT, INTERFACES
from tools.facts.recorded import all_recorded
from tools.facts.report import Status, report, summary
from tools.facts.report import status as exit_status

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 26)
ASKED = [(interface, name) for interface in INTERFACES for name in interface.readings]


def label(value):
    return f"{value.venue} {path_of(value)}" if isinstance(value, comparison.Interface) else value


def path_of(interface):
    return interface.path.partition("?")[0]


venue = playing(lambda path, query: copy.deepcopy(ANSWERS[path]))


@pytest.fixture
def asked(venue, waits):
    """Ask this venue for all facts, or for those of some interfaces."""

    def ask_here(interfaces=INTERFACES, base_url=None, **options):
        def ask(url):
            return downloads.ask(url, **{"wait": waits.append, "retries": 2, **options})

        return list(compare(ask, interfaces, base_url or venue.url))

    return ask_here


@pytest.fixture
def all_known(monkeypatch):
    """Let the package know what it does not: as the answers of this file have it."""
    known = all_recorded()
    for interface, name in ASKED:
        fact = known[interface.venue, name]
        if fact.value is None:
            entry = comparison.entry_of(interface, decimals(ANSWERS[path_of(interface)]))
            known[interface.venue, name] = dataclasses.replace(fact, value=interface.readings[name](entry))
    monkeypatch.setattr(comparison, "all_recorded", lambda: known)


def decimals(document):
    """A document as the loaders hand it on."""
    return json.loads(json.dumps(document), parse_float=Decimal)


def entry_in(interface, document):
    """The contract's entry in a document, to be changed there."""
    return comparison.entry_of(interface, document)


def kinds(findings):
    return [finding.kind for finding in findings]


def finding_of(findings, interface, name):
    (one,) = [each for each in findings if each.interface is interface and each.recorded.name == name]
    return one


# ── Good answers ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_known_fact_agrees_with_the_same_value(asked, venue):
    findings = asked()
    assert [(finding.interface, finding.recorded.name) for finding in findings] == ASKED
    for finding in findings:
        wanted = "differs" if finding.recorded.value is None else "agrees"
        assert finding.kind == wanted, finding
    assert len(venue.requests) == len(INTERFACES), "one request an address"
    assert exit_status(findings) == Status.SOMETHING_DIFFERS


@pytest.mark.usefixtures("all_known")
def test_only_when_all_was_asked_and_agrees_the_status_is_0(asked):
    findings = asked()
    assert set(kinds(findings)) == {"agrees"}
    assert exit_status(findings) == Status.ALL_AGREE == 0
    assert summary(findings) == (
        f"Of {len(ASKED)} facts that public interfaces state: {len(ASKED)} agree, 0 differ, "
        "0 were not stated, 0 could not be read."
    )


@pytest.mark.parametrize(
    ("path", "field", "written"),
    [
        ("/api/v1/instrument", "tickSize", ["0.1", "0.10", 0.1]),
        ("/api/v1/instrument", "lotSize", ["100", 100.0, "1e2"]),
        ("/swap-api/v1/swap_contract_info", "contract_size", [100, "100.000000000000000000"]),
        ("/public/products", "contractSize", ["1 USD", 1, "1"]),
        ("/exchange/public/products", "fundingInterval", [8, "8", 28_800]),
    ],
)
@pytest.mark.usefixtures("all_known")
def test_how_a_number_is_written_makes_no_difference(asked, venue, path, field, written):
    (interface,) = [each for each in INTERFACES if path_of(each) == path]
    for value in written:

        def change(document, value=value):
            entry_in(interface, document)[field] = value
            return document

        venue.change = change
        assert set(kinds(asked([interface]))) == {"agrees"}, value


@pytest.mark.parametrize("unit", [1, 100], ids=["fractions", "percentages"])
@pytest.mark.usefixtures("all_known")
def test_bybits_rates_are_read_in_either_unit(asked, venue, unit):
    (interface,) = [each for each in INTERFACES if "risk-limit" in each.path]

    def change(document):
        for tier in document["result"]["list"]:
            for name in ("initialMargin", "maintenanceMargin"):
                tier[name] = str(float(tier[name]) * unit)
        return document

    venue.change = change
    assert kinds(asked([interface])) == ["agrees"] * 2


# ── Changed answers ─────────────────────────────────────────────────────────────────────────────────────────

CHANGES = [
    ("/api/v1/instrument", CONTRACT, ("state",), "Settled", "not traded: state is 'Settled'"),
    ("/api/v1/instrument", "contract_size", ("multiplier",), -1_000_000_000, "10"),
    ("/api/v1/instrument", "tick", ("tickSize",), 0.5, "0.5"),
    ("/api/v1/instrument", "lot", ("lotSize",), 1, "1"),
    ("/api/v1/instrument", "settlement_coin", ("settlCurrency",), "USDt", "USDt"),
    ("/api/v1/instrument", "funding_period", ("fundingInterval",), "2000-01-01T04:00:00.000Z", "4 h"),
    ("/api/v1/instrument", "fees, maker", ("makerFee",), -0.00025, "-0.025 %"),
    ("/api/v1/instrument", "maintenance margin at the base", ("maintMargin",), 0.0035, "0.35 %"),
    ("/api/v1/instrument", "base risk limit", ("riskLimit",), 15_000_000_000, "150"),
    ("/api/v2/public/get_instrument", CONTRACT, ("is_active",), False, "not traded: is_active is False"),
    ("/api/v2/public/get_instrument", "tick", ("tick_size_steps",),
     [{"above_price": 100_000.0, "tick_size": 2.5}], "0.5, 2.5 above 100000"),
    ("/api/v2/public/get_instrument", "lot", ("min_trade_amount",), 20, "2"),
    ("/api/v2/public/get_instrument", "initial margin at the base", ("max_leverage",), 100, "1 %"),
    ("/v5/market/instruments-info", "tick", ("priceFilter", "tickSize"), "0.10", "0.1"),
    ("/v5/market/instruments-info", "funding_period", ("fundingInterval",), 240, "4 h"),
    ("/dapi/v1/exchangeInfo", CONTRACT, ("contractStatus",), "SETTLING",
     "not traded: contractStatus is 'SETTLING'"),
    ("/dapi/v1/exchangeInfo", "contract_size", ("contractSize",), 10, "10"),
    ("/api/v5/public/instruments", "tick", ("tickSz",), "0.01", "0.01"),
    ("/api/v5/public/funding-rate", "funding_period", ("nextFundingTime",), "1795032000000", "4 h"),
    ("/derivatives/api/v3/instruments", "lot", ("contractValueTradePrecision",), -3, "1000"),
    ("/derivatives/api/v3/instruments", "initial margin schedule", ("marginLevels",),
     [{"contracts": 0, "initialMargin": 0.1, "maintenanceMargin": 0.05}], "from 0: 10 %"),
    ("/swap-api/v1/swap_contract_info", CONTRACT, ("contract_status",), 3,
     "not traded: contract_status is 3"),
    ("/swap-api/v1/swap_contract_info", CONTRACT, ("contract_status",), True,
     "not traded: contract_status is True"),
    ("/api/v1/contracts/XBTUSDM", "settlement_coin", ("settleCurrency",), "USDT", "USDT"),
    ("/public/products", CONTRACT, ("status",), "Delisted", "not traded: status is 'Delisted'"),
    ("/exchange/public/products", "fees, taker", ("takerFeeRateEr",), 60_000, "0.06 %"),
]  # fmt: skip


@pytest.mark.usefixtures("all_known")
@pytest.mark.parametrize(("path", "name", "place", "value", "now"), CHANGES)
def test_a_changed_fact_differs_and_no_other(asked, venue, path, name, place, value, now):
    (interface,) = [each for each in INTERFACES if path_of(each) == path]

    def change(document):
        *way, last = place
        entry = entry_in(interface, document)
        for step in way:
            entry = entry[step]
        entry[last] = value
        return document

    venue.change = change
    findings = asked([interface])
    others = [each for each in findings if each.recorded.name != name]
    # A schedule is one answer: its two halves change together.
    assert set(kinds(others)) <= ({"agrees", "differs"} if place == ("marginLevels",) else {"agrees"})
    changed = finding_of(findings, interface, name)
    assert (changed.kind, changed.now) == ("differs", now)
    assert exit_status(findings) == Status.SOMETHING_DIFFERS == 1


def test_a_tier_more_is_another_schedule(asked, venue):
    (interface,) = [each for each in INTERFACES if "risk-limit" in each.path]

    def change(document):
        tiers = document["result"]["list"]
        more = {
            "riskLimitValue": "450",
            "maintenanceMargin": "0.015",
            "initialMargin": "0.02",
            "maxLeverage": "50",
        }
        document["result"]["list"] = [{**tiers[0], **more}, *tiers]  # in whatever order they come
        return document

    venue.change = change
    assert finding_of(asked([interface]), interface, "maintenance margin schedule").now == (
        "up to 150: 0.5 %; up to 300: 1 %; up to 450: 1.5 %"
    )


def test_a_first_page_of_tiers_is_no_schedule(asked, venue):
    (interface,) = [each for each in INTERFACES if "risk-limit" in each.path]

    def change(document):
        document["result"]["nextPageCursor"] = "2"
        return document

    venue.change = change
    assert kinds(asked([interface])) == ["not read"] * 2


def test_a_difference_names_both_values_their_date_and_the_place_to_edit(asked, venue):
    bitmex = INTERFACES[0]

    def change(document):
        document[0]["tickSize"] = 0.5
        return document

    venue.change = change
    text = report(asked([bitmex]), [], TODAY)
    (line,) = [line for line in text.splitlines() if "tick" in line]
    for part in ("`0.1`", "since 2024-07-31", "2 years ago", "`0.5`", bitmex.url(),
                 "`inversefutures/venues/specifications.py: BITMEX, tick`"):  # fmt: skip
        assert part in line


def test_the_places_to_edit_exist():
    for fact in all_recorded().values():
        file, _, place = fact.place.partition(": ")
        assert (ROOT / file).is_file()
        if place:
            name, *field = place.split(", ")
            module = specifications if file.endswith("specifications.py") else margin_schedules
            named = eval(name, vars(module))
            assert not field or hasattr(named, field[0].partition(":")[0]), fact.place


# ── Missing and wrong ───────────────────────────────────────────────────────────────────────────────────────


def fields_of(interface):
    """The fields of the contract's entry that a reading needs, found by taking each away."""
    entry = comparison.entry_of(interface, decimals(ANSWERS[path_of(interface)]))
    for name in entry:
        less = {key: value for key, value in entry.items() if key != name}
        for fact in interface.readings:
            try:
                if interface.readings[fact](less) != interface.readings[fact](entry):
                    yield name, fact
            except comparison.MissingError:
                yield name, fact


FIELDS = [(interface, *needed) for interface in INTERFACES for needed in fields_of(interface)]


def test_every_fact_needs_a_field():
    assert {(interface.venue, fact) for interface, _, fact in FIELDS} == {
        (interface.venue, fact) for interface, fact in ASKED
    }


@pytest.mark.usefixtures("all_known")
@pytest.mark.parametrize("absent", ["left out", None, ""], ids=["left out", "null", "empty"])
def test_a_missing_field_is_not_stated(asked, venue, absent):
    for interface, field, fact in FIELDS:

        def change(document, interface=interface, field=field):
            entry = entry_in(interface, document)
            if absent == "left out":
                del entry[field]
            else:
                entry[field] = absent
            return document

        venue.change = change
        findings = asked([interface])
        missing = finding_of(findings, interface, fact)
        assert missing.kind == "not stated", (interface.venue, field, fact)
        assert exit_status(findings) == Status.SOMETHING_NOT_ASKED == 3
        assert "Nothing is known of the" in summary(findings)


@pytest.mark.usefixtures("all_known")
@pytest.mark.parametrize("wrong", [[], {}, {"a": 1}, [1], "no number", "nan", "1e9999", True, 10**80])
def test_a_field_of_another_type_never_agrees(asked, venue, wrong):
    for interface, field, fact in FIELDS:

        def change(document, interface=interface, field=field):
            entry_in(interface, document)[field] = wrong
            return document

        venue.change = change
        changed = finding_of(asked([interface]), interface, fact)
        original = comparison.entry_of(interface, ANSWERS[path_of(interface)])[field]
        if original != wrong:
            assert changed.kind != "agrees", (interface.venue, field, fact)
            assert changed.now or changed.why


# Where the address names the contract, a venue without it answers with an error.
LISTS = [
    (interface, *step) for interface in INTERFACES for step in interface.entry if isinstance(step, tuple)
]


@pytest.mark.usefixtures("all_known")
@pytest.mark.parametrize(("interface", "name", "wanted"), LISTS, ids=label)
def test_a_contract_that_is_not_listed_is_no_agreement(asked, venue, interface, name, wanted):
    def rename(value):
        if isinstance(value, list):
            return [rename(each) for each in value]
        if isinstance(value, dict):
            return {
                key: "OTHER" if key == name and each == wanted else rename(each)
                for key, each in value.items()
            }
        return value

    venue.change = rename
    findings = asked([interface])
    for finding in findings:
        assert finding.kind == ("differs" if finding.recorded.name == CONTRACT else "not read")
        assert wanted in finding.why
    assert exit_status(findings) != Status.ALL_AGREE


REFUSALS = {
    "/v5/market/instruments-info": {"retCode": 10006, "retMsg": "Too many visits!", "result": {}},
    "/v5/market/risk-limit": {"retCode": 10001, "retMsg": "params error", "result": {"list": []}},
    "/api/v5/public/instruments": {"code": "51001", "msg": "Instrument ID does not exist", "data": []},
    "/derivatives/api/v3/instruments": {"result": "error", "error": "apiLimitExceeded"},
    "/swap-api/v1/swap_contract_info": {"status": "error", "err_code": 1032, "err_msg": "over limit"},
    "/api/v1/contracts/XBTUSDM": {"code": "429000", "msg": "Too Many Requests"},
    "/public/products": {"code": "39995", "msg": "Too many requests."},
}


@pytest.mark.parametrize("path", REFUSALS)
def test_an_error_in_an_answer_200_is_quoted_and_no_fact_is_read(asked, venue, path):
    (interface,) = [each for each in INTERFACES if path_of(each) == path]
    venue.change = lambda _: REFUSALS[path]
    findings = asked([interface])
    assert set(kinds(findings)) == {"not read"}
    assert all("the answer is an error" in finding.why for finding in findings)


# Any JSON, and JSON that has the right fields with anything in them.
leaves = st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(max_size=5)
documents = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_answer_at_all_can_stop_the_report_or_agree_by_chance(data):
    interface = data.draw(st.sampled_from(INTERFACES))
    document = decimals(ANSWERS[path_of(interface)])
    entry = comparison.entry_of(interface, document)
    field = data.draw(st.sampled_from(sorted(entry)))
    entry[field] = data.draw(documents)
    whole = data.draw(st.booleans())
    answer = data.draw(documents) if whole else document
    findings = list(compare(lambda url: answer, [interface]))
    assert len(findings) == len(interface.readings)
    if whole:
        assert "agrees" not in kinds(findings)
    text = report(findings, stated_nowhere(), TODAY)
    assert summary(findings) in text


# ── No answer ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("all_known")
def test_a_venue_that_asks_for_patience_gets_it(asked, venue, waits):
    venue.faults = [status(429, Retry_After="7"), status(429)]
    findings = asked()
    assert set(kinds(findings)) == {"agrees"}
    assert waits == [7.0, 2.0]
    assert len(venue.requests) == len(INTERFACES) + 2


@pytest.mark.parametrize(
    ("fault", "words", "requests"),
    [
        (status(429), "429 Too Many Requests, 3 times in a row", 3),
        (status(429, Retry_After="3600"), "asks to wait 3600 seconds", 1),
        (status(418), "418", 1),
        (status(500), "500", 3),
        (status(503), "503", 3),
        (status(403, b"no"), "some venues refuse some countries", 1),
        (status(404), "404", 1),
        (not_json, "is not JSON", 1),
        (status(200, b"<html>Maintenance</html>"), "is not JSON", 1),
        (status(200, b'{"a": 1e99999999999999999999}'), "is not JSON", 1),
        (status(200, b""), "is not JSON", 1),
        (status(200, b"NaN"), "is not JSON", 1),
        (cut_in_the_middle, "broke off", 3),
    ],
    ids=[
        "429",
        "an hour",
        "418",
        "500",
        "503",
        "403",
        "404",
        "half",
        "HTML",
        "beyond",
        "empty",
        "NaN",
        "cut",
    ],
)
def test_what_cannot_be_asked_is_not_read_and_says_why(asked, venue, fault, words, requests):
    venue.always = fault
    findings = asked(INTERFACES[:1])
    assert set(kinds(findings)) == {"not read"}
    assert all(words in finding.why for finding in findings)
    assert len(venue.requests) == requests
    assert exit_status(findings) == Status.SOMETHING_NOT_ASKED
    text = report(findings, [], TODAY)
    assert f"Nothing is known of the {len(findings)} that got no answer." in text
    assert words.partition(" is ")[0] in text


def test_a_venue_that_hangs_is_not_read(asked, venue):
    venue.always = hang
    findings = asked(INTERFACES[:1], timeout_seconds=0.1, retries=0)
    assert set(kinds(findings)) == {"not read"}
    assert "did not answer" in findings[0].why


def test_offline_nothing_is_known_and_it_is_said_at_once(asked, waits):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    findings = asked(base_url=f"http://127.0.0.1:{port}")
    assert set(kinds(findings)) == {"not read"}
    assert waits == []
    assert exit_status(findings) == Status.SOMETHING_NOT_ASKED
    assert f"{len(ASKED)} could not be read" in summary(findings)


@pytest.mark.usefixtures("all_known")
@pytest.mark.parametrize("number", range(len(INTERFACES)))
def test_one_address_that_fails_spoils_no_other_and_no_zero_status(asked, venue, number):
    venue.faults = [send] * number + [status(404)]
    findings = asked()
    for finding in findings:
        wanted = "not read" if finding.interface is INTERFACES[number] else "agrees"
        assert finding.kind == wanted
    assert exit_status(findings) == Status.SOMETHING_NOT_ASKED


def test_without_any_finding_all_is_not_well():
    assert exit_status([]) == Status.SOMETHING_NOT_ASKED


# ── The report ──────────────────────────────────────────────────────────────────────────────────────────────


def test_every_known_fact_is_in_the_report(asked):
    text = report(asked(), stated_nowhere(), TODAY)
    for venue, specification in SPECIFICATIONS.items():
        for name, fact in specification.facts.items():
            if fact.is_known:
                pattern = rf"\*\*{venue}\*\*.*\b{name}\b"
                assert re.search(pattern, text), (venue, name)
    assert "age unknown" in text
    assert "risk limits of BTCUSD perpetual" in text
    # An issue takes no more characters.
    assert len(text) < 65_536


def test_what_a_venue_sends_can_neither_link_nor_call_anybody(asked, venue):
    def change(document):
        document[0]["settlCurrency"] = "`@someone` [x](https://example.org)\n# head"
        return document

    venue.change = change
    (line,) = [line for line in report(asked(INTERFACES[:1]), [], TODAY).splitlines() if "@someone" in line]
    assert "`'@someone' [x](https://example.org) # head`" in line


def test_the_program_prints_writes_and_leaves_with_the_status(venue, tmp_path):
    def run(url):
        command = [
            sys.executable,
            "-m",
            "tools.facts",
            "--base-url",
            url,
            "--report",
            str(tmp_path / "report.md"),
        ]
        return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, check=False)

    differing = run(venue.url)
    assert differing.returncode == 1
    assert (tmp_path / "report.md").read_text("utf-8") in differing.stdout
    assert "differ, 0 were not stated, 0 could not be read" in differing.stderr
    venue.always = status(404)
    refused = run(venue.url)
    assert refused.returncode == 3
    assert "0 agree, 0 differ" in refused.stderr


# ── Ages ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("as_of", "words"),
    [
        ("2026-11-26", "less than a month ago"),
        ("2026-10-27", "less than a month ago"),
        ("2026-10-26", "1 month ago"),
        ("2026-05-29", "5 months ago"),
        ("since 2024-12-26", "23 months ago"),
        ("2024-11-26", "2 years ago"),
        ("2021-06-08 to 2023-12-07", "2 years ago"),
        ("2023", "3 years ago"),
        ("undated copy, read 2026-11", "age unknown"),
    ],
)
def test_an_age_counts_from_the_day_on_which_the_fact_was_last_seen(as_of, words):
    assert ages.age_in_words(as_of, TODAY) == words


@given(st.dates(date(2009, 1, 3), date(2060, 12, 31)), st.dates(date(2009, 1, 3), date(2060, 12, 31)))
def test_no_fact_grows_younger(seen, later):
    today = max(seen, later)
    months = ages.age_in_months(seen.isoformat(), today)
    assert months >= 0
    # A month and a year begin before their days, so they are at least as old.
    assert (
        months <= ages.age_in_months(seen.isoformat()[:7], today) <= ages.age_in_months(str(seen.year), today)
    )
