import { mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { repoPathOf } from '../core/ids.ts';
import { hasGit } from '../git/clone.ts';
import { openRepository } from '../git/repository.ts';
import { createReporter } from '../render/run/create-reporter.ts';
import { claimWork, openWork } from '../run/claims.ts';
import { openSource } from '../source/open.ts';
import type { Brought, SourceContext, SourceSpec } from '../source/source.ts';
import { applyCheckout, planCheckout } from '../store/checkout.ts';
import { openStore } from '../store/store.ts';
import { openWorkspace } from '../store/workspace.ts';
import { digestBytes } from '../util/digest.ts';
import { orAbsent } from '../util/errno.ts';
import { stands } from '../util/whole-path.ts';
import { examples, type Io, type Run } from './command.ts';
import { openProject, print, printJson } from './open-project.ts';
import { nameOf, sizeInWords, versionInWords } from './sources.ts';

interface Flags {
  readonly out?: string;
  readonly rev?: string;
  readonly remote?: string;
  readonly force?: true;
  readonly json?: true;
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('<url>', 'a Git repository: a path, https://… or ssh; without PATH, a file to download')
    .argument('[path]', 'path in it: a tracked file or folder, a part of one, or what Git keeps')
    .option('-o, --out <path>', 'where it goes; left out: its own name, here')
    .option(
      '--rev <rev>',
      'branch, tag or commit; left out: a folder as it stands, a URL at its default branch',
    )
    .option('-r, --remote <remote>', 'name of one of its remotes, or the URL of another')
    .option('-f, --force', 'go over what stands there')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      examples(
        'mlops get https://github.com/org/registry models/forest.onnx --rev v1.2',
        'mlops get ../other data/raw/2014 -o data/2014',
        'mlops get https://example.org/zip.csv',
      ),
    )
    .action(
      run((url: string, path: string | undefined, flags: Flags) => get(io, { ...flags, url, path }, flags)),
    );
}

async function get(
  io: Io,
  {
    url,
    path,
    rev,
    remote,
  }: { [key in keyof SourceSpec]: SourceSpec[key] | undefined } & { readonly url: string },
  flags: Flags,
): Promise<ExitName> {
  const spec: SourceSpec = {
    url,
    ...(path === undefined ? {} : { path }),
    ...(rev === undefined ? {} : { rev }),
    ...(remote === undefined ? {} : { remote }),
  };
  const out = placeFor(io, spec, flags.out);
  if (!flags.force && stands(out))
    throw new MlopsError(
      failure('refused', `${out} is there already`, { help: 'another place: -o PATH; over it: --force' }),
    );
  const reporter = createReporter({ ...(flags.json ? { mode: 'plain' as const } : {}), ...io });
  const state = stateFolder(io, spec, out);
  try {
    const { artifact, from } = await bringTo(io, spec, out, state, flags.force ?? false, reporter.report);
    reporter.close();
    if (flags.json) printJson(io, { path: out, ...artifact, from });
    else print(io, `got ${flags.out ?? basename(out)} (${sizeInWords(artifact)})${versionInWords(from)}`);
    return 'ok';
  } finally {
    reporter.close();
  }
}

function placeFor(io: Io, spec: SourceSpec, typed: string | undefined): string {
  const into = typed?.endsWith('/') ? join(typed, nameOf(spec)) : (typed ?? nameOf(spec));
  return resolve(io.cwd, into);
}

/**
 * Where it is half way: the same command finds it again after it was stopped. What belongs to a repository lies in
 * Git's own folder, so that neither `git clean` nor `git add` meets it.
 */
function stateFolder(io: Io, spec: SourceSpec, out: string): string {
  const repo = hasGit() ? openRepository(io.cwd) : undefined;
  const dir = io.env['MLOPS_STATE'] ?? (repo ? `${repo.gitDir}/mlops` : '.mlops/state');
  return join(resolve(io.cwd, dir), `get-${digestBytes(JSON.stringify([spec, out])).slice(0, 16)}`);
}

/** The job of a pull request takes its settings from the base, for what it gets out of its own repository too. */
function ownProject(io: Io, report: NonNullable<SourceContext['report']>): Pick<SourceContext, 'own'> {
  if (io.env['MLOPS_CONFIG_REV'] === undefined || !hasGit() || !openRepository(io.cwd)) return {};
  const { repo, config } = openProject(io, { report });
  return { own: { top: repo.top, config } };
}

/** Into a store of its own, which goes when all is in place; when not, what came is kept for the next attempt. */
async function bringTo(
  io: Io,
  spec: SourceSpec,
  out: string,
  state: string,
  force: boolean,
  report: NonNullable<SourceContext['report']>,
): Promise<Brought> {
  mkdirSync(state, { recursive: true });
  const wish = { name: 'get', what: `get of ${out}`, writes: [] };
  const claim = await claimWork(openWork(state), wish, { signal: io.signal });
  const context = {
    base: io.cwd,
    scratch: join(state, 'source'),
    stores: [],
    env: io.env,
    signal: io.signal,
    report,
    ...ownProject(io, report),
  };
  try {
    const source = await openSource(spec, context);
    try {
      const brought = await source.bring(openStore(join(state, 'mlops/store')));
      await place(out, brought, state, force, report);
      forget(state);
      return brought;
    } finally {
      source.close();
    }
  } catch (error) {
    if (!mayGoOn(error)) forget(state);
    throw error;
  } finally {
    claim.release();
  }
}

/** As a checkout of one path: whole or not at all, and nothing written that may not be. */
async function place(
  out: string,
  { artifact }: Brought,
  state: string,
  force: boolean,
  report: NonNullable<SourceContext['report']>,
): Promise<void> {
  mkdirSync(dirname(out), { recursive: true });
  const warn = (text: string): void => report({ kind: 'warning', text });
  const workspace = openWorkspace({ top: dirname(out), gitDir: state, commonDir: state, report, warn });
  const path = repoPathOf(basename(out));
  await applyCheckout(workspace, await planCheckout(workspace, new Map([[path, artifact]]), { force }));
}

/** Another attempt can use what came. */
function mayGoOn(error: unknown): boolean {
  const passing: readonly ExitName[] = ['remote', 'interrupted', 'terminated'];
  return error instanceof MlopsError && error.failures.some(({ exit }) => passing.includes(exit));
}

function forget(state: string): void {
  rmSync(state, { recursive: true, force: true });
  // The folders that only this made, when nothing else is in them.
  for (const dir of [dirname(state), dirname(dirname(state))]) {
    const ours = /[/\\]\.mlops([/\\]state)?$/.test(dir);
    if (!ours || orAbsent(() => readdirSync(dir), ['?']).length > 0) return;
    rmdirSync(dir);
  }
}
