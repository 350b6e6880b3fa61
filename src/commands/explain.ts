import type { Command } from 'commander';
import type { Json } from '../core/json.ts';
import type { ExplainDetails, ExplainReport } from '../ml/explain/report.ts';
import { renderExplanation } from '../render/data/explanation.ts';
import { actions } from '../run/actions/registry.ts';
import { type AloneFlags, measureAlone } from './alone/measure.ts';
import { gather, gatherNames, given, optionsFor, reportOptions, typed } from './alone/options.ts';
import { examples, type Io, type Run } from './command.ts';

interface Flags extends AloneFlags {
  readonly model?: string;
  readonly data?: readonly string[];
  readonly target?: string;
  readonly reference?: string;
  readonly methods?: readonly string[];
  readonly class?: string;
  readonly rows?: string;
  readonly exclude?: readonly string[];
  readonly device?: string;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .requiredOption('-m, --model <file>', 'an ONNX model')
    .requiredOption('-d, --data <path>', 'rows to explain it on; may be given several times', gather)
    .option('-t, --target <column>', 'the truth: how much worse the model is without a column')
    .option(
      '--reference <path>',
      'where unknown values are drawn from, such as the training data; nothing: the data',
    )
    .option('--methods <a,b>', 'of importance, shap, pdp, surrogate, lime, anchors', gatherNames)
    .option('--class <label>', 'whose probability is explained; nothing: of the positive class')
    .option('--rows <rows>', 'single rows: numbers from 0, or a filter; nothing: the worst few')
    .option('--exclude <a,b>', 'columns that are no features', gatherNames)
    .option('--device <name>', 'cpu, cuda or auto');
  reportOptions(command, 'an explain')
    .addHelpText(
      'after',
      examples(
        'mlops explain --model model.onnx --data test.csv --target label',
        'mlops explain -m model.onnx -d test.csv -t label --rows 0,17 --html explained.html',
        "mlops explain -m model.onnx -d test.csv --methods shap,lime --rows 'age < 25'",
      ),
    )
    .action(run((flags: Flags) => explain(io, flags)));
}

async function explain(io: Io, flags: Flags) {
  const spec = actions.find('explain')!;
  const options = optionsFor(
    spec,
    given({
      model: flags.model,
      data: flags.data?.length === 1 ? flags.data[0] : flags.data,
      target: flags.target,
      reference: flags.reference,
      methods: flags.methods,
      class: typed(flags.class),
      rows: flags.rows === undefined ? undefined : rowsIn(flags.rows),
      exclude: flags.exclude,
      device: flags.device,
    }),
    flags.option ?? [],
  );
  const measure = (await import('../ml/explain/explain.ts')).explain;
  const table = (report: unknown, details: unknown) => {
    const rows = options['rows'] === undefined ? [] : (details as ExplainDetails).local;
    return renderExplanation(report as ExplainReport, rows, io.outStyle);
  };
  return measureAlone(io, { spec, stage: 'explain', options, measure, table }, flags);
}

/** `0,17` are numbers of rows; anything else is a filter. */
function rowsIn(text: string): Json {
  return /^\s*\d+(\s*,\s*\d+)*\s*$/.test(text) ? text.split(',').map(Number) : { where: text };
}
