// npm run bench [-- --only NAME…] [-- --quick] [-- --large] [-- --keep]
//
// Runs mlops and its peers on the same work in one run, and writes docs/benchmarks.md. What keeps it honest: tools take
// turns in rotating order, each in a fresh directory; nothing is deleted before the end; before each case a canary says
// whether the file system is calm, and a case that began in a storm is repeated; a figure is the median of three turns
// or more; a peer that is not installed is said to be missing.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Canary } from './canary.mjs';
import { cases as data } from './cases/data.mjs';
import { cases as ml } from './cases/ml.mjs';
import { cases as pipeline } from './cases/pipeline.mjs';
import { cases as remote } from './cases/remote.mjs';
import { cases as start } from './cases/start.mjs';
import { machine } from './machine.mjs';
import { medians } from './median.mjs';
import { quiet } from './quiet.mjs';
import { printCase, printTable } from './render.mjs';
import { keep, publish } from './results.mjs';
import { versions } from './tools.mjs';
import { Turn } from './turn.mjs';

const TURNS = 3;
const CASES = [...start, ...pipeline, ...data, ...remote, ...ml];

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

const chosen = choose();
const root = mkdtempSync(join(process.env.MLOPS_BENCH_DIR ?? tmpdir(), 'mlops-bench-'));
const env = environment();
Object.assign(process.env, env);
const setting = { machine: machine(root), versions: versions() };
const canary = new Canary(root);
let turns = 0;

try {
  console.log(`${JSON.stringify(setting, null, 2)}\n`);
  const done = [];
  for (const each of chosen) done.push(await runCase(each));
  for (const [i, result] of done.entries())
    if (!canary.accepts(result.canary)) done[i] = await runCase(chosen[i]);
  printTable(done);
  if (flags.quick) console.log('quick: one turn each, so docs/benchmarks.md stays as it is');
  else publish(keep(setting, done, CASES));
  if (done.some(({ failed }) => failed)) process.exitCode = 1;
} finally {
  if (flags.keep) console.log(`kept ${root}`);
  else rmSync(root, { recursive: true, force: true });
}

function choose() {
  const unknown = flags.only?.filter((name) => !CASES.some((each) => each.name === name)) ?? [];
  if (unknown.length)
    throw new Error(`no case ${unknown.join(', ')}; there are ${CASES.map(({ name }) => name).join(', ')}`);
  return CASES.filter(({ name, slow, large }) =>
    flags.only ? flags.only.includes(name) : (!large || flags.large) && !(slow && flags.quick),
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
    DVC_NO_ANALYTICS: '1',
    DVC_SITE_CACHE_DIR: join(root, 'dvc-site'),
  };
}

/** All turns of a case. A tool that fails is said to have failed; the others go on. */
async function runCase(each) {
  console.log(`\n${each.name}`);
  const result = {
    name: each.name,
    notes: {},
    canary: await canary.calm((line) => console.log(`  ${line}`)),
  };
  if (each.unless) return { ...result, missing: each.unless };
  result.busy = 0;
  const shared = each.shared && prepare(each);
  const samples = {};
  const repeats = flags.quick ? 1 : (each.repeats ?? TURNS);
  for (let round = 0; round < repeats; round++)
    for (const tool of rotated(Object.keys(each.tools), round)) {
      if (result.failed?.[tool]) continue;
      result.busy = Math.max(result.busy, await quiet());
      const turn = new Turn(join(root, `${++turns}-${each.name}-${tool}`), env);
      try {
        each.tools[tool](turn, shared);
      } catch (error) {
        result.failed = { ...result.failed, [tool]: error.message };
        console.error(`  ${tool} failed: ${error.message}`);
        continue;
      }
      for (const [phase, taken] of turn.samples) {
        samples[phase] ??= {};
        samples[phase][tool] = [...(samples[phase][tool] ?? []), ...taken];
      }
      if (turn.notes.size) result.notes[tool] = [...turn.notes].join('; ');
      turn.settle();
    }
  result.rows = each.rows.map((row) => judged(row, medians(samples[row.phase] ?? {})));
  printCase(result);
  return result;
}

function prepare(each) {
  const turn = new Turn(join(root, `${each.name}-shared`), env);
  each.shared(turn);
  return turn.dir;
}

/** A row with its goal in seconds, for these medians. */
function judged({ phase, work, goal }, tools) {
  const seconds = Object.fromEntries(Object.entries(tools).map(([tool, of]) => [tool, of.seconds]));
  return {
    phase,
    work,
    tools,
    ...(goal && { goal: { text: goal.text, seconds: goal.limit(seconds) ?? null } }),
  };
}

function rotated(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
