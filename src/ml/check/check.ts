// A check of the user's own, run: rows in, findings out.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ActionContext } from '../../core/action.ts';
import { fail, MlopsError } from '../../core/failure.ts';
import type { Finding } from '../../core/finding.ts';
import type { Json, JsonObject } from '../../core/json.ts';
import { orAbsent } from '../../util/errno.ts';
import { plural } from '../../util/units.ts';
import { rounded } from '../evaluate/round.ts';
import { countFindings } from '../findings-report.ts';
import { readFrames } from '../frame/read.ts';
import { batchesOf, type CheckBatch } from './batches.ts';
import { findingsFrom } from './findings.ts';
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

type CheckFunction = (batches: AsyncIterable<CheckBatch>, context: CheckContext) => Promise<unknown>;

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
  for (const { status, subject, message } of all)
    if (status !== 'pass') io.log(`${status}: ${subject === '' ? '' : `${subject}: `}${message}`);
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
  const module = (await import(pathToFileURL(resolve(io.cwd, path)).href)) as { readonly default?: unknown };
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
  const returned = await called(path, () => (module.default as CheckFunction)(batches(), context));
  if (seen.length < options.data.length)
    fail('stage', `${path} did not look at every table: ${seen.length} of ${options.data.length}`, {
      help: 'read all batches: for await (const batch of batches) { … }',
    });
  return findingsFrom(returned as Json | undefined, io.stage, path);
}

/** What the user's function throws is told with the line of theirs; what we threw while it read stays as it is. */
async function called<T>(path: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof MlopsError || !(error instanceof Error)) throw error;
    const file = path.replace(/^(\.\.?\/)+/, '');
    const frame = error.stack?.split('\n').find((each) => each.includes(`/${file}:`));
    const at = frame && /:(\d+):\d+\)?$/.exec(frame)?.[1];
    return fail('stage', `${path}${at ? ` line ${at}` : ''} threw ${error.name}: ${error.message}`);
  }
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
    const text = orAbsent(() => readFileSync(findings, 'utf8'), undefined);
    if (text === undefined)
      fail('stage', 'the check wrote no findings', {
        help: 'a command of a check writes JSON to the file $MLOPS_FINDINGS: [] where it found nothing',
      });
    return findingsFrom(parsed(text), io.stage, 'the command');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    return fail('stage', 'what the check wrote to $MLOPS_FINDINGS is not JSON', {}, error);
  }
}
