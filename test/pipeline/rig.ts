// What the tests of the loader share: files in memory, a small action catalog, problems in one line each.
import type { ActionCatalog, ActionSpec } from '../../src/core/action.ts';
import { MlopsError } from '../../src/core/failure.ts';
import type { RepoPath, StageName } from '../../src/core/ids.ts';
import type { Pipeline, Stage } from '../../src/core/pipeline.ts';
import { any, list, map, object, text } from '../../src/core/shape.ts';
import { loadPipeline } from '../../src/pipeline/load.ts';

/** Reads `data` and `model`, writes a report: the form of the built-in actions. */
const judge: ActionSpec = {
  name: 'evaluate',
  revision: 1,
  options: object({ data: text, model: text, metrics: list(text), gates: map(any) }, ['data']),
  plan(options, { local }) {
    const { data, model } = options as { readonly data: string; readonly model?: string };
    const wrong = data.endsWith('.exe');
    return {
      reads: [data, ...(model === undefined ? [] : [model])],
      writes: [
        { path: `reports/${local}.json`, git: true, metric: true },
        { path: `reports/${local}.details.json`, git: false, metric: false },
      ],
      hashed: { data },
      problems: wrong ? [{ path: ['data'], message: 'this is no table', help: 'give a CSV file' }] : [],
    };
  },
  run: () => Promise.reject(new Error('BUG: not run here')),
};

export const ACTIONS: ActionCatalog = {
  names: [judge.name],
  find: (name) => (name === judge.name ? judge : undefined),
};

export type Files = { readonly [path: string]: string };

export function load(files: Files | string): Pipeline {
  const all: Files = typeof files === 'string' ? { 'pipeline.yaml': files } : files;
  const found = Object.keys(all).filter((path) => path.split('/').at(-1) === 'pipeline.yaml');
  return loadPipeline({ files: found as RepoPath[], read: (path) => all[path] }, ACTIONS);
}

export function stage(files: Files | string, name: string): Stage {
  const found = load(files).stages.get(name as StageName);
  if (!found) throw new Error(`no stage ${name}`);
  return found;
}

export function names(files: Files | string): string[] {
  return [...load(files).stages.keys()];
}

/** `file:line:column "underlined" message | help`, one line each; none when the files are sound. */
export function problems(files: Files | string): string[] {
  try {
    load(files);
    return [];
  } catch (error) {
    if (error instanceof MlopsError) return describe(error);
    throw error;
  }
}

export function describe(error: MlopsError): string[] {
  return error.failures.map(({ message, where, help }) => {
    const { file, line, column = 1, length = 0, text: shown = '' } = where!;
    const underlined = shown.slice(column - 1, column - 1 + length);
    return `${file}:${line}:${column} "${underlined}" ${message}${help === undefined ? '' : ` | ${help}`}`;
  });
}

export const edges = (files: Files | string): string[] =>
  [...load(files).upstream].flatMap(([to, from]) => [...from].map((each) => `${each} → ${to}`));
