// What differs between two sides, data first, then what made it, then how well it did; `diff` and `exp diff` say it.
import type { StoredArtifact } from '../core/artifact.ts';
import type { FolderChange, TableChange } from '../core/data-change.ts';
import type { Digest, RepoPath } from '../core/ids.ts';
import type { Pipeline } from '../core/pipeline.ts';
import type { Project } from '../project.ts';
import { renderArtifactChanges } from '../render/data/artifacts.ts';
import type { Form } from '../render/data/form.ts';
import { renderTableChanges } from '../render/data/table-changes.ts';
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
import { type Snapshot, snapshot } from '../store/snapshot.ts';
import type { NodeReader } from '../store/tree-read.ts';
import { plural } from '../util/units.ts';
import type { Io } from './command.ts';
import { fetchListings, lookInside, type Reach } from './diff-inside.ts';
import { print, printJson } from './open-project.ts';

export interface Diff {
  readonly from: string;
  readonly to: string;
  readonly data: readonly DataChange[];
  /** Both only where that was asked for. */
  readonly tables?: readonly TableChange[];
  readonly folders?: readonly FolderChange[];
  readonly params: readonly ValueChange[];
  readonly metrics: readonly ValueChange[];
}

export interface DiffOptions {
  readonly unreadable?: Unreadable;
  /** Also what changed inside tables and directories, as far as their bytes are within reach. */
  readonly inside?: Reach | undefined;
}

/** Params and metrics are those that any of `pipelines` declares. @throws MlopsError as `paramsAt` */
export async function diffOf(
  project: Project,
  from: Side,
  to: Side,
  pipelines: readonly Pipeline[],
  { unreadable, inside }: DiffOptions = {},
): Promise<Diff> {
  const { store } = project.workspace;
  const params = [...new Set(pipelines.flatMap(paramsFiles))];
  const metrics = [...new Set(pipelines.flatMap(metricsFiles))];
  const was = recordedAt(from);
  const { held, nodes } = await heldBy(project, to);
  let data = compareData(was, held, nodes);
  if (inside === 'remote' && (await fetchListings(project, data))) data = compareData(was, held, nodes);
  return {
    from: from.name,
    to: to.name,
    data,
    ...(inside ? await lookInside(project, { from, to, nodes }, data, inside) : {}),
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

interface Held {
  readonly held: ReadonlyMap<RepoPath, StoredArtifact>;
  /** Listings of its directories, also of those that nobody stored yet. */
  readonly nodes: NodeReader;
}

/** What a side has: for the workspace its files, and the record of what is not here. */
async function heldBy({ workspace, pipeline }: Project, side: Side): Promise<Held> {
  const { store } = workspace;
  const held = recordedAt(side);
  if (side.commit !== undefined) return { held, nodes: store };
  const unstored: Snapshot[] = [];
  for (const path of new Set([...held.keys(), ...pipeline.data.keys()])) {
    const here = await snapshot(workspace, path);
    if (!here) continue;
    held.set(path, here.artifact);
    if ('tree' in here.artifact && !store.has(here.artifact.tree)) unstored.push(here);
  }
  workspace.stat.flush();
  const laid = (digest: Digest): Buffer | undefined => {
    for (const { nodes } of unstored) if (nodes.has(digest)) return nodes.get(digest);
    return undefined;
  };
  return { held, nodes: { read: (digest) => laid(digest) ?? store.read(digest) } };
}

export function diffInWords(io: Io, diff: Diff, form: Form): string {
  const { from, to, data, tables = [], params, metrics } = diff;
  const sides = { was: from, now: to };
  const title = (text: string): string =>
    form === 'md' ? `**${text}**\n\n` : `${io.outStyle.color.bold(text)}\n`;
  const parts = [
    ...(data.length
      ? [title('data and outs') + renderArtifactChanges(data, form, io.outStyle) + insides(data)]
      : []),
    ...(tables.length ? [title('tables') + renderTableChanges(tables, form, io.outStyle)] : []),
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
