// What was changed: params, data with what changed inside them, and pictures.

import type { Artifact } from '../../../core/artifact.ts';
import type { FolderChange, TableChange } from '../../../core/data-change.ts';
import { formatBytes, formatCount, plural } from '../../../util/units.ts';
import { folded, image, paragraph } from '../../markdown/blocks.ts';
import { someItems, someRows } from '../../markdown/fit.ts';
import { code, joined, type Markdown, md } from '../../markdown/text.ts';
import type { PipelineView } from '../types.ts';
import { titled } from './metrics.ts';
import { some } from './trouble.ts';

/** More than these are folded. */
const OPEN = 8;

export function paramsPart({ changes: { params } }: PipelineView, rows: number): Markdown | undefined {
  if (params.length === 0) return undefined;
  const several = new Set(params.map(({ file }) => file)).size > 1;
  const body = someRows(
    [{ title: 'param' }, { title: 'was → now' }],
    params.map(({ file, key, was, now }) => [
      several ? md`${code(key)}<br><sub>${code(file, 40)}</sub>` : code(key),
      md`${written(was)} → ${written(now)}`,
    ]),
    rows,
  );
  return openOrFolded('Params', plural(params.length, 'param'), params.length, body);
}

/** As it was written. */
function written(value: unknown): Markdown {
  if (value === undefined) return md`–`;
  return code(typeof value === 'string' ? value : JSON.stringify(value), 40);
}

function openOrFolded(title: string, counted: string, count: number, body: Markdown): Markdown {
  return count <= OPEN ? titled(title, body) : folded(`${counted} changed`, body);
}

export function dataPart(view: PipelineView, rows: number): Markdown | undefined {
  const { data } = view.changes;
  if (data.length === 0) return undefined;
  const tables = new Map(view.tables.map((each) => [each.path, each]));
  const folders = new Map(view.folders.map((each) => [each.path, each]));
  const items = data.map(({ path, was, now }) => {
    const inside = [...tableWords(tables.get(path), rows), ...folderWords(folders.get(path), rows)];
    return joined([md`${code(path)} ${sizes(was, now)}`, ...inside], ' · ');
  });
  return openOrFolded('Data', plural(data.length, 'artifact'), data.length, someItems(items, rows));
}

function sizes(was: Artifact | undefined, now: Artifact | undefined): string {
  if (!was && now) return `new, ${sizeOf(now)}`;
  if (was && !now) return `gone, was ${sizeOf(was)}`;
  if (!was || !now) return '';
  const [before, after] = [sizeOf(was), sizeOf(now)];
  return before === after ? `changed, ${after}` : `${before} → ${after}`;
}

function sizeOf(artifact: Artifact): string {
  const files = 'files' in artifact ? `${plural(artifact.files, 'file')}, ` : '';
  return `${files}${formatBytes(artifact.bytes)}`;
}

/** `rows 4,000 → 4,210 (+210)`, `new column humidity (float64)` */
function tableWords(change: TableChange | undefined, most: number): Markdown[] {
  if (!change) return [];
  const { rows, columns, unavailable } = change;
  if (unavailable !== null) return [md`not looked into: ${unavailable}`];
  return [
    ...rowWords(rows),
    ...named('new column', columns.added, most, ({ name, type }) => md`${code(name, 40)} ${type}`),
    ...named('lost column', columns.removed, most, ({ name }) => code(name, 40)),
    ...named(
      'retyped',
      columns.retyped,
      most,
      ({ name, was, now }) => md`${code(name, 40)} ${was} → ${now}`,
      'retyped',
    ),
  ];
}

function rowWords({ was, now }: TableChange['rows']): Markdown[] {
  if (now === null) return [];
  if (was === null) return [md`${plural(now, 'row')}`];
  if (was === now) return [md`${plural(now, 'row')} as before`];
  const change = now > was ? `+${formatCount(now - was)}` : `−${formatCount(was - now)}`;
  return [md`rows ${formatCount(was)} → **${formatCount(now)}** (${change})`];
}

const NAMED = 5;

function named<T>(
  one: string,
  items: readonly T[],
  most: number,
  draw: (item: T) => Markdown,
  many = `${one}s`,
): Markdown[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, Math.min(NAMED, most)).map(draw);
  const more = items.length - shown.length;
  const rest = more > 0 ? ` and ${formatCount(more)} more` : '';
  return [md`${items.length === 1 ? one : many} ${joined(shown, ', ')}${rest}`];
}

function folderWords(change: FolderChange | undefined, most: number): Markdown[] {
  if (!change) return [];
  const counts = (['added', 'removed', 'modified'] as const)
    .filter((how) => change[how] > 0)
    .map((how) => `${formatCount(change[how])} ${how}`);
  const examples = change.examples.slice(0, Math.min(NAMED, most));
  const signs = { added: '+', removed: '−', modified: '~' } as const;
  const names = examples.map(({ how, name }) => md`${signs[how]} ${code(name, 60)}`);
  return [md`${counts.join(', ')}`, ...(names.length === 0 ? [] : [joined(names, ', ')])];
}

export function imagesPart({ images }: PipelineView, rows: number): Markdown | undefined {
  if (images.length === 0) return undefined;
  const drawn = images.map(({ alt, file, url }) => ({
    alt,
    file,
    picture: url === null ? undefined : image(alt, url),
  }));
  const shown = drawn.filter(({ picture }) => picture).slice(0, rows);
  const files = drawn.filter(({ picture }) => !picture).map(({ alt, file }) => md`${alt} (${code(file)})`);
  const more = drawn.length - files.length - shown.length;
  const body = joined(
    [
      ...shown.map(({ alt, picture }) => paragraph(md`${alt}<br>${picture!}`)),
      ...(more > 0 ? [paragraph(md`*and ${formatCount(more)} more*`)] : []),
      ...(files.length > 0 ? [paragraph(md`Among the files of this job: ${some(files, rows)}`)] : []),
    ],
    '\n',
  );
  return folded(plural(images.length, 'plot'), body);
}
