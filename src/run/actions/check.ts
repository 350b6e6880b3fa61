// `check:` runs a check of the user's own. The work is in ml/check; here it becomes an action.
import { resolve } from 'node:path';
import type { ActionSpec } from '../../core/action.ts';
import { checkShape, planCheck } from '../../ml/check/options.ts';
import type { FindingsReport } from '../../ml/findings-report.ts';
import { summariseFindings } from './summarise-findings.ts';

export const checkAction: ActionSpec = {
  name: 'check',
  revision: 1,
  options: checkShape,
  plan: planCheck,
  run: async (options, context) => {
    const { check } = await import('../../ml/check/check.ts');
    const { reportPaths } = await import('../../ml/report-files.ts');
    const { writeAtomic } = await import('../../util/atomic-write.ts');
    const { canonicalJson } = await import('../../util/canonical-json.ts');
    const report = await check(options, context);
    writeAtomic(
      resolve(context.cwd, reportPaths(options, context.stage).report),
      `${canonicalJson(report)}\n`,
    );
    return { uses: {} };
  },
  summarise: (report) => summariseFindings(report as unknown as FindingsReport),
};
