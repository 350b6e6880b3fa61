import type { Command } from 'commander';
import type { StoredArtifact } from '../core/artifact.ts';
import { type ExitName, failure, MlopsError } from '../core/failure.ts';
import type { RepoPath } from '../core/ids.ts';
import type { Project } from '../project.ts';
import { renderArtifactChanges } from '../render/data/artifacts.ts';
import type { Form } from '../render/data/form.ts';
import { renderValueChanges } from '../render/data/values.ts';
import { compareData, type DataChange, recordedAt } from '../run/data-diff.ts';
import { type Side, sideOf } from '../run/side.ts';
import {
  compareValues,
  judged,
  metricsAt,
  metricsFiles,
  paramsAt,
  paramsFiles,
  type ValueChange,
} from '../run/values.ts';
import { snapshot } from '../store/snapshot.ts';
import { plural } from '../util/units.ts';
import { examples, type Io, type Run } from './command.ts';
import { print, printJson, withProject } from './open-project.ts';

export interface DiffFlags {
  readonly md?: true;
  readonly json?: true;
  readonly check?: true;
}

export interface Diff {
  readonly from: string;
  readonly to: string;
  readonly data: readonly DataChange[];
  readonly params: readonly ValueChange[];
  readonly metrics: readonly ValueChange[];
}

export function build(command: Command, io: Io, run: Run): void {
  command
    .argument('[a]', 'a commit; nothing means HEAD')
    .argument('[b]', 'another; nothing means the workspace')
    .option('--md', 'as Markdown, for a pull request')
    .option('--json', 'as JSON')
    .option('--check', 'exit 10 when there is a difference')
    .addHelpText('after', examples('mlops diff', 'mlops diff main', 'mlops diff v1.0 v1.1 --md'))
    .action(
      run((a: string | undefined, b: string | undefined, flags: DiffFlags) =>
        withProject<ExitName>(io, flags.json ? 'plain' : undefined, async (project, reporter) => {
          const [from, to] = sidesOf(project, a, b);
          const { pipeline } = project;
          const { store } = project.workspace;
          const diff: Diff = {
            from: from.name,
            to: to.name,
            data: compareData(recordedAt(from), await heldBy(project, to), store),
            params: compareValues(paramsAt(from, paramsFiles(pipeline)), paramsAt(to, paramsFiles(pipeline))),
            metrics: judged(
              compareValues(
                metricsAt(from, metricsFiles(pipeline), store),
                metricsAt(to, metricsFiles(pipeline), store),
              ),
            ),
          };
          reporter.close();
          if (flags.json) printJson(io, diff);
          else print(io, words(io, diff, flags.md ? 'md' : 'text'));
          return flags.check && diff.data.length + diff.params.length + diff.metrics.length > 0
            ? 'differs'
            : 'ok';
        }),
      ),
    );
}

/** What a side has: for the workspace its files, and the record of what is not here. */
async function heldBy(project: Project, side: Side): Promise<Map<RepoPath, StoredArtifact>> {
  const held = recordedAt(side);
  if (side.commit !== undefined) return held;
  const paths = new Set([...held.keys(), ...project.pipeline.data.keys()]);
  for (const path of paths) {
    const here = await snapshot(project.workspace, path);
    if (here) held.set(path, here.artifact);
  }
  project.workspace.stat.flush();
  return held;
}

/** Data first, then what made it, then how well it did. */
function words(io: Io, { from, to, data, params, metrics }: Diff, form: Form): string {
  const sides = { was: from, now: to };
  const title = (text: string): string =>
    form === 'md' ? `**${text}**\n\n` : `${io.outStyle.color.bold(text)}\n`;
  const parts = [
    ...(data.length
      ? [title('data and outs') + renderArtifactChanges(data, form, io.outStyle) + insides(data)]
      : []),
    ...(params.length ? [title('params') + renderValueChanges(params, sides, form, io.outStyle)] : []),
    ...(metrics.length ? [title('metrics') + renderValueChanges(metrics, sides, form, io.outStyle)] : []),
  ];
  return parts.length ? parts.join('\n') : `nothing differs between ${from} and ${to}`;
}

const SHOWN = 10;

/** The files of directories that changed, as far as their listings are here. */
function insides(data: readonly DataChange[]): string {
  return data
    .flatMap(({ path, files }) => {
      const signs = { added: '+', removed: '-', changed: '~' };
      const lines = (files ?? [])
        .slice(0, SHOWN)
        .map((file) => `  ${signs[file.kind]} ${path}/${file.path}\n`);
      return files && files.length > SHOWN
        ? [...lines, `  and ${plural(files.length - SHOWN, 'more file')} in ${path}\n`]
        : lines;
    })
    .join('');
}

/** `diff` = HEAD with the workspace, `diff A` = A with the workspace, `diff A B` = A with B. */
export function sidesOf(project: Project, a: string | undefined, b: string | undefined): [Side, Side] {
  try {
    return [sideOf(project.repo, a ?? 'HEAD'), sideOf(project.repo, b)];
  } catch (error) {
    if (a === undefined && error instanceof MlopsError)
      throw new MlopsError(
        failure('config', 'there is no commit yet to compare with', { help: 'git add -A && git commit' }),
        { cause: error },
      );
    throw error;
  }
}
