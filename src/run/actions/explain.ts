// `explain:` says what a model relies on. The work is in ml/explain; here it becomes an action.
import type { ActionSpec } from '../../core/action.ts';
import { discoverEvaluate } from '../../ml/evaluate/plan.ts';
import { explainShape } from '../../ml/explain/options.ts';
import { planExplain } from '../../ml/explain/plan.ts';
import type { ExplainReport } from '../../ml/explain/report.ts';
import { explainInWords } from '../../ml/explain/words.ts';
import { saidOf } from './said.ts';

export const explainAction: ActionSpec = {
  name: 'explain',
  revision: 1,
  options: explainShape,
  plan: (options, stage) => planExplain(options, stage.local),
  discover: discoverEvaluate,
  run: async (options, context) => {
    const { explain } = await import('../../ml/explain/explain.ts');
    const { writeReport } = await import('../../ml/report-files.ts');
    const result = await explain(options, context);
    writeReport(result, options, context);
    return { uses: result.uses };
  },
  summarise: (report) => saidOf(explainInWords(report as unknown as ExplainReport)),
};
