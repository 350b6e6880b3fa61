// The demo's repository: fixtures/demo/repository as it is, the product's ONNX writer, and the station's data cut so
// that the year 2015 has its questions but not yet its answers.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fail } from '../../core/failure.ts';
import { runGit } from '../../git/repository.ts';
import { orAbsent } from '../../util/errno.ts';

/** The bundle lies in dist/, beside fixtures/. */
const PACKAGE = resolve(import.meta.dirname, '..');
const STATION = join(PACKAGE, 'fixtures/demo/seattle-weather.csv');
const ANSWER = 'rain_tomorrow';

/** Absolute folders of the tour. `remote` and `colleague` lie beside `top`. */
export interface Places {
  readonly top: string;
  readonly remote: string;
  readonly colleague: string;
}

/** @throws MlopsError (refused) where a folder of the tour already holds something. */
export function placesFor(dir: string): Places {
  const top = resolve(dir);
  const places = { top, remote: `${top}-remote`, colleague: `${top}-colleague` };
  for (const folder of Object.values(places)) {
    if (existsSync(folder) && orAbsent(() => readdirSync(folder), ['a file']).length > 0)
      fail('refused', `${folder} is not empty`, {
        help: 'remove it, or name another folder: mlops demo DIR',
      });
  }
  return places;
}

/** Makes the Git repository of the tour; `top` must be empty. */
export async function makeRepository({ top }: Places): Promise<void> {
  mkdirSync(join(top, 'data'), { recursive: true });
  mkdirSync(join(top, 'lib'));
  cpSync(join(PACKAGE, 'fixtures/demo/repository'), top, { recursive: true });
  cpSync(join(PACKAGE, 'dist/onnx.js'), join(top, 'lib/onnx.mjs'));
  const days = readFileSync(STATION, 'utf8').split(/(?<=\n)/);
  writeFileSync(
    join(top, 'data/seattle.csv'),
    days.filter((line) => line.startsWith('date') || line < '2015').join(''),
  );
  writeFileSync(join(top, 'data/2015.csv'), await year2015(top, 'without answers'));
  // A branch name of our own choosing, whatever the user's default is, with the git versions that lack `init -b`.
  runGit(top, ['-c', 'init.defaultBranch=main', 'init', '--quiet']);
}

/**
 * The demo repository that `mlops demo next` means: the one named, else the current folder, else where npm was called
 * (`npm run` changes the folder), else ./weather. @throws MlopsError (usage) when none of them is one.
 */
export function findDemo(named: string | undefined, cwd: string, npmCwd: string | undefined): string {
  const candidates = named === undefined ? [cwd, npmCwd ?? cwd, join(cwd, 'weather')] : [resolve(cwd, named)];
  return (
    candidates.find(
      (dir) => existsSync(join(dir, 'data/2015.csv')) && existsSync(join(dir, 'src/days.mjs')),
    ) ??
    fail('usage', `${named ?? basename(cwd)} is not the demo's repository`, {
      help: 'play the demo first: mlops demo',
    })
  );
}

/** What happened in 2015 comes in: data/2015.csv gets its answers. Returns the number of days. */
export async function bringAnswers(top: string): Promise<number> {
  const csv = await year2015(top, 'with answers');
  writeFileSync(join(top, 'data/2015.csv'), csv);
  return csv.split('\n').length - 2;
}

interface Days {
  readDays(path: string): readonly unknown[];
  examples(days: readonly unknown[]): readonly { readonly date: string; readonly rain_tomorrow?: string }[];
  toCsv(rows: readonly unknown[], columns: readonly string[]): string;
}

/** By the repository's own code, so that 2015 is described exactly as the years the model learnt from. */
async function year2015(top: string, answers: 'with answers' | 'without answers'): Promise<string> {
  const { readDays, examples, toCsv } = (await import(pathToFileURL(join(top, 'src/days.mjs')).href)) as Days;
  const rows = examples(readDays(STATION)).filter((row) => row.date >= '2015' && row.rain_tomorrow);
  const columns = Object.keys(rows[0]!).filter((name) => answers === 'with answers' || name !== ANSWER);
  return toCsv(rows, columns);
}
