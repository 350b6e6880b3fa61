// The scripts of the demo's repository, run as its stages run them: plain Node in a folder without node_modules.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const STATION = join(ROOT, 'fixtures/demo/seattle-weather.csv');
const folder = mkdtempSync(join(tmpdir(), 'mlops-demo-trainer-'));

interface Day {
  readonly date: string;
  readonly rain: number;
}
interface DaysModule {
  FEATURES: readonly string[];
  readDays(path: string): Day[];
  examples(days: readonly Day[]): { readonly [column: string]: string | number | undefined }[];
  readCsv(text: string): string[][];
}
let days: DaysModule;

beforeAll(async () => {
  cpSync(join(ROOT, 'fixtures/demo/repository'), folder, { recursive: true });
  mkdirSync(join(folder, 'data'));
  const lines = readFileSync(STATION, 'utf8').split(/(?<=\n)/);
  writeFileSync(join(folder, 'data/seattle.csv'), lines.filter((line) => !line.startsWith('2015')).join(''));
  await build({
    entryPoints: [join(ROOT, 'src/ml/onnx/write.ts')],
    outfile: join(folder, 'lib/onnx.mjs'),
    bundle: true,
    format: 'esm',
  });
  days = await import(pathToFileURL(join(folder, 'src/days.mjs')).href);
  script('prepare');
  script('train');
});
afterAll(() => rmSync(folder, { recursive: true }));

function script(name: string): void {
  execFileSync(process.execPath, [`src/${name}.mjs`], { cwd: folder });
}
function read(path: string): Buffer {
  return readFileSync(join(folder, path));
}

describe('the demo pipeline', () => {
  it('learns from 2012 and 2013 and is judged on 2014, with no day in both', () => {
    const years = (path: string): string[] => [
      ...new Set(
        days
          .readCsv(read(path).toString())
          .slice(1)
          .map((row) => row[0]!.slice(0, 4)),
      ),
    ];
    expect(years('data/train.csv')).toEqual(['2012', '2013']);
    expect(years('data/holdout.csv')).toEqual(['2014']);
  });

  it('writes the same bytes again', () => {
    const outs = ['data/train.csv', 'data/holdout.csv', 'metrics/rule.json', 'models/rain.onnx'];
    const before = outs.map(read);
    script('prepare');
    script('train');
    expect(outs.map(read)).toEqual(before);
  });

  it('gives the model nothing that is known only later', () => {
    const all = days.readDays(STATION);
    const evening = 500;
    const altered = all.map((day, at) =>
      at <= evening ? day : { ...day, rain: 99, max: -50, min: -50, wind: 99 },
    );
    const known = (from: readonly Day[]): unknown =>
      days
        .examples(from)
        .filter((each) => String(each['date']) <= all[evening]!.date)
        .map((each) => days.FEATURES.map((name) => each[name]));
    expect(known(altered)).toEqual(known(all));
  });

  it('asks about the next day and has no answer for the last one', () => {
    const all = days.readDays(STATION);
    const rows = days.examples(all);
    expect(rows.map((row) => row['rain_tomorrow'])).toEqual([
      ...all.slice(7).map((day) => (day.rain > 0 ? 'yes' : 'no')),
      undefined,
    ]);
  });

  it('never looks at the word for the weather, in which the answer stands', () => {
    expect(days.FEATURES).not.toContain('weather');
    // The leak that the demo's README describes, counted.
    const [header, ...rows] = days.readCsv(readFileSync(STATION, 'utf8'));
    const [date, rain, word] = ['date', 'precipitation', 'weather'].map((name) => header!.indexOf(name));
    const called = (row: readonly string[]): boolean => ['rain', 'snow'].includes(row[word!]!);
    const differ = rows.filter((row) => called(row) !== Number(row[rain!]) > 0);
    expect(differ.filter((row) => row[date!]! >= '2014')).toEqual([]);
    expect(differ.filter((row) => row[word!] === 'rain').length).toBe(44);
  });

  it('scores the rule of thumb as counting by hand does', () => {
    const [header, ...rows] = days.readCsv(read('data/holdout.csv').toString());
    const today = header!.indexOf('rain_today');
    const tomorrow = header!.indexOf('rain_tomorrow');
    const right = rows.filter((row) => Number(row[today]) > 0 === (row[tomorrow] === 'yes')).length;
    expect(JSON.parse(read('metrics/rule.json').toString()).accuracy).toBe(right / rows.length);
  });
});

describe('the demo forest', () => {
  it('splits where the classes part, halfway between the two values', async () => {
    const { growForest } = await import(pathToFileURL(join(folder, 'src/forest.mjs')).href);
    const rows = Array.from({ length: 40 }, (_, at) => [at < 20 ? 1 : 2]);
    const classes = rows.map(([value]) => Number(value === 2));
    const forest = growForest(rows, classes, { trees: 3, depth: 4, min_leaf: 1, seed: 7 });
    const stump = { feature: 0, threshold: 1.5, left: { leaf: [1, 0] }, right: { leaf: [0, 1] } };
    expect(forest).toEqual([stump, stump, stump]);
  });

  it('grows another forest from another seed', async () => {
    const { growForest } = await import(pathToFileURL(join(folder, 'src/forest.mjs')).href);
    const rows = Array.from({ length: 40 }, (_, at) => [at, (at * 7) % 11]);
    const classes = rows.map(([, value]) => Number(value! > 5));
    const grow = (seed: number): unknown =>
      growForest(rows, classes, { trees: 5, depth: 3, min_leaf: 1, seed });
    expect(grow(1)).toEqual(grow(1));
    expect(grow(1)).not.toEqual(grow(2));
  });
});
