// What Git's hooks and its merge driver call, through `.git/mlops/hook`. They speak in one line each.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import type { CommitId } from '../core/ids.ts';
import { tryResolve } from '../git/history.ts';
import { BYTES_SENT } from '../git/hook-text.ts';
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
import { everythingShared, type LockedPipeline } from '../run/shared.ts';
import { allTracked } from '../run/tracked.ts';
import { usingRepository } from '../run/using.ts';
import { examples, type Io, type Run } from './command.ts';
import { say, withProject } from './open-project.ts';

export function build(command: Command, io: Io, run: Run): void {
  command.addHelpText('after', examples('mlops git install'));
  command
    .command('post-checkout')
    .argument('<before>')
    .argument('<after>')
    .argument('<flag>')
    .action(run((_before: string, _after: string, flag: string) => (flag === BRANCH ? follow(io) : 'ok')));
  command
    .command('post-merge')
    .argument('<squash>')
    .action(run(() => follow(io)));
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

/** Flag of a checkout that moved HEAD; 0 when single files were checked out. */
const BRANCH = '1';

/** Never fails, and never overwrites: Git's own work is done, whatever becomes of ours. */
async function follow(io: Io): Promise<ExitName> {
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
async function beforePush(io: Io): Promise<ExitName> {
  if (io.env['MLOPS_BYTES_SENT'] === BYTES_SENT.MLOPS_BYTES_SENT) return 'ok';
  return withProject<ExitName>(io, 'plain', async (project) => {
    const commits = pushedCommits(project, await textOf(io.input));
    const sides = commits.flatMap((commit) => lockedAt(io, project, commit));
    if (!sides.some(({ pipeline, locks }) => allTracked(pipeline, locks).length > 0)) return 'ok';
    if (project.defaultRemote === undefined) {
      say(io, 'mlops: no remote is configured, so no bytes were pushed; mlops remote add -d NAME URL');
      return 'ok';
    }
    try {
      const remote = await project.remote();
      const { store } = project.workspace;
      const result = await push(
        {
          ...project.transferContext(remote),
          repository: usingRepository(project.repo, project.state.shared),
        },
        everythingShared(store, sides, project.cache),
      );
      if (result.failures.length > 0) throw new MlopsError(result.failures);
      if (result.objects + result.runs > 0)
        say(io, `mlops: ${transferSummary('push', result, remote.url, io.errStyle)}`);
      return 'ok';
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      const help = 'the others could not get these bytes; git push --no-verify pushes without them';
      const stopped = failure('remote', "Git's push was stopped", { help });
      throw new MlopsError([...error.failures, stopped], { cause: error });
    }
  });
}

/** Lines of `<local ref> <local id> <remote ref> <remote id>`; the id of a ref that is deleted is all zeros. */
function pushedCommits(project: Project, lines: string): CommitId[] {
  const ids = lines.split('\n').flatMap((line) => line.split(' ')[1] ?? []);
  const commits = ids.filter((id) => !/^0+$/.test(id)).map((id) => tryResolve(project.repo, id));
  return [...new Set(commits.filter((commit) => commit !== undefined))];
}

/** Half a pipeline may be pushed as any work half done: nobody can ask for what it names before it loads. */
function lockedAt(io: Io, project: Project, commit: CommitId): LockedPipeline[] {
  try {
    return [committed(project.repo, commit, actions)];
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    say(
      io,
      `mlops: the pipeline of ${commit.slice(0, 7)} does not load (${error.failures[0]?.message}): none of its bytes were pushed`,
    );
    return [];
  }
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
