// Small mentors for the tests: what a test does not say is the same for all.

/**
 * @param {Partial<Mentor> & { slug: string }} given
 * @returns {Mentor}
 */
export function row(given) {
  return {
    name: given.slug,
    profession: "ot",
    city: "Moncton",
    area: ["mental-health"],
    training: ["msc-ot"],
    age: ["18-64"],
    province: "NB",
    lang: ["en"],
    experience: "3-5",
    topic: ["canadian-practice"],
    available: true,
    accepts_requests: true,
    returns_on: null,
    confirmed_on: "2026-10-01",
    listed_on: "2026-01-01",
    excerpt: { en: "Hello." },
    words: "mental moncton",
    ...given,
  };
}

/** @param {Mentor[]} mentors */
export const indexOf = (mentors) => ({ version: 1, mentors });
