"""The Explorer in Python: what it refuses, what it stores, and the values it takes."""

import dataclasses
import html
import json
import math
import re
from xml.etree import ElementTree

import numpy as np
import pytest
import sympy as sp
from matplotlib import pyplot as plt

from inversefutures import figures, notation
from inversefutures.printing import UnsupportedExpressionError
from inversefutures.widgets import (
    Bars,
    Choice,
    Curve,
    Explorer,
    Legs,
    Mark,
    Panel,
    Paths,
    Points,
    Readout,
    Region,
    Slider,
    Steps,
)
from inversefutures.widgets.scripts import SPEC, with_formulas_apart

N, E, S, d = notation.N, notation.E, notation.S, notation.d
PRICE = Slider(S, 12_000, 2_000, 30_000)
ENTRY = Slider(E, 10_000, 2_000, 30_000)
SIDE = Choice(d, 1, {"long": 1, "short": -1})
CURVE = Curve(d * 10_000 * (1 / E - 1 / S), "inverse", "inverse")
PANEL = Panel(
    "Profit in coin",
    notation.BTC,
    [CURVE],
    marks=[Mark(E, "entry", "entry"), Mark(10_000 / E, "best case", axis="y")],
    regions=[Region(None, E / 2, "halved", "liquidation")],
)


def explorer(**changes):
    arguments = {
        "title": "Payoff",
        "question": "Who earns what?",
        "description": "The payoff of an inverse contract.",
        "x": PRICE,
        "parameters": [ENTRY, SIDE],
        "panels": [PANEL],
        "readouts": [Readout("Profit", 10_000 * d * (S / E - 1), notation.USD)],
    }
    return Explorer(**(arguments | changes))


def panel(**changes):
    return {"panels": [dataclasses.replace(PANEL, **changes)]}


def entry(**changes):
    return {"parameters": [dataclasses.replace(ENTRY, **changes), SIDE]}


k = sp.Symbol("k", integer=True)
k_ = sp.Symbol("draw")

