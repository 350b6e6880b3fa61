// One byte of every kind of file is another, or the file ends early. Nothing is ever made from wrong bytes: a command says
// what is damaged and what to type, or does without what only saved time; and where the bytes can still be had, they come back.
import { chmodSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { pool } from '../../src/util/pool.ts';
import { type Chance, chance, LONG, SEED } from './chance.ts';
import { filesIn } from './checker.ts';
import { type Ended, openGround, type Place, type State } from './ground.ts';
import { differences, storeHolding, type Workspace, workspaceOf } from './keeping.ts';

const TIMES = LONG ? 200 : 8;
const AT_ONCE = 2;
const ground = openGround();
afterAll(() => ground.remove());

type Line = readonly string[];

interface Kind {
  readonly name: string;
  readonly from: State;
  /** By their path in the case. */
  readonly files: RegExp;
  /** Makes sure that they are read: what can be had from them is taken away. */
  readonly first?: (place: Place) => void;
  readonly reads: readonly Line[];
  /** What brings everything back; absent: somebody puts the right file there, as a push from another machine would. */
  readonly mends?: readonly Line[];
}

/** Damage is asked for again, in case it happened on the way. */
const HURRY = { fault: { hurry: true } } as const;
const CHECKOUT: Line = ['checkout', '--force'];
const HERE = { from: 'pushed', first: withoutOuts, reads: [CHECKOUT] } as const;
const THERE = { from: 'cloned', reads: [['pull']] } as const;

// biome-ignore format: a line for each kind
const KINDS: readonly Kind[] = [
  { name: 'object here', ...HERE, files: /^repo\/\.git\/mlops\/store\/objects\//, mends: [['fsck', '--repair'], ['fetch'], CHECKOUT] },
  { name: 'pack here', ...HERE, files: /^repo\/\.git\/mlops\/store\/packs\//, mends: [['fsck', '--repair'], ['fetch'], CHECKOUT] },
  { name: 'index here', ...HERE, files: /^repo\/\.git\/mlops\/store\/index\//, mends: [['fsck', '--repair'], ['fetch'], CHECKOUT] },
  { name: 'run entry here', from: 'pushed', first: withoutStages, files: /^repo\/\.git\/mlops\/store\/runs\//, reads: [['repro']], mends: [['fsck', '--repair']] },
  { name: 'stat cache', from: 'pushed', files: /^repo\/\.git\/mlops\/stat\/[^.]/, reads: [['status'], ['repro']], mends: [] },
  { name: 'claim', from: 'pushed', files: /^repo\/\.git\/mlops\/claims\//, reads: [['status'], ['repro']], mends: [] },
  { name: 'lock', from: 'pushed', files: /^repo\/pipeline\.lock$/, reads: [['status'], ['repro']], mends: [] },
  { name: 'object there', ...THERE, files: /^remote\/v1\/objects\// },
  { name: 'pack there', ...THERE, files: /^remote\/v1\/packs\// },
  { name: 'index there', ...THERE, files: /^remote\/v1\/index\// },
  { name: 'run entry there', from: 'cloned', first: withoutStages, files: /^remote\/v1\/runs\//, reads: [['pull'], ['repro', '--pull']] },
  { name: 'format.json there', ...THERE, files: /^remote\/v1\/format\.json$/ },
];

function withoutOuts(place: Place): void {
  place.write({ data: null, work: null, 'metrics.json': null });
}

/** What the stages made is known from their run entries alone. */
function withoutStages(place: Place): void {
  const { data, version } = JSON.parse(place.read('pipeline.lock'));
  place.write({ 'pipeline.lock': JSON.stringify({ data, version }), work: null });
}

describe(`damaged, seed ${SEED}`, () => {
  it.each(KINDS)('$name', async (kind) => {
    const luck = chance(`damage ${kind.name}`);
    const right = await undamaged(kind);
    const wounds = Array.from({ length: TIMES }, () => ({
      wound: (luck.next() < 0.5 ? flipped : luck.pick(WOUNDS))(luck),
      which: luck.next(),
    }));
    console.log(`${kind.name}: ${wounds.map(({ wound }) => wound.words).join(', ')}`);
    const wrong = await pool(wounds, AT_ONCE, ({ wound, which }) => hurt(kind, right, which, wound));
    expect(wrong.flat()).toEqual([]);
  });
});

/** What the workspace holds after the same commands, when nothing is damaged. */
async function undamaged(kind: Kind): Promise<Workspace> {
  const place = await ground.take(kind.from);
  kind.first?.(place);
  for (const line of [...kind.reads, ...(kind.mends ?? [])])
    expect(await place.mlops(line)).toMatchObject({ exit: 0 });
  const right = workspaceOf(place);
  place.remove();
  return right;
}

interface Wound {
  readonly words: string;
  readonly apply: (bytes: Buffer) => Buffer;
}

function flipped(luck: Chance): Wound {
  const [at, bit] = [luck.next(), luck.below(8)];
  return {
    words: 'a bit flipped',
    apply: (bytes) => {
      bytes[Math.floor(at * bytes.length)]! ^= 1 << bit;
      return bytes;
    },
  };
}

const WOUNDS: readonly ((luck: Chance) => Wound)[] = [
  (luck) => {
    const at = luck.next();
    return { words: 'cut short', apply: (bytes) => bytes.subarray(0, Math.floor(at * bytes.length)) };
  },
  () => ({ words: 'emptied', apply: () => Buffer.alloc(0) }),
  (luck) => {
    const more = luck.bytes(1 + luck.below(50));
    return { words: 'longer', apply: (bytes) => Buffer.concat([bytes, more]) };
  },
  // What a power failure leaves on some file systems.
  () => ({ words: 'zeros', apply: (bytes) => Buffer.alloc(bytes.length) }),
];

async function hurt(kind: Kind, right: Workspace, which: number, wound: Wound): Promise<readonly string[]> {
  const place = await ground.take(kind.from);
  const names = [...filesIn(place.dir).keys()].filter((each) => kind.files.test(each));
  const name = names[Math.floor(which * names.length)];
  if (name === undefined) return [`there is no ${kind.name}`];
  const file = join(place.dir, name);
  const bytes = readFileSync(file);
  kind.first?.(place);
  overwrite(file, wound.apply(Buffer.from(bytes)));

  const lines: string[] = [];
  for (const read of kind.reads) {
    lines.push(...honest(read, await place.mlops(read, HURRY)));
    lines.push(...wrongBytes(right, workspaceOf(place)).filter((line) => !line.startsWith('pipeline.lock:')));
  }
  if (!kind.mends) overwrite(file, bytes);
  for (const mend of kind.mends ?? kind.reads) {
    const { exit, said } = await place.mlops(mend);
    if (exit !== 0) lines.push(`${mend.join(' ')} does not mend it, exit ${exit}: ${said}`);
  }
  lines.push(...differences(right, workspaceOf(place)));
  lines.push(...storeHolding(place).problems);
  const keep = lines.length > 0 && process.env['MLOPS_FAULTS_KEEP'] !== undefined;
  if (!keep) place.remove();
  const told = lines
    .slice(0, 5)
    .map((line) => `${kind.name} ${wound.words} (${keep ? file : name}): ${line}`);
  for (const line of told) console.log(line);
  return told;
}

/** Files whose bytes are not what they should be; one that is absent is no lie. */
function wrongBytes(right: Workspace, now: Workspace): string[] {
  return differences(right, now).filter((line) => !line.endsWith('is absent'));
}

function overwrite(file: string, bytes: Buffer): void {
  chmodSync(file, 0o644);
  truncateSync(file);
  writeFileSync(file, bytes);
}

/** A command that cannot go on says why and what to type. */
function honest(line: Line, { exit, said }: Ended): string[] {
  const told = `${line.join(' ')}: exit ${exit}: ${said}`;
  if (exit === 70 || /^\s+at .*:\d+:\d+\)?$/m.test(said)) return [`is called a bug: ${told}`];
  if (![0, 4, 5, 6, 7, 8, 10].includes(exit)) return [told];
  return exit === 0 || /help: /.test(said) ? [] : [`does not say what to do: ${told}`];
}
