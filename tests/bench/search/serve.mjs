// Serves one engine's files as the association's edge does: HTTP/2, compressed beforehand, kept by browsers.
//
//     node serve.mjs FOLDER KEY CERTIFICATE
//
// prints its address.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createSecureServer } from "node:http2";
import path from "node:path";

/** @type {Record<string, string>} */
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json", ".css": "text/css" };

const [, , folder, key, certificate] = process.argv;
const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) });
/** What was asked for since somebody looked. @type {{ name: string, at: number, bytes: number }[]} */
let asked = [];

server.on("stream", (stream, headers) => {
  const name = decodeURI(`${headers[":path"]}`).split("?")[0];
  if (name === "/asked") {
    stream.respond({ ":status": 200, "content-type": TYPES[".json"] });
    stream.end(JSON.stringify(asked));
    asked = [];
    return;
  }
  const file = path.join(folder, path.normalize(name).replace(/\/$/, "/index.html"));
  if (!existsSync(file) || !statSync(file).isFile()) {
    stream.respond({ ":status": 404 }, { endStream: true });
    return;
  }
  const isCompressed = existsSync(`${file}.br`);
  const sent = isCompressed ? `${file}.br` : file;
  asked.push({ name, at: Date.now(), bytes: statSync(sent).size });
  const type = TYPES[path.extname(file)] ?? "application/octet-stream";
  const answer = { ":status": 200, "content-type": type, "cache-control": "max-age=3600" };
  stream.respondWithFile(sent, isCompressed ? { ...answer, "content-encoding": "br" } : answer);
});
server.listen(0, "127.0.0.1", () => {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  process.stdout.write(`https://127.0.0.1:${port}/\n`);
});
