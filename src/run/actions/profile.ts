// `profile:` describes a data set once, so that drift and serving need not read it again.
import { resolve } from 'node:path';
import type { ActionSpec } from '../../core/action.ts';
import { profileShape } from '../../ml/profile/options.ts';
import { planProfile, profilePath } from '../../ml/profile/plan.ts';

export const profileAction: ActionSpec = {
  name: 'profile',
  revision: 2,
  options: profileShape,
  plan: planProfile,
  run: async (options, context) => {
    const { profile } = await import('../../ml/profile/profile.ts');
    const { writeProfile } = await import('../../ml/profile/write.ts');
    writeProfile(await profile(options, context), resolve(context.cwd, profilePath(options, context.stage)));
    return { uses: {} };
  },
};
