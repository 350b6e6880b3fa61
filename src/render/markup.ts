// HTML and SVG that cannot be broken out of: text becomes markup only through `h`, which escapes it, so a hostile
// column name is a column name and nothing else.

export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Child = string | number | Markup | undefined | readonly Child[];
export type Attributes = { readonly [name: string]: string | number | undefined };

/** One element. Attributes that are undefined are left out. */
export function h(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  const open = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) => ` ${name}="${escapeText(typeof value === 'number' ? shortNumber(value) : value!)}"`,
    )
    .join('');
  return new Markup(VOID.has(tag) ? `<${tag}${open}>` : `<${tag}${open}>${inner(children)}</${tag}>`);
}

const VOID = new Set(['meta', 'br', 'hr', 'col', 'input', 'img']);

export function inner(child: Child): string {
  if (child === undefined) return '';
  if (child instanceof Markup) return child.text;
  if (typeof child === 'object') return child.map(inner).join('');
  return escapeText(String(child));
}

/** Style sheets: text of ours alone, never of a file. */
export function raw(text: string): Markup {
  return new Markup(text);
}

/** Data for a script of ours, in an element that is never run. No text in it can end the element. */
export function jsonData(id: string, value: object): Markup {
  const json = JSON.stringify(value).replace(/</g, '\\u003c');
  return new Markup(`<script type="application/json" id="${escapeText(id)}">${json}</script>`);
}

const ESCAPES: { readonly [char: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Control characters have no place in markup; marks that reorder text would let a name forge the words beside it. */
const UNFIT =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu;

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ESCAPES[char]!).replace(UNFIT, '\ufffd');
}

/** Coordinates: a hundredth of a pixel is enough. */
function shortNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}
