// The shapes that the directory's scripts share. `tsc --checkJs` reads them; no browser fetches them.

type Wording = import("./static/js/wording.mjs").Wording;
type IdentityFacets = import("./static/js/identity-facets.mjs").IdentityFacets;

type Facet = "area" | "training" | "age" | "province" | "lang" | "experience" | "topic";
type IdentityFacet = "gender" | "race" | "ethnicity" | "orientation" | "indigenous";
type Sort = "fit" | "daily" | "name" | "newest";

/** Answers about identity: those that a mentor shares with signed-in members, or that are looked for. */
type Choices = Partial<Record<IdentityFacet, string[]>>;

/** What stands in an address: within a facet any of its values, and every facet. */
type Query = Record<Facet, string[]> & { q: string; paused: boolean; sort: Sort; page: number };

/** The ids that each facet knows, in their own order. */
type KnownIds = Record<Facet, string[]>;

/** One thing that was asked for and can be taken back: a facet's value, the words, the paused mentors, or a wish that must be met. */
type Choice = { facet: Facet | IdentityFacet | "q" | "paused"; value: string; wish?: Wish };

type WayOut = {
  /** What is given up; of wishes, that they must be met. */
  facets: Choice["facet"][]; lifted: Wish[]; total: number; query: Query;
  /** The facets about identity whose choices stay in force. */
  keep: string[];
  /** Whether mentors would still be found by their identity. */
  is_by_identity: boolean;
};

type Plural = { one: string; other: string };

/** What templates/directory.html hands over. */
type Settings = {
  lang: string;
  index_url: string; mentors_url: string; members_url: string; members_index_url: string;
  per_page: number; small_count: number;
  facets: Record<Choice["facet"], { name: string; terms: [string, string][] }>;
  professions: Record<string, string>;
  texts: Record<string, string | Plural>;
};

/** A question about identity, with the answers that somebody shares. */
type SharedFacet = { name: string; terms: [string, string][] };

type Members = {
  rows: MembersRow[];
  /** Behind how many public mentors each of them stands, and as which of these rows, by order. */
  places: Record<string, [behind: number, rank: number]>[];
  /** The rows of the public mentors who share an answer, by address. */
  numbers: Record<string, number>;
  /** By address, the answers that a mentor shares, as the ids of `facets`. */
  identity: Map<string, Record<IdentityFacet, string[]>>;
  facets: Record<IdentityFacet, SharedFacet>;
};

/** `none`: nobody is signed in here. `ended`: the session is over. `closed`: it opens nothing, as after a lapse. */
type MembersAnswer =
  | {
      state: "open";
      facets: Members["facets"];
      /** Whether members see more of a mentor than the public page shows. */
      knows: (slug: string) => boolean;
      rowsAfter: (total: number) => MoreRows;
      openFacets: (section: HTMLElement) => IdentityFacets;
      /** Of the sign-in: what is kept about identity belongs to it. */
      mark: string;
    }
  | { state: "none" | "ended" | "closed" | "failed" };

// The search engine, js/search/engine.mjs.

/** What somebody wishes of a mentor: it ranks, and where it must be met it also filters. `answered`: it comes from a questionnaire. */
type Wish = { facet: string; id: string; must: boolean; answered?: true };

/** `choices`: within a facet any of its values, and every facet; those about identity stand among them. */
type SearchQuery = {
  choices: Record<string, string[]>; text: string; wishes: Wish[];
  sort: "fit" | "daily" | "name" | "newest";
  /** ISO; by default the day the index was made. */
  day?: string;
  paused: boolean; page: number; size: number;
};

/** A condition that can be dropped: a facet's choice, the "text", the "paused" being out, or wishes that must be met. */
type Condition = { facet: string; wishes?: Wish[] };

type Meant = { typed: string; word: string };

type Found = {
  total: number;
  /** The page that is given: the last one where a later one was asked for. */
  page: number;
  /** Mentors of each value among those that meet all *other* facets. */
  counts: Record<string, Record<string, number>>;
  /** The rows of the page, in the order asked for. */
  rows: number[];
  /** For each of these rows, what it meets of the wishes and what not. */
  reasons: { met: Wish[]; missed: Wish[] }[];
  /** With nobody found: the smallest sets of conditions to drop, and how many each gives; the best first. */
  ways_out: { drop: Condition[]; total: number }[];
  /** With nobody found: for each word that nobody's text has, one a letter away with which somebody is found. */
  meant: Meant[];
};

/** A mentor as a card shows them. Dates are ISO. */
type Card = {
  row: number; slug: string; name: string; profession: string; city: string; province: string;
  area: string[]; training: string[]; lang: string[];
  available: boolean; accepts_requests: boolean; returns_on: string | null; confirmed_on: string;
  excerpt: Record<string, string>; members_only?: boolean;
};

/** A mentor whom members alone see: what a card shows, and all that they are found by. */
type MembersRow = Omit<Card, "row"> & {
  age: string[]; experience: string; topic: string[]; format: string[]; listed_on: string; words: string;
};

/** Where the index comes from: its parsed manifest, and its other files by their names beside it ("text/3.bin"). */
type Source = { manifest: any; bytes: (name: string) => Promise<Uint8Array> };

/** What signed-in members see besides an index: rows after its own, and values of any row, those about identity too. */
type MoreRows = {
  rows: (MembersRow & { row: number; places: Record<string, [behind: number, rank: number]> })[];
  facets: Record<string, string[]>;
  values: [row: number, facet: string, id: string][];
};

type SearchEngine = {
  /** Everybody, the paused included. */
  total: number;
  /** Nobody has left since the index was made, and nobody was added. */
  is_as_served: boolean;
  /** Without a text, and sorted by fit or day, it fetches nothing; by name or newest, one file once. */
  search: (query: SearchQuery) => Promise<Found>;
  cards: (rows: number[]) => Promise<Card[]>;
};
