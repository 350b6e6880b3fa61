// `validate:` looks at data before anything is made of them. The work is in ml/validate; here it becomes an action.
import { resolve } from 'node:path';
import type { ActionSpec, Summary } from '../../core/action.ts';
import { reportPaths } from '../../ml/report-files.ts';
import { validateShape } from '../../ml/validate/options.ts';
import { planValidate } from '../../ml/validate/plan.ts';
import type { ValidateReport } from '../../ml/validate/report.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { canonicalJson } from '../../util/canonical-json.ts';
import { plural } from '../../util/units.ts';

export const validateAction: ActionSpec = {
  name: 'validate',
  revision: 1,
  options: validateShape,
  plan: planValidate,
  run: async (options, context) => {
    const { validate } = await import('../../ml/validate/validate.ts');
    const { report, uses } = await validate(options, context);
    const path = resolve(context.cwd, reportPaths(options, context.stage).report);
    writeAtomic(path, `${canonicalJson(report)}\n`);
    return { uses };
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
  return { headlines: words.map((text) => ({ name: '', value: text })), lines: [] };
}
