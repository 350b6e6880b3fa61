// Checks of the user's own: a stage of findings, and checks that follow the stages of a file.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { expectExit, words } from './story.ts';

const POSITIVE = `export default async function (batches, { with: { column } }) {
  let bad = 0;
  let first = null;
  for await (const batch of batches)
    batch.columns[column].forEach((value, row) => {
      if (value !== null && value >= 0) return;
      bad++;
      first ??= batch.start + row;
    });
  return bad === 0 ? [] : [{
    check: 'positive', subject: column, status: 'fail',
    message: \`\${bad} of its values are missing or negative, the first in row \${first}\`, value: bad, limit: 0,
  }];
}`;

const MADE = (rows: string) => ({ cmd: `printf 'id,amount\\n${rows}' > sales.csv`, outs: ['sales.csv'] });
const SUMMED = { cmd: 'wc -l < sales.csv > total.txt', deps: ['sales.csv'], outs: ['total.txt'] };

function withCheck(rig: Rig, rows: string, checks: object, more: object = {}): void {
  rig.write({
    'check.mjs': POSITIVE,
    'pipeline.yaml': { stages: { make: MADE(rows), sum: SUMMED, ...more }, checks },
  });
}

const amounts = { positive: { uses: './check.mjs', with: { column: 'amount' }, stages: ['make'] } };

describe('a check after a stage', () => {
  it('passes, is cached like any stage, and says what it looked at', async () => {
    const rig = await openRig();
    withCheck(rig, '1,5\\n2,7\\n', amounts);
    const first = expectExit(await rig.mlops('repro'), 0);
    expect(words(first)).toContain('positive@make');
    expect(words(first)).toContain('1 passed');
    expect(JSON.parse(rig.read('reports/positive@make.json'))).toEqual({
      schema: 'mlops.check/1',
      stage: 'positive@make',
      inputs: {
        check: './check.mjs',
        data: [{ path: 'sales.csv', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), rows: 2 }],
      },
      metrics: { passed: 1, warned: 0, failed: 0, skipped: 0, errors: 0, rows: 2 },
      findings: [
        {
          check: 'positive@make',
          subject: '',
          status: 'pass',
          message: 'nothing found in 2 rows',
          value: 2,
          limit: null,
        },
      ],
    });
    expect(words(expectExit(await rig.mlops('repro'), 0))).toMatch(/3 fresh|nothing to do|up to date/i);
    expect(words(await rig.mlops('metrics', 'show'))).toContain('failed');
  });

  it('that finds something says so, ends with 3, and keeps readers of the data from running', async () => {
    const rig = await openRig();
    withCheck(rig, '1,5\\n2,-7\\n3,\\n', amounts);
    const refused = expectExit(await rig.mlops('repro'), 3);
    expect(words(refused)).toContain('amount: 2 of its values are missing or negative, the first in row 1');
    expect(existsSync(join(rig.path, 'total.txt'))).toBe(false);
    expect(existsSync(join(rig.path, 'sales.csv'))).toBe(true);
    // Judged at every visit: nothing runs, and the answer is the same.
    expectExit(await rig.mlops('repro'), 3);
    // A rule that allows it reruns nothing and lets readers go on.
    withCheck(rig, '1,5\\n2,-7\\n3,\\n', { positive: { ...amounts.positive, gates: { max_fail: 1 } } });
    expectExit(await rig.mlops('repro'), 0);
    expect(rig.read('total.txt').trim()).toBe('4');
  });

  it('runs with the stage it follows, also when only that one is asked for', async () => {
    const rig = await openRig();
    withCheck(rig, '1,5\\n', amounts);
    expect(words(expectExit(await rig.mlops('repro', 'make'), 0))).toContain('positive@make');
    expect(existsSync(join(rig.path, 'total.txt'))).toBe(false);
  });

  it('may be a command in any language, over tables and other files', async () => {
    const rig = await openRig();
    const cmd = `node -e '
      const { readFileSync, writeFileSync } = require("node:fs");
      const { stage, data = [], files = [], with: { word } } = JSON.parse(readFileSync(process.env.MLOPS_CHECK));
      writeFileSync(process.env.MLOPS_FINDINGS, JSON.stringify([{ status: "warn", subject: [...data, ...files].join(), message: word + " " + stage }]));
    '`;
    withCheck(rig, '1,5\\n', { any: { cmd, with: { word: 'saw' } } });
    const run = expectExit(await rig.mlops('repro'), 0);
    expect(words(run)).toContain('saw any@make');
    expect(JSON.parse(rig.read('reports/any@make.json')).findings[0]).toMatchObject({
      check: 'any@make',
      subject: 'sales.csv',
      value: null,
    });
    expect(JSON.parse(rig.read('reports/any@sum.json')).findings[0].subject).toBe('total.txt');
    withCheck(rig, '1,5\\n', { any: { cmd, with: { word: 'saw' }, gates: { max_warn: 0 } } });
    expectExit(await rig.mlops('repro'), 3);
  });
});

