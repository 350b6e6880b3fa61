import { mkdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../../core/failure.ts';
import type { MockOptions, MockTable } from '../../ml/mock/mock.ts';
import type { Schema } from '../../ml/validate/schema.ts';
import { renderTable } from '../../render/table.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { fileName } from '../../util/file-name.ts';
import { plural } from '../../util/units.ts';
import { examples, type Io, type Run } from '../command.ts';
import { wholeNumber } from '../exp/whole-number.ts';
import { print, printJson, say } from '../open-project.ts';

interface Flags {
  readonly schema: string;
  readonly rows?: string;
  readonly seed: string;
  readonly edgeCases?: true;
  readonly break?: string;
  readonly environment?: string;
  readonly now?: string;
  readonly out?: string;
  readonly json?: true;
}

export function addMock(data: Command, io: Io, run: Run): void {
  data
    .command('mock')
    .description('make rows up that satisfy a schema, for tests')
    .requiredOption('--schema <file>', 'what the rows have to look like: mlops schema infer writes one')
    .option('--rows <n>', 'how many; left out: 100, or what the schema asks for')
    .option('--seed <n>', 'another seed gives other rows; the same, the same', '0')
    .option('--edge-cases', 'the first rows hold bounds, each category, and no value where that is allowed')
    .option(
      '--break <folder>',
      'also write there a file for each thing the schema asks, which breaks only that',
    )
    .option('--environment <name>', 'TRAINING, SERVING, …: which columns there are')
    .option('--now <time>', 'the time that freshness counts from')
    .option('-o, --out <file.csv>', 'where; left out: to the screen')
    .option('--json', 'what was written as JSON')
    .addHelpText(
      'after',
      examples(
        'mlops data mock --schema schema.yaml --rows 100 --seed 1 -o test/rows.csv',
        'mlops data mock --schema schema.yaml --edge-cases --break test/broken -o test/rows.csv',
      ),
    )
    .action(run((flags: Flags) => mock(io, flags)));
}

interface Written {
  readonly file: string;
  readonly check: string;
  readonly subject: string;
}

async function mock(io: Io, flags: Flags): Promise<ExitName> {
  const { readSchema } = await import('../../ml/validate/schema-file.ts');
  const { mockTable } = await import('../../ml/mock/mock.ts');
  const { tableText } = await import('../../ml/mock/table-text.ts');
  const { schema } = readSchema(resolve(io.cwd, flags.schema), flags.schema);
  const options: MockOptions = {
    rows: flags.rows === undefined ? undefined : wholeNumber('--rows', flags.rows, 1),
    seed: wholeNumber('--seed', flags.seed, 0),
    edgeCases: flags.edgeCases ?? false,
    environment: flags.environment ?? null,
    now: flags.now ?? null,
  };
  if (flags.out !== undefined && !/\.(csv|txt)$/i.test(flags.out))
    throw new MlopsError(failure('usage', `${flags.out} is not named like a CSV`, { help: '-o rows.csv' }));
  const table = mockTable(schema, options);
  const broken =
    flags.break === undefined ? undefined : await writeBroken(io, flags.break, schema, table, flags, options);
  if (flags.out !== undefined) writeAtomic(resolve(io.cwd, flags.out), tableText(table));
  const rows = [...table.values()][0]!.length;
  if (flags.json)
    printJson(io, { out: flags.out ?? null, rows, columns: [...table.keys()], broken: broken ?? null });
  else {
    if (flags.out === undefined) print(io, tableText(table));
    if (broken && flags.out !== undefined) print(io, listOf(io, broken));
  }
  if (flags.out !== undefined)
    say(io, `wrote ${flags.out}: ${plural(rows, 'row')} of ${plural(table.size, 'column')}`);
  return 'ok';
}

function listOf(io: Io, { written, alone }: Broken): string {
  const rows = written.map(({ file, check, subject }) => [file, subject, check]);
  const table = renderTable(
    [{ title: 'file' }, { title: 'breaks' }, { title: 'anomaly' }],
    rows,
    io.outStyle,
  );
  const rest = alone.map((name) => `${name} cannot be broken without breaking something else\n`);
  return table + rest.join('');
}

interface Broken {
  readonly written: readonly Written[];
  /** What could not be broken by itself. */
  readonly alone: readonly string[];
}

/** Each is validated before it is kept: it breaks what its name says, and nothing else. */
async function writeBroken(
  io: Io,
  folder: string,
  schema: Schema,
  table: MockTable,
  flags: Flags,
  options: MockOptions,
): Promise<Broken> {
  const { breakTable } = await import('../../ml/mock/break.ts');
  const { tableText } = await import('../../ml/mock/table-text.ts');
  const { validate } = await import('../../ml/validate/validate.ts');
  const absolute = resolve(io.cwd, folder);
  mkdirSync(absolute, { recursive: true });
  const written: Written[] = [];
  const alone: string[] = [];
  for (const each of breakTable(schema, table, options)) {
    const path = join(absolute, `${fileName(each.name)}.csv`);
    writeAtomic(path, tableText(each.table), { durable: false });
    const given = {
      data: path,
      schema: resolve(io.cwd, flags.schema),
      environment: options.environment,
      now: options.now,
      limits: { duplicates: null },
    };
    const { report } = await validate(given, {
      stage: 'mock',
      cwd: io.cwd,
      signal: io.signal,
      log: () => {},
    });
    const found = report.findings.map(({ check, subject }) => `${subject}.${check}`);
    if (found.length === 1 && found[0] === each.name)
      written.push({ file: relative(io.cwd, path), check: each.check, subject: each.subject });
    else {
      alone.push(each.name);
      rmSync(path);
    }
  }
  return { written, alone };
}
