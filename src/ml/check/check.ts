// A check of the user's own, run: rows in, findings out.
import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ActionContext } from '../../core/action.ts';
import { fail } from '../../core/failure.ts';
import type { Finding } from '../../core/finding.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { orAbsent } from '../../util/errno.ts';
import { formatBytes, plural } from '../../util/units.ts';
import { rounded } from '../evaluate/round.ts';
import { countFindings } from '../findings-report.ts';
import { readFrames } from '../frame/read.ts';
import { batchesOf, type CheckBatch } from './batches.ts';
import { callModule } from './call.ts';
import { findingsFrom } from './findings.ts';
import { asJson, plain } from './json.ts';
import { type CheckOptions, checkOptionsOf } from './options.ts';
import type { CheckReport } from './report.ts';
import { runShell } from './shell.ts';

/** What the module's function gets beside the rows. */
export interface CheckContext {
  readonly stage: string;
  /** Absolute folder of pipeline.yaml. */
  readonly cwd: string;
  readonly with: JsonObject;
  readonly files: readonly string[];
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

/** Far more than the report that is made of it may have. */
const MAX_FINDINGS_BYTES = 16 * 1024 * 1024;
/** Findings that the log holds. */
const MAX_TOLD = 100;

type CheckFunction = (batches: AsyncIterable<CheckBatch>, context: CheckContext) => unknown;

/** @throws MlopsError when the check itself cannot be done; what it finds is an answer. */
export async function check(json: JsonObject, io: ActionContext): Promise<CheckReport> {
  const options = checkOptionsOf(json);
  const seen: CheckReport['inputs']['data'][number][] = [];
  const findings =
    options.check.kind === 'module'
      ? await runModule(options.check.path, options, io, seen)
      : await runCommands(options.check.commands, options, io);
  const rows = options.check.kind === 'module' ? seen.reduce((sum, each) => sum + each.rows, 0) : null;
  const all = findings.length > 0 ? findings : [nothingFound(io.stage, rows)];
  tell(all, io.log);
  return rounded({
    schema: 'mlops.check/1',
    stage: io.stage,
    inputs: {
      check: options.check.kind === 'module' ? options.check.path : options.check.commands.join('\n'),
      data: seen,
    },
    metrics: { ...countFindings(all), rows },
    findings: all,
  });
}

function tell(findings: readonly Finding[], log: (line: string) => void): void {
  const told = findings.filter(({ status }) => status !== 'pass');
  for (const { status, subject, message } of told.slice(0, MAX_TOLD))
    log(`${status}: ${subject === '' ? '' : `${subject}: `}${message}`);
  if (told.length > MAX_TOLD) log(`and ${plural(told.length - MAX_TOLD, 'more finding')}: see the report`);
}

/** That it looked and found nothing is said, so that it can be told from not having looked. */
function nothingFound(stage: string, rows: number | null): Finding {
  const what = rows === null ? 'nothing found' : `nothing found in ${plural(rows, 'row')}`;
  return { check: stage, subject: '', status: 'pass', message: what, value: rows, limit: null };
}

async function runModule(
  path: string,
  options: CheckOptions,
  io: ActionContext,
  seen: CheckReport['inputs']['data'][number][],
): Promise<readonly Finding[]> {
  const load = () => import(pathToFileURL(resolve(io.cwd, path)).href) as Promise<{ default?: unknown }>;
  const module = await callModule(path, load, io.log);
  if (typeof module.default !== 'function')
    fail('config', `${path} has no default export that is a function`, {
      help: 'export default async function (batches, context) { … return findings }',
    });
  async function* batches(): AsyncGenerator<CheckBatch> {
    for (const source of options.data) {
      const reading = { cwd: io.cwd, overrides: options.columns, signal: io.signal };
      const [frame] = await readFrames([source], reading);
      seen.push({ path: frame!.table.path, sha256: frame!.table.sha256, rows: frame!.rows });
      yield* batchesOf(frame!.table.path, frame!, options.batch);
    }
  }
  const { with: given, files } = options;
  const context = { stage: io.stage, cwd: io.cwd, with: given, files, signal: io.signal, log: io.log };
  const ask = async () => asJson(await (module.default as CheckFunction)(batches(), context));
  const returned = await callModule(path, ask, io.log);
  if (seen.length < options.data.length)
    fail('stage', `${path} did not look at every table: ${seen.length} of ${options.data.length}`, {
      help: 'read all batches: for await (const batch of batches) { … }',
    });
  return findingsFrom(returned, io.stage, path);
}

/** The command finds what it is asked in the JSON file $MLOPS_CHECK and writes findings to the file $MLOPS_FINDINGS. */
async function runCommands(
  commands: readonly string[],
  options: CheckOptions,
  io: ActionContext,
): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-check-'));
  try {
    const asked = join(folder, 'check.json');
    const findings = join(folder, 'findings.json');
    const data = options.data.flatMap(({ paths }) => paths);
    writeFileSync(asked, JSON.stringify({ stage: io.stage, data, files: options.files, with: options.with }));
    for (const command of commands)
      await runShell(command, { MLOPS_CHECK: asked, MLOPS_FINDINGS: findings }, io);
    return findingsFrom(parsed(writtenTo(findings)), io.stage, 'the command');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file and nothing else: a link may lead anywhere, and reading a pipe may never end. */
function writtenTo(path: string): string {
  const stat = orAbsent(() => lstatSync(path), undefined);
  if (stat === undefined)
    return fail('stage', 'the check wrote no findings', {
      help: 'a command of a check writes JSON to the file $MLOPS_FINDINGS: [] where it found nothing',
    });
  if (!stat.isFile()) return fail('stage', 'the check made something else than a file of $MLOPS_FINDINGS');
  if (stat.size > MAX_FINDINGS_BYTES)
    return fail(
      'stage',
      `the check wrote ${formatBytes(stat.size)} of findings; at most ${formatBytes(MAX_FINDINGS_BYTES)} are read`,
      { help: 'say how many there are, and name the first' },
    );
  return readFileSync(path, 'utf8');
}

function parsed(text: string): Json {
  try {
    return plain(JSON.parse(text) as Json, 0);
  } catch (error) {
    return fail('stage', 'what the check wrote to $MLOPS_FINDINGS is not JSON', {}, error);
  }
}
