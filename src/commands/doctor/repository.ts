// The repository: what is declared, what is recorded, what was left behind.
import { existsSync, readFileSync } from 'node:fs';
import { isShallow } from '../../git/history.ts';
import { managedLines } from '../../git/managed-block.ts';
import { openRepository, type Repository } from '../../git/repository.ts';
import { Project } from '../../project.ts';
import type { Check } from '../../render/data/doctor.ts';
import { describeHolder } from '../../run/claims.ts';
import { ignoreEdits } from '../../run/ignore-files.ts';
import { isDead, openClaimDir, readClaims } from '../../util/claim-file.ts';
import { orAbsent } from '../../util/errno.ts';
import { plural } from '../../util/units.ts';
import type { Io } from '../command.ts';
import { LOCK_ATTRIBUTES } from '../lock-attributes.ts';
import { failed, note, ok } from './check.ts';

/** The project where there is one that can be opened, with what was found on the way. */
export function checkRepository(io: Io): { readonly checks: readonly Check[]; readonly project?: Project } {
  let repo: Repository | undefined;
  try {
    repo = openRepository(io.cwd);
  } catch (error) {
    return { checks: [failed('repository', 'broken', error)] };
  }
  if (!repo)
    return {
      checks: [
        note(
          'repository',
          'none here; evaluate, drift and model inspect work without one',
          'git init && mlops init',
        ),
      ],
    };
  const place = checkPlace(repo);
  try {
    const project = new Project({ ...io, report: () => {} });
    return { checks: [place, ok('config', configInWords(project)), ...checkProject(project)], project };
  } catch (error) {
    return { checks: [place, failed('config', 'broken', error)] };
  }
}

function checkPlace(repo: Repository): Check {
  const where = repo.gitDir === repo.commonDir ? repo.top : `${repo.top}, a linked worktree`;
  return isShallow(repo)
    ? note(
        'repository',
        `${where}, a shallow clone: gates may not find their baseline`,
        'git fetch --unshallow   (in CI: fetch-depth: 0)',
      )
    : ok('repository', where);
}

function configInWords({ config, defaultRemote }: Project): string {
  const remotes = plural(Object.keys(config.remotes).length, 'remote');
  return defaultRemote === undefined ? remotes : `${remotes}, ${defaultRemote} is the default`;
}

function checkProject(project: Project): Check[] {
  const pipeline = checkPipeline(project);
  if (pipeline.status !== 'ok') return [pipeline, checkClaims(project)];
  return [pipeline, checkLocks(project), checkGitFiles(project), checkClaims(project)];
}

function checkPipeline(project: Project): Check {
  try {
    const { files, stages, data } = project.pipeline;
    if (files.length === 0) return note('pipeline', 'there is no pipeline.yaml', 'mlops init');
    return ok(
      'pipeline',
      [
        plural(stages.size, 'stage'),
        plural(data.size, 'data entry', 'data entries'),
        plural(files.length, 'file'),
      ].join(', '),
    );
  } catch (error) {
    return failed('pipeline', 'broken', error);
  }
}

function checkLocks({ pipeline, locks }: Project): Check {
  const [first, ...others] = locks.warnings;
  if (first !== undefined)
    return note(
      'lock',
      others.length === 0 ? first : `${first} (and ${others.length} more)`,
      'mlops repro runs or restores those stages again and writes a whole lock',
    );
  const recorded = [...pipeline.stages.values()].filter((stage) => locks.block(stage)).length;
  return ok('lock', `${recorded} of ${plural(pipeline.stages.size, 'stage')} recorded`);
}

/** What Git must not keep, and how it must keep the lock. */
function checkGitFiles({ repo, pipeline }: Project): Check {
  const [stale] = ignoreEdits(repo, pipeline);
  if (stale)
    return note(
      'Git files',
      `${stale.path} does not hide all outs and data yet`,
      'the next mlops repro or add writes it',
    );
  const attributes = orAbsent(() => readFileSync(`${repo.top}/.gitattributes`, 'utf8'), '');
  if (!managedLines(attributes).includes(LOCK_ATTRIBUTES))
    return note('Git files', '.gitattributes does not keep the line ends of pipeline.lock', 'mlops init');
  return ok('Git files', '.gitignore and .gitattributes are up to date');
}

function checkClaims({ state }: Project): Check {
  const dead = new Set<string>();
  const living = new Set<string>();
  for (const dir of new Set([state.worktree, state.shared]))
    for (const { holder, gone } of claimsIn(`${dir}/claims`)) (gone ? dead : living).add(holder);
  if (dead.size > 0)
    return note(
      'claims',
      `left behind by a process that died: ${[...dead].join(', ')}`,
      'the next mlops repro puts back what was set aside and clears it',
    );
  return ok('claims', living.size === 0 ? 'nothing is running' : [...living].join(', '));
}

/** A stage claims its name and its key: two claims of one holder. */
function claimsIn(dir: string): { readonly holder: string; readonly gone: boolean }[] {
  if (!existsSync(dir)) return [];
  const claims = openClaimDir(dir);
  return readClaims(claims)
    .filter(({ content }) => content.once && !content.released)
    .map(({ file, content }) => ({ holder: describeHolder(content), gone: isDead(claims, file, content) }));
}
