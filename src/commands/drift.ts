import type { Command } from 'commander';
import type { DriftReport } from '../ml/drift/report.ts';
import { renderDriftColumns } from '../render/data/drift-columns.ts';
import { actions } from '../run/actions/registry.ts';
import { type AloneFlags, measureAlone } from './alone/measure.ts';
import { gatherNames, given, optionsFor, reportOptions, typed } from './alone/options.ts';
import { examples, type Io, type Run } from './command.ts';

interface Flags extends AloneFlags {
  readonly model?: string;
  readonly target?: string;
  readonly positive?: string;
  readonly exclude?: readonly string[];
  readonly time?: string;
  readonly device?: string;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('<reference>', 'what the data were: CSV, TSV, JSON lines, Parquet, or a profile')
    .argument('<current>', 'what they are now')
    .option('-m, --model <file>', 'an ONNX model, whose predictions are compared too')
    .option('-t, --target <column>', 'the truth, where it is known: how the model really did')
    .option('--positive <label>', "the class whose score is looked at; nothing: the model's last")
    .option('--exclude <a,b>', 'columns to leave out', gatherNames)
    .option('--time <column>', 'what orders the rows: limits then allow for what the reference did over time')
    .option('--device <name>', 'cpu, cuda or auto');
  reportOptions(command, 'a drift')
    .addHelpText(
      'after',
      examples(
        'mlops drift train.csv today.csv',
        'mlops drift train.csv today.csv --model model.onnx --target label --html drift.html',
        'mlops drift q1.parquet q2.parquet -O effect.numeric.ks=0.2 -O gates.max_drifted_share=0.1',
      ),
    )
    .action(run((reference: string, current: string, flags: Flags) => drift(io, reference, current, flags)));
}

async function drift(io: Io, reference: string, current: string, flags: Flags) {
  const spec = actions.find('drift')!;
  const options = optionsFor(
    spec,
    given({
      reference,
      current,
      model: flags.model,
      target: flags.target,
      positive: typed(flags.positive),
      exclude: flags.exclude,
      time: flags.time === undefined ? undefined : { column: flags.time },
      device: flags.device,
    }),
    flags.option ?? [],
  );
  const measure = (await import('../ml/drift/drift.ts')).drift;
  const table = (report: unknown) => renderDriftColumns(report as DriftReport, io.outStyle);
  return measureAlone(io, { spec, stage: 'watch', options, measure, table }, flags);
}
