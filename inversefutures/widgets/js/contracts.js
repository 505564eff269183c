// What the modules hand to each other; types alone, no code. What crosses to Python is in types.js.

/**
 * @typedef {SliderSpec | ChoiceSpec} ControlSpec
 * @typedef {SliderSpec | ChoiceSpec | LegsSpec} ParameterSpec
 */

/**
 * @typedef {object} Axis maps values to the interval from 0 to 1, and back
 * @property {number} low
 * @property {number} high
 * @property {boolean} log
 * @property {(value: number) => number} to
 * @property {(part: number) => number} from
 */

/** @typedef {{value: number, text: string}} Tick */

/**
 * @typedef {object} SliderScale the positions of a slider, 0 to `last`, and their values
 * @property {Axis} axis
 * @property {number} last
 * @property {(value: number) => number} clamp
 * @property {(position: number) => number} value
 * @property {(value: number) => number} position
 */

/**
 * @typedef {object} XAxis the axis that all panels share
 * @property {Axis} axis
 * @property {string} label
 * @property {string} unit
 * @property {{unit: string, factor?: number}} saying
 * @property {(count: number) => Tick[]} ticks
 */

/**
 * @typedef {object} Times
 * @property {Float64Array} at
 * @property {Axis} axis
 * @property {string} label
 * @property {string} unit
 * @property {(count: number) => Tick[]} ticks
 * @property {(row: number) => string} words a moment in full
 * @property {(row: number) => string} said a moment within a sentence
 * @property {(row: number) => string} short a moment on an axis or in a table
 */

/**
 * @typedef {object} Series numbers along x, computed by whoever owns the widget
 * @property {Float64Array} xs
 * @property {Float64Array} values
 * @property {(x: number) => number} read the value at the cursor
 */

/**
 * @typedef {object} Kit what a layer may ask for
 * @property {XAxis} x
 * @property {{unit: string, factor?: number}} [saying] how the panel's numbers are said
 * @property {(source: SourceSpec, table?: TableSpec, hold?: "nearest" | "held") => Series} series
 * @property {(source: SourceSpec) => () => number} constant a value that depends on the parameters alone
 */

/**
 * @typedef {object} Place where a layer may draw: groups of one chart, in the order of painting, and its legend
 * @property {Element} legend
 * @property {Element} back
 * @property {Element} lines
 * @property {Element} data
 * @property {Element} labels
 * @property {Element} veil
 * @property {Element} frame
 * @property {Element} over
 */

/**
 * @typedef {object} View the measures of a chart at the moment, in pixels
 * @property {number} width
 * @property {number} height
 * @property {number} left
 * @property {number} right
 * @property {number} top
 * @property {number} bottom
 * @property {number} letter width of an average letter: measuring text would force a layout
 * @property {number} line height of a line of text
 * @property {Axis} xAxis
 * @property {Axis} yAxis
 * @property {(value: number) => number} px
 * @property {(value: number) => number} py
 * @property {{text: Element, half: number, middle: number}[]} xLabels
 * @property {any[]} events marks that come and go with the setting
 */

/**
 * @typedef {object} Layer what every kind of layer gives back
 * @property {(view: View) => void} draw
 * @property {(include: (values: ArrayLike<number>) => void) => void} [reach] the values that the axis must show
 * @property {(view: View) => void} [resize]
 * @property {(view: View, x: number, words?: string) => void} [point] the cursor has moved
 * @property {(view: View, x: number) => void} [cover]
 * @property {() => any} [words] what is at the cursor, for who does not see it
 */

/** @typedef {(place: Place, spec: any, kit: Kit) => Layer} MakeLayer */

/**
 * @typedef {object} Panel
 * @property {Element} chart
 * @property {(clientX: number) => number} toX
 * @property {(letter: number) => number} margin
 * @property {() => void} scale
 * @property {(height: number, line: number) => void} mark
 * @property {(size: {width: number, plot: number, left: number, letter: number, line: number}) => void} resize
 * @property {(events?: any[]) => void} draw
 * @property {(value: number, words: string) => void} point
 * @property {(value: number) => void} cover
 * @property {() => string} words
 * @property {() => string[]} places
 */

/**
 * @typedef {object} Input a control on the page
 * @property {Element} root
 * @property {(value: number, typing?: Element) => void} show
 * @property {(value: number) => string} words
 * @property {SliderScale} [scale]
 */

/**
 * @typedef {object} Model what anywidget gives, or the page in its place
 * @property {(name: string) => any} get
 * @property {(name: string, value: any) => void} set
 * @property {(event: string, listener: () => void) => void} on
 * @property {(event: string, listener: () => void) => void} off
 * @property {() => void} save_changes
 * @property {() => string} [link] the page's address with the state of its widgets
 * @property {() => void} [moved] the reader has moved something
 */

/** @typedef {any} Frame what `makeFrame` returns; the Explorer and the Simulator add what only they know */

/** @typedef {ReturnType<typeof import("./ledger.js").makeLedger>} Ledger */
