// Plain template literals: Eleventy's fastest language.
const LETTERS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;" };
const cards = new Map();
const links = new Map();

const escaped = (text) => String(text).replace(/[&<>"']/g, (letter) => LETTERS[letter]);

/** @param {string} key @param {() => string} make */
const kept = (store, key, make) => {
  if (!store.has(key)) store.set(key, make());
  return store.get(key);
};

const term = ({ url, label }) => `<li>${url ? `<a href="${url}">${escaped(label)}</a>` : escaped(label)}</li>`;

const fact = ({ name, terms }) => `<div class="govuk-summary-list__row">
<dt class="govuk-summary-list__key">${escaped(name)}</dt>
<dd class="govuk-summary-list__value"><ul class="fact-list">${terms.map(term).join("")}</ul></dd>
</div>`;

const profile = (lang, slug, { mentors, said, shell }) => {
  const mentor = mentors[slug];
  const paragraphs = mentor.bio.map((text) => `<p dir="auto">${escaped(text)}</p>`).join("");
  return `<a class="govuk-back-link" href="/${lang}/mentors/" data-back-to-results>${escaped(said.back)}</a>
<article class="mentor">
<header class="mentor__head">
<h1 class="mentor__name"><bdi>${escaped(mentor.name)}</bdi></h1>
<p class="mentor__credentials">${escaped(mentor.profession)} <span aria-hidden="true">·</span> ${escaped(mentor.years)} <span aria-hidden="true">·</span> <bdi>${escaped(mentor.city)}</bdi>, ${escaped(mentor.province)}</p>
<p class="availability"><strong class="govuk-tag govuk-tag--green">${escaped(mentor.state)}</strong><span class="availability__date">${escaped(mentor.confirmed)}</span></p>
<p class="mentor__members"><a href="/${lang}/account/mentors/${slug}/" rel="nofollow">${escaped(said.as_member)}</a></p></header>
<div class="mentor__body">
${paragraphs && `<section class="mentor__bio" aria-labelledby="words"><h2 id="words">${escaped(said.bio)}</h2><div class="mentor__words">${paragraphs}</div></section>`}<h2>${escaped(said.facts)}</h2>
<dl class="govuk-summary-list mentor__facts">${mentor.facts.map(fact).join("")}</dl>
</div>
${shell.ask}
</article>`;
};

const card = (slug, { mentors, said }) => {
  const mentor = mentors[slug];
  const row = (name, text) =>
    `<div class="card__fact" data-row><dt class="card__term">${escaped(said[name])}</dt><dd class="card__detail" dir="auto" data-part="${name}">${escaped(text)}</dd></div>`;
  return `<article class="card" data-slug="${slug}">
<h2 class="card__name"><a class="card__link" href="${mentor.url}" data-part="link"><bdi data-part="name">${escaped(mentor.name)}</bdi></a></h2>
<p class="card__credentials" data-part="credentials">${escaped([mentor.profession, ...mentor.training].join(" · "))}</p>
<dl class="card__facts">
${row("place", `${mentor.city}, ${mentor.province}`)}
${row("areas", mentor.areas.join(", "))}
${row("languages", mentor.languages.join(", "))}
</dl>
<p class="card__excerpt" dir="auto" data-part="excerpt">${escaped(mentor.excerpt)}</p>
<p class="card__availability"><strong class="govuk-tag govuk-tag--green" data-part="state">${escaped(mentor.state)}</strong> <span class="card__date" data-part="returns" hidden></span> <span class="card__date" data-part="confirmed">${escaped(mentor.confirmed)}</span></p>
</article>`;
};

const link = ({ url, label, count, said }) =>
  `<li class="term-links__entry"><a class="term-links__link" href="${url}">${escaped(label)} <span class="term-links__count" aria-hidden="true">${escaped(count)}</span><span class="govuk-visually-hidden">${escaped(said)}</span></a></li>`;

const list = (lang, { title, count, slugs, facet }, words) => {
  const entries = slugs.map(
    (slug) => `<li class="cards__entry">${kept(cards, `${lang} ${slug}`, () => card(slug, words))}</li>`,
  );
  return `<div class="page-head"><h1 class="page-head__title">${escaped(title)}</h1><p class="page-head__lead">${escaped(count)}</p></div>
<ul class="cards">
${entries.join("\n")}
</ul>
<nav class="siblings" aria-labelledby="siblings"><h2 class="siblings__title" id="siblings">${escaped(words.said.facts)}</h2>
<ul class="term-links">
${kept(links, `${lang} ${facet}`, () => words.links[facet].map(link).join("\n"))}
</ul>
</nav>`;
};

export const data = {
  pagination: { data: "pages", size: 1, alias: "entry" },
  permalink: ({ entry }) => `${entry.lang}/${entry.path}/index.html`,
};

export function render({ entry, words }) {
  const own = words[entry.lang];
  const name = entry.slug ? own.mentors[entry.slug].name : own.lists[entry.number].title;
  const address = entry.path.slice("mentors/".length);
  const inside = entry.slug ? profile(entry.lang, entry.slug, own) : list(entry.lang, own.lists[entry.number], own);
  const before = own.shell.before.split("{{ .name }}").join(escaped(name)).split("{{ .address }}").join(address);
  return `${before}${inside}\n${own.shell.after}`;
}
