// Where an engine gets its files: from a folder, as from a server, and told how much of it came over the wire.
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";

/** @implements {Bench.Source} */
export class FolderSource {
  /** @param {string} folder in which each file stands beside its brotli */
  constructor(folder) {
    this.folder = folder;
    /** Bytes over the wire, by name. @type {Map<string, number>} */
    this.fetched = new Map();
  }

  /** @param {string} name */
  bytes = async (name) => {
    const file = `${this.folder}/${name}`;
    this.fetched.set(name, await brotliSize(file));
    return new Uint8Array(await readFile(file));
  };

  /** @param {string} name */
  json = async (name) => JSON.parse(new TextDecoder().decode(await this.bytes(name)));

  /**
   * A script of a peer that asks for its files as in a browser: those questions are answered from the folder.
   * @param {string} name
   */
  module = async (name) => {
    const address = pathToFileURL(`${path.resolve(this.folder)}/${name}`).href;
    const root = address.slice(0, -name.length);
    globalThis.fetch = async (asked) => new Response(/** @type {any} */ (await this.bytes(nameIn(root, `${asked}`))));
    await this.bytes(name);
    return import(address);
  };

  get bytesFetched() {
    return [...this.fetched.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}

/**
 * @param {string} root
 * @param {string} asked an address below it, or a path from it
 */
function nameIn(root, asked) {
  return new URL(asked.replace(/^\//, ""), root).href.slice(root.length).split("?")[0];
}

/**
 * Returns the size of a file's brotli; 0 where there is none, at sizes whose bytes nobody asks for.
 * @param {string} file
 */
export async function brotliSize(file) {
  return stat(`${file}.br`).then(({ size }) => size, () => 0);
}