describe('a check that cannot be done fails its stage, with the reason', () => {
  const run = async (check: object, module = POSITIVE) => {
    const rig = await openRig();
    withCheck(rig, '1,5\\n', { odd: { stages: ['make'], ...check } });
    rig.write({ 'check.mjs': module });
    return rig.mlops('repro');
  };

  it.each([
    [
      'throws',
      'export default async () => {\n  throw new RangeError("no luck");\n}',
      './check.mjs line 2 threw RangeError: no luck',
    ],
    ['has no function', 'export const check = 1;', 'no default export that is a function'],
    ['reads nothing', 'export default async () => [];', 'did not look at every table: 0 of 1'],
    [
      'returns nothing',
      'export default async (batches) => { for await (const each of batches) each; };',
      'gave no findings',
    ],
    [
      'returns something else',
      'export default async (batches) => { for await (const each of batches) each; return [{ status: "bad", message: "x" }]; };',
      'findings[0].status: "bad" is not one of pass, warn, fail, skipped, error',
    ],
  ])('%s', async (_, module, said) => {
    const failed = await run({ uses: './check.mjs' }, module);
    expect(words(failed)).toContain(said);
    expect(failed.exit).not.toBe(0);
    expect(failed.exit).not.toBe(3);
  });

  it.each([
    ['true', 'the check wrote no findings'],
    ['exit 4', "the check's command failed with exit code 4"],
    ['echo hello > "$MLOPS_FINDINGS"', 'is not JSON'],
    ['echo 3 > "$MLOPS_FINDINGS"', 'no list of findings: expected a list, found 3'],
  ])('%s', async (cmd, said) => {
    expect(words(expectExit(await run({ cmd }), 1))).toContain(said);
  });
});

describe('mistakes in checks:', () => {
  it.each([
    [{ uses: './check.mjs', cmd: 'true' }, 'give one of uses, cmd'],
    [{}, 'a check needs "uses", a module, or "cmd", a command'],
    [{ uses: 'check.mjs' }, '"check.mjs" is no module of yours'],
    [{ cmd: 'true', stages: ['mkae'] }, 'follows "mkae", which is no stage of this file'],
    [{ cmd: 'true', steges: ['make'] }, 'did you mean "stages"?'],
    [{ cmd: 'true', gates: { max_fial: 1 } }, 'did you mean "max_fail"?'],
  ])('%j', async (check, said) => {
    const rig = await openRig();
    withCheck(rig, '1,5\\n', { odd: check });
    const refused = expectExit(await rig.mlops('repro'), 4);
    expect(words(refused)).toContain(said);
    expect(words(refused)).toMatch(/pipeline\.yaml:\d+/);
  });
});

it('a check is a stage like any other', async () => {
  const rig = await openRig();
  rig.write({
    'check.mjs': POSITIVE,
    'sales.csv': 'id,amount\n1,5\n2,6\n',
    'more.csv': 'amount\n-1\n',
    'pipeline.yaml': {
      stages: {
        sane: {
          check: {
            uses: './check.mjs',
            data: ['sales.csv', 'more.csv'],
            with: { column: 'amount' },
            batch: 1,
          },
        },
      },
    },
  });
  const refused = expectExit(await rig.mlops('repro'), 3);
  expect(words(refused)).toContain('amount: 1 of its values are missing or negative, the first in row 0');
});
