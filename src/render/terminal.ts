// What a stream can show: colour, symbols, width. Decided once where a command starts, then passed down as a Style.

import pc from 'picocolors';
import type { Environment } from '../core/environment.ts';

export type Colors = ReturnType<typeof pc.createColors>;

export interface Symbols {
  readonly done: string;
  readonly failed: string;
  readonly same: string;
  readonly restored: string;
  readonly down: string;
  readonly up: string;
  readonly planned: string;
  readonly arrow: string;
  readonly dot: string;
  readonly plusMinus: string;
  readonly minus: string;
  readonly bar: string;
  readonly ellipsis: string;
  /** Points at the best of a column. */
  readonly best: string;
  /** A branch of a tree that has sisters below it, and the last one. */
  readonly tee: string;
  readonly elbow: string;
  readonly spinner: readonly string[];
}

export interface Style {
  readonly color: Colors;
  readonly symbols: Symbols;
  /** Columns of the terminal; 92 where there is none. */
  readonly width: number;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const UNICODE: Symbols = {
  done: '✔',
  failed: '✖',
  same: '·',
  restored: '↺',
  down: '↓',
  up: '↑',
  planned: '○',
  arrow: '→',
  dot: '·',
  plusMinus: '±',
  minus: '−',
  bar: '│',
  ellipsis: '…',
  best: '←',
  tee: '├─',
  elbow: '└─',
  spinner: ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'],
};

const ASCII: Symbols = {
  done: '+',
  failed: 'x',
  same: '.',
  restored: '<',
  down: 'v',
  up: '^',
  planned: 'o',
  arrow: '->',
  dot: '-',
  plusMinus: '+-',
  minus: '-',
  bar: '|',
  ellipsis: '...',
  best: '<-',
  tee: '|-',
  elbow: '`-',
  spinner: ['-', '\\', '|', '/'],
};

/** Lines without a terminal are laid out for this many columns. */
export const PAGE_WIDTH = 92;

/** Style of `stream` under `env`. Pure: the same arguments give the same style. */
export function styleOf(stream: OutputStream, env: Environment, platform: string): Style {
  return {
    color: pc.createColors(wantsColor(stream, env)),
    symbols: speaksUnicode(env, platform) ? UNICODE : ASCII,
    width: stream.isTTY && stream.columns ? stream.columns : PAGE_WIDTH,
  };
}

/** No colour, Unicode, page width: what goldens and files are written with. */
export const PLAIN: Style = { color: pc.createColors(false), symbols: UNICODE, width: PAGE_WIDTH };

/** no-color.org and force-color.org, where an empty value counts as unset; then a terminal that is not dumb, or CI that shows colour. */
export function wantsColor(stream: OutputStream, env: Environment): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR']) return env['FORCE_COLOR'] !== '0' && env['FORCE_COLOR'] !== 'false';
  if (env['TERM'] === 'dumb') return false;
  return stream.isTTY === true || env['GITHUB_ACTIONS'] === 'true' || env['GITLAB_CI'] === 'true';
}

/** A view that redraws needs a terminal that a person looks at. */
export function wantsLive(stream: OutputStream, env: Environment): boolean {
  const ci = env['CI'] !== undefined && env['CI'] !== '' && env['CI'] !== 'false' && env['CI'] !== '0';
  return stream.isTTY === true && env['TERM'] !== 'dumb' && !ci;
}

/** The locale names UTF-8, or names nothing (containers: their terminals are UTF-8); on Windows only newer consoles. */
export function speaksUnicode(env: Environment, platform: string): boolean {
  if (platform === 'win32')
    return Boolean(env['WT_SESSION'] || env['TERM_PROGRAM'] || env['CI'] || env['ConEmuTask']);
  if (env['TERM'] === 'linux') return false;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return !locale || /utf-?8/i.test(locale);
}
