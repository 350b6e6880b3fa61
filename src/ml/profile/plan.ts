// What a profile stage reads and writes, as its options say.
import type { ActionPlan } from '../../core/action.ts';
import type { JsonObject } from '../../core/json.ts';
import { sourceOf } from '../frame/source.ts';
import { profileOptionsOf } from './options.ts';

/** `options` fit `profileShape`; paths are relative to the folder of pipeline.yaml. */
export function planProfile(options: JsonObject, stage: { readonly local: string }): ActionPlan {
  const { time } = profileOptionsOf(options);
  return {
    reads: sourceOf(options['data']!).paths,
    writes: [{ path: profilePath(options, stage.local), git: false, metric: false }],
    hashed: options,
    problems:
      time.column === null && time.chunk !== null
        ? [{ path: ['time', 'chunk'], message: 'chunk needs "column", the column that orders the rows' }]
        : [],
  };
}

/** The directory that is written. */
export function profilePath(options: JsonObject, local: string): string {
  return typeof options['profile'] === 'string' ? options['profile'] : `profiles/${local}`;
}
