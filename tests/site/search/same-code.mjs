// Ends with an error unless both scripts of each pair, in the JSON file that is named, are the same but for comments.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import typescript from "typescript";

const { printer, parse } = { printer: typescript.createPrinter({ removeComments: true }), parse: typescript.createSourceFile };
const codeOf = (/** @type {string} */ text) => printer.printFile(parse("script.mjs", text, typescript.ScriptTarget.ES2022));
for (const [source, sent] of JSON.parse(readFileSync(process.argv[2], "utf-8"))) assert.equal(codeOf(sent), codeOf(source));
