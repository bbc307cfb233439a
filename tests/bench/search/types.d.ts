// The shapes that the search's measurements share, apart from the site's own.

declare namespace Bench {
  type Facet = "area" | "training" | "age" | "province" | "lang" | "experience" | "topic";

  /** One mentor, as tests/bench/directory_data.py writes it. */
  type Doc = Record<Facet, string[]> & {
    slug: string; name: string; profession: string; city: string;
    available: boolean; confirmed_on: string; bio: Record<string, string>;
  };

  /** By facet and id, every word for it in both languages. */
  type Labels = Record<string, Record<string, string[]>>;

  type Query = {
    choices: Record<string, string[]>; text: string;
    wishes: { facet: string; id: string; must: boolean }[];
    sort: "fit"; day: string; paused: boolean; page: number; size: number;
  };

  /** How many mentors each value of a facet has, the facet's own choice left out. */
  type Counts = Record<string, Record<string, number>>;

  /** `page`: the first page in its order, by whatever the engine's `cards` takes. */
  type Answer<Key = string> = { total: number; counts: Counts; page: Key[] };

  type Card = { slug: string; name: string; place: string; areas: string[]; excerpt: string };

  type Source = {
    bytes: (name: string) => Promise<Uint8Array>;
    json: (name: string) => Promise<any>;
    /** A script that loads the rest of itself. */
    module: (name: string) => Promise<any>;
  };

  type Engine<Key = string> = {
    search: (query: Query) => Answer<Key> | Promise<Answer<Key>>;
    cards: (page: Key[]) => Promise<Card[]>;
  };

  /** What every module in peers/ gives. `RANKS`: unless false, it ranks by wishes. */
  type Peer = { TEXT_RULE: TextRule; RANKS?: boolean; open: (source: Source, start: Start) => Promise<Engine<any>> };

  /** What a page knows from the start: two queries, and where our index begins. */
  type Start = { filtered: Query; text: Query; index: string };

  /**
   * What a text finds: `last`, every word and the beginning of the last; `beginnings`, the beginnings of all; `one`,
   * the beginning of one word, while several find what the library thinks; `own`, what the library thinks. What a
   * library thinks is run and timed, its results are not compared.
   */
  type TextRule = "last" | "beginnings" | "one" | "own";
}

declare module "peer" {
  export const open: Bench.Peer["open"];
}

declare module "itemsjs" {
  export default function itemsjs(rows: object[], configuration: object): any;
}