BAD = {
    "unsupported node": (panel(curves=[Curve(sp.Sum(S / k, (k, 1, 9)), "sum", "long")]), "'sum': Sum cannot"),
    "default outside": (entry(default=1_000), "default of entry_price is 1,000, outside its range 2,000 to"),
    "empty range": (entry(minimum=10_000, maximum=10_000), "10,000 to 10,000, which is empty"),
    "reversed range": (entry(minimum=30_000, maximum=2_000), "30,000 to 2,000, which is empty"),
    "infinite": (entry(maximum=math.inf), "maximum of entry_price is inf: give a finite number"),
    "not a number": (entry(default=math.nan), "default of entry_price is nan"),
    "text": (entry(default="10000"), "default of entry_price is '10000'"),
    "outside the domain": (entry(minimum=0), "entry_price is 0"),
    "step": (entry(step=-5), "step of entry_price is -5"),
    "scale": (entry(scale="cubic"), "scale of entry_price is 'cubic'"),
    "log from zero": (
        {"parameters": [ENTRY, SIDE, Slider(sp.Symbol("k"), 1, 0, 2, scale="log")]},
        "range of k is 0 to 2: a log scale needs a range above zero",
    ),
    "log panel from zero": (panel(y_scale="log", y_range=(0, 1)), "y_range of panel .*log scale"),
    "reversed panel": (panel(y_range=(1, -1)), "y_range of panel .* is empty"),
    "panel scale": (panel(y_scale="cubic"), "y_scale of panel"),
    "curve without control": (panel(curves=[Curve(N * S, "loose", "long")]), "curve 'loose' depends on N"),
    "mark without control": (panel(marks=[Mark(N, "loose")]), "mark 'loose' depends on N"),
    "mark that moves with x": (panel(marks=[Mark(S, "loose")]), "mark 'loose' depends on S, the x symbol"),
    "mark axis": (panel(marks=[Mark(E, "loose", axis="z")]), "axis of mark 'loose' is 'z'"),
    "region without control": (panel(regions=[Region(E, N, "loose")]), "region 'loose' depends on N"),
    "readout without control": ({"readouts": [Readout("loose", N)]}, "readout 'loose' depends on N"),
    "two controls": ({"parameters": [ENTRY, SIDE, ENTRY]}, "entry_price has 2 controls"),
    "x controlled twice": ({"parameters": [ENTRY, SIDE, PRICE]}, "price has 2 controls"),
    "unknown role": (panel(curves=[Curve(S, "c", "purple")]), "role of 'c' is 'purple': use one of long"),
    "no panel": ({"panels": []}, "panels is empty"),
    "no curve": (panel(curves=[]), "has no curve"),
    "no question": ({"question": " "}, "question is empty"),
    "no description": ({"description": ""}, "description is empty"),
    "choice default": ({"parameters": [ENTRY, Choice(d, 1, {"short": -1, "flat": -1})]}, "options of side"),
    "choice without default": (
        {"parameters": [ENTRY, Choice(sp.Symbol("p"), 3, {"one": 1, "two": 2})]},
        "default of p is 3",
    ),
    "points with half an error": (
        panel(curves=[Points(E, "p", "long", low=E / 2, at=[1, 2])]),
        "points 'p' has one end of its error bars",
    ),
    "bars without edges": (panel(curves=[Bars(E, "b", "long")]), "bars 'b' has no edges"),
    "bars out of order": (
        panel(curves=[Bars(E, "b", "long", edges=[1, 3, 2])]),
        "edges of bars 'b' does not grow",
    ),
    "a column too short": (
        panel(curves=[Bars(N, "b", "long", edges=[1, 2, 3], columns={N: [1]})]),
        "column N of bars 'b' does not fit",
    ),
    "a column without places": (
        panel(curves=[Steps(N, "s", "long", columns={N: [1, 2]})]),
        "steps 's' has columns and no places",
    ),
    "a column that is not finite": (
        panel(curves=[Steps(N, "s", "long", at=[1, 2], columns={N: [1, math.nan]})]),
        "a number that is not finite",
    ),
    "a column that is a control": (
        panel(curves=[Steps(E, "s", "long", at=[1, 2], columns={E: [1, 2]})]),
        "which a control moves",
    ),
    "paths of unlike number": (
        panel(curves=[Paths(N + k_, "p", "long", at=[1, 2], draws={N: [[1, 2]], k_: [[1, 2], [3, 4]]})]),
        "the same number of paths",
    ),
    "percent of a price": (
        entry(percent=True),
        "entry_price is in USD per BTC, of which there is no percent",
    ),
    "percent of coins": (
        panel(percent=True),
        "panel 'Profit in coin' is in BTC, of which there is no percent",
    ),
    "legs without controls": (
        {"parameters": [ENTRY, SIDE, Legs("leg", [])]},
        "controls of the legs is empty",
    ),
    "more legs than there can be": (
        {"parameters": [ENTRY, SIDE, Legs("leg", [Slider(N, 1, 1, 2)], [{}, {}], most=1)]},
        "2 legs at the start",
    ),
    "a leg that sets what it lacks": (
        {"parameters": [ENTRY, SIDE, Legs("leg", [Slider(N, 1, 1, 2)], [{S: 1}])]},
        "leg 1 sets S",
    ),
    "choice outside the domain": ({"parameters": [ENTRY, Choice(d, 1, {"a": 1, "b": 2})]}, "side is 2"),
}


@pytest.mark.parametrize(("changes", "message"), BAD.values(), ids=BAD)
def test_a_bad_description_is_refused_with_its_name(changes, message):
    with pytest.raises(ValueError, match=message):
        explorer(**changes)


def test_the_unsupported_node_has_its_own_error():
    with pytest.raises(UnsupportedExpressionError, match="gamma"):
        explorer(**panel(curves=[Curve(sp.gamma(S), "c", "long")]))


def stored_spec(source):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', source, re.DOTALL)[1])


def test_the_stored_html_carries_the_whole_spec():
    widget = explorer()
    assert stored_spec(widget.html()) == widget.spec
    assert "NaN" not in widget.html()
    assert widget.spec["x"]["label"] == "Price"
    assert widget.spec["x"]["unit"] == "USD per BTC"


