// Prints the dates given as JSON on standard input in words, for test_card.py to compare with the server's.
import { readFileSync } from "node:fs";
import { Wording } from "../../../site/theme/static/js/wording.mjs";

const days = JSON.parse(readFileSync(0, "utf8"));
const settings = { facets: /** @type {any} */ ({}), texts: {}, professions: {}, index_url: "", mentors_url: "", per_page: 20 };
const words = ["en", "fr"].map((lang) => [lang, days.map((/** @type {string} */ day) => new Wording({ lang, ...settings }).date(day))]);
process.stdout.write(JSON.stringify(Object.fromEntries(words)));
