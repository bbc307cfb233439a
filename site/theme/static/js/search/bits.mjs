// Sets of rows, a bit each.

/** @typedef {Uint32Array<ArrayBuffer>} Bits */

/** @param {number} total */
export const none = (total) => new Uint32Array((total + 31) >>> 5);

/**
 * Returns the first so many rows of all.
 * @param {number} rows
 * @param {number} total
 */
export function first(rows, total) {
  const bits = none(total).fill(0xffffffff, 0, rows >>> 5);
  if (rows & 31) bits[rows >>> 5] = (1 << (rows & 31)) - 1;
  return bits;
}

/** @param {Bits} bits @param {number} row */
export const has = (bits, row) => ((bits[row >>> 5] >>> (row & 31)) & 1) === 1;

/** @param {Bits} bits @param {number} row */
export const add = (bits, row) => void (bits[row >>> 5] |= 1 << (row & 31));

/**
 * Returns the rows that are in every set.
 * @param {Bits[]} sets one at least
 * @returns {Bits}
 */
export function common([first, ...others]) {
  const bits = first.slice();
  for (const other of others) for (let at = 0; at < bits.length; at += 1) bits[at] &= other[at];
  return bits;
}

/**
 * Returns the rows that are in any set.
 * @param {number} total
 * @param {Bits[]} sets
 */
export function any(total, sets) {
  const bits = none(total);
  for (const other of sets) for (let at = 0; at < bits.length; at += 1) bits[at] |= other[at];
  return bits;
}

/**
 * Returns the rows of one set that are not in another.
 * @param {Bits} bits
 * @param {Bits} other
 */
export function without(bits, other) {
  const left = bits.slice();
  for (let at = 0; at < left.length; at += 1) left[at] &= ~other[at];
  return left;
}

/** @param {number} word */
function ones(word) {
  let sum = word - ((word >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** @param {Bits} bits */
export const count = (bits) => countCommon(bits, bits);

/**
 * Returns how many rows are in both sets. Of four words each bit is added up in base two, and what is carried to the
 * fours alone is counted at once: the way of Harley and Seal, which takes half the time.
 * @param {Bits} bits
 * @param {Bits} other
 */
export function countCommon(bits, other) {
  let [fours, two, one, at] = [0, 0, 0, 0];
  for (; at + 3 < bits.length; at += 4) {
    const [first, second] = [bits[at] & other[at], bits[at + 1] & other[at + 1]];
    const [third, fourth] = [bits[at + 2] & other[at + 2], bits[at + 3] & other[at + 3]];
    if ((first | second | third | fourth) === 0) continue;
    const odd = one ^ first ^ second;
    const carried = (one & first) | ((one ^ first) & second);
    const more = (odd & third) | ((odd ^ third) & fourth);
    one = odd ^ third ^ fourth;
    fours += ones((two & carried) | ((two ^ carried) & more));
    two ^= carried ^ more;
  }
  let sum = 4 * fours + 2 * ones(two) + ones(one);
  for (; at < bits.length; at += 1) sum += ones(bits[at] & other[at]);
  return sum;
}

/**
 * Returns the rows one by one, in their order.
 * @param {Bits} bits
 */
export function listed(bits) {
  const rows = new Uint32Array(count(bits));
  for (let at = 0, next = 0; at < bits.length; at += 1) {
    for (let word = bits[at]; word !== 0; word &= word - 1) rows[next++] = (at << 5) + 31 - Math.clz32(word & -word);
  }
  return rows;
}
