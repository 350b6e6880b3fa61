// Failures as people read them:
//
//   error: unknown key "dep"  pipeline.yaml:4:5
//      4 │     dep: [data/raw]
//        │     ^^^
//   help: did you mean "deps"?
import { type Failure, type Location, MlopsError } from '../core/failure.ts';
import type { Style } from './terminal.ts';
import { textWidth, visible } from './text-width.ts';

/** Everything that can be thrown → text that ends with a line end. Several failures are parted by an empty line. */
export function renderError(error: unknown, style: Style): string {
  if (!(error instanceof MlopsError)) return renderBug(error, style);
  const shown = error.failures.map((each) => renderFailure(each, style)).join('\n');
  return error.failures.length < 2
    ? shown
    : `${shown}\n${style.color.bold(`${error.failures.length} problems`)}\n`;
}

export function renderFailure(failure: Failure, style: Style): string {
  const [first = '', ...rest] = failure.message.split('\n').map(readable);
  const place = failure.where ? `  ${style.color.dim(placeOf(failure.where))}` : '';
  return [
    `${style.color.red(style.color.bold('error:'))} ${style.color.bold(first)}${place}`,
    ...rest.map((line) => `  ${line}`),
    ...(failure.where ? underlined(failure.where, style) : []),
    ...helpLines(failure.help, style),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

export function renderWarning(text: string, help: string | undefined, style: Style): string {
  const head = `${style.color.yellow('warning:')} ${readable(text)}`;
  return [head, ...helpLines(help, style)].map((line) => `${line}\n`).join('');
}

/** No word is this long; what is, is a name out of a file, and its start is enough to find it. */
const MAX_WORD = 200;
const TOO_LONG = new RegExp(`\\S{${MAX_WORD + 1},}`, 'gu');

function readable(line: string): string {
  return visible(line).replace(TOO_LONG, (word) => `${[...word].slice(0, MAX_WORD).join('')}…`);
}

/** `pipeline.yaml:4:5`, as editors and terminals open it. */
export function placeOf(where: Location): string {
  const parts = [visible(where.file)];
  if (where.line !== undefined) parts.push(String(where.line));
  if (where.line !== undefined && where.column !== undefined) parts.push(String(where.column));
  return parts.join(':');
}

/** The longest piece of a line that is shown; a line of minified JSON must not fill the screen. */
const MAX_LINE = 160;

function underlined(where: Location, style: Style): string[] {
  if (where.text === undefined || where.line === undefined || where.text.length > 4096) return [];
  const from = Math.max(0, (where.column ?? 1) - 1);
  const cut = from > MAX_LINE - 40 ? from - 40 : 0;
  const text = where.text.slice(cut, cut + MAX_LINE);
  const margin = `  ${' '.repeat(String(where.line).length)} ${style.symbols.bar} `;
  const lines = [`  ${where.line} ${style.symbols.bar} ${visible(text)}`.trimEnd()];
  if (where.column !== undefined) {
    const before = ' '.repeat(textWidth(visible(text.slice(0, from - cut))));
    const marked = visible(text.slice(from - cut, from - cut + Math.max(1, where.length ?? 1)));
    lines.push(`${margin}${before}${style.color.red('^'.repeat(Math.max(1, textWidth(marked))))}`);
  }
  return lines;
}

function helpLines(help: string | undefined, style: Style): string[] {
  if (!help) return [];
  const [first = '', ...rest] = help.split('\n').map(readable);
  return [`${style.color.cyan('help:')} ${first}`, ...rest.map((line) => `      ${line}`)];
}

/** A broken promise of ours: whatever is known, and how to tell us. */
function renderBug(error: unknown, style: Style): string {
  const lines = [
    `${style.color.red(style.color.bold('bug:'))} mlops broke a promise of its own; this is not your mistake`,
    ...causes(error).flatMap((text) => text.split('\n').map(visible)),
    'Please report it with the lines above and what `mlops doctor` prints.',
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function causes(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)];
  const own = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? [own] : [own, ...causes(error.cause).map((text) => `caused by ${text}`)];
}
