// The contract with Python, printed from spec.py; types alone, no code.

/**
 * Where numbers come from: a formula, or in a Simulator the place among its outputs.
 *
 * In a notebook ``js`` is the formula's text. On the site it is its place in the page's list of functions.
 * @typedef {object} SourceSpec
 * @property {string | number} [js]
 * @property {number} [array]
 */

/**
 * Positions on the x axis, and named columns beside them: numbers, or for many paths lists of numbers.
 * @typedef {object} TableSpec
 * @property {number[]} at
 * @property {string[]} names
 * @property {number[][] | number[][][]} columns
 */

/**
 * A number that the reader moves along a range.
 * @typedef {object} SliderSpec
 * @property {"slider"} kind
 * @property {string} name
 * @property {string} label
 * @property {string} unit
 * @property {number} factor
 * @property {number} default
 * @property {number} minimum
 * @property {number} maximum
 * @property {number | null} step
 * @property {"linear" | "log"} scale
 */

/**
 * A number with a few named values.
 * @typedef {object} ChoiceSpec
 * @property {"choice"} kind
 * @property {string} name
 * @property {string} label
 * @property {string} unit
 * @property {number} default
 * @property {[string, number][]} options
 */

/**
 * One leg of a list: whether it is there, and its own controls.
 * @typedef {object} LegSpec
 * @property {ChoiceSpec} present
 * @property {(SliderSpec | ChoiceSpec)[]} controls
 */

/**
 * A list of legs that the reader adds to, takes from and edits.
 * @typedef {object} LegsSpec
 * @property {"legs"} kind
 * @property {string} name
 * @property {string} label
 * @property {string} noun
 * @property {LegSpec[]} legs
 */

/**
 * Something that a panel draws and the reader's cursor reads. `kind` names its maker.
 * @typedef {object} LayerSpec
 * @property {"curve" | "steps" | "band" | "bars" | "points" | "paths"} kind
 * @property {string} label
 * @property {string} role
 * @property {string} dash
 * @property {string} none
 * @property {boolean} [silent]
 * @property {SourceSpec} [value]
 * @property {SourceSpec} [low]
 * @property {SourceSpec} [high]
 * @property {TableSpec} [table]
 * @property {number[]} [edges]
 */

/**
 * A labelled straight line.
 * @typedef {object} MarkSpec
 * @property {string} label
 * @property {string} role
 * @property {string} dash
 * @property {string} none
 * @property {"x" | "y"} axis
 * @property {SourceSpec} value
 */

/**
 * A shaded stretch of the x axis; null is the end of the axis.
 * @typedef {object} RegionSpec
 * @property {string} label
 * @property {string} role
 * @property {string} dash
 * @property {SourceSpec | null} start
 * @property {SourceSpec | null} end
 */

/**
 * A chart with its own vertical axis.
 * @typedef {object} PanelSpec
 * @property {string} title
 * @property {string} unit
 * @property {number} factor
 * @property {"linear" | "log"} scale
 * @property {[number, number] | null} range
 * @property {boolean} zero
 * @property {LayerSpec[]} curves
 * @property {MarkSpec[]} marks
 * @property {RegionSpec[]} regions
 */

/**
 * A number beside the charts.
 * @typedef {object} ReadoutSpec
 * @property {string} label
 * @property {string} unit
 * @property {number} factor
 * @property {number} digits
 * @property {string} none
 * @property {SourceSpec} value
 */

/**
 * Curves over an axis, computed anew for each setting.
 * @typedef {object} ExplorerSpec
 * @property {string} title
 * @property {string} question
 * @property {string} description
 * @property {SliderSpec} x
 * @property {(SliderSpec | ChoiceSpec | LegsSpec)[]} parameters
 * @property {PanelSpec[]} panels
 * @property {ReadoutSpec[]} readouts
 */

/**
 * The times of a path: seconds since 1970 in UTC, or a count of ``unit``; evenly apart or one by one.
 * @typedef {object} TimeSpec
 * @property {boolean} dates
 * @property {number} [start]
 * @property {number} [interval]
 * @property {number[]} [at]
 * @property {string} [unit]
 * @property {string} [label]
 */

/**
 * The inputs of each row, and the row at which the reader's time begins.
 * @typedef {object} PathSpec
 * @property {number[][]} columns
 * @property {TimeSpec} time
 * @property {number} now
 */

/**
 * Something that may happen in a row.
 * @typedef {object} EventSpec
 * @property {string} label
 * @property {string} role
 * @property {string} dash
 * @property {boolean} mark
 */

/**
 * A column of the ledger.
 * @typedef {object} ColumnSpec
 * @property {string} label
 * @property {string} unit
 * @property {number} digits
 * @property {boolean} total
 */

/**
 * The table of what happened.
 * @typedef {object} LedgerSpec
 * @property {string} title
 * @property {ColumnSpec[]} columns
 */

/**
 * A story along a path: ``js`` runs it whole and fills ``outputs``.
 * @typedef {object} SimulatorSpec
 * @property {string} title
 * @property {string} question
 * @property {string} description
 * @property {(SliderSpec | ChoiceSpec | LegsSpec)[]} parameters
 * @property {PathSpec} path
 * @property {string | number} js
 * @property {string[]} outputs
 * @property {PanelSpec[]} panels
 * @property {EventSpec[]} events
 * @property {LedgerSpec} ledger
 * @property {ReadoutSpec[]} readouts
 */
