// Compiles govuk-frontend in our tokens and copies the fonts, with licences and a lock of hashes.
// Run after `npm ci` in this folder. Same packages, same bytes: nothing here knows the time or the machine.
import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = new URL("./", import.meta.url);
const target = new URL("../theme/static/vendor/", here);

// govuk-frontend's package holds no licence file: the text of its repository is kept in this folder.
const COPIED = {
  "govuk-frontend": { "../../govuk-frontend.LICENSE.txt": "govuk-frontend.LICENSE.txt" },
  "@fontsource/atkinson-hyperlegible-next": {
    LICENSE: "atkinson-hyperlegible-next.LICENSE.txt",
    "files/atkinson-hyperlegible-next-latin-400-normal.woff2": "atkinson-400-latin.woff2",
    "files/atkinson-hyperlegible-next-latin-700-normal.woff2": "atkinson-700-latin.woff2",
    "files/atkinson-hyperlegible-next-latin-ext-400-normal.woff2": "atkinson-400-latin-ext.woff2",
    "files/atkinson-hyperlegible-next-latin-ext-700-normal.woff2": "atkinson-700-latin-ext.woff2",
  },
};
const COMPILED = { "govuk-frontend": "govuk-frontend.css" };

/** @returns {string} the style sheet, minified */
function styleSheet() {
  const { css } = compile(fileURLToPath(new URL("govuk-frontend.scss", here)), {
    loadPaths: [fileURLToPath(new URL("node_modules/", here))],
    style: "compressed",
    quietDeps: true,
    charset: false, // a byte order mark would stand after the licence line
  });
  return `/*! govuk-frontend, MIT licence: govuk-frontend.LICENSE.txt. Compiled by site/vendor/build.mjs */\n${css}\n`;
}

/** @param {string} file @returns {Promise<string>} */
async function sha256(file) {
  return createHash("sha256").update(await readFile(new URL(file, target))).digest("hex");
}

/** @param {string} name @param {string[]} files */
async function lockEntry(name, files) {
  const lock = JSON.parse(await readFile(new URL("package-lock.json", here), "utf8"));
  const { version, license, integrity } = lock.packages[`node_modules/${name}`];
  const hashes = Object.fromEntries(
    await Promise.all(files.sort().map(async (file) => [file, { sha256: await sha256(file) }])),
  );
  return { name, version, license, integrity, files: hashes };
}

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await writeFile(new URL(COMPILED["govuk-frontend"], target), styleSheet());
const packages = [];
for (const [name, files] of Object.entries(COPIED)) {
  for (const [source, file] of Object.entries(files)) {
    await copyFile(new URL(`node_modules/${name}/${source}`, here), new URL(file, target));
  }
  const made = Object.values(files).concat(COMPILED[name] ?? []);
  packages.push(await lockEntry(name, made));
}
await writeFile(new URL("vendor.lock.json", target), `${JSON.stringify({ packages }, null, 2)}\n`);
process.stdout.write(`${(await readdir(target)).length} files in site/theme/static/vendor\n`);
