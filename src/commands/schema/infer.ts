import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../../core/failure.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { plural } from '../../util/units.ts';
import { examples, type Io, type Run } from '../command.ts';
import { wholeNumber } from '../exp/whole-number.ts';
import { print, printJson, say } from '../open-project.ts';

interface Flags {
  readonly out?: string;
  readonly maxValues: string;
  readonly ranges?: true;
  readonly force?: true;
  readonly json?: true;
}

export function addInfer(schema: Command, io: Io, run: Run): void {
  schema
    .command('infer')
    .description('write a schema from data, to be read and corrected')
    .argument('<data...>', 'CSV, TSV, JSON lines or Parquet')
    .option('-o, --out <file>', 'where; left out: to the screen')
    .option('--max-values <n>', 'texts with more different values get no list of them', '100')
    .option('--ranges', 'also the smallest and largest value of each column')
    .option('-f, --force', 'write over a schema that is there')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(
        'mlops schema infer data/train.csv -o schema.yaml',
        'mlops schema infer data/*.parquet --ranges',
      ),
    )
    .action(run((data: readonly string[], flags: Flags) => infer(io, data, flags)));
}

async function infer(io: Io, paths: readonly string[], flags: Flags): Promise<ExitName> {
  const { out, ranges = false } = flags;
  const maxValues = wholeNumber('--max-values', flags.maxValues, 0);
  if (out !== undefined && !flags.force && existsSync(resolve(io.cwd, out)))
    throw new MlopsError(
      failure('refused', `${out} is there already`, {
        help: `mlops schema update ${out} ${paths[0]} keeps what people wrote in it; --force writes it anew`,
      }),
    );
  const { inferSchema } = await import('../../ml/validate/infer.ts');
  const { schemaText } = await import('../../ml/validate/write-schema.ts');
  const source = { paths, where: null, format: 'auto' } as const;
  const columns = await inferSchema(source, { maxValues, ranges }, { cwd: io.cwd, signal: io.signal });
  const text = schemaText(columns, [
    `What ${paths.join(', ')} looked like. Read it, correct it, keep it in Git; then, in pipeline.yaml:`,
    `  check: {validate: {data: ${paths[0]}, schema: ${out ?? 'schema.yaml'}}}`,
  ]);
  if (flags.json) printJson(io, { format: 'mlops.schema/1', columns: Object.fromEntries(columns) });
  if (out !== undefined) {
    writeAtomic(resolve(io.cwd, out), text);
    say(
      io,
      `wrote ${out}: ${plural(columns.size, 'column')}. Read it: a schema is what people decide, this is what was found.`,
    );
  } else if (!flags.json) print(io, text);
  return 'ok';
}
