import { mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import { type RepoPath, repoPathOf } from '../core/ids.ts';
import { openRepository } from '../git/repository.ts';
import { createReporter } from '../render/run/create-reporter.ts';
import { claimWork, openWork } from '../run/claims.ts';
import { openSource } from '../source/open.ts';
import type { Brought, SourceContext, SourceSpec } from '../source/source.ts';
import { applyCheckout, planCheckout } from '../store/checkout.ts';
import { openWorkspace } from '../store/workspace.ts';
import { digestBytes } from '../util/digest.ts';
import { stands } from '../util/whole-path.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson } from './open-project.ts';
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
  const repo = openRepository(io.cwd);
  const place = io.env['MLOPS_STATE'] ?? (repo ? `${repo.gitDir}/mlops` : join(io.cwd, '.mlops/state'));
  return join(resolve(io.cwd, place), `get-${digestBytes(JSON.stringify([spec, out])).slice(0, 16)}`);
}

/** A workspace of one path, with a store of its own that goes when all is in place. */
async function bringTo(
  io: Io,
  spec: SourceSpec,
  out: string,
  state: string,
  force: boolean,
  report: NonNullable<SourceContext['report']>,
): Promise<Brought> {
  const path = repoPathOf(basename(out));
  mkdirSync(dirname(out), { recursive: true });
  mkdirSync(state, { recursive: true });
  const claim = await claimWork(
    openWork(state),
    { name: 'get', what: `get of ${out}`, writes: [] },
    { signal: io.signal },
  );
  try {
    const warn = (text: string): void => report({ kind: 'warning', text });
    const workspace = openWorkspace({ top: dirname(out), gitDir: state, commonDir: state, report, warn });
    const context = {
      base: io.cwd,
      scratch: join(state, 'source'),
      stores: [],
      env: io.env,
      signal: io.signal,
      report,
    };
    const source = await openSource(spec, context);
    try {
      const brought = await source.bring(workspace.store);
      const plan = await planCheckout(
        workspace,
        new Map<RepoPath, Brought['artifact']>([[path, brought.artifact]]),
        { force },
      );
      await applyCheckout(workspace, plan);
      forget(state);
      return brought;
    } finally {
      source.close();
    }
  } finally {
    claim.release();
  }
}

function forget(state: string): void {
  rmSync(state, { recursive: true, force: true });
  // The folders that only this made, when nothing else is in them.
  for (const dir of [dirname(state), dirname(dirname(state))]) {
    if (!/[/\\]\.mlops([/\\]state)?$/.test(dir) || readdirSync(dir).length > 0) return;
    rmdirSync(dir);
  }
}
