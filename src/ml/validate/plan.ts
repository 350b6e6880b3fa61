// What a validate stage reads and writes, as its options say.
import type { ActionPlan } from '../../core/action.ts';
import type { JsonObject } from '../../core/json.ts';
import { sourceOf } from '../frame/source.ts';
import { reportPaths } from '../report-files.ts';
import { validateProblems } from './options.ts';

/** `options` fit `validateShape`; paths are relative to the folder of pipeline.yaml. */
export function planValidate(options: JsonObject, stage: { readonly local: string }): ActionPlan {
  const { schema, against } = options;
  return {
    reads: [
      ...sourceOf(options['data']!).paths,
      ...(typeof schema === 'string' ? [schema] : []),
      ...(against === undefined || against === null ? [] : sourceOf(against).paths),
    ],
    writes: [{ path: reportPaths(options, stage.local).report, git: true, metric: true }],
    // Gates are judged after every repro, so they are no part of the key.
    hashed: Object.fromEntries(Object.entries(options).filter(([key]) => key !== 'gates')),
    problems: validateProblems(options),
  };
}
