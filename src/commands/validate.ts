import type { Command } from 'commander';
import type { ValidateReport } from '../ml/validate/report.ts';
import { renderValidation } from '../render/data/validation.ts';
import { actions } from '../run/actions/registry.ts';
import { type AloneFlags, measureAlone } from './alone/measure.ts';
import { gatherNames, given, optionsFor, reportOptions } from './alone/options.ts';
import { examples, type Io, type Run } from './command.ts';

interface Flags extends AloneFlags {
  readonly schema?: string;
  readonly against?: string;
  readonly target?: string;
  readonly environment?: string;
  readonly keys?: readonly string[];
  readonly time?: string;
  readonly now?: string;
  readonly exclude?: readonly string[];
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('<data>', 'CSV, TSV, JSON lines or Parquet; a glob in quotes')
    .option('-s, --schema <file>', 'what the data have to look like: mlops schema infer writes one')
    .option('--against <data>', 'the data a model is trained on: no row may be in both')
    .option('-t, --target <column>', 'the truth: looks for features that give it away')
    .option('--environment <name>', 'TRAINING, SERVING, …: which columns of the schema are asked for')
    .option('--keys <a,b>', 'columns that say which thing a row is about', gatherNames)
    .option('--time <column>', 'the time of a row: none may be before the newest of --against')
    .option('--now <time>', 'the time that freshness counts from')
    .option('--exclude <a,b>', 'columns that are no features', gatherNames);
  reportOptions(command, 'a validate')
    .addHelpText(
      'after',
      examples(
        'mlops validate data/today.csv --schema schema.yaml',
        'mlops validate data/test.csv --against data/train.csv --target label --html check.html',
        'mlops validate data/today.csv -s schema.yaml -O gates.max_fail=3 -O limits.duplicates=0.01',
      ),
    )
    .action(run((data: string, flags: Flags) => validate(io, data, flags)));
}

async function validate(io: Io, data: string, flags: Flags) {
  const spec = actions.find('validate')!;
  const { schema, against, target, environment, keys, time, now, exclude } = flags;
  const options = optionsFor(
    spec,
    given({ data, schema, environment, against, target, keys, time, now, exclude }),
    flags.option ?? [],
  );
  const measured = (await import('../ml/validate/validate.ts')).validate;
  const measure: Parameters<typeof measureAlone>[1]['measure'] = async (...args) => ({
    ...(await measured(...args)),
    details: null,
  });
  const table = (report: unknown) => renderValidation(report as ValidateReport, io.outStyle);
  return measureAlone(io, { spec, stage: 'check', options, measure, table }, flags);
}
