// `drift:` compares two data sets, and what the model makes of them. The work is in ml/drift; here it becomes an action.
import type { ActionSpec } from '../../core/action.ts';
import { driftShape } from '../../ml/drift/options.ts';
import { discoverDrift, planDrift } from '../../ml/drift/plan.ts';
import type { DriftReport } from '../../ml/drift/report.ts';
import { driftInWords } from '../../ml/drift/words.ts';
import { saidOf } from './said.ts';

export const driftAction: ActionSpec = {
  name: 'drift',
  revision: 2,
  options: driftShape,
  plan: planDrift,
  discover: discoverDrift,
  run: async (options, context) => {
    const { drift } = await import('../../ml/drift/drift.ts');
    const { writeReport } = await import('../../ml/report-files.ts');
    const result = await drift(options, context);
    writeReport(result, options, context);
    return { uses: result.uses };
  },
  summarise: (report) => saidOf(driftInWords(report as unknown as DriftReport)),
};
