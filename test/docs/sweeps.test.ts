// What the guide types after `-S` is read as the program reads it, against the params that the guide shows.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { MlopsError } from '../../src/core/failure.ts';
import { parseOverrides } from '../../src/experiments/overrides/parse.ts';
import { planGrid, planRandom } from '../../src/search/plan.ts';

const GUIDE = readFileSync('docs/guides/sweeps.md', 'utf8');
const PARAMS = /```yaml\n([\s\S]*?)```/.exec(GUIDE)![1]!;
const commands = [...GUIDE.matchAll(/^mlops exp run (.*)$/gm)].map(([, typed]) => typed!);

/** As a shell hands them over. */
function words(typed: string): string[] {
  const { stdout } = spawnSync('/bin/sh', ['-c', `printf '%s\\0' ${typed}`], { encoding: 'utf8' });
  return stdout.split('\0').slice(0, -1);
}

function made(typed: string): string {
  const all = words(typed);
  const overrides = all.filter((_, at) => all[at - 1] === '-S');
  const read = (file: string): string => (file === 'params.yaml' ? PARAMS : 'rows: {max: 1}\n');
  try {
    const { dimensions } = parseOverrides(overrides, { dir: '', read, others: [] });
    if (dimensions.length === 0 || all.includes('tpe')) return '';
    const sample = all[all.indexOf('--sample') + 1];
    const points = all.includes('--sample')
      ? planRandom(dimensions, Number(sample), 0)
      : planGrid(dimensions, null);
    return `${points.length} experiments`;
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    return `fails: ${error.failures.map(({ message }) => message).join(', ')}`;
  }
}

it('has examples', () => {
  expect(commands.length).toBeGreaterThan(10);
});

it.each(commands)('mlops exp run %s', (typed) => {
  const [, promised = ''] = /\s# (.*)$/.exec(typed) ?? [];
  expect(made(typed)).toBe(promised);
});

it.each([...GUIDE.matchAll(/^\| `([^`…]+=[^`]*|~[^`]+)` +\|/gm)].map(([, typed]) => typed!))(
  '-S %s',
  (typed) => {
    const read = (file: string): string =>
      file === 'params.yaml' ? `${PARAMS}"a.b": {c: 1}\n` : 'train: {x: 2}\n';
    const { fixed } = parseOverrides([typed], { dir: '', read, others: [] });
    expect(fixed).toHaveLength(1);
  },
);
