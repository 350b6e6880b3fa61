// The figures of docs/scale.md: what the formats add up to. Nothing here is measured; `assumed` is all that is not ours.

import { INDEX_ENTRY } from '../../src/store/index-head.ts';
import { packBytes } from '../../src/store/pack.ts';
import { NODE_LIMIT } from '../../src/store/tree.ts';

/** Prices of S3 Standard in us-east-1 by Amazon's public list (USD, without tax), and a client on a 10 Gbit/s line. */
export const assumed = {
  putPer1000: 0.005, // PUT, POST, LIST; DELETE costs nothing
  getPer1000: 0.0004, // GET, HEAD
  /** [up to so many GB, USD per GB and month], GB = 10^9 bytes */
  storage: [
    [50_000, 0.023],
    [500_000, 0.022],
    [Number.POSITIVE_INFINITY, 0.021],
  ],
  listSeconds: 0.1, // one page of 1,000 names
  lineBytesPerSecond: 1e9,
} as const;

const MIB = 2 ** 20;
const PACK = 32 * MIB;
const PACKED_MOST = MIB;
const PART = 16 * MIB;
const ONE_PUT = 32 * MIB;
const FAN_IN = 64;
/** An index file of so many bytes that is not kept here is read by ranges, a smaller one whole. */
const RANGED_FROM = 4 * MIB;
/** A merged index above it is split by digest range, and a merge holds one part at a time. */
const PART_ENTRIES_OF_INDEX = 2 ** 20;
const PAGE = 1000;
const NAME = 12;
const FOLDER = 1000;

export interface Shape {
  readonly name: string;
  /** [how many, bytes of each] */
  readonly objects: readonly (readonly [number, number])[];
}

export const shapes: readonly Shape[] = [
  { name: 'a million small', objects: [[1e6, 1e5]] },
  { name: 'all small', objects: [[1e8, 1e5]] },
  {
    name: 'mixed',
    objects: [
      [9.9e7, 1e5],
      [1e6, 9.901e8],
    ],
  },
  { name: 'all large', objects: [[1e8, 1e7]] },
];

/**
 * Entries that a part has, and that the part of one given name has (large parts hold more names): a name ends a part
 * with a chance of 1 in 256 once it has 16 entries, and at 1,024.
 */
const [PART_ENTRIES, PART_ENTRIES_OF_NAME] = partEntries();
function partEntries(): readonly [number, number] {
  let [alive, mean, square] = [1, 0, 0];
  for (let entries = 16; entries <= NODE_LIMIT; entries++) {
    const ends = entries === NODE_LIMIT ? alive : alive / 256;
    mean += ends * entries;
    square += ends * entries ** 2;
    alive -= ends;
  }
  return [mean, square / mean];
}

/** Nodes of one folder of so many names, level by level up to the root. */
export function nodesOf(names: number): number[] {
  const levels = [];
  for (let n = names; ; n = Math.ceil(n / PART_ENTRIES)) {
    levels.push(n <= NODE_LIMIT ? 1 : Math.ceil(n / PART_ENTRIES));
    if (n <= NODE_LIMIT) return levels;
  }
}

/** What one more file rewrites: a node on each level, of the size that the node of a given name has. */
function rewritten(names: number): { readonly nodes: number; readonly bytes: number } {
  const levels = nodesOf(names);
  const bytes = levels.map((n, level) => {
    const entries = n === 1 ? (levels[level - 1] ?? names) : PART_ENTRIES_OF_NAME;
    return 16 + entries * (4 + NAME + (level === 0 ? 40 : 48));
  });
  return { nodes: levels.length, bytes: sum(bytes) };
}

/** One version of everything, in folders of 1,000 files, and the folders in one. */
function trees(files: number): { readonly nodes: number; readonly bytes: number } {
  const folders = Math.ceil(files / FOLDER);
  const above = sum(nodesOf(folders));
  const nodes = folders + above;
  return { nodes, bytes: nodes * 16 + files * (4 + NAME + 40) + (folders + above) * (4 + NAME + 48) };
}

