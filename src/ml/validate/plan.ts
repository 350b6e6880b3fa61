// What a validate stage reads and writes, as its options say.
import type { ActionPlan } from '../../core/action.ts';
import type { JsonObject } from '../../core/json.ts';
import { optionalSourceOf, sourceOf } from '../frame/source.ts';
import { withoutGates } from '../given.ts';
import { reportPaths } from '../report-files.ts';
import { validateProblems } from './options.ts';

/** `options` fit `validateShape`; paths are relative to the folder of pipeline.yaml. */
export function planValidate(options: JsonObject, stage: { readonly local: string }): ActionPlan {
  const { schema } = options;
  return {
    reads: [
      ...sourceOf(options['data']!).paths,
      ...(typeof schema === 'string' ? [schema] : []),
      ...(optionalSourceOf(options['against'])?.paths ?? []),
    ],
    writes: [{ path: reportPaths(options, stage.local).report, git: true, metric: true }],
    hashed: withoutGates(options),
    problems: validateProblems(options),
  };
}
