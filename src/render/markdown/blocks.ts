// What Markdown is made of beyond words: tables, lists, logs, links, and what is folded. Each ends with a line end.
import { type Child, h, inner } from '../markup.ts';
import { visible } from '../text-width.ts';
import {
  htmlWords,
  type Inline,
  inlineText,
  longestRun,
  Markdown,
  md,
  oneLine,
  shortened,
  unmarked,
  withoutHalves,
} from './text.ts';

export interface MarkdownColumn {
  readonly title: Inline;
  readonly align?: 'left' | 'right';
}

export function table(columns: readonly MarkdownColumn[], rows: readonly (readonly Inline[])[]): Markdown {
  const line = (cells: readonly Inline[]): string => `| ${cells.map(cell).join(' | ')} |\n`;
  return new Markdown(
    [
      line(columns.map(({ title }) => title)),
      `| ${columns.map(({ align }) => (align === 'right' ? '--:' : '---')).join(' | ')} |\n`,
      ...rows.map((row) => line(columns.map((_, at) => row[at] ?? ''))),
    ].join(''),
  );
}

/** Only code still has a `|`. A backslash before it would escape that of ours. */
function cell(value: Inline): string {
  return inlineText(value).replace(/\\\|/g, '\\\u200b|').replace(/\|/g, '\\|');
}

export function list(items: readonly Inline[]): Markdown {
  return new Markdown(items.map((each) => `- ${inlineText(each)}\n`).join(''));
}

export function paragraph(text: Markdown): Markdown {
  return new Markdown(`${text.text}\n`);
}

/** A blank line on both sides, or Markdown inside is none. */
export function folded(title: string, body: Markdown, how: 'open' | 'closed' = 'closed'): Markdown {
  const summary = inner(h('summary', {}, htmlWords(title) as Child));
  return new Markdown(
    `<details${how === 'open' ? ' open' : ''}>${summary}\n\n${body.text.trimEnd()}\n\n</details>\n`,
  );
}

const LONGEST_LINE = 300;

/** Lines that a program printed. None starts as a command to GitHub's runner (`::error::`) or to GitLab (`/close`). */
export function log(lines: readonly string[]): Markdown {
  const shown = lines
    .flatMap((line) => line.split(/\r\n|[\n\r\u2028\u2029]/))
    .map((line) => unmarked(shortened(visible(withoutHalves(line.slice(0, 10_000))).trimEnd(), LONGEST_LINE)))
    .map((line) => line.replace(/^(\s*)(?=::|\/)/, '$1\u200b'));
  return fence('text', shown.map((line) => `${line}\n`).join(''));
}

/** `text` ends with a line end. */
export function fence(language: string, text: string): Markdown {
  const marks = '`'.repeat(Math.max(2, longestRun(text)) + 1);
  return new Markdown(`${marks}${language}\n${text}${marks}\n`);
}

/** The text alone where the address is no web page. */
export function link(text: Inline, address: string): Markdown {
  const href = hrefOf(address);
  return href === undefined ? md`${text}` : md`[${text}](${new Markdown(`<${href}>`)})`;
}

/** Undefined where the address is no web page. */
export function image(alt: string, address: string): Markdown | undefined {
  const href = hrefOf(address);
  // What it says is an attribute, in which nothing is linked; by code point no Markdown is seen in it either.
  const words = shortened(oneLine(alt), LONGEST_LINE).replace(
    /[^\p{L}\p{N} ]/gu,
    (char) => `&#${char.codePointAt(0)};`,
  );
  return href === undefined ? undefined : new Markdown(`![${words}](<${href}>)`);
}

/** Undefined for what is no web page, or carries a password. */
function hrefOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { protocol, username, password, href } = new URL(address);
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '' || href.length > 2000)
    return undefined;
  return href.replace(/[<>|\\`&]/g, (char) => (char === '&' ? '&amp;' : encodeURIComponent(char)));
}
