// How much room things take: artifacts first, then the parts of the store or remote.
import { formatBytes, formatCount } from '../../util/units.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

export interface ArtifactUsage {
  readonly path: string;
  /** What the lock says it holds. */
  readonly bytes: number;
  readonly workspace: number;
  readonly own: number;
  readonly shared: number;
  readonly absent: number;
}

export interface PlaceUsage {
  readonly [part: string]: { readonly files: number; readonly bytes: number };
}

export function renderArtifactUsage(artifacts: readonly ArtifactUsage[], style: Style): string {
  if (artifacts.length === 0) return 'the locks name nothing yet\n';
  const right = (title: string) => ({ title, align: 'right' as const });
  const rows = artifacts.map(({ path, bytes, workspace, own, shared, absent }) => [
    path,
    formatBytes(bytes),
    formatBytes(workspace),
    formatBytes(own),
    formatBytes(shared),
    absent === 0 ? '' : `${formatCount(absent)} objects not in the store`,
  ]);
  return renderTable(
    [{ title: 'path' }, right('size'), right('workspace'), right('store'), right('shared'), { title: '' }],
    rows,
    style,
  );
}

const WORDS: { readonly [part: string]: string } = {
  objects: 'objects of their own',
  packs: 'packs of small objects',
  index: 'indexes of packs',
  runs: 'run cache',
  attempts: 'failed runs',
  trash: 'trash (gc empties it)',
  quarantine: 'quarantine (damaged)',
  tmp: 'being written, or left over',
  gc: 'what gc condemned',
};

export function renderPlaceUsage(place: string, usage: PlaceUsage, style: Style): string {
  const parts = Object.entries(usage).filter(([, { files }]) => files > 0);
  const total = parts.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const rows = [
    ...parts.map(([part, { files, bytes }]) => [WORDS[part] ?? part, formatCount(files), formatBytes(bytes)]),
    ['in all', '', formatBytes(total)],
  ];
  return renderTable(
    [{ title: place }, { title: 'files', align: 'right' }, { title: 'size', align: 'right' }],
    rows,
    style,
  );
}
