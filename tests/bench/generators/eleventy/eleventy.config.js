// Everything is data: each page is one entry of `pages`, as Eleventy's own guide makes pages from data.
export default function configure(eleventy) {
  eleventy.setQuietMode(true);
  return { dir: { data: "_data", input: ".", output: "_site" } };
}