def test_two_constructions_store_the_same_bytes():
    first, second = explorer()._repr_mimebundle_()[0], explorer()._repr_mimebundle_()[0]
    for face in ("text/plain", "text/html", "image/svg+xml"):
        assert first[face] == second[face]
    assert first["text/plain"] == "Explorer('Payoff')"
    assert "application/vnd.jupyter.widget-view+json" in first


def test_text_cannot_break_out_of_the_page():
    attack = "</script><b onclick='x()'>&\"bold\""
    source = explorer(title=attack, question=attack, description=attack, **panel(title=attack)).html()
    assert stored_spec(source)["title"] == attack
    assert source.count("</script>") == 1
    assert "<b onclick" not in source
    assert html.escape(attack) in source


def test_two_pictures_share_no_id_with_different_content():
    pictures = [explorer().picture(), explorer(**panel(y_range=(-9, 1))).picture()]
    found = [
        {
            node.attrib["id"]: ElementTree.tostring(node)
            for node in ElementTree.fromstring(picture).iter()
            if "id" in node.attrib
        }
        for picture in pictures
    ]
    for name in found[0].keys() & found[1].keys():
        assert found[0][name] == found[1][name]


def test_the_picture_is_named_small_and_follows_the_theme():
    picture = explorer().picture()
    root = ElementTree.fromstring(picture)
    assert root.attrib["role"] == "img"
    assert root[0].text == "Payoff"
    assert root[1].text == "The payoff of an inverse contract."
    assert len(picture) < 30_000
    assert "var(--if-long, #0063a0)" in picture
    assert "var(--if-background, #ffffff)" in picture


def test_values_are_set_whole_or_in_part():
    widget = explorer()
    widget.set(entry_price=20_000)
    widget.values = {"side": -1}
    assert widget.values == {"price": 12_000, "entry_price": 20_000, "side": -1}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"entry_price": 40_000}, "entry_price is 40,000, outside its range: .* 2,000 to 30,000"),
        ({"side": 0}, "side is 0: choose one of 1, -1"),
        ({"colour": 1}, "no parameter 'colour'; there are price, entry_price, side"),
        ({"entry_price": math.nan}, "entry_price is nan"),
        ({"entry_price": "dear"}, "entry_price is 'dear'"),
    ],
)
def test_a_bad_value_is_refused_and_nothing_moves(values, message):
    widget = explorer()
    with pytest.raises(ValueError, match=message):
        widget.set(**values)
    assert widget.values == widget.defaults


def test_evaluation_follows_the_values():
    widget = explorer()
    at = widget.evaluate([5_000, 20_000], side=-1)
    np.testing.assert_allclose(at["panels/0/curves/0"], [1, -0.5])
    np.testing.assert_allclose(at["panels/0/regions/0/end"], 5_000)
    np.testing.assert_allclose(at["readouts/0"], [5_000, -10_000])
    assert set(at) == {
        "panels/0/curves/0", "panels/0/marks/0", "panels/0/marks/1", "panels/0/regions/0/end", "readouts/0",
    }  # fmt: skip


def test_a_pages_formulas_become_functions_beside_it():
    widget = explorer(title="Ends with </script>")
    page = f"<p>Before</p>{widget.html()}<p>Between</p>{widget.html()}"
    apart, script = with_formulas_apart(page)
    formulas = {curve["value"]["js"] for panel in widget.spec["panels"] for curve in panel["curves"]}
    assert all(f"=> ({formula})" in script and f'"{formula}"' not in apart for formula in formulas)
    assert script.count("=>") == len(set(widget.evaluate(1))), "each formula once, however often it is used"
    assert re.sub(SPEC, "", apart) == re.sub(SPEC, "", page)
    first, second = (json.loads(spec) for _, spec, _ in SPEC.findall(apart))
    assert first == second
    assert first | {"panels": [], "readouts": []} == widget.spec | {"panels": [], "readouts": []}
    assert with_formulas_apart("<p>No widget</p>") == ("<p>No widget</p>", "")


def test_a_figure_needs_words():
    figure, axes = plt.subplots()
    axes.plot([1, 2])
    with pytest.raises(ValueError, match="alt is empty"):
        figures.show(figure, " ")
    picture = figures.show(figure, 'A line that "rises"')
    assert not plt.get_fignums()
    bundle = picture._repr_mimebundle_()
    assert ElementTree.fromstring(bundle["image/svg+xml"]).attrib["aria-label"] == 'A line that "rises"'
    assert bundle["image/svg+xml"] in bundle["text/html"]


