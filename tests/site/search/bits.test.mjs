// Sets of rows, of more words than a small index has.
import assert from "node:assert/strict";
import { test } from "node:test";
import { add, count, countCommon, has, listed, none } from "../../../site/theme/static/js/search/bits.mjs";

/** So many sevenths of the rows, in runs. @param {number} total @param {number} most */
function rowsOf(total, most) {
  const bits = none(total);
  for (let row = 0; row < total; row += 1) if (row % 301 < most * 43) add(bits, row);
  return bits;
}

test("DIR-11: rows are counted as one counts them by hand, however many there are and how few are in both", () => {
  for (let total = 0; total < 1_500; total += 31) {
    for (const [one, other] of [[0, 7], [1, 7], [3, 5], [6, 6], [7, 7]]) {
      const sets = [rowsOf(total, one), rowsOf(total, other)];
      const rows = Array.from({ length: total }, (_, row) => row).filter((row) => sets.every((bits) => has(bits, row)));
      assert.equal(countCommon(sets[0], sets[1]), rows.length, `${one} and ${other} sevenths of ${total}`);
      assert.deepEqual([...listed(sets[0])], rows); // the first is part of the other
      assert.equal(count(sets[0]), rows.length);
    }
  }
});
