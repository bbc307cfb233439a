// The search engine of the directory: it knows an index and queries, neither the page nor its address.

/** What came is not an index that this engine reads. */
export class MalformedIndexError extends Error {}

/**
 * Opens an index. Raises MalformedIndexError, or whatever the source raises.
 * @param {Source} source
 * @param {string} language whose collation sorts names
 * @returns {Promise<SearchEngine>}
 */
export async function openEngine(source, language) {
  throw new MalformedIndexError(`${source.manifest.version} ${language}`);
}
