// What `ci.json` may hold. The file may come from a job that ran a stranger's code: whatever is not exactly this is refused,
// and what is, is drawn as text.
import { EXIT } from '../../core/failure.ts';
import {
  any,
  bool,
  count,
  either,
  list,
  nothing,
  number,
  object,
  orNothing,
  type Shape,
  text,
  word,
} from '../../core/shape.ts';

/** Every key must be there, but for `optional` ones. */
function exactly(
  keys: { readonly [key: string]: Shape },
  optional: { readonly [key: string]: Shape } = {},
): Shape {
  return object({ ...keys, ...optional }, Object.keys(keys));
}

const amount = count(0);
const exit = word(...Object.keys(EXIT));

const failure = exactly(
  { exit, message: text },
  { help: text, where: exactly({ file: text }, { line: amount, column: amount, length: amount, text }) },
);

const headline = exactly(
  { name: text, value: either('a number or text', number, text) },
  { plusMinus: number, was: number },
);

const gates = exactly(
  {
    passed: bool,
    held: amount,
    total: amount,
    firstRun: bool,
    broken: list(exactly({ text }, { where: text })),
    notes: list(text),
  },
  { result: any },
);

const said = exactly({
  advice: orNothing(
    'advice',
    exactly({
      decision: word('keep', 'investigate', 'retrain', 'block'),
      odds: text,
      reasons: list(text),
    }),
  ),
  points: list(text),
  worse: list(exactly({ slice: text, metric: text, now: number, change: number, than: text })),
});

const stageRun = exactly({
  outcome: word('ran', 'restored', 'fresh', 'frozen', 'failed', 'blocked', 'cancelled'),
  ms: number,
  savedMs: number,
  why: text,
  failure: orNothing('a failure', failure),
  logTail: list(text),
});

const stage = exactly({
  stage: text,
  action: text,
  state: word('fresh', 'frozen', 'restorable', 'stale', 'waiting', 'failed'),
  why: text,
  headlines: list(headline),
  lines: list(text),
  gates: orNothing('gates', gates),
  said: orNothing('what its report says', said),
  report: nothing,
  page: orNothing('a path', text),
  run: orNothing('a run', stageRun),
});

const artifact = either(
  'an artifact',
  exactly({ file: text, bytes: amount }, { exec: bool }),
  exactly({ tree: text, bytes: amount, files: amount }),
  exactly({ glob: text, bytes: amount, files: amount }),
);

const value = exactly(
  { file: text, key: text },
  { was: any, now: any, better: bool, interval: list(number, 2), chance: word('beyond', 'within') },
);

const column = exactly({ name: text, type: text });
const table = exactly({
  path: text,
  rows: exactly({ was: orNothing('rows', amount), now: orNothing('rows', amount) }),
  columns: exactly({
    added: list(column),
    removed: list(column),
    retyped: list(exactly({ name: text, was: text, now: text })),
  }),
  unavailable: orNothing('why', text),
});

const folder = exactly({
  path: text,
  added: amount,
  removed: amount,
  modified: amount,
  examples: list(exactly({ how: word('added', 'removed', 'modified'), name: text })),
});

const run = exactly({
  command: text,
  exit,
  ms: number,
  savedMs: number,
  failures: list(failure),
  notes: list(text),
  pushed: orNothing('what was pushed', exactly({ objects: amount, bytes: amount, runs: amount, to: text })),
});

const graph = exactly({
  nodes: list(
    exactly({
      id: text,
      kind: word('stage', 'data'),
      label: text,
      action: text,
      count: amount,
      folder: text,
      frozen: bool,
    }),
  ),
  edges: list(exactly({ from: text, to: text })),
});

const view = exactly({
  name: text,
  at: orNothing('a branch', text),
  against: orNothing('a commit', exactly({ name: text, commit: text })),
  stages: list(stage),
  data: list(exactly({ path: text, artifact: orNothing('an artifact', artifact), changed: bool })),
  changes: exactly({
    data: list(exactly({ path: text }, { was: artifact, now: artifact })),
    params: list(value),
    metrics: list(value),
  }),
  history: list(
    exactly({
      file: text,
      key: text,
      better: orNothing('a direction', word('max', 'min', 'zero')),
      points: list(exactly({ at: text, value: number })),
    }),
  ),
  graph,
  tables: list(table),
  folders: list(folder),
  images: list(exactly({ alt: text, file: text, url: orNothing('a URL', text) })),
  run: orNothing('a run', run),
  links: exactly({
    page: orNothing('a URL', text),
    job: orNothing('a URL', text),
    files: orNothing('a URL', text),
  }),
});

/** `context` is for people: who reads the file again has one of his own. */
export const recordShape: Shape = exactly({
  schema: word('mlops.ci/1'),
  tool: text,
  state: word('running', 'done', 'cancelled', 'refused'),
  exit,
  context: any,
  lock: list(exactly({ path: text, kind: word('lock', 'out', 'ignore') })),
  view,
});
