// What comes over the wire.
//
//     node brotli.mjs FILE
//
// prints how many bytes a file compresses to.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants } from "node:zlib";

/** @param {Buffer} bytes */
export function brotli(bytes) {
  return brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
}

if (process.argv[1] === import.meta.filename) process.stdout.write(`${brotli(readFileSync(process.argv[2])).length}`);