export interface Remote {
  readonly files: number;
  readonly bytes: number;
  readonly large: number;
  readonly packs: number;
  readonly entries: number;
  readonly treeBytes: number;
  readonly indexBytes: number;
  readonly indexFiles: number;
  /** Bytes of indexes that a new client reads whole, and then keeps. */
  readonly wholeIndexBytes: number;
  /** What the largest merge of indexes holds in memory. */
  readonly mergeBytes: number;
  /** To bring all of it there. */
  readonly puts: number;
  /** What every command lists. */
  readonly listPages: number;
  /** What a push of over 256 large objects lists, or a check of all. */
  readonly loosePages: number;
}

export function remoteOf({ objects }: Shape): Remote {
  const small = objects.filter(([, size]) => size <= PACKED_MOST);
  const large = objects.filter(([, size]) => size > PACKED_MOST);
  const files = sum(objects.map(([n]) => n));
  const tree = trees(files);
  const bytePacks = sum(small.map(([n, size]) => Math.ceil(n / perPack(size))));
  const treePacks = Math.ceil(packBytes(tree.nodes, tree.bytes) / PACK);
  const packs = bytePacks + treePacks;
  const entries = sum(small.map(([n]) => n)) + tree.nodes;
  const index = indexes(packs, entries);
  const looseCount = sum(large.map(([n]) => n));
  return {
    files,
    bytes: sum(objects.map(([n, size]) => n * size)),
    large: looseCount,
    packs,
    entries,
    treeBytes: tree.bytes,
    ...index,
    puts: 2 * packs + sum(large.map(([n, size]) => n * putsOf(size))),
    listPages: pages(packs) + pages(index.indexFiles),
    loosePages: pages(looseCount),
  };
}

function perPack(size: number): number {
  return Math.floor((PACK - packBytes(0, 0)) / (size + packBytes(1, 0) - packBytes(0, 0)));
}

/** One PUT, or one a part and two around them. */
function putsOf(size: number): number {
  if (size <= ONE_PUT) return 1;
  const part = Math.max(PART, Math.ceil(size / 10_000 / MIB) * MIB);
  return Math.ceil(size / part) + 2;
}

/**
 * An index for each pack, 64 of a level merged into one of the next, until what is merged is split by digest range.
 * Counted as they are at their most, just before the next merge.
 */
function indexes(packs: number, entries: number) {
  const each = (entries / packs) * INDEX_ENTRY + 48;
  const found = { indexBytes: packs * each, indexFiles: 0, wholeIndexBytes: 0, mergeBytes: 0 };
  for (let of = 1; of <= packs; of *= FAN_IN) {
    const bytes = of * each;
    const split = 2 ** Math.max(0, Math.ceil(Math.log2(bytes / INDEX_ENTRY / PART_ENTRIES_OF_INDEX)));
    // Of a part: its pieces, all of them in one, sorted, and the result.
    if (of > 1) found.mergeBytes = 4 * Math.min(bytes, PART_ENTRIES_OF_INDEX * INDEX_ENTRY);
    const most = split > 1 ? Math.floor(packs / of) : Math.min(FAN_IN - 1, Math.floor(packs / of));
    found.indexFiles += most * split;
    if (bytes / split < RANGED_FROM) found.wholeIndexBytes += most * bytes;
    if (split > 1) break;
  }
  return found;
}

function pages(names: number): number {
  return Math.max(1, Math.ceil(names / PAGE));
}

