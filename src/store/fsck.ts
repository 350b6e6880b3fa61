// Looks through a whole store: every byte of objects and packs, indexes against packs, run entries, what lies aside. It
// knows nothing of who needs what: that is for who called it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../core/event.ts';
import { MlopsError } from '../core/failure.ts';
import { type Digest, isDigest, type StageKey } from '../core/ids.ts';
import { orAbsent } from '../util/errno.ts';
import { checkBytes } from './check.ts';
import { indexProblem } from './check-index.ts';
import { PackIndex } from './pack-index.ts';
import { lostIn } from './pack-quarantine.ts';
import { decodeRun, resultOf, runScopes } from './runs.ts';
import type { Store } from './store.ts';

type DamageKind = 'object' | 'pack' | 'index' | 'run';

export interface Damage {
  readonly kind: DamageKind;
  /** From the store's folder. */
  readonly file: string;
  /** One clause. */
  readonly problem: string;
  /** Of an object, pack or index. */
  readonly digest?: Digest;
}

export interface StoreCheck {
  readonly counts: {
    readonly packs: number;
    readonly loose: number;
    readonly indexes: number;
    readonly runs: number;
  };
  readonly bytes: number;
  readonly damage: readonly Damage[];
  /** Objects of which no good copy is left here. */
  readonly lost: ReadonlySet<Digest>;
  /** Whole packs that no index names: their objects are found all the same, after a look. */
  readonly orphans: readonly Digest[];
  /** Packs that an index names and that are not here. */
  readonly vanished: readonly Digest[];
}

/** Changes nothing, except that a damaged index is set aside as by any command that meets it. */
export async function checkStore(
  store: Store,
  report: Report | undefined,
  signal: AbortSignal,
): Promise<StoreCheck> {
  const indexes = checkIndexFiles(store);
  const { bad, bytes, packs, loose } = await checkBytes(store, report, signal);
  const orphans = store.packs.orphans().map(({ digest }) => digest);
  const runs = checkRuns(store);
  const damagedPacks = bad.filter(({ kind }) => kind === 'pack').map(({ digest }) => digest);
  const damage: Damage[] = [
    ...bad.map(({ kind, digest, problem, objects }) => ({
      kind,
      digest,
      file: fileOf(kind, digest),
      problem: objects ? `${problem} (${objects.length} of its objects)` : problem,
    })),
    ...indexes.damage,
    ...compareIndexes(store, new Set(damagedPacks)),
    ...runs.damage,
  ];
  const damagedObjects = bad.filter(({ kind }) => kind === 'object').map(({ digest }) => digest);
  return {
    counts: { packs, loose, indexes: indexes.count, runs: runs.count },
    bytes,
    damage,
    lost: lostObjects(store, damagedPacks, damagedObjects),
    orphans: orphans.filter((digest) => !damagedPacks.includes(digest)),
    vanished: vanishedPacks(store),
  };
}

function fileOf(kind: DamageKind, digest: Digest): string {
  if (kind === 'pack') return `packs/${digest.slice(0, 2)}/${digest}.pack`;
  if (kind === 'index') return `index/${digest}.idx`;
  return `objects/${digest.slice(0, 2)}/${digest.slice(2)}`;
}

function checkIndexFiles(store: Store): { readonly count: number; readonly damage: readonly Damage[] } {
  const names = readdirSync(join(store.dir, 'index')).filter((name) => name.endsWith('.idx'));
  const damage = names.flatMap((name): Damage[] => {
    const digest = name.slice(0, -4);
    const bytes = orAbsent(() => readFileSync(join(store.dir, 'index', name)), undefined);
    if (!isDigest(digest) || bytes === undefined) return [];
    try {
      new PackIndex(bytes, digest);
      return [];
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      const problem = error.message.replace(/^index \w+ /, '');
      return [{ kind: 'index', digest, file: `index/${name}`, problem }];
    }
  });
  return { count: names.length, damage };
}

/** Where a pack is damaged itself, the index is not to blame. */
function compareIndexes(store: Store, damaged: ReadonlySet<Digest>): Damage[] {
  const { packs } = store;
  return packs.indexes().flatMap((index): Damage[] => {
    const problem = indexProblem(index, (pack) =>
      damaged.has(pack) ? undefined : packs.readTable(pack)?.table,
    );
    return problem
      ? [{ kind: 'index', digest: index.digest, file: fileOf('index', index.digest), problem }]
      : [];
  });
}

function vanishedPacks(store: Store): Digest[] {
  const here = new Set(store.packs.packNames());
  const named = store.packs.indexes().flatMap((index) => index.packs.map(({ digest }) => digest));
  return [...new Set(named)].filter((digest) => !here.has(digest));
}

/** Damaged in one place, an object may be good in another. */
function lostObjects(store: Store, packs: readonly Digest[], objects: readonly Digest[]): Set<Digest> {
  const badIn = new Map(packs.map((pack) => [pack, new Set(lostIn(store.packs, pack))]));
  const damaged = new Set(objects);
  const suspects = new Set([...objects, ...[...badIn.values()].flatMap((bad) => [...bad])]);
  const indexes = store.packs.indexes();
  const isGoodIn = (pack: Digest, digest: Digest): boolean =>
    badIn.has(pack) ? !badIn.get(pack)!.has(digest) : store.packs.readTable(pack) !== undefined;
  return new Set(
    [...suspects].filter(
      (digest) =>
        (damaged.has(digest) || !existsSync(store.pathOf(digest))) &&
        !indexes.some((index) =>
          index.find(digest, (number) => isGoodIn(index.packs[number]!.digest, digest)),
        ),
    ),
  );
}

function checkRuns(store: Store): { readonly count: number; readonly damage: readonly Damage[] } {
  const damage: Damage[] = [];
  let count = 0;
  for (const scope of runScopes(store)) {
    const top = join(store.dir, 'runs', scope);
    for (const name of readdirSync(top, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.json')) continue;
      count++;
      const problem = runProblem(join(top, name));
      if (problem) damage.push({ kind: 'run', file: `runs/${scope}/${name.replaceAll('\\', '/')}`, problem });
    }
  }
  return { count, damage };
}

function runProblem(path: string): string | undefined {
  const [key, name] = path.split(/[/\\]/).slice(-2) as [string, string];
  if (!isDigest(key)) return 'lies under no key';
  const text = orAbsent(() => readFileSync(path, 'utf8'), undefined);
  if (text === undefined) return undefined;
  const run = decodeRun(text, key as string as StageKey);
  if (typeof run === 'string') return run;
  return `${resultOf(run.outs)}.json` === name ? undefined : 'has a name that is not its result';
}
