// `evaluate:` judges a model on data with known answers. The work is in ml/evaluate; here it becomes an action.
import type { ActionSpec, Summary } from '../../core/action.ts';
import type { Headline } from '../../core/event.ts';
import { evaluateShape } from '../../ml/evaluate/options.ts';
import { discoverEvaluate, planEvaluate } from '../../ml/evaluate/plan.ts';
import type { EvaluateReport } from '../../ml/evaluate/report.ts';

export const evaluateAction: ActionSpec = {
  name: 'evaluate',
  revision: 2,
  options: evaluateShape,
  plan: (options, stage) => planEvaluate(options, stage.local),
  discover: discoverEvaluate,
  run: async (options, context) => {
    const { evaluate } = await import('../../ml/evaluate/evaluate.ts');
    const { writeReport } = await import('../../ml/report-files.ts');
    const evaluation = await evaluate(options, context);
    writeReport(evaluation, options, context);
    return { uses: evaluation.uses };
  },
  summarise: (report) => summarise(report as unknown as EvaluateReport),
};

/** The three numbers that tell most, by task. */
const HEADLINES = {
  binary: ['accuracy', 'f1', 'roc_auc'],
  multiclass: ['accuracy', 'f1_macro', 'roc_auc_ovr'],
  regression: ['root_mean_squared_error', 'mean_absolute_error', 'r2'],
} as const;

function summarise(report: EvaluateReport): Summary {
  const wanted = HEADLINES[report.task].filter((name) => typeof report.metrics[name] === 'number');
  const names = wanted.length ? wanted : Object.keys(report.metrics).slice(0, 3);
  return { headlines: names.flatMap((name) => headline(report, name)), lines: [] };
}

function headline(report: EvaluateReport, name: string): Headline[] {
  const value = report.metrics[name];
  if (typeof value !== 'number') return [];
  const interval = report.intervals[name];
  return [{ name, value, ...(interval ? { plusMinus: (interval[1] - interval[0]) / 2 } : {}) }];
}
