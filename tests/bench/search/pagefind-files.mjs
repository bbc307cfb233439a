// Writes Pagefind's index of the documents, as its users do for records that are no pages.
import { readFile } from "node:fs/promises";
import { FACETS } from "./documents.mjs";

/**
 * @param {string} folder where documents.json and labels.json are
 * @param {string} out
 */
export async function writePagefind(folder, out) {
  const pagefind = await import("pagefind");
  const [documents, labels] = await Promise.all(["documents", "labels"].map(async (name) => JSON.parse(await readFile(`${folder}/${name}.json`, "utf8"))));
  const { index } = await pagefind.createIndex();
  if (!index) throw new Error("Pagefind made no index");
  for (const document of documents) await index.addCustomRecord(recordOf(document, labels));
  await index.writeFiles({ outputPath: out });
  await pagefind.close();
}

/**
 * @param {Bench.Doc} document
 * @param {Bench.Labels} labels
 */
function recordOf(document, labels) {
  const facets = FACETS.map((facet) => [facet, document[/** @type {Bench.Facet} */ (facet)]]);
  const called = facets.flatMap(([facet, ids]) => /** @type {string[]} */ (ids).flatMap((id) => labels[/** @type {string} */ (facet)][id]));
  return {
    url: `/${document.slug}/`,
    language: "en",
    content: [document.name, document.city, ...Object.values(document.bio), ...called].join(". "),
    meta: { title: document.name, place: `${document.city}, ${document.province[0]}`, areas: document.area.join(" ") },
    filters: { ...Object.fromEntries(facets), state: [document.available ? "available" : "paused"] },
  };
}
