// What Git's hooks and its merge driver call, through `.git/mlops/hook`. They speak in one line each.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { tryResolve } from '../git/history.ts';
import { mergeByLines } from '../git/merge-driver.ts';
import { mergeLocks } from '../lockfile/merge.ts';
import { readLock } from '../lockfile/read.ts';
import { Project } from '../project.ts';
import { push } from '../remote/push.ts';
import { gitCheckoutLine, lockMergeLines } from '../render/data/git-hooks.ts';
import { transferSummary } from '../render/data/transfer.ts';
import { actions } from '../run/actions/registry.ts';
import { committed } from '../run/committed.ts';
import { followLock } from '../run/put-in-place.ts';
import { everythingShared } from '../run/shared.ts';
import { allTracked, type Recorded } from '../run/tracked.ts';
import { examples, type Io, type Run } from './command.ts';
import { say, withProject } from './open-project.ts';

export function build(command: Command, io: Io, run: Run): void {
  command.addHelpText('after', examples('mlops git install'));
  command
    .command('post-checkout')
    .argument('<before>')
    .argument('<after>')
    .argument('<flag>')
    .action(run((_before: string, _after: string, flag: string) => afterCheckout(io, flag)));
  command
    .command('pre-push')
    .argument('[remote...]')
    .action(run(() => beforePush(io)));
  command
    .command('merge')
    .argument('<base>')
    .argument('<ours>')
    .argument('<theirs>')
    .argument('<path>')
    .action(
      run((base: string, ours: string, theirs: string, path: string) =>
        merge(io, { base, ours, theirs }, path),
      ),
    );
}

/** Never fails, and never overwrites: Git's own work is done, whatever becomes of ours. */
async function afterCheckout(io: Io, flag: string): Promise<ExitName> {
  const branch = '1'; // the other one is 0: single files were checked out
  if (flag !== branch) return 'ok';
  try {
    const project = new Project({ ...io, report: () => {} });
    const rebasing = ['rebase-merge', 'rebase-apply'].some((name) =>
      existsSync(`${project.repo.gitDir}/${name}`),
    );
    if (rebasing || project.pipeline.files.length === 0) return 'ok';
    const followed = await followLock(project.runContext(), allTracked(project.pipeline, project.locks));
    project.workspace.stat.flush();
    say(io, gitCheckoutLine(followed));
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    say(io, `mlops: data stayed as they are, ${why}; then: mlops checkout`);
  }
  return 'ok';
}

/** Sends the bytes of the commits that Git is about to push. */
function beforePush(io: Io): Promise<ExitName> {
  return withProject<ExitName>(io, 'plain', async (project, reporter) => {
    const sides = pushedCommits(project, await textOf(io.input)).map((commit) => shared(project, commit));
    const naming = sides.filter(({ pipeline, locks }) => allTracked(pipeline, locks).length > 0);
    if (naming.length === 0) return 'ok';
    if (project.defaultRemote === undefined) {
      say(io, 'mlops: no remote is configured, so no bytes were pushed; mlops remote add -d NAME URL');
      return 'ok';
    }
    const { store } = project.workspace;
    const requests = naming.map((side) => everythingShared({ store, ...side }, project.cache));
    try {
      const remote = await project.remote();
      const result = await push(
        { remote, store, report: reporter.report, signal: io.signal },
        { artifacts: requests.flatMap(({ artifacts }) => artifacts), runs: requests[0]!.runs },
      );
      if (result.failures.length > 0) throw new MlopsError(result.failures);
      if (result.objects + result.runs > 0)
        say(io, `mlops: ${transferSummary('push', result, remote.url, io.errStyle)}`);
      return 'ok';
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      const help = 'the others could not get these bytes; git push --no-verify pushes without them';
      throw new MlopsError([...error.failures, failure('remote', "Git's push was stopped", { help })], {
        cause: error,
      });
    }
  });
}

/** Lines of `<local ref> <local id> <remote ref> <remote id>`; the id of a ref that is deleted is all zeros. */
function pushedCommits(project: Project, lines: string): CommitId[] {
  const ids = lines.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
  const commits = ids.filter((id) => !/^0+$/.test(id)).map((id) => tryResolve(project.repo, id));
  return [...new Set(commits.filter((commit) => commit !== undefined))];
}

/** A pipeline that does not load says nothing of what to push: colleagues cannot use it either. */
function shared(
  project: Project,
  commit: CommitId,
): { readonly pipeline: Pipeline; readonly locks: Recorded } {
  return committed(project.repo, commit, actions);
}

async function textOf(input: Io['input']): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of input) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

interface Files {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Writes the result over `ours`. Exit codes: 0 merged; any other, there is a conflict in it. */
function merge(io: Io, files: Files, path: string): ExitName {
  const base = lockIn(files.base);
  const ours = lockIn(files.ours);
  const theirs = lockIn(files.theirs);
  // What cannot be read to its last line on either side is left to Git: nothing of it may be lost.
  if (!base || !ours?.whole || !theirs?.whole) return mergeByLines(io.cwd, files) ? 'ok' : 'differs';
  const merged = mergeLocks(base.lock, ours.lock, theirs.lock);
  writeFileSync(files.ours, merged.text);
  say(io, lockMergeLines(path, merged));
  return merged.conflicts.length === 0 ? 'ok' : 'differs';
}

function lockIn(
  path: string,
): { readonly lock: ReturnType<typeof readLock>['lock']; readonly whole: boolean } | undefined {
  const text = readFileSync(path, 'utf8');
  if (text === '') return { lock: { data: new Map(), stages: new Map() }, whole: true };
  try {
    const { lock, warnings } = readLock(text);
    return { lock, whole: warnings.length === 0 };
  } catch (error) {
    if (error instanceof MlopsError) return undefined;
    throw error;
  }
}
