import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import { renderChanges, renderSchemaDiff } from '../../render/data/schema.ts';
import { orAbsent } from '../../util/errno.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, printJson } from '../open-project.ts';

interface Flags {
  readonly environment?: string;
  readonly check?: true;
  readonly json?: true;
}

export function addDiff(schema: Command, io: Io, run: Run): void {
  schema
    .command('diff')
    .description('what differs between two schemas, or between a schema and data')
    .argument('<schema>', 'a schema')
    .argument('<other>', 'another schema, or data: CSV, TSV, JSON lines, Parquet')
    .option('--environment <name>', 'TRAINING, SERVING, …: which columns are asked for of data')
    .option('--check', 'end with exit code 10 when something differs')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(
        'mlops schema diff schema.yaml data/today.csv --check',
        'mlops schema diff old.yaml schema.yaml',
      ),
    )
    .action(run((a: string, b: string, flags: Flags) => diff(io, a, b, flags)));
}

async function diff(io: Io, a: string, b: string, flags: Flags): Promise<ExitName> {
  const { readSchema } = await import('../../ml/validate/schema-file.ts');
  const from = readSchema(resolve(io.cwd, a), a);
  const differs = (count: number): ExitName => (flags.check && count > 0 ? 'differs' : 'ok');
  if (isSchema(resolve(io.cwd, b))) {
    const { diffSchemas } = await import('../../ml/validate/diff-schemas.ts');
    const differences = diffSchemas(from, readSchema(resolve(io.cwd, b), b));
    if (flags.json)
      printJson(
        io,
        differences.map(({ id, from: before = null, to = null }) => ({ id, from: before, to })),
      );
    else print(io, renderSchemaDiff(differences, io.outStyle));
    return differs(differences.length);
  }
  const { planUpdate } = await import('../../ml/validate/update.ts');
  const source = { paths: [b], where: null, format: 'auto' } as const;
  const environment = flags.environment ?? null;
  const update = await planUpdate(from, source, { cwd: io.cwd, signal: io.signal, environment });
  if (flags.json) printJson(io, update);
  else print(io, renderChanges(update, from, io.outStyle));
  return differs(update.changes.length + update.left.length);
}

/** By what it says, not by what it is called. */
function isSchema(path: string): boolean {
  if (!/\.(ya?ml|json)$/i.test(path)) return false;
  const text = orAbsent(() => readFileSync(path, 'utf8'), undefined);
  return text === undefined || text.includes('mlops.schema/');
}
