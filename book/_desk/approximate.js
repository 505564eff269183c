// The formulas that are not rational, in floating point: the build prints them here, for each page and answer.

/** @type {Record<string, Record<string, (values: Record<string, number>) => number>>} */
export const APPROXIMATE = {};