def test_an_unknown_role_has_no_colour():
    with pytest.raises(ValueError, match="'purple' is not a role"):
        figures.colour("purple")


def test_percent_is_shown_and_stored_as_a_share():
    rate = Slider(notation.m, 0.05, 0, 0.2, percent=True)
    widget = explorer(
        parameters=[ENTRY, SIDE, rate],
        panels=[Panel("Rate", "", [Curve(notation.m * S / E, "rate", "coin")], percent=True, y_range=(0, 1))],
        readouts=[Readout("of the entry", notation.m, percent=True)],
    )
    slider = widget.spec["parameters"][2]
    assert (slider["unit"], slider["factor"], slider["maximum"]) == ("%", 100, 0.2)
    assert (widget.spec["panels"][0]["unit"], widget.spec["panels"][0]["range"]) == ("%", [0, 1])
    assert widget.values["maintenance_margin_rate"] == 0.05
    texts = {node.text for node in ElementTree.fromstring(widget.picture()).iter() if node.text}
    assert any("Rate (%)" in text for text in texts)
    assert any(text.strip() == "100" for text in texts), "the axis to 1 ends at 100 %"
    yearly = explorer(parameters=[ENTRY, SIDE, Slider(notation.r, 0.05, 0, 0.3, percent=True)])
    assert yearly.spec["parameters"][2]["unit"] == "% per year"


def test_a_number_that_a_readout_gives_is_not_said_beside_its_curve():
    widget = explorer(readouts=[Readout("Profit", CURVE.expression, notation.BTC)])
    assert widget.spec["panels"][0]["curves"][0]["silent"]
    assert "silent" not in explorer().spec["panels"][0]["curves"][0]


def test_legs_are_added_up_as_far_as_they_are_there():
    strike, size = notation.E, notation.N
    legs = Legs(
        "leg",
        [
            Choice(d, 1, {"long": 1, "short": -1}),
            Slider(strike, 10_000, 1_000, 50_000),
            Slider(size, 100, 1, 1_000),
        ],
        [{}, {d: -1, strike: 20_000}],
        most=3,
    )
    payoff = legs.total(d * size * sp.Max(0, S - strike))
    widget = explorer(
        parameters=[legs], panels=[Panel("Payoff", "USD", [Curve(payoff, "payoff", "long")])], readouts=[]
    )
    assert widget.values["leg1"] == widget.values["leg2"] == 1
    assert widget.values["leg3"] == 0
    np.testing.assert_array_equal(
        widget.evaluate([5_000, 15_000, 30_000])["panels/0/curves/0"], [0, 500_000, 1_000_000]
    )
    third = widget.evaluate(30_000, leg3=1, leg3_entry_price=25_000)["panels/0/curves/0"]
    assert float(third) == 1_500_000
    assert float(widget.evaluate(30_000, leg2=0)["panels/0/curves/0"]) == 2_000_000
    with pytest.raises(ValueError, match="leg3_entry_price is 60,000, outside its range"):
        widget.set(leg3_entry_price=60_000)


def test_a_layer_of_its_own_places_is_evaluated_there():
    depth = sp.Symbol("depth")
    bars = Bars(sp.Max(0, depth - E / 1_000), "left", "long", edges=[1, 2, 4], columns={depth: [10, 30]})
    many = Paths(E * k_, "paths", "coin", at=[1, 2], draws={k_: [[1, 2], [3, 4], [5, 6]]})
    widget = explorer(**panel(curves=[bars, many]), readouts=[])
    at = widget.evaluate([1], entry_price=20_000)
    np.testing.assert_array_equal(at["panels/0/curves/0"], [0, 10])
    np.testing.assert_array_equal(at["panels/0/curves/1"], 20_000 * np.arange(1, 7))
    assert widget.spec["panels"][0]["curves"][0]["table"] == {
        "at": [1.5, 3],
        "names": ["depth"],
        "columns": [[10, 30]],
    }
