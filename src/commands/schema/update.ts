import { resolve } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../../core/failure.ts';
import type { Change } from '../../ml/validate/changes.ts';
import { renderChanges } from '../../render/data/schema.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { suggest } from '../../util/suggest.ts';
import { plural } from '../../util/units.ts';
import { gather } from '../alone/options.ts';
import { examples, type Io, type Run } from '../command.ts';
import { print, printJson, say } from '../open-project.ts';

interface Flags {
  readonly accept?: readonly string[];
  readonly yes?: true;
  readonly environment?: string;
  readonly json?: true;
}

export function addUpdate(schema: Command, io: Io, run: Run): void {
  schema
    .command('update')
    .description('take into a schema what is new in data; shows it, and writes what is accepted')
    .argument('<schema>', 'a file of mlops schema infer; comments in it are kept')
    .argument('<data...>', 'CSV, TSV, JSON lines or Parquet')
    .option('--accept <change>', 'write this change; may be given several times', gather)
    .option('-y, --yes', 'write all changes')
    .option('--environment <name>', 'TRAINING, SERVING, …: which columns are asked for')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(
        'mlops schema update schema.yaml data/today.csv',
        'mlops schema update schema.yaml data/today.csv --accept season.values --accept wind',
        'mlops schema update schema.yaml data/today.csv --yes',
      ),
    )
    .action(run((file: string, data: readonly string[], flags: Flags) => update(io, file, data, flags)));
}

async function update(io: Io, path: string, data: readonly string[], flags: Flags): Promise<ExitName> {
  const { readSchema } = await import('../../ml/validate/schema-file.ts');
  const { accepted, planUpdate } = await import('../../ml/validate/update.ts');
  const { printed } = await import('../../ml/validate/write-schema.ts');
  const file = readSchema(resolve(io.cwd, path), path);
  const source = { paths: data, where: null, format: 'auto' } as const;
  const environment = flags.environment ?? null;
  const { changes, left } = await planUpdate(file, source, { cwd: io.cwd, signal: io.signal, environment });
  const chosen = flags.yes ? changes : chosenOf(changes, flags.accept ?? []);
  if (chosen.length > 0) writeAtomic(resolve(io.cwd, path), printed(accepted(file, chosen).document));
  if (flags.json) printJson(io, { changes, accepted: chosen.map(({ id }) => id), left });
  else print(io, renderChanges({ changes, left }, file, io.outStyle));
  if (chosen.length > 0) say(io, `wrote ${path}: ${plural(chosen.length, 'change')} accepted`);
  else if (changes.length > 0 && !flags.json)
    say(io, `nothing written; accept with --accept ${changes[0]!.id}, or all with --yes`);
  return 'ok';
}

function chosenOf(changes: readonly Change[], wanted: readonly string[]): readonly Change[] {
  return wanted.map((id) => {
    const found = changes.find((change) => change.id === id);
    if (found) return found;
    const ids = changes.map((change) => change.id);
    const near = suggest(id, ids);
    throw new MlopsError(
      failure('usage', `there is no change "${id}" to accept`, {
        help: near
          ? `did you mean "${near}"?`
          : ids.length > 0
            ? `there are ${ids.join(', ')}`
            : 'the data fit the schema',
      }),
    );
  });
}
