// What differs between two sides, data first, then what made it, then how well it did; `diff` and `exp diff` say it.
import type { StoredArtifact } from '../core/artifact.ts';
import type { RepoPath } from '../core/ids.ts';
import type { Pipeline } from '../core/pipeline.ts';
import type { Project } from '../project.ts';
import { renderArtifactChanges } from '../render/data/artifacts.ts';
import type { Form } from '../render/data/form.ts';
import { renderValueChanges } from '../render/data/values.ts';
import { compareData, type DataChange, recordedAt } from '../run/data-diff.ts';
import type { Side } from '../run/side.ts';
import {
  compareValues,
  judged,
  metricsAt,
  metricsFiles,
  paramsAt,
  paramsFiles,
  type Unreadable,
  type ValueChange,
} from '../run/values.ts';
import { snapshot } from '../store/snapshot.ts';
import { plural } from '../util/units.ts';
import type { Io } from './command.ts';
import { print, printJson } from './open-project.ts';

export interface Diff {
  readonly from: string;
  readonly to: string;
  readonly data: readonly DataChange[];
  readonly params: readonly ValueChange[];
  readonly metrics: readonly ValueChange[];
}

/** Params and metrics are those that any of `pipelines` declares. @throws MlopsError as `paramsAt` */
export async function diffOf(
  project: Project,
  from: Side,
  to: Side,
  pipelines: readonly Pipeline[],
  unreadable?: Unreadable,
): Promise<Diff> {
  const { store } = project.workspace;
  const params = [...new Set(pipelines.flatMap(paramsFiles))];
  const metrics = [...new Set(pipelines.flatMap(metricsFiles))];
  return {
    from: from.name,
    to: to.name,
    data: compareData(recordedAt(from), await heldBy(project, to), store),
    params: compareValues(paramsAt(from, params, unreadable), paramsAt(to, params, unreadable)),
    metrics: judged(
      compareValues(metricsAt(from, metrics, store, unreadable), metricsAt(to, metrics, store, unreadable)),
    ),
  };
}

export function printDiff(io: Io, diff: Diff, flags: { readonly json?: true; readonly md?: true }): void {
  if (flags.json) printJson(io, diff);
  else print(io, diffInWords(io, diff, flags.md ? 'md' : 'text'));
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

export function diffInWords(io: Io, { from, to, data, params, metrics }: Diff, form: Form): string {
  const sides = { was: from, now: to };
  const title = (text: string): string =>
    form === 'md' ? `**${text}**\n\n` : `${io.outStyle.color.bold(text)}\n`;
  const parts = [
    ...(data.length
      ? [title('data and outs') + renderArtifactChanges(data, form, io.outStyle) + insides(data)]
      : []),
    ...(params.length
      ? [title('params') + renderValueChanges('params', params, sides, form, io.outStyle)]
      : []),
    ...(metrics.length
      ? [title('metrics') + renderValueChanges('metrics', metrics, sides, form, io.outStyle)]
      : []),
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
