"""The still pictures of the widgets: the default state, drawn with matplotlib from a widget's spec.

A module of its own, because NumPy and matplotlib are large: it is imported when a picture is drawn, and a
widget that only lives in a reader's browser does without it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import dates, rc_context
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from inversefutures import figures
from inversefutures.printing import plain
from inversefutures.widgets.layers import key_of

COLUMNS = 160
"""How many events or extremes a picture of a path can show side by side."""

LEGEND_COLUMNS = 4

LETTER = 0.0135
"""Width of an average letter of a picture, as a fraction of its axes."""

SECONDS_PER_DAY = 86400

Array = npt.NDArray[np.float64]


def of_explorer(spec: Mapping[str, Any], evaluate: Callable[[Array], Mapping[str, Array]]) -> str:
    """Return the picture of an Explorer: an ``<svg>`` element.

    Parameters
    ----------
    spec : mapping
        The Explorer's.
    evaluate : callable
        Takes values of x and returns every expression there, under its place in the spec.
    """
    axis, panels = spec["x"], spec["panels"]
    spacing = np.geomspace if axis["scale"] == "log" else np.linspace
    x = spacing(axis["minimum"], axis["maximum"], 200)
    state = evaluate(x)
    with rc_context(figures.STYLE):
        figure, axes = _panels(len(panels), height=2.8)
        axes[0].set_xscale(axis["scale"])
        axes[0].set_xlim(axis["minimum"], axis["maximum"])
        for index, (panel, ax) in enumerate(zip(panels, axes, strict=True)):
            _draw_curves(ax, panel, axis, x, f"panels/{index}", state)
        axes[-1].set_xlabel(_with_unit(axis["label"], axis["unit"]))
        return figures.svg(figure, spec["title"], spec["description"])


def of_simulator(
    spec: Mapping[str, Any],
    times: Sequence[float],
    arrays: Sequence[Array],
    happened: Sequence[tuple[int, str]],
) -> str:
    """Return the picture of a Simulator: an ``<svg>`` element.

    Parameters
    ----------
    spec : mapping
        The Simulator's.
    times : sequence of float
        Of each row: seconds since 1970 in UTC, or a count of the path's unit.
    arrays : sequence of arrays
        What is written down in each row, in the order of the spec's ``outputs``.
    happened : sequence of (int, str)
        Row and label of each event that happened, in order.
    """
    panels, time = spec["panels"], spec["path"]["time"]
    places = np.array(times) / SECONDS_PER_DAY if time["dates"] else np.array(times)
    looks = {event["label"]: event for event in spec["events"]}
    marked = [(float(places[row]), looks[label]) for row, label in happened if looks[label]["mark"]]
    with rc_context(figures.STYLE):
        figure, axes = _panels(len(panels), height=2.4)
        axes[0].set_xlim(places[0], places[-1])
        for index, (panel, ax) in enumerate(zip(panels, axes, strict=True)):
            _draw_lines(ax, panel, places, arrays)
            _draw_events(ax, marked, labelled=index == 0)
            _name_panel(ax, panel)
        if time["dates"]:
            _format_dates(axes[-1].xaxis)
            years = dict.fromkeys(datetime.fromtimestamp(times[row], UTC).year for row in (0, -1))
            axes[-1].set_xlabel(f"Time in UTC, {'–'.join(map(str, years))}")
        else:
            _format_numbers(axes[-1].xaxis)
            axes[-1].set_xlabel(f"{time.get('label', 'Time')} ({time['unit']})")
        return figures.svg(figure, spec["title"], spec["description"])


def _panels(count: int, height: float) -> tuple[Figure, Sequence[Axes]]:
    figure = Figure(figsize=(7.2, count * height + 0.3))
    return figure, list(figure.subplots(count, 1, sharex=True, squeeze=False)[:, 0])


def _line_style(item: Mapping[str, str]) -> dict[str, Any]:
    return {"color": figures.colour(item["role"]), "linestyle": figures.dash(item["role"])}


def _draw_curves(
    ax: Axes,
    panel: Mapping[str, Any],
    axis: Mapping[str, Any],
    x: Array,
    where: str,
    state: Mapping[str, Array],
) -> None:
    ax.set_yscale(panel["scale"])
    for k, layer in enumerate(panel["curves"]):
        place = f"{where}/curves/{k}"
        table = layer.get("table")
        values = {
            source: state[key_of(place, source)] for source in ("value", "low", "high") if source in layer
        }
        _draw_layer(ax, panel, layer, np.array(table["at"], dtype=float) if table else x, values)
    _finish(ax, panel)
    _format_numbers(ax.xaxis, axis["factor"])
    _draw_marks(
        ax, panel["marks"], [float(state[f"{where}/marks/{k}"][0]) for k in range(len(panel["marks"]))]
    )
    for k, region in enumerate(panel["regions"]):
        edges = [
            axis[limit] if region[side] is None else float(state[f"{where}/regions/{k}/{side}"][0])
            for side, limit in (("start", "minimum"), ("end", "maximum"))
        ]
        start, end = np.clip(edges, axis["minimum"], axis["maximum"])
        if not end > start:
            continue
        look = figures.colour(region["role"])
        ax.axvspan(start, end, color=look, alpha=0.14, linewidth=0, label=region["label"])
    _name_panel(ax, panel)


def _draw_lines(ax: Axes, panel: Mapping[str, Any], places: Array, arrays: Sequence[Array]) -> None:
    ax.set_yscale(panel["scale"])
    for layer in panel["curves"]:
        values = {
            source: arrays[layer[source]["array"]] for source in ("value", "low", "high") if source in layer
        }
        main = values.get("value", values.get("low"))
        assert main is not None, "every layer has one of the two"
        # Bars and bands keep all rows; a line of thousands keeps what can be seen of it.
        kept = _extremes(main) if layer["kind"] in ("curve", "steps") else np.arange(len(main))
        thinned = {source: each[kept] for source, each in values.items()}
        _draw_layer(ax, panel, layer, places[kept], thinned, linewidth=1.6)
    _finish(ax, panel)


def _draw_layer(
    ax: Axes,
    panel: Mapping[str, Any],
    layer: Mapping[str, Any],
    x: Array,
    values: Mapping[str, Array],
    **style: Any,
) -> None:
    """Draw one layer by its kind, with gaps where its values are not finite."""
    shown = {source: np.where(np.isfinite(each), each, np.nan) for source, each in values.items()}
    look = {**_line_style(layer), **style}
    match layer["kind"]:
        case "curve":
            low, high = panel["range"] or (-math.inf, math.inf)
            y = shown["value"]
            # A curve that jumps across the whole picture has a pole there: no line joins its two ends.
            poles = 1 + np.flatnonzero((np.minimum(y[1:], y[:-1]) < low) & (np.maximum(y[1:], y[:-1]) > high))
            ax.plot(np.insert(x, poles, np.nan), np.insert(y, poles, np.nan), label=layer["label"], **look)
        case "steps":
            ax.plot(x, shown["value"], label=layer["label"], drawstyle="steps-post", **look)
        case "band":
            ax.fill_between(
                x,
                shown["low"],
                shown["high"],
                color=look["color"],
                alpha=0.18,
                linewidth=0,
                label=layer["label"],
            )
            for edge in ("low", "high"):
                ax.plot(x, shown[edge], **{**look, "linewidth": 0.8})
        case "bars":
            edges = np.array(layer.get("edges", _half_way(x)), dtype=float)
            ax.bar(
                edges[:-1], np.nan_to_num(shown["value"]), np.diff(edges), align="edge", color=look["color"],
                linewidth=0, label=layer["label"],
            )  # fmt: skip
        case "points":
            errors = None
            if "low" in shown:
                errors = np.abs(np.array([shown["low"], shown["high"]]) - shown["value"])
            ax.errorbar(
                x, shown["value"], yerr=errors, fmt="o", markersize=4, linewidth=1.2, capsize=2.5,
                color=look["color"], label=layer["label"],
            )  # fmt: skip
        case "paths":
            for k, path in enumerate(shown["value"].reshape(-1, len(x))):
                ax.plot(
                    x, path, color=look["color"], linewidth=0.7, alpha=0.45, label="" if k else layer["label"]
                )
        case kind:
            raise ValueError(f"there is no picture of a layer of the kind {kind!r}")


def _half_way(x: Array) -> Array:
    """Return the edges of bars that reach half-way to their neighbours."""
    middles = (x[1:] + x[:-1]) / 2
    return np.concatenate([[2 * x[0] - middles[0]], middles, [2 * x[-1] - middles[-1]]])


def _finish(ax: Axes, panel: Mapping[str, Any]) -> None:
    if panel["range"]:
        ax.set_ylim(*panel["range"])
    if panel["scale"] == "linear" and panel["zero"]:
        ax.axhline(0, color=figures.colour("control"), linewidth=0.8, zorder=1)
    _format_numbers(ax.yaxis, panel["factor"])


def _extremes(values: Array) -> npt.NDArray[np.int64]:
    """Return the rows that a picture can show: the lowest and the highest of each narrow stretch."""
    if len(values) <= 2 * COLUMNS:
        return np.arange(len(values))
    kept = {0, len(values) - 1}
    for rows in np.array_split(np.arange(len(values)), COLUMNS):
        kept |= {int(rows[np.argmin(values[rows])]), int(rows[np.argmax(values[rows])])}
    return np.array(sorted(kept))


def _draw_events(ax: Axes, events: Sequence[tuple[float, Mapping[str, Any]]], labelled: bool) -> None:
    labels = [event["label"] for _, event in events]
    marks: list[dict[str, Any]] = []
    places: list[float] = []
    start, end = ax.get_xlim()
    last: dict[str, float] = {}
    for place, event in events:
        label = event["label"]
        words = label if labels.count(label) == 1 else f"{label} ({labels.count(label)} times)"
        first = label not in last
        # Where events follow each other more closely than the eye can tell, one line stands for several.
        if not first and place - last[label] < (end - start) / COLUMNS:
            continue
        last[label] = place
        marks.append({**event, "label": words if first and labelled else "", "axis": "x"})
        places.append(place)
    _draw_marks(ax, marks, places)


def _draw_marks(ax: Axes, marks: Sequence[Mapping[str, Any]], places: Sequence[float]) -> None:
    """Draw labelled lines at their places, with labels in rows so that none covers another."""
    taken: list[float] = []  # how far each row of labels is filled, as a fraction of the axis
    for place, mark in sorted(zip(places, marks, strict=True), key=lambda pair: pair[0]):
        if not math.isfinite(place):
            continue
        line = {**_line_style(mark), "linewidth": 1.2}
        if mark["axis"] == "y":
            ax.axhline(place, **line)
            ax.annotate(mark["label"], (1, place), (-3, 3), ax.get_yaxis_transform(), "offset points",
                        ha="right", color=line["color"])  # fmt: skip
            continue
        at = _fraction(ax, place)
        if not 0 <= at <= 1:
            continue
        size = len(mark["label"]) * LETTER + 0.015
        flipped = at + size > 1
        start = at - size if flipped else at
        row = next((row for row, end in enumerate(taken) if end <= start), len(taken))
        taken[row : row + 1] = [max(at, start + size)]
        ax.axvline(place, **line)
        ax.annotate(mark["label"], (at, 1), (-4 if flipped else 4, -11 - 13 * row), "axes fraction",
                    "offset points", ha="right" if flipped else "left", color=line["color"])  # fmt: skip


def _fraction(ax: Axes, place: float) -> float:
    """Return where a value of x lies between the ends of its axis, 0 to 1."""
    return float(ax.transAxes.inverted().transform(ax.transData.transform((place, 1)))[0])


def _format_numbers(side: Axis, factor: int = 1) -> None:
    """Give one axis of a picture plain numbers, and a logarithmic one few of them."""
    if side.get_scale() == "log":
        start, end = side.get_view_interval()
        side.set_major_locator(LogLocator(subs=(1, 2, 5) if math.log10(end / start) < 3 else (1,)))
        side.set_minor_locator(NullLocator())
    side.set_major_formatter(FuncFormatter(lambda value, _: plain(value * factor)))


def _format_dates(side: Axis) -> None:
    locator = dates.AutoDateLocator()  # type: ignore[no-untyped-call]
    formatter = dates.ConciseDateFormatter(  # type: ignore[no-untyped-call]
        locator,
        formats=["%Y", "%b", "%d %b", "%H:%M", "%H:%M", "%S"],
        zero_formats=["", "%Y", "%d %b", "%d %b", "%H:%M", "%H:%M"],
        show_offset=False,
    )
    side.set_major_locator(locator)
    side.set_major_formatter(formatter)


def _name_panel(ax: Axes, panel: Mapping[str, Any]) -> None:
    """Put a panel's title and its legend above it."""
    rows = math.ceil(len(ax.get_legend_handles_labels()[0]) / LEGEND_COLUMNS)
    title = _with_unit(panel["title"], panel["unit"])
    ax.set_title(title, loc="left", fontsize=10, fontweight="bold", pad=9 + 15 * rows)
    corner = (-0.01, 1)
    ax.legend(loc="lower left", bbox_to_anchor=corner, ncols=LEGEND_COLUMNS, borderaxespad=0.2, borderpad=0.2)


def _with_unit(label: str, unit: str) -> str:
    """Return a label with its unit in brackets, if it has one."""
    return f"{label} ({unit})" if unit else label
