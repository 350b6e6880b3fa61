// `diff` and `ls`: artifacts by path, with their sizes.
import type { Artifact } from '../../core/artifact.ts';
import { formatBytes, formatCount, plural } from '../../util/units.ts';
import type { Style, Symbols } from '../terminal.ts';
import { type Form, tableIn } from './form.ts';

export interface ArtifactChange {
  readonly path: string;
  /** undefined: it was not there. */
  readonly was?: Artifact | undefined;
  readonly now?: Artifact | undefined;
}

/** Added, changed and removed paths, in the order given; ends with how many of each. */
export function renderArtifactChanges(changes: readonly ArtifactChange[], form: Form, style: Style): string {
  if (changes.length === 0) return 'no differences\n';
  const right = 'right' as const;
  const columns = [
    { title: '' },
    { title: 'path' },
    { title: 'size', align: right },
    { title: 'files', align: right },
  ];
  const rows = changes.map(({ path, was, now }) => [
    was === undefined ? '+' : now === undefined ? '-' : '~',
    path,
    arrow(was && formatBytes(was.bytes), now && formatBytes(now.bytes), style.symbols),
    arrow(was && fileCount(was), now && fileCount(now), style.symbols),
  ]);
  return `${tableIn(form, columns, rows, style)}\n${countsOf(changes)}\n`;
}

function countsOf(changes: readonly ArtifactChange[]): string {
  const added = changes.filter(({ was }) => was === undefined).length;
  const removed = changes.filter(({ now }) => now === undefined).length;
  const counts = [
    [added, 'added'],
    [changes.length - added - removed, 'changed'],
    [removed, 'removed'],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${formatCount(count)} ${word}`)
    .join(', ');
}

function fileCount(artifact: Artifact): string {
  return 'files' in artifact ? formatCount(artifact.files) : '';
}

function arrow(was: string | undefined, now: string | undefined, symbols: Symbols): string {
  if (was && now && was !== now) return `${was} ${symbols.arrow} ${now}`;
  return now || was || '';
}

export interface Listed {
  readonly path: string;
  readonly artifact: Artifact;
  /** What makes it: a stage, or `data`. */
  readonly from: string;
  /** Whether its bytes are on this machine. */
  readonly present: boolean;
}

export function renderListing(listed: readonly Listed[], form: Form, style: Style): string {
  if (listed.length === 0) return 'nothing is tracked yet: mlops add PATH\n';
  const right = 'right' as const;
  const columns = [
    { title: 'path' },
    { title: 'size', align: right },
    { title: 'files', align: right },
    { title: 'from' },
    { title: '' },
  ];
  const rows = listed.map(({ path, artifact, from, present }) => [
    'file' in artifact ? path : `${path}/`,
    formatBytes(artifact.bytes),
    fileCount(artifact),
    from,
    present ? '' : 'not here: mlops pull',
  ]);
  const bytes = listed.reduce((sum, { artifact }) => sum + artifact.bytes, 0);
  return `${tableIn(form, columns, rows, style)}\n${plural(listed.length, 'artifact')}, ${formatBytes(bytes)}\n`;
}
