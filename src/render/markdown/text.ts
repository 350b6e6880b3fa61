// Markdown that cannot be broken out of, and in which a host finds nothing to link: text becomes Markdown only through
// `md`, `code` and the blocks beside this file. GitHub and GitLab link mentions, issues, commits, labels and addresses in
// rendered text, backslashes or not, but never in code: a word that could be such a thing stands as code, as it is.
import { type Child, h } from '../markup.ts';
import { truncate, visible } from '../text-width.ts';

export class Markdown {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Inline = string | number | Markdown;

/** What stands in the template is ours; strings put into it are text. One line: nothing in it starts a block. */
export function md(template: readonly string[], ...values: readonly Inline[]): Markdown {
  return new Markdown(template.map((ours, at) => ours + inlineText(values[at] ?? '')).join(''));
}

export function inlineText(value: Inline): string {
  return value instanceof Markdown ? value.text : typeof value === 'number' ? String(value) : prose(value);
}

export function joined(parts: readonly Inline[], between: string): Markdown {
  return new Markdown(parts.map(inlineText).join(between));
}

const LONGEST_SENTENCE = 300;
const LONGEST_NAME = 80;

/** A sentence as one line of text; a space at its ends stays one. */
function prose(text: string): string {
  const words = wordsOf(text)
    .map(({ before, word, after, linked }) =>
      linked ? escaped(before) + code(word).text + escaped(after) : escaped(before + word + after),
    )
    .join(' ');
  return `${/^\s/.test(text) ? ' ' : ''}${words}${/\s$/.test(text) ? ' ' : ''}`;
}

/** The same inside HTML, where Markdown is none: the title of what is folded. */
export function htmlWords(text: string): Child[] {
  return wordsOf(text).map(({ before, word, after, linked }, at) => [
    at === 0 ? '' : ' ',
    linked ? [before, h('code', {}, unmarked(word)), after] : before + word + after,
  ]);
}

interface Word {
  readonly before: string;
  /** Without the brackets, quotes and stops around it. */
  readonly word: string;
  readonly after: string;
  readonly linked: boolean;
}

function wordsOf(text: string): Word[] {
  return truncate(oneLine(text).trim(), LONGEST_SENTENCE)
    .split(' ')
    .map((each) => {
      const [, before = '', word = '', after = ''] = /^([("']*)(.*?)([)"',.;:!?]*)$/s.exec(each) ?? [];
      return { before, word, after, linked: word !== '' && LINKED.some((mark) => mark.test(each)) };
    });
}

/** A name, exactly: a path, a stage, a param. Cut in its middle where it is very long. */
export function code(name: string, longest = LONGEST_NAME): Markdown {
  const text = unmarked(shortened(oneLine(name), longest));
  if (text.trim() === '') return new Markdown('(empty)');
  const fence = '`'.repeat(longestRun(text) + 1);
  // One space at both ends is taken away again by Markdown.
  const pad = /^[` ]|[` ]$/.test(text) ? ' ' : '';
  return new Markdown(`${fence}${pad}${text}${pad}${fence}`);
}

/** Of backticks. */
export function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, run) => Math.max(longest, run.length), 0);
}

/** What is shown is far shorter; who means harm writes what is far longer. */
const LONGEST = 10_000;

/** Every whitespace is one space; what would steer a screen or reorder a line is replaced. */
export function oneLine(text: string): string {
  return visible(withoutHalves(text.slice(0, LONGEST)).replace(/[\s\u2028\u2029]+/g, ' ')).replace(
    /\u061c/g,
    '\ufffd',
  );
}

/** Half a character is none, and cannot be written. */
export function withoutHalves(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** Breaks what programs read in text that people only see: our own hidden marks, and commands to GitHub's runner. */
export function unmarked(text: string): string {
  return text.replace(/<!--/g, '<!\u200b--').replace(/##\[/g, '#\u200b#[');
}

/** Paths are told apart by their ends. */
export function shortened(text: string, longest: number): string {
  const chars = [...text];
  if (chars.length <= longest) return text;
  const half = Math.floor((longest - 1) / 2);
  return `${chars.slice(0, half).join('')}…${chars.slice(-half).join('')}`;
}

/**
 * What GitHub (docs: "Autolinked references and URLs", "Using emoji", "Writing mathematical expressions") or GitLab ("GitLab
 * Flavored Markdown": GitLab-specific references, inline diff) turns into something else wherever it stands in text.
 */
const LINKED = [
  // At the start of a line these are commands: to GitLab, and to GitHub's runner.
  /^(\/[a-z]|::)/i,
  /[@$]/,
  /#[\w"]/,
  /:\/\/|www\.|mailto:|xmpp:/i,
  /(?<![\da-z]|\d\.)[\da-f]{7,64}(?![\da-z])/i,
  /(?<![\da-z])[a-z][\da-z]*-\d/i,
  /GHSA-/i,
  /:[\w+-]+:/,
  /[!&]\d/,
  /[%~][\w"]/,
  /\[\w+:|\*\w+:/,
  /\w\/[\w.-]+>/,
  /[{[][+-]|\[\[/,
] as const;

const ENTITIES: { readonly [char: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // In a table a backslash before it would not do where the text has one already.
  '|': '&#124;',
};

function escaped(word: string): string {
  return word.replace(/[&<>|\\`*_[\]~#]/g, (char) => ENTITIES[char] ?? `\\${char}`);
}
