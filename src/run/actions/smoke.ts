// `smoke:` tries a model before it is shipped. The work is in ml/smoke; here it becomes an action.
import type { ActionSpec } from '../../core/action.ts';
import { discoverEvaluate } from '../../ml/evaluate/plan.ts';
import type { FindingsReport } from '../../ml/findings-report.ts';
import { planSmoke, smokeShape } from '../../ml/smoke/options.ts';
import { summariseFindings } from './summarise-findings.ts';

export const smokeAction: ActionSpec = {
  name: 'smoke',
  revision: 1,
  options: smokeShape,
  plan: planSmoke,
  discover: discoverEvaluate,
  run: async (options, context) => {
    const { smoke } = await import('../../ml/smoke/smoke.ts');
    const { writeReport } = await import('../../ml/report-files.ts');
    const result = await smoke(options, context);
    writeReport(result, options, context);
    return { uses: result.uses };
  },
  summarise: (report) => summariseFindings(report as unknown as FindingsReport),
};
