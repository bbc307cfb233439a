// Which row is somebody's, by the address: asked for those who have left since the index was made.
import { listed } from "./bits.mjs";
import { eachTerm } from "./decoding.mjs";

/**
 * Returns the row of a mentor, null for whoever is not in the index. Raises what the source raises.
 * @param {Source} source
 * @param {string} slug
 */
export async function rowOf(source, slug) {
  let hash = 0x811c9dc5;
  for (const letter of new TextEncoder().encode(slug)) hash = Math.imul(hash ^ letter, 0x01000193);
  let row = /** @type {number | null} */ (null);
  eachTerm(await source.bytes(`slugs/${(hash >>> 0) % source.manifest.slugs}.bin`), (letters, length, lists) => {
    if (new TextDecoder().decode(letters.subarray(0, length)) !== slug) return false;
    [row] = listed(lists.rows(source.manifest.total, source.manifest.total));
    lists.pass();
    return true;
  });
  return row;
}
