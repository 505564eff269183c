// What is copied: a call in Python, and a table for a spreadsheet. Pure.
import { fromText, written } from "./exact.js";

/**
 * A number as Python has it, with nothing lost.
 * @param {Exact} value
 */
export function pythonNumber(value) {
  const text = written(value);
  const [top, below] = text.split("/");
  if (below) return `Fraction(${top}, ${below})`;
  return text.includes(".") ? `Decimal("${text}")` : text;
}

/** A value of any kind as Python has it: exact numbers, texts, true and false, none. */
export function pythonValue(value) {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" ? JSON.stringify(value) : pythonNumber(value);
}

/**
 * Lines of Python that import what they use.
 * @param {{call: string, given: [string, any][]}[]} calls
 */
export function pythonCalls(calls) {
  const modules = [...new Set(calls.map(({ call }) => call.split(".")[0]))];
  const lines = calls.map(({ call, given }) => {
    const [first, ...rest] = given.map(([name, value]) => (name ? `${name}=${pythonValue(value)}` : pythonValue(value)));
    return rest.length ? `print(${call}(\n    ${[first, ...rest].join(", ")},\n))` : `print(${call}(${first ?? ""}))`;
  });
  const text = lines.join("\n");
  const imports = [
    ...(text.includes("Decimal(") ? ["from decimal import Decimal"] : []),
    ...(text.includes("Fraction(") ? ["from fractions import Fraction"] : []),
    ...(modules.length ? [`from inversefutures import ${modules.sort().join(", ")}`] : []),
  ];
  return `${imports.join("\n")}\n\n${text}\n`;
}

/**
 * A table as CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it.
 * @param {string[][]} rows
 */
export function csv(rows) {
  const cell = (text) => {
    const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map((each) => cell(String(each ?? ""))).join(",")).join("\r\n") + "\r\n";
}

/** A number for a cell: all of its decimals, or 28 of them as the package has it. */
export function csvNumber(value) {
  const text = written(value);
  if (!text.includes("/")) return text;
  const { p, q } = fromText(text);
  const digits = (p < 0n ? -p : p) / q;
  const places = Math.max(0, 28 - (digits ? digits.toString().length : 0));
  const scaled = ((p < 0n ? -p : p) * 10n ** BigInt(places) * 2n + q) / (2n * q);
  const all = scaled.toString().padStart(places + 1, "0");
  return `${p < 0n ? "-" : ""}${all.slice(0, all.length - places)}${places ? `.${all.slice(-places)}` : ""}`;
}
