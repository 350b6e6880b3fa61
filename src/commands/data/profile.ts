import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ExitName } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { renderExploration } from '../../render/data/exploration.ts';
import { renderReportPage } from '../../render/report/page.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import { examples, type Io, type Run } from '../command.ts';
import { wholeNumber } from '../exp/whole-number.ts';
import { print, printJson, say } from '../open-project.ts';

interface Flags {
  readonly html?: string;
  readonly minCount: string;
  readonly json?: true;
}

export function addProfile(data: Command, io: Io, run: Run): void {
  data
    .command('profile')
    .description('look at a data set: types, missing values, distributions, correlations')
    .argument('<data>', 'CSV, TSV, JSON lines or Parquet; a glob in quotes')
    .argument('[before]', 'how the data were: both side by side')
    .option('--html <file>', 'write a page with pictures')
    .option('--min-count <n>', 'values that fewer rows have are not named', '10')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      `${examples(
        'mlops data profile data/today.csv --html profile.html',
        'mlops data profile data/today.csv data/yesterday.csv',
      )}\n\nTo keep a reference for later drift checks, use the action "profile:" of a pipeline.yaml instead.`,
    )
    .action(
      run((path: string, before: string | undefined, flags: Flags) => profile(io, path, before, flags)),
    );
}

async function profile(io: Io, path: string, before: string | undefined, flags: Flags): Promise<ExitName> {
  const minCount = wholeNumber('--min-count', flags.minCount, 1);
  const { explore } = await import('../../ml/explore/explore.ts');
  const source = (each: string) => ({ paths: [each], where: null, format: 'auto' }) as const;
  const report = await explore(source(path), before === undefined ? undefined : source(before), {
    cwd: io.cwd,
    signal: io.signal,
    minCount,
  });
  if (flags.html !== undefined) {
    const page = renderReportPage(report as unknown as JsonObject, null);
    writeAtomic(resolve(io.cwd, flags.html), page!, { durable: false });
  }
  if (flags.json) printJson(io, report);
  else print(io, renderExploration(report, io.outStyle));
  if (flags.html !== undefined) say(io, `page: ${flags.html}`);
  return 'ok';
}