/** The tables of the page: name → lines of Markdown. */
export function tables(): Readonly<Record<string, string>> {
  const remotes = shapes.map(remoteOf);
  const row = (label: string, figure: (remote: Remote) => string): string =>
    `| ${label} | ${remotes.map(figure).join(' | ')} |`;
  const head = [
    `| | ${shapes.map(({ name }) => name).join(' | ')} |`,
    `|---|${shapes.map(() => '---:|').join('')}`,
  ];
  const folders = [1e4, 1e5, 1e6, 1e7];
  const folderRow = (label: string, figure: (names: number) => string): string =>
    `| ${label} | ${folders.map(figure).join(' | ')} |`;
  return {
    folder: [
      `| files in one folder | ${folders.map(asCount).join(' | ')} |`,
      `|---|${folders.map(() => '---:|').join('')}`,
      folderRow('tree nodes, level by level', (names) => nodesOf(names).map(asCount).join(' + ')),
      folderRow('… their bytes', (names) =>
        asBytes(names * (4 + NAME + 40) + sum(nodesOf(names)) * (16 + 4 + NAME + 48)),
      ),
      folderRow('one more file rewrites', (names) => `${rewritten(names).nodes} nodes`),
      folderRow('… their bytes', (names) => asBytes(rewritten(names).bytes)),
      folderRow('stat cache on disk', (names) => asBytes(names * (64 + NAME + 1))),
      folderRow('index entries of small files', (names) => asBytes(names * INDEX_ENTRY)),
    ].join('\n'),
    remote: [
      ...head,
      row('objects', ({ files }) => asCount(files)),
      row('bytes', ({ bytes }) => asBytes(bytes)),
      row('… of them files of their own (> 1 MiB)', ({ large }) => asCount(large)),
      row('packs of 32 MiB', ({ packs }) => asCount(packs)),
      row('tree nodes of one version', ({ treeBytes }) => asBytes(treeBytes)),
      row('index entries, 48 B each', ({ indexBytes }) => asBytes(indexBytes)),
      row('index files, at most', ({ indexFiles }) => asCount(indexFiles)),
    ].join('\n'),
    costs: [
      ...head,
      row('PUTs to bring all of it', ({ puts }) => asCount(puts)),
      row('… cost once', ({ puts }) => dollars((puts / 1000) * assumed.putPer1000)),
      row('… with one PUT a file instead', ({ files }) => dollars((files / 1000) * assumed.putPer1000)),
      row('storage a month', ({ bytes }) => dollars(perMonth(bytes))),
      row('… of it indexes and trees', ({ indexBytes, treeBytes }) =>
        dollars(perMonth(indexBytes + treeBytes)),
      ),
      row('line busy, 1 GB/s', ({ bytes }) => duration(bytes / assumed.lineBytesPerSecond)),
    ].join('\n'),
    commands: [
      ...head,
      row('LIST pages of each push, pull, fetch', ({ listPages }) => asCount(listPages)),
      row('… time, 16 at once', ({ listPages }) => duration(listingSeconds(listPages, 16))),
      row('… cost', ({ listPages }) => dollars((listPages / 1000) * assumed.putPer1000)),
      row('push of over 256 large objects: LIST pages', ({ loosePages }) => asCount(loosePages)),
      row('… time, 16 at once', ({ loosePages }) => duration(listingSeconds(loosePages, 16))),
      row('index bytes that a client that comes anew reads whole', ({ wholeIndexBytes }) =>
        asBytes(wholeIndexBytes),
      ),
      row('memory of the largest merge of indexes', ({ mergeBytes }) => asBytes(mergeBytes)),
      row('memory of gc to mark all', ({ files }) => asBytes(markBytes(files))),
      row('`fsck --remote --read`, 1 GB/s', ({ bytes }) => duration(bytes / assumed.lineBytesPerSecond)),
    ].join('\n'),
  };
}

function perMonth(bytes: number): number {
  let [from, cost] = [0, 0];
  for (const [to, price] of assumed.storage) {
    cost += Math.max(0, Math.min(bytes / 1e9, to) - from) * price;
    from = to;
  }
  return cost;
}

function listingSeconds(pagesToAsk: number, atOnce: number): number {
  return Math.ceil(pagesToAsk / atOnce) * assumed.listSeconds;
}

/** 36 bytes a place, places a power of two that is at most three quarters full. */
function markBytes(objects: number): number {
  return 36 * 2 ** Math.ceil(Math.log2(objects / 0.75));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function asCount(n: number): string {
  return n.toLocaleString('en');
}

function asBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = bytes === 0 ? 0 : Math.floor(Math.log10(bytes) / 3);
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}

function dollars(usd: number): string {
  return usd < 0.01 ? '< $0.01' : `$${usd < 10 ? usd.toFixed(2) : Math.round(usd).toLocaleString('en')}`;
}

function duration(seconds: number): string {
  if (seconds < 1) return `${Number(seconds.toPrecision(2))} s`;
  if (seconds < 100) return `${Number(seconds.toPrecision(3))} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${(seconds / 86_400).toFixed(1)} days`;
}
