// Figures are kept case by case, so that one case can be measured again without the rest. Those of another machine, or
// of another version of a tool, are dropped: all figures of the page belong together.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { markdown } from './render.mjs';

const RESULTS = join(import.meta.dirname, 'results.json');
const PAGE = resolve(import.meta.dirname, '../../docs/benchmarks.md');
const BEGIN = '<!-- measured by npm run bench: begin -->';
const END = '<!-- measured by npm run bench: end -->';

/** Puts `done` over what was kept before. @returns all figures, in the order of `cases` */
export function keep(setting, done, cases) {
  const before = read();
  const same = JSON.stringify(before?.setting) === JSON.stringify(setting) ? before.cases : [];
  const byName = new Map([...same, ...done].map((each) => [each.name, each]));
  const results = { setting, cases: cases.flatMap(({ name }) => byName.get(name) ?? []) };
  writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  return results;
}

/** Writes the measured part of docs/benchmarks.md; what is around it is written by people. */
export function publish(results) {
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has lost its lines "${BEGIN}" and "${END}"`);
  writeFileSync(PAGE, `${page.slice(0, from)}${BEGIN}\n${markdown(results)}${page.slice(to)}`);
}

function read() {
  try {
    return JSON.parse(readFileSync(RESULTS, 'utf8'));
  } catch {
    return undefined;
  }
}
