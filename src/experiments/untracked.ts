// What an experiment would lack in its own work tree, because Git does not track it: named before anything runs.
import { lstatSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Failure, failure, type Location } from '../core/failure.ts';
import { isWithin, pathIn, type RepoPath } from '../core/ids.ts';
import type { DepDecl, Stage } from '../core/pipeline.ts';
import { ignoredAmong, trackedAmong, untrackedBelow } from '../git/files.ts';
import type { RunContext } from '../run/context.ts';
import { globBase, ownedPaths } from '../run/data.ts';
import { byCodeUnit } from '../util/compare.ts';
import { compileGlob } from '../util/glob.ts';
import { shellWord } from '../util/shell-word.ts';

const SCRIPT = /\.(py|[cm]?js|ts|sh|bash|r|jl|rb|pl|lua|sql)$/i;

interface Need {
  readonly path: RepoPath;
  /** Who needs it, for the screen. */
  readonly by: string;
  readonly where?: Location;
}

/** One failure a path that is here, that Git does not track, and that nobody carries: `carried` is what `carry` matches. */
export function untrackedNeeds(
  context: RunContext,
  stages: readonly Stage[],
  overridden: readonly RepoPath[],
  { carry, carried }: { readonly carry: readonly string[]; readonly carried: readonly RepoPath[] },
): Failure[] {
  const owned = ownedPaths(context.pipeline);
  const isTaken = (path: string): boolean =>
    carried.includes(path as RepoPath) || [...owned].some((out) => isWithin(path, out));
  const needs = distinct(
    [...needsOf(context, stages), ...fileNeeds(context, stages, overridden)].filter(
      ({ path }) => !isTaken(path),
    ),
  );
  const tracked = trackedAmong(
    context.repo,
    needs.map(({ path }) => path),
  );
  const whole = needs.filter(
    ({ path }) => !tracked.has(path) && !carried.some((each) => isWithin(each, path)),
  );
  const inside = insideNeeds(context, stages, owned).filter(
    ({ path }) => !isTaken(path) && !whole.some((each) => isWithin(path, each.path)),
  );
  return named(context, distinct([...whole, ...inside]), carry);
}

/** Pipeline and params files. */
function fileNeeds(
  { pipeline, workspace }: RunContext,
  stages: readonly Stage[],
  overridden: readonly RepoPath[],
): Need[] {
  const params = stages.flatMap((stage) =>
    stage.params.map(({ file, where }) => ({ path: file, by: stage.name, where })),
  );
  const needs = [
    ...pipeline.files.map(({ path }) => ({ path, by: 'the pipeline' })),
    ...params,
    ...overridden.map((path) => ({ path, by: 'an override' })),
  ];
  return needs.filter(({ path }) => statAt(workspace.top, path));
}

/** Deps that are paths, and scripts that a command names. */
function needsOf({ workspace }: RunContext, stages: readonly Stage[]): Need[] {
  return stages.flatMap((stage) => {
    const deps = stage.deps.flatMap((dep) => (dep.kind === 'path' ? [dep] : []));
    const scripts = wordsOf(stage).filter((path) => isScript(join(workspace.top, path)));
    return [
      ...deps
        .filter(({ path }) => statAt(workspace.top, path))
        .map(({ path, where }) => ({ path, by: stage.name, where })),
      ...scripts.map((path) => ({ path, by: stage.name, where: stage.action.where })),
    ];
  });
}

/** Untracked files in folders that Git tracks otherwise. */
function insideNeeds(
  { repo, workspace }: RunContext,
  stages: readonly Stage[],
  owned: ReadonlySet<RepoPath>,
): Need[] {
  const folders = stages.flatMap((stage) =>
    stage.deps
      .filter((dep) => dep.kind === 'glob' || statAt(workspace.top, dep.path)?.isDirectory())
      .map((dep) => ({ stage, dep, base: dep.kind === 'path' ? dep.path : globBase(dep.pattern) })),
  );
  const outer = folders.filter(({ base }) => base === '' || ![...owned].some((out) => isWithin(base, out)));
  if (outer.length === 0) return [];
  const files = untrackedBelow(
    repo,
    outer.map(({ base }) => base),
    [...owned],
  );
  return files.flatMap((path) => {
    const reader = outer.find(({ dep }) => covers(dep, path));
    return reader ? [{ path, by: reader.stage.name, where: reader.dep.where }] : [];
  });
}

function covers(dep: DepDecl, path: RepoPath): boolean {
  return dep.kind === 'path' ? isWithin(path, dep.path) : compileGlob(dep.pattern)(path);
}

/** Words of a command that could be paths in the repository. */
function wordsOf({ action, wdir }: Stage): RepoPath[] {
  if (action.kind !== 'cmd') return [];
  const words = action.cmd.flatMap((line) => line.split(/[\s'"=;|&<>()`]+/));
  return words
    .filter((word) => word !== '' && !/^[/~$-]|\.\./.test(word))
    .map((word) => pathIn(wdir, word.replace(/^(\.\/)+/, '')));
}

/** Also a link that leads to one, as in a virtual environment of Python. */
function isScript(absolute: string): boolean {
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (!stat?.isFile()) return false;
  return SCRIPT.test(absolute) || (stat.mode & 0o111) !== 0;
}

function statAt(top: string, path: RepoPath): Stats | undefined {
  return lstatSync(join(top, path), { throwIfNoEntry: false });
}

function distinct(needs: readonly Need[]): Need[] {
  return [...new Map([...needs].reverse().map((need) => [need.path, need])).values()].sort((a, b) =>
    byCodeUnit(a.path, b.path),
  );
}

/** The setting is a list that is set as a whole, so what it should be is said once, for all of them. */
function named({ repo }: RunContext, needs: readonly Need[], carry: readonly string[]): Failure[] {
  const loose = needs.filter(({ path }) => !isEnvironment(path)).map(({ path }) => path);
  const ignored = ignoredAmong(repo, loose);
  const setting = `mlops config exp.carry ${shellWord(JSON.stringify([...carry, ...loose]))}`;
  return needs.map(({ path, by, where }) => {
    const track = `${ignored.has(path) ? 'mlops' : 'git'} add ${shellWord(path)}`;
    const carryAll = `${loose.length > 1 ? 'or, for all of these' : 'or'}: ${setting}`;
    return failure('config', `${by} needs ${path}, which Git does not track: an experiment would lack it`, {
      ...(where ? { where } : {}),
      help: isEnvironment(path)
        ? 'activate that environment and call the program by its name alone'
        : path === loose.at(-1)
          ? `${track}   ${carryAll}`
          : track,
    });
  });
}

/** A program of a virtual environment. */
function isEnvironment(path: RepoPath): boolean {
  return /^(.*\/)?(\.?bin|Scripts)\/[^/]+$/.test(path);
}
