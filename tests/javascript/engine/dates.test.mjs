// Days and moments, in UTC.
import assert from "node:assert/strict";
import { test } from "node:test";
import { $date, $end, $forever, $said, $start } from "../../../book/_engine/dates.js";

test("a day is all of it, and a moment is a point", () => {
  assert.equal($end($date("2020-02-28")).start, $start($date("2020-02-29")).start);
  assert.equal($end($date("2021-06-08T04:30")).iso, "2021-06-08T04:30:00Z");
  assert.equal($end($date("9999-12-31")).start, $forever.start);
});

test("offsets, fractions and forms without dashes are read", () => {
  assert.equal($date("2021-06-08T06:30:00+02:00").iso, "2021-06-08T04:30:00Z");
  assert.equal($date("2018-08-27T08:15:00.123Z").iso, "2018-08-27T08:15:00.123000Z");
  assert.equal($date("20180827").iso, "2018-08-27");
  assert.equal($said($date("2018-08-27 08:15")), "2018-08-27 08:15 UTC");
  assert.equal($said($date("2018-08-27")), "2018-08-27");
});

test("what is no day is refused", () => {
  for (const typed of ["2019-02-29", "2020-13-01", "next week", "", "2020-01-01T25:00", 5n, null])
    assert.throws(() => $date(typed), /no date/);
});
