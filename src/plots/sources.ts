// The columns that a plot asks for, found in the files of each revision.

import type { PlotColumns, PlotDecl, PlotX } from '../core/plot.ts';
import { suggest } from '../util/suggest.ts';
import type { Header } from './csv.ts';
import type { PlotTrouble } from './figure.ts';
import type { Cell, Points, Read } from './points.ts';

/** The files of a commit, an experiment or the workspace. */
export interface Revision {
  readonly name: string;
  read(file: string, header: Header): Read;
}

/** One file at one revision, with its x. */
export interface Source {
  readonly rev: string;
  /** Which of how many revisions are compared. */
  readonly revAt: number;
  readonly revs: number;
  readonly file: string;
  readonly points: Points;
  /** Columns that were asked for, all of them there; empty when none was named. */
  readonly columns: readonly string[];
  /** Undefined: the row's number. */
  readonly x: { readonly name: string; readonly cells: readonly Cell[] } | undefined;
}

/** Columns to look for where none is named, most wanted first. */
export interface Wanted {
  readonly x: readonly string[];
  readonly y: readonly string[];
}

export interface Sources {
  readonly found: readonly Source[];
  readonly troubles: readonly PlotTrouble[];
}

export function sourcesOf(plot: PlotDecl, revisions: readonly Revision[], wanted: Wanted): Sources {
  const found: Source[] = [];
  const troubles: PlotTrouble[] = [];
  for (const [at, asked] of plot.y.entries())
    for (const [revAt, rev] of revisions.entries()) {
      const x = plot.x.length > 1 ? plot.x[at] : plot.x[0];
      const source = sourceAt(rev, asked, x, wanted, plot.header === false ? 'none' : 'names');
      if ('problem' in source) troubles.push({ rev: rev.name, ...source });
      else found.push({ ...source, revAt, revs: revisions.length });
    }
  return { found, troubles };
}

type Trouble = Omit<PlotTrouble, 'rev'>;

function sourceAt(
  rev: Revision,
  { file, columns: named }: PlotColumns,
  x: PlotX | undefined,
  wanted: Wanted,
  header: Header,
): Omit<Source, 'revAt' | 'revs'> | Trouble {
  const own = x?.file === undefined || x.file === file ? x?.column : undefined;
  const points = pointsIn(rev, file, [...named, ...(own === undefined ? [] : [own])], header);
  if ('problem' in points) return points;
  const guessed = named.length > 0 ? [] : wanted.y.filter((name) => points.columns.has(name)).slice(0, 1);
  const base = { rev: rev.name, file, points, columns: named.length > 0 ? named : guessed };
  if (x === undefined) {
    const name = wanted.x.find((each) => points.columns.has(each) && !named.includes(each));
    return { ...base, x: name === undefined ? undefined : { name, cells: points.columns.get(name)! } };
  }
  const where = own === undefined ? pointsIn(rev, x.file!, [x.column], header) : points;
  if ('problem' in where) return where;
  return { ...base, x: { name: x.column, cells: where.columns.get(x.column)! } };
}

/** Of a file's lists the first that has all `needed` columns. */
function pointsIn(rev: Revision, file: string, needed: readonly string[], header: Header): Points | Trouble {
  const read = rev.read(file, header);
  if (read.kind !== 'points') return { file, ...read };
  const [first, ...rest] = read.lists;
  if (!first || first.rows === 0) return { file, kind: 'unfit', problem: 'has no rows' };
  const fits = [first, ...rest].find((list) => needed.every((name) => list.columns.has(name)));
  return (
    fits ?? {
      file,
      kind: 'unfit',
      problem: noColumn(needed.find((name) => !first.columns.has(name)) ?? needed[0]!, first),
    }
  );
}

function noColumn(name: string, { columns }: Points): string {
  const names = [...columns.keys()];
  const near = suggest(name, names);
  const known = `${names.slice(0, 12).join(', ')}${names.length > 12 ? ', …' : ''}`;
  return `has no column "${name}"; ${near === undefined ? `it has ${known}` : `did you mean "${near}"?`}`;
}
