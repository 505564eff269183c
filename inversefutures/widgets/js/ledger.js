// The table of what happened: a row for each event, of which the reader sees those up to the cursor.
import { html, makePool } from "./nodes.js";
import { fixed, format, withUnit } from "./numbers.js";

const ROWS = 150; // at either end of a long table

/**
 * The table is folded behind its count, and filled when it is opened: dozens of rows cost more than the charts.
 * @param {Element} parent
 * @param {SimulatorSpec} spec
 * @param {Times} times
 * @returns {Ledger}
 */
export function makeLedger(parent, spec, times) {
  const { title, columns } = spec.ledger;
  const fold = html(parent, "details", { class: "if-log" });
  const name = html(fold, "summary");
  const box = html(fold, "div", { class: "if-ledger", role: "group", "aria-label": title, tabindex: 0 });
  const table = html(box, "table", { "aria-label": title });
  const head = html(html(table, "thead"), "tr");
  for (const label of [times.label, "Event"]) html(head, "th", { scope: "col" }, label);
  for (const column of columns) {
    const cell = html(head, "th", { scope: "col", class: "if-number" }, column.label);
    if (column.unit) html(cell, "span", { class: "if-unit" }, ` ${column.unit}`);
  }
  const body = html(table, "tbody");
  const pool = makePool(() => {
    const row = html(body, "tr");
    const cells = [html(row, "th", { scope: "row" }), html(row, "td")];
    return [row, ...cells, ...columns.map(() => html(row, "td", { class: "if-number" }))];
  });
  let sums = [];
  if (columns.some((column) => column.total)) {
    const row = html(html(table, "tfoot"), "tr");
    html(row, "th", { scope: "row", colspan: 2 }, "In all");
    sums = columns.map(() => html(row, "td", { class: "if-number" }));
  }
  const left = html(fold, "p", { class: "if-nothing" });
  const write = (value, { digits }) => (Number.isNaN(value) ? "" : format(value, digits));
  let log = [];
  let listed = [];
  let shown = -1; // how many rows have happened
  let stale = true;

  const sum = (k) => log.slice(0, shown).reduce((all, row) => all + (Number.isNaN(row[k + 2]) ? 0 : row[k + 2]), 0);

  function fillIn(always = false) {
    if (!fold.open && !always) return;
    if (stale) {
      stale = false;
      const long = log.length > 2 * ROWS;
      left.textContent = long ? `Of ${fixed(log.length, 0)} rows, the first and the last ${ROWS} are shown.` : "";
      listed = long ? [...log.slice(0, ROWS), ...log.slice(-ROWS)] : log;
      pool(listed, ([, time, event, ...cells], [row, kind, ...values]) => {
        time.textContent = times.short(row);
        event.textContent = spec.events[kind].label;
        cells.forEach((cell, k) => (cell.textContent = write(values[k], columns[k])));
      });
    }
    const last = shown ? log[shown - 1][0] : -1;
    listed.forEach(([row], i) => body.children[i].classList.toggle("if-future", row > last));
    columns.forEach((column, k) => {
      if (column.total) sums[k].textContent = format(sum(k), column.digits);
    });
  }
  fold.addEventListener("toggle", () => fillIn());

  return {
    fill(entries) {
      log = entries;
      shown = -1;
      stale = true;
    },
    reveal(now) {
      let count = 0;
      while (count < log.length && log[count][0] <= now) count++;
      if (count === shown) return;
      shown = count;
      const of = count < log.length ? ` of ${fixed(log.length, 0)}` : "";
      const rows = log.length === 1 ? "row" : "rows";
      name.textContent = `${title}: ${log.length ? `${fixed(count, 0)}${of} ${rows}` : "nothing along this path"}`;
      fillIn();
    },
    print: () => fillIn(true), // on paper every fold is open
    totals: () => columns.flatMap((column, k) =>
      column.total ? `${column.label}: ${withUnit(format(sum(k), column.digits), column.unit)} in all` : []),
  };
}
