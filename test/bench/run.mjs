// npm run bench [-- --only CASE-OR-GROUP…] [-- --quick] [-- --keep]
//
// Runs mlops and its peers on the same work in one run, and writes docs/benchmarks.md. What keeps it honest: tools take
// turns in rotating order, each in a fresh directory; nothing is deleted before the end; before each case a canary says
// whether the file system is calm, and a case that began in a storm is repeated; a figure is the median of three turns
// or more, of fewer only where it says so; a peer that is not installed is said to be missing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Canary } from './canary.mjs';
import { cases as experiments } from './cases/experiments.mjs';
import { cases as million } from './cases/million.mjs';
import { cases as ml } from './cases/ml.mjs';
import { cases as pipeline } from './cases/pipeline.mjs';
import { cases as remote } from './cases/remote.mjs';
import { cases as s3 } from './cases/s3.mjs';
import { cases as start } from './cases/start.mjs';
import { cases as store } from './cases/store.mjs';
import { machine } from './machine.mjs';
import { medians } from './median.mjs';
import { Quiet } from './quiet.mjs';
import { printCase, printTable } from './render.mjs';
import { keep, publish } from './results.mjs';
import { dvc, versions } from './tools.mjs';
import { Turn } from './turn.mjs';

/** In the order of the page. `--only` takes the name of a group for all its cases. */
const GROUPS = { start, pipeline, experiments, store, million, remote, s3, ml };
const TURNS = 3;
/** `--quick` does the same steps over a part of the work: to see that they work. */
const QUICK_PART = 20;
const PATIENCE_MS = 300_000;
const CANARIES = 4;

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

const scale = (amount) => (flags.quick ? Math.ceil(amount / QUICK_PART) : amount);
const CASES = Object.entries(GROUPS).flatMap(([group, cases]) =>
  cases(scale).map((each) => ({ ...each, group })),
);
const chosen = choose();
const root = mkdtempSync(join(process.env.MLOPS_BENCH_DIR ?? tmpdir(), 'mlops-bench-'));
const env = environment();
Object.assign(process.env, env);
const setting = { machine: machine(root), versions: versions() };
const canary = new Canary(root, flags.quick ? 1 : CANARIES);
const others = new Quiet(flags.quick ? 0 : PATIENCE_MS);
let turns = 0;

try {
  console.log(`${JSON.stringify(setting, null, 2)}\n`);
  const done = [];
  for (const each of chosen) done.push(await runCase(each));
  for (const [i, result] of done.entries())
    if (!flags.quick && !canary.accepts(result.canary)) done[i] = await runCase(chosen[i]);
  printTable(done);
  if (flags.quick) console.log('quick: one turn each, so docs/benchmarks.md stays as it is');
  else publish(keep(setting, done, CASES));
  if (done.some(({ failed }) => failed)) process.exitCode = 1;
} finally {
  if (flags.keep) console.log(`kept ${root}`);
  // DVC's workers may write a last word when their command has ended.
  else rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}

function choose() {
  const known = [...Object.keys(GROUPS), ...CASES.map(({ name }) => name)];
  const unknown = flags.only?.filter((name) => !known.includes(name)) ?? [];
  if (unknown.length) throw new Error(`no case ${unknown.join(', ')}; there are ${known.join(', ')}`);
  return CASES.filter(({ name, group }) =>
    [name, group].some((each) => flags.only === undefined || flags.only.includes(each)),
  );
}

/** Of every command: a home of its own, and nothing that changes how a tool starts. */
function environment() {
  const home = join(root, 'home');
  mkdirSync(home);
  writeFileSync(join(home, '.gitconfig'), '[user]\n\tname = Bench\n\temail = bench@example.org\n');
  const inherited = Object.entries(process.env).filter(([name]) => !/^(MLOPS_|DVC_|GIT_)|^NODE_/.test(name));
  // Variables that stay unset here must not reach a child through process.env either.
  for (const name of Object.keys(process.env)) if (/^NODE_/.test(name)) delete process.env[name];
  return {
    ...Object.fromEntries(inherited),
    HOME: home,
    // The workers of DVC's queue call it by its name. Last, so that nothing else is found there first.
    ...(dvc && { PATH: [process.env.PATH, dirname(dvc[0])].join(delimiter) }),
    DVC_NO_ANALYTICS: '1',
    DVC_SITE_CACHE_DIR: join(root, 'dvc-site'),
  };
}

/** All turns of a case. A tool that fails is said to have failed, after what it did; the others go on. */
async function runCase(each) {
  console.log(`\n${each.name}`);
  const result = { name: each.name, canary: await canary.calm((line) => console.log(`  ${line}`)) };
  if (each.unless) return { ...result, missing: each.unless };
  result.busy = 0;
  const shared = each.shared && prepared(each);
  const samples = {};
  const notes = {};
  for (const [tool, round] of order(each)) {
    if (result.failed?.[tool]) continue;
    shared?.settle();
    result.busy = Math.max(result.busy, await others.wait());
    const turn = new Turn(join(root, `${++turns}-${each.name}-${tool.replaceAll(' ', '-')}`), { ...env });
    try {
      await each.tools[tool](turn, shared?.dir);
    } catch (error) {
      result.failed = { ...result.failed, [tool]: error.message };
      console.error(`  ${tool}, turn ${round + 1}, failed: ${error.message}`);
    }
    for (const [phase, taken] of turn.samples) {
      samples[phase] ??= {};
      samples[phase][tool] = [...(samples[phase][tool] ?? []), ...taken];
    }
    for (const [phase, text] of turn.notes) notes[phase] = { ...notes[phase], [tool]: text };
    if (each.large) turn.emptyLargeFiles();
    turn.settle();
  }
  if (each.large) shared?.emptyLargeFiles();
  result.rows = rowsOf(each, samples, notes);
  printCase(result);
  return result;
}

/** Whose turn it is, one after the other: another tool begins each round, and slow ones may have fewer rounds. */
function order({ tools, repeats = TURNS }) {
  const most = (tool) => (flags.quick ? 1 : typeof repeats === 'number' ? repeats : (repeats[tool] ?? TURNS));
  const names = Object.keys(tools);
  return Array.from({ length: Math.max(...names.map(most)) }, (_, round) =>
    rotated(names, round).flatMap((tool) => (round < most(tool) ? [[tool, round]] : [])),
  ).flat();
}

function prepared(each) {
  const turn = new Turn(join(root, `${each.name}-shared`), { ...env });
  each.shared(turn);
  return turn;
}

/** Rows with their medians, notes, and goals in seconds for these medians. */
function rowsOf({ rows, memoryMB }, samples, notes) {
  const tools = (phase) => medians(samples[phase] ?? {});
  const all = Object.fromEntries(rows.map(({ phase }) => [phase, secondsOf(tools(phase))]));
  return rows.map(({ phase, work, goal }) => ({
    phase,
    work,
    tools: tools(phase),
    notes: notes[phase] ?? {},
    ...(goal && { goal: { text: goal.text, seconds: goal.limit(all[phase], all) ?? null } }),
    ...(memoryMB && { memoryMB }),
  }));
}

function secondsOf(tools) {
  return Object.fromEntries(Object.entries(tools).map(([tool, { seconds }]) => [tool, seconds]));
}

function rotated(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
