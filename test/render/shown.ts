// What of a comment is seen: its elements, and its text outside of code, where a host looks for what it could link.
import { commentHtml } from './github.ts';

const ENTITIES: { readonly [name: string]: string } = {
  lt: '<',
  gt: '>',
  quot: '"',
  amp: '&',
  nbsp: '\u00a0',
};

export interface Shown {
  /** `a href="…"`, as written. */
  readonly tags: readonly string[];
  readonly text: string;
  /** Runs of text that are not in code, a link, or between tags. */
  readonly plain: readonly string[];
}

/** @throws where an element does not close what it opened */
export function shown(markdown: string): Shown {
  const tags: string[] = [];
  const plain: string[] = [];
  const open: string[] = [];
  let text = '';
  for (const [whole, tag] of commentHtml(markdown).matchAll(/<(\/?[a-z][^>]*)>|[^<]+|</g)) {
    if (tag === undefined) {
      const words = decoded(whole);
      text += words;
      if (!open.some((each) => each === 'code' || each === 'a')) plain.push(words);
      continue;
    }
    const name = /^\/?[a-z0-9]+/.exec(tag)![0];
    if (name.startsWith('/')) {
      const last = open.pop();
      if (`/${last}` !== name) throw new Error(`<${name}> closes <${last}>`);
      continue;
    }
    tags.push(tag.replace(/ \/$/, ''));
    if (!['br', 'img', 'hr', 'input'].includes(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`left open: ${open.join(' ')}`);
  return { tags, text, plain };
}

function decoded(html: string): string {
  return html.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (_, decimal, hex, name) =>
    name === undefined
      ? String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16))
      : ENTITIES[name]!,
  );
}

/** What GitHub and GitLab make a link, a label, an emoji or a formula of, wherever it stands in text. */
export const LINKED =
  /@[a-z\d]|#\d|\bgh-\d|[!&]\d|~\w|:\/\/|www\.|mailto:|(?<!\d\.)\b[\da-f]{7,40}\b|:[a-z]+:|\$|\{\+|\[-|\[\[|\[\w+:/i;
