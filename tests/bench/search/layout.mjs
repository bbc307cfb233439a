// Lays out, for one engine, the files that its users would put on a server, each beside its brotli.
//
//     node layout.mjs PEER FOLDER [--uncompressed]
import { build } from "esbuild";
import { copyFile, cp, link, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { brotli } from "./brotli.mjs";
import { writePagefind } from "./pagefind-files.mjs";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title></title><link rel="icon" href="data:,">HINTS
<script type="importmap">{"imports":{"peer":"/tests/bench/search/peers/ours.mjs"}}</script>
<script type="application/json">START</script><ol></ol>SCRIPT</html>`;

const [, , peer, folder, option] = process.argv;
const served = path.join(folder, "served", peer);
await rm(served, { recursive: true, force: true });
await mkdir(served, { recursive: true });
const start = await readFile(`${folder}/start.json`, "utf8");
if (peer === "ours") await layOutOurs();
else await layOutPeer();
if (option !== "--uncompressed") await compress();

/** Our modules are served one by one; esbuild only tells which. */
async function layOutOurs() {
  await cp(`${folder}/tree`, served, { recursive: true });
  const { metafile } = await bundle({ write: false, metafile: true });
  const { inputs } = /** @type {import("esbuild").Metafile} */ (metafile);
  for (const module of Object.keys(inputs)) {
    await mkdir(path.join(served, path.dirname(module)), { recursive: true });
    await copyFile(path.join(folder, "scripts", module), path.join(served, module));
  }
  const page = "tests/bench/search/first-result.mjs";
  await writePage([...importedAtOnce(inputs, page)], oursFirst(JSON.parse(start).index), `/${page}`);
}

/**
 * Returns a module and what it cannot begin without: all but what it imports once it is needed.
 * @param {import("esbuild").Metafile["inputs"]} inputs
 * @param {string} module
 * @param {Set<string>} [known]
 */
function importedAtOnce(inputs, module, known = new Set()) {
  if (known.has(module)) return known;
  known.add(module);
  for (const { path: imported, kind } of inputs[module].imports) {
    if (kind === "import-statement") importedAtOnce(inputs, imported, known);
  }
  return known;
}

/**
 * Returns what the engine asks for whatever is searched.
 * @param {string} manifest
 */
function oursFirst(manifest) {
  return [manifest, manifest.replace("manifest.json", "facets.bin"), "labels.json"];
}

/** A peer's users bundle and minify it. */
async function layOutPeer() {
  await bundle({ outfile: `${served}/app.js`, minify: true });
  if (peer === "pagefind") {
    await writePagefind(folder, `${served}/pagefind`);
    await writePage(["app.js"], [], "app.js");
  } else {
    for (const name of ["documents.json", "labels.json"]) await link(`${folder}/${name}`, `${served}/${name}`);
    await writePage(["app.js"], ["documents.json", "labels.json"], "app.js");
  }
}

/** @param {import("esbuild").BuildOptions} options */
function bundle(options) {
  return build({
    absWorkingDir: ROOT,
    entryPoints: ["tests/bench/search/first-result.mjs"],
    alias: { peer: path.join(import.meta.dirname, "peers", `${peer}.mjs`) },
    bundle: true,
    format: "esm",
    target: "es2022",
    ...options,
  });
}

/**
 * @param {string[]} modules
 * @param {string[]} files that the engine asks for first, whatever is searched
 * @param {string} script
 */
async function writePage(modules, files, script) {
  const hints = [
    ...modules.map((module) => `<link rel="modulepreload" href="/${module}">`),
    ...files.map((file) => `<link rel="preload" as="fetch" crossorigin href="/${file}">`),
  ];
  const page = PAGE.replace("HINTS", hints.join("")).replace("START", start).replace("SCRIPT", `<script type="module" src="${script}"></script>`);
  await writeFile(`${served}/index.html`, page);
  await writeFile(`${served}/code.json`, JSON.stringify(modules));
}

/** The documents of all peers are the same file: they are compressed once. */
async function compress() {
  for (const entry of await readdir(served, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const shared = path.join(folder, `${entry.name}.br`);
    if (entry.name === "documents.json") {
      await link(shared, `${file}.br`).catch(async () => {
        await writeFile(shared, brotli(await readFile(file)));
        await link(shared, `${file}.br`);
      });
    } else await writeFile(`${file}.br`, brotli(await readFile(file)));
  }
}
