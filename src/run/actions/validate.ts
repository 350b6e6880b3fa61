// `validate:` looks at data before anything is made of them. The work is in ml/validate; here it becomes an action.
import type { ActionSpec, Summary } from '../../core/action.ts';
import { validateShape } from '../../ml/validate/options.ts';
import { planValidate } from '../../ml/validate/plan.ts';
import type { ValidateReport } from '../../ml/validate/report.ts';
import { plural } from '../../util/units.ts';
import { saidOf } from './said.ts';

export const validateAction: ActionSpec = {
  name: 'validate',
  revision: 1,
  options: validateShape,
  plan: planValidate,
  run: async (options, context) => {
    const { validate } = await import('../../ml/validate/validate.ts');
    const { writeReport } = await import('../../ml/report-files.ts');
    const result = await validate(options, context);
    writeReport(result, options, context);
    return { uses: result.uses };
  },
  summarise: (report) => summarise(report as unknown as ValidateReport),
};

function summarise({ summary, inputs }: ValidateReport): Summary {
  const bad = summary.fail + summary.error;
  const words = [
    bad > 0 ? plural(bad, 'anomaly', 'anomalies') : 'no anomaly',
    ...(summary.warn > 0 ? [plural(summary.warn, 'warning')] : []),
    `${plural(summary.checks, 'check')} of ${plural(inputs.data.rows, 'row')}`,
  ];
  return saidOf({ headlines: words, lines: [] });
}
