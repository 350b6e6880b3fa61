// What few rows hold stands in no report, page, log or record of any action.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRig, type Rig } from '../rig.ts';
import { words } from './story.ts';

const WORD = 'zanzibarsecret';
const NUMBER = '8675.30917';

/** 200 rows, of which one has the word and the number. */
function rows(shift: number): string {
  const lines = Array.from({ length: 200 }, (_, i) => {
    const x = Math.round(Math.sin(i * 12.9898 + shift) * 1000) / 1000;
    const score = Math.round(1000 / (1 + Math.exp(-x))) / 1000;
    const secret = i === 77;
    return [
      secret ? NUMBER : x,
      secret ? WORD : ['red', 'blue'][i % 2],
      (i * 7) % 3 === 0 ? 1 : 0,
      score,
      1 - score,
    ];
  });
  return `amount,colour,label,p,q\n${lines.map((line) => line.join(',')).join('\n')}\n`;
}

function everything(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

it('a rare word and a rare number', async () => {
  const rig: Rig = await openRig();
  const predictions = { scores: 'p' };
  rig.write({
    'old.csv': rows(0).replace(WORD, 'red').replace(NUMBER, '0.5'),
    'new.csv': rows(1),
    'schema.yaml':
      'format: mlops.schema/1\ncolumns:\n  amount: {type: float64, max: 10}\n  colour: {type: string, values: [red, blue]}\n  label: {type: int64}\n  p: {type: float64}\n  q: {type: float64}\n',
    'count.mjs':
      'export default async (batches) => { let rows = 0; for await (const batch of batches) rows += batch.rows; return [{ status: "warn", message: rows + " rows" }]; }',
    'pipeline.yaml': {
      stages: {
        judge: {
          evaluate: {
            predictions,
            data: 'new.csv',
            target: 'label',
            positive: 1,
            slices: [['colour']],
            fairness: { by: ['colour'] },
            weak_segments: { columns: ['amount', 'colour'] },
          },
        },
        watch: {
          drift: {
            reference: 'old.csv',
            current: 'new.csv',
            predictions,
            target: 'label',
            positive: 1,
            domain_classifier: true,
            detector: 'pca',
            time: { chunk: '50 rows' },
          },
        },
        look: {
          validate: {
            data: 'new.csv',
            schema: 'schema.yaml',
            against: 'old.csv',
            target: 'label',
            gates: { max_fail: 100 },
          },
        },
        count: { check: { uses: './count.mjs', data: 'new.csv' } },
      },
    },
  });
  const said = words(await rig.mlops('repro', '-k'));
  expect(said).not.toMatch(/bug:/);
  const page = words(await rig.mlops('data', 'profile', 'new.csv', '--html', 'reports/look-around.html'));
  const summary = words(await rig.mlops('report', '--md'));
  const written = [
    ...everything(join(rig.path, 'reports')),
    ...everything(join(rig.path, '.git/mlops')),
  ].filter((path) => !path.includes('/store/objects/'));
  for (const stage of ['judge', 'watch', 'look', 'count'])
    expect(rig.has(`reports/${stage}.json`)).toBe(true);
  const holders = written.filter((path) => {
    const text = readFileSync(path, 'utf8');
    return text.includes(WORD) || text.includes(NUMBER) || text.includes('8675.3');
  });
  expect(holders.map((path) => path.slice(rig.path.length))).toEqual([]);
  for (const text of [said, page, summary]) expect(text).not.toMatch(/zanzibarsecret|8675/);
}, 60_000);
