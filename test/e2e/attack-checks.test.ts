// Checks of the user's own that misbehave: each ends in words that name it, none takes the program or a neighbour along.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openRig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const READ = 'for await (const { columns } of batches) columns.id[0] = null;';

const MODULES: readonly (readonly [name: string, body: string, said: RegExp])[] = [
  [
    'circle',
    'const o = { status: "pass", message: "m" }; o.value = o; return [o];',
    /circle\.mjs .*circular/,
  ],
  ['bigint', 'return [{ status: "pass", message: "m", value: 10n }];', /bigint\.mjs .*BigInt/],
  [
    'deep',
    'let o = {}; for (let i = 0; i < 500; i++) o = { o }; return [{ status: "pass", message: "m", value: o }];',
    /deep\.mjs .*more than 50 deep/,
  ],
  ['text', 'throw "text";', /text\.mjs threw "text"/],
  [
    'later',
    'setTimeout(() => { throw new Error("later"); }, 1); await new Promise((r) => setTimeout(r, 60_000));',
    /later\.mjs line 3 threw Error: later/,
  ],
  ['forever', 'await new Promise(() => {});', /forever\.mjs waits for something that nothing will bring/],
  ['leaves', 'process.exit(0);', /leaves\.mjs ended the process before it answered/],
  ['timer', 'setInterval(() => {}, 1000); return [];', /timer +check .* 1 passed/],
  ['half', 'return [{ status: "pass", message: "\\ud800", value: NaN }];', /half +check .* 1 passed/],
];

const COMMANDS: readonly (readonly [name: string, cmd: string, said: RegExp])[] = [
  ['link', 'ln -s /dev/zero "$MLOPS_FINDINGS"', /link .*something else than a file/],
  ['pipe', 'mkfifo "$MLOPS_FINDINGS"', /pipe .*something else than a file/],
  ['huge', 'head -c 20000000 /dev/zero > "$MLOPS_FINDINGS"', /huge .*at most 16\.8 MB/],
];

describe('a check that misbehaves', () => {
  it('is said in words, and its neighbours go on', async () => {
    const rig = await openRig();
    const stages: { [name: string]: object } = {};
    for (const [name, body] of MODULES) {
      rig.write({ [`${name}.mjs`]: `export default async function (batches) {\n${READ}\n${body}\n}` });
      stages[name] = { check: { uses: `./${name}.mjs`, data: 'rows.csv' } };
    }
    for (const [name, cmd] of COMMANDS) stages[name] = { check: { cmd, data: 'rows.csv' } };
    rig.write({
      'rows.csv': 'id,amount\n1,2\n3,4\n',
      'broken.mjs': 'export default (',
      'pipeline.yaml': {
        stages: { ...stages, broken: { check: { uses: './broken.mjs', data: 'rows.csv' } } },
      },
    });
    const said = words(await rig.mlops('repro', '-k', '-j', '2'));
    for (const [, , expected] of [...MODULES, ...COMMANDS]) expect(said).toMatch(expected);
    expect(said).toMatch(/broken\.mjs threw SyntaxError/);
    expect(said).not.toMatch(/bug:|BUG|^ +at /m);
  }, 60_000);

  it('puts files aside in a folder that goes with it, also when it is killed', async () => {
    const rig = await openRig();
    rig.write({
      'rows.csv': 'id\n1\n',
      'pipeline.yaml': {
        stages: {
          s: { check: { cmd: 'echo "$MLOPS_CHECK" > where.txt; kill -9 $PPID; sleep 60', data: 'rows.csv' } },
        },
      },
    });
    expectExit(await rig.mlops('repro'), 1);
    expect(existsSync(rig.read('where.txt').trim())).toBe(false);
  });
});

it('a stage is not blamed for what is put back when its neighbour fails', async () => {
  const rig = await openRig();
  const [bad, good] = [rig.command('bad'), rig.command('good')];
  rig.write({
    'pipeline.yaml': {
      stages: { bad: { cmd: bad.cmd, outs: ['bad.txt'] }, good: { cmd: good.cmd, outs: ['good.txt'] } },
    },
  });
  const running = rig.start('repro', '-k', '-j', '2');
  const failing = await bad.nextCall();
  await failing.write('bad.txt', 'half');
  const going = await good.nextCall();
  await failing.exit(1);
  await running.says(/bad failed/);
  await going.write('good.txt', 'whole');
  await going.exit(0);
  const ended = await running.done;
  expect(words(ended)).not.toContain('wrote into');
  expect(rig.has('good.txt')).toBe(true);
  expect(rig.has('bad.txt')).toBe(false);
});
