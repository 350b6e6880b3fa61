// `check:` runs a check of the user's own. The work is in ml/check; here it becomes an action.
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
    const { writeReport } = await import('../../ml/report-files.ts');
    writeReport({ report: await check(options, context) }, options, context);
    return { uses: {} };
  },
  summarise: (report) => summariseFindings(report as unknown as FindingsReport),
};
