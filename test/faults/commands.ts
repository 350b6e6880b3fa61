// The commands that are broken, one a line: where each starts, and what must be true when it is done.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  danglingRuns,
  danglingTrees,
  digestsOf,
  filesIn,
  type Holding,
  lacks,
  lockedArtifacts,
} from './checker.ts';
import { readPack, sha256 } from './formats.ts';
import { DATA, LITTER, type Place, type State } from './ground.ts';
import { remoteHolding, storeHolding } from './keeping.ts';

export interface Broken {
  readonly name: string;
  readonly args: readonly string[];
  readonly from: State;
  /** Files that the command edits: at every moment they are whole. */
  readonly edits: readonly string[];
  /** Other paths that it writes, with what lies below them; at every moment they are as before or as after. */
  readonly writes: readonly string[];
  /** Files of `writes` whose bytes Git has too. */
  readonly inGit?: readonly string[];
  /** Paths that stages write by themselves: those may be half written until the next run. */
  readonly halfWritten?: readonly string[];
  /** Of its calls one in so many is refused, drawn, but in the long suite: the others are those of commands that it is made of. */
  readonly oneIn?: number;
  /** What it had under way when it was killed is claimed by nobody: gc takes it a day later. */
  readonly leaves?: 'tmp';
  /** What is wrong with the place after the command was run again: a line each. */
  readonly check: (place: Place) => readonly string[] | Promise<readonly string[]>;
  /** As `check`, at the moment of the fault: promises that hold at every moment. */
  readonly always?: (place: Place) => readonly string[];
}

const OUTS = ['work', 'metrics.json'];
const DECLARED = ['pipeline.yaml', 'pipeline.lock', '.gitignore'];

// biome-ignore format: a line for each command
export const COMMANDS: readonly Broken[] = [
  { name: 'add', args: ['add', ...DATA], from: 'fresh', edits: DECLARED, writes: [], check: storeIsWhole, always: storeHoldsTogether },
  { name: 'repro', args: ['repro'], from: 'changed', edits: DECLARED, writes: OUTS, halfWritten: OUTS, leaves: 'tmp', check: storeIsWhole, always: storeHoldsTogether },
  { name: 'ci run', args: ['ci', 'run', '--out', '../report'], from: 'changed', edits: DECLARED, writes: OUTS, halfWritten: OUTS, oneIn: 6, leaves: 'tmp', check: jobIsDone, always: jobHoldsTogether },
  { name: 'push', args: ['push'], from: 'made', edits: [], writes: [], check: remoteIsWhole, always: remoteHoldsTogether },
  { name: 'pull', args: ['pull'], from: 'cloned', edits: DECLARED, writes: [...OUTS, 'data'], leaves: 'tmp', check: storeIsWhole },
  { name: 'checkout', args: ['checkout'], from: 'elsewhere', edits: DECLARED, writes: [...OUTS, 'data'], check: storeIsWhole },
  { name: 'gc', args: ['gc', '--yes', '--keep-days', '0'], from: 'littered', edits: [], writes: [], leaves: 'tmp', check: storeIsSwept, always: nothingIsDeleted },
  { name: 'fsck', args: ['fsck', '--repair'], from: 'damaged', edits: [], writes: [], leaves: 'tmp', check: storeIsWhole },
];

/** Every byte of the store is what its name says, and all that the lock names is there. */
function storeIsWhole(place: Place): readonly string[] {
  const holding = storeHolding(place);
  return [...holding.problems, ...lacking(place, holding)];
}

/** gc moves to the trash, whatever happens to it. */
function nothingIsDeleted(place: Place): readonly string[] {
  const objects = new Set(storeHolding(place).objects.keys());
  const trash = join(place.store, 'trash');
  for (const read of existsSync(trash) ? filesIn(trash).values() : []) {
    const bytes = read();
    objects.add(sha256(bytes));
    if (bytes.subarray(0, 8).toString() === 'MLPACK1\n')
      for (const { digest } of readPack(bytes).objects) objects.add(digest);
  }
  const ever = JSON.parse(readFileSync(join(place.dir, LITTER), 'utf8')) as readonly string[];
  return ever
    .filter((digest) => !objects.has(digest))
    .map((digest) => `${digest} is in neither store nor trash`);
}

/** What the lock and the runs name is there, and nothing else. */
function storeIsSwept(place: Place): readonly string[] {
  const holding = storeHolding(place);
  const needed = new Set<string>();
  const runs = holding.runs.flatMap((run) => Object.values(run.outs));
  for (const artifact of [...lockedArtifacts(place.read('pipeline.lock')).values(), ...runs])
    for (const digest of digestsOf(holding, artifact)) needed.add(digest);
  const litter = [...holding.objects.keys()].filter((digest) => !needed.has(digest));
  return [
    ...storeIsWhole(place),
    ...nothingIsDeleted(place),
    ...litter.map((digest) => `${digest} is needed by nobody`),
  ];
}

/** Bytes are written before the nodes that name them, and those before the lock: nothing names what is not there. */
function storeHoldsTogether(place: Place): readonly string[] {
  const holding = storeHolding(place);
  return [
    ...holding.problems,
    ...danglingTrees(holding),
    ...danglingRuns(holding),
    ...lacking(place, holding),
  ];
}

/** The report is of the last run, whole. */
function jobIsDone(place: Place): readonly string[] {
  const record = join(place.dir, 'report/ci.json');
  if (!existsSync(record)) return ['there is no report'];
  const report = JSON.parse(readFileSync(record, 'utf8'));
  return [
    ...(report.state === 'done' && report.exit === 'ok'
      ? []
      : [`the report is ${report.state}, ${report.exit}`]),
    ...['comment.md', 'index.html']
      .filter((name) => !existsSync(join(place.dir, 'report', name)))
      .map((name) => `the report has no ${name}`),
    ...remoteIsWhole(place),
  ];
}

/** A report that is there can be read. */
function jobHoldsTogether(place: Place): readonly string[] {
  const report = join(place.dir, 'report/ci.json');
  if (existsSync(report)) JSON.parse(readFileSync(report, 'utf8'));
  return [...storeHoldsTogether(place), ...(existsSync(place.remote) ? remoteHoldsTogether(place) : [])];
}

function remoteIsWhole(place: Place): readonly string[] {
  const holding = remoteHolding(place);
  return [...storeIsWhole(place), ...holding.problems, ...lacking(place, holding), ...danglingRuns(holding)];
}

/** Whoever pulls while another pushes finds nothing that names what is not there. */
function remoteHoldsTogether(place: Place): readonly string[] {
  const holding = remoteHolding(place);
  return [...holding.problems, ...danglingTrees(holding), ...danglingRuns(holding)];
}

function lacking(place: Place, holding: Holding): string[] {
  if (!existsSync(join(place.repo, 'pipeline.lock'))) return [];
  return [...lockedArtifacts(place.read('pipeline.lock'))].flatMap(([path, artifact]) =>
    lacks(holding, artifact, path),
  );
}
