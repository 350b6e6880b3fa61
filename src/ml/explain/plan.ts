// What an explanation will read and write, known from its options alone.
import type { ActionPlan } from '../../core/action.ts';
import type { JsonObject } from '../../core/json.ts';
import { optionalSourceOf, sourceOf } from '../frame/source.ts';
import { reportPaths } from '../report-files.ts';
import { explainProblems } from './options.ts';

/**
 * @param options that `explainShape` accepts
 * @param stage local name of the stage
 */
export function planExplain(options: JsonObject, stage: string): ActionPlan {
  const paths = reportPaths(options, stage);
  return {
    reads: [
      options['model'] as string,
      ...sourceOf(options['data']!).paths,
      ...(optionalSourceOf(options['reference'])?.paths ?? []),
    ],
    writes: [
      { path: paths.report, git: true, metric: true },
      { path: paths.details, git: false, metric: false },
    ],
    hashed: options,
    problems: explainProblems(options),
  };
}
