const LONGEST_WAIT = 15_000; // milliseconds

/** The server answered, but not with the index. */
export class IndexUnavailableError extends Error {}

/**
 * Returns the parsed index. Raises IndexUnavailableError, or what the browser raises when there is no answer in time
 * or no JSON in it.
 * @param {string} address
 * @returns {Promise<unknown>}
 */
export async function fetchIndex(address) {
  const response = await fetch(address, { signal: AbortSignal.timeout(LONGEST_WAIT) });
  if (!response.ok) throw new IndexUnavailableError(`${address} answered ${response.status}`);
  return response.json();
}
