import type { Command } from 'commander';
import type { EvaluateReport } from '../ml/evaluate/report.ts';
import { isExpression } from '../ml/evaluate/slice-options.ts';
import { renderEvaluation } from '../render/data/evaluation.ts';
import { actions } from '../run/actions/registry.ts';
import { type AloneFlags, measureAlone } from './alone/measure.ts';
import { gather, gatherNames, given, namesIn, optionsFor, reportOptions, typed } from './alone/options.ts';
import { examples, type Io, type Run } from './command.ts';

interface Flags extends AloneFlags {
  readonly model?: string;
  readonly data?: readonly string[];
  readonly target?: string;
  readonly positive?: string;
  readonly threshold?: string;
  readonly metrics?: readonly string[];
  readonly baseline?: string;
  readonly slice?: readonly string[];
  readonly exclude?: readonly string[];
  readonly device?: string;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .option('-m, --model <file>', 'an ONNX model; or predictions: -O predictions.label=COLUMN')
    .option('-d, --data <path>', 'CSV, TSV, JSON lines or Parquet; may be given several times', gather)
    .option('-t, --target <column>', 'the truth')
    .option('--positive <label>', 'the class that precision and recall are about')
    .option('--threshold <score>', 'positive from this score on; nothing: the likeliest class')
    .option(
      '--baseline <model>',
      'another ONNX model, judged on the same rows: the difference, with its interval',
    )
    .option('--metrics <a,b>', 'nothing: the usual ones of the task', gatherNames)
    .option(
      '--slice <a,b>',
      'also judge each value of these columns, or the rows of an expression; may be given several times',
      gather,
    )
    .option('--exclude <a,b>', 'columns that are no features', gatherNames)
    .option('--device <name>', 'cpu, cuda or auto');
  reportOptions(command, 'an evaluate')
    .addHelpText(
      'after',
      examples(
        'mlops evaluate --model model.onnx --data test.csv --target label',
        'mlops evaluate -m model.onnx -d test.csv -t label --html report.html -O gates.accuracy.min=0.9',
        'mlops evaluate -m new.onnx -d test.csv -t label --baseline old.onnx -O gates.accuracy.max_worse_abs=0.01',
        'mlops evaluate -d scored.csv -t label -O predictions.label=predicted',
      ),
    )
    .action(run((flags: Flags) => evaluate(io, flags)));
}

async function evaluate(io: Io, flags: Flags) {
  const spec = actions.find('evaluate')!;
  const options = optionsFor(
    spec,
    given({
      model: flags.model,
      data: flags.data?.length === 1 ? flags.data[0] : flags.data,
      target: flags.target,
      positive: typed(flags.positive),
      threshold: typed(flags.threshold),
      baseline: flags.baseline === undefined ? undefined : { model: flags.baseline },
      metrics: flags.metrics,
      slices: flags.slice?.map(sliceIn),
      exclude: flags.exclude,
      device: flags.device,
    }),
    flags.option ?? [],
  );
  const measure = (await import('../ml/evaluate/evaluate.ts')).evaluate;
  const table = (report: unknown) => renderEvaluation(report as EvaluateReport, io.outStyle);
  return measureAlone(io, { spec, stage: 'judge', options, measure, table }, flags);
}

/** `region,weather`, or `age < 25`. */
function sliceIn(text: string) {
  return isExpression(text) ? { where: text } : namesIn(text);
}
