// The commands that are broken, one a line: where each starts, and what must be true when it is done.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { danglingRuns, danglingTrees, lacks, lockedArtifacts } from './checker.ts';
import { DATA, type Place, type State } from './ground.ts';
import { holdingIn } from './keeping.ts';

export interface Broken {
  readonly name: string;
  readonly args: readonly string[];
  readonly from: State;
  /** Files that the command edits: at every moment they are whole. */
  readonly edits: readonly string[];
  /** Other paths that it writes, with what lies below them; at every moment they are as before or as after. */
  readonly writes: readonly string[];
  /** Paths that stages write by themselves: those may be half written until the next run. */
  readonly halfWritten?: readonly string[];
  /** What is wrong with the place after the command was run again: a line each. */
  readonly check: (place: Place) => readonly string[];
  /** As `check`, at the moment of the fault: promises that hold at every moment. */
  readonly always?: (place: Place) => readonly string[];
}

const OUTS = ['work', 'metrics.json'];
const DECLARED = ['pipeline.yaml', 'pipeline.lock', '.gitignore'];

// biome-ignore format: a line for each command
export const COMMANDS: readonly Broken[] = [
  { name: 'add', args: ['add', ...DATA], from: 'fresh', edits: DECLARED, writes: [], check: storeIsWhole, always: storeHoldsTogether },
  { name: 'repro', args: ['repro'], from: 'changed', edits: DECLARED, writes: OUTS, halfWritten: OUTS, check: storeIsWhole, always: storeHoldsTogether },
  { name: 'push', args: ['push'], from: 'made', edits: [], writes: [], check: remoteIsWhole, always: remoteHoldsTogether },
  { name: 'pull', args: ['pull'], from: 'cloned', edits: DECLARED, writes: [...OUTS, 'data'], check: storeIsWhole },
  { name: 'checkout', args: ['checkout'], from: 'elsewhere', edits: DECLARED, writes: [...OUTS, 'data'], check: storeIsWhole },
];

/** Every byte of the store is what its name says, and all that the lock names is there. */
function storeIsWhole(place: Place): readonly string[] {
  const holding = holdingIn(place.store);
  return [...holding.problems, ...lacking(place, holding)];
}

/** Bytes are written before the nodes that name them, and those before the lock: nothing names what is not there. */
function storeHoldsTogether(place: Place): readonly string[] {
  const holding = holdingIn(place.store);
  return [
    ...holding.problems,
    ...danglingTrees(holding),
    ...danglingRuns(holding),
    ...lacking(place, holding),
  ];
}

function remoteIsWhole(place: Place): readonly string[] {
  const holding = holdingIn(place.remote);
  return [...storeIsWhole(place), ...holding.problems, ...lacking(place, holding), ...danglingRuns(holding)];
}

/** Whoever pulls while another pushes finds nothing that names what is not there. */
function remoteHoldsTogether(place: Place): readonly string[] {
  const holding = holdingIn(place.remote);
  return [...holding.problems, ...danglingTrees(holding), ...danglingRuns(holding)];
}

function lacking(place: Place, holding: ReturnType<typeof holdingIn>): string[] {
  if (!existsSync(join(place.repo, 'pipeline.lock'))) return [];
  return [...lockedArtifacts(place.read('pipeline.lock'))].flatMap(([path, artifact]) =>
    lacks(holding, artifact, path),
  );
}
