// What `exp apply` did or would do, and what to type next.

import { shellWord } from '../../util/shell-word.ts';
import { formatBytes, plural } from '../../util/units.ts';
import type { Style } from '../terminal.ts';
import { visible } from '../text-width.ts';

export interface AppliedPath {
  readonly path: string;
  readonly what: 'new' | 'changed' | 'removed';
  /** Work that is written nowhere else stands there. */
  readonly overwrites: boolean;
}

export interface ApplyFacts {
  readonly did: 'apply' | 'undo' | 'redo';
  readonly name: string;
  readonly dry: boolean;
  readonly files: readonly AppliedPath[];
  readonly outs: readonly (AppliedPath & { readonly bytes: number })[];
  /** Data and outs whose bytes are not here. */
  readonly absent: readonly string[];
  /** Stages that have to run again, as they ran on both sides. */
  readonly dropped: readonly string[];
  readonly submodules: readonly string[];
  /** Where what could not be stored is now. */
  readonly trashed: readonly string[];
  /** For the commit that may follow: what it says, and its files as typed in the current folder. */
  readonly message: string;
  readonly typed: readonly string[];
}

const MARKS = { new: '+', changed: '~', removed: '-' } as const;

export function renderApply(facts: ApplyFacts, style: Style): string {
  const { dry, files, outs } = facts;
  const paths = [...files, ...outs];
  if (paths.length === 0) return nothing(facts);
  const bytes = outs.reduce((sum, out) => sum + out.bytes, 0);
  const what = [
    files.length > 0 ? plural(files.length, 'file') : '',
    outs.length > 0 ? `${plural(outs.length, 'out')}, ${formatBytes(bytes)}` : '',
  ].filter((part) => part !== '');
  return [
    `${didWords(facts)}: ${what.join(' and ')}`,
    ...paths.map(({ path, what: how, overwrites }) => pathLine(path, MARKS[how], overwrites, style)),
    ...remarks(facts),
    ...(dry ? [] : [nextLine(facts)]),
  ].join('\n');
}

/** `redo`: what was undone is there again. */
function didWords({ did, dry, name }: ApplyFacts): string {
  if (did === 'undo') return `${dry ? 'would undo' : 'undid'} ${name}`;
  return `${dry ? 'would apply' : 'applied'} ${name}${did === 'redo' ? ' again' : ''}`;
}

function nothing(facts: ApplyFacts): string {
  const { did, name } = facts;
  const said = did === 'apply' ? `the workspace is as ${name} has it` : 'the workspace is as it was before';
  return [said, ...remarks(facts)].join('\n');
}

function pathLine(path: string, mark: string, overwrites: boolean, { color }: Style): string {
  const line = `  ${mark} ${visible(path)}`;
  return overwrites ? `${line}  ${color.yellow('over uncommitted work')}` : line;
}

function remarks({ absent, dropped, submodules, trashed }: ApplyFacts): string[] {
  return [
    ...dropped.map((stage) => `${stage} ran on both sides, so it has to run again: mlops repro ${stage}`),
    ...submodules.map((path) => `${path} is a submodule: it stays as it is`),
    ...absent.map((path) => `${path}: its bytes are not here, so it stays as it is`),
    ...trashed.map((path) => `what could not be stored is in ${path}`),
  ];
}

const NAMED = 5;

function nextLine({ did, typed, message }: ApplyFacts): string {
  if (did !== 'apply')
    return `to ${did === 'undo' ? 'have it back' : 'take it back'}: mlops exp apply --undo`;
  const files = typed.length <= NAMED ? typed.map(quoted).join(' ') : '-A';
  const commit = `git add ${files} && git commit -m ${quoted(message.split('\n')[0]!)}`;
  return typed.length === 0
    ? 'to take it back: mlops exp apply --undo'
    : `next: ${commit}   (or mlops exp apply --undo)`;
}

function quoted(text: string): string {
  return shellWord(visible(text));
}
