// The files of an index, as a browser fetches them. Their names hold a hash: what was fetched once is kept.

const LONGEST_WAIT = 15_000; // milliseconds

/** The server answered, but not with the index. */
export class IndexUnavailableError extends Error {}

/**
 * Returns where an index comes from. Raises IndexUnavailableError, or what the browser raises when there is no answer
 * in time or no JSON in it; so does whatever is fetched later.
 * @param {string} address of its manifest
 * @returns {Promise<Source>}
 */
export async function openSource(address) {
  const manifest = await (await fetched(address)).json();
  const folder = address.slice(0, address.lastIndexOf("/") + 1);
  return { manifest, bytes: async (name) => new Uint8Array(await (await fetched(folder + name)).arrayBuffer()) };
}

/**
 * Returns whether an index is served no more, as after a build that has made another one.
 * @param {string} address of its manifest
 */
export async function isReplaced(address) {
  const { status } = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_WAIT) });
  return status === 404;
}

/** @param {string} address */
async function fetched(address) {
  const response = await fetch(address, { signal: AbortSignal.timeout(LONGEST_WAIT) });
  if (!response.ok) throw new IndexUnavailableError(`${address} answered ${response.status}`);
  return response;
}
