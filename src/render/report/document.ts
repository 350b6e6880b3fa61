// One self-contained page: no network, a style sheet named by its hash, and a script only where the page is one to work
// with, named so too. It reads on a phone, in the dark and on paper, and holds no time and no machine, so that equal
// reports make equal pages.
import { createHash } from 'node:crypto';
import { HEAT_CSS } from '../chart/confusion.ts';
import { CHART_CSS, COLOR_CSS } from '../chart/style.ts';
import { type Child, h, inner, type Markup, raw } from '../markup.ts';
import { PAGE_CSS } from './document-style.ts';

export interface Page {
  /** Of the browser's tab. */
  readonly title: string;
  readonly header: Child;
  readonly sections: readonly (Markup | undefined)[];
  /** Beside what every page has. Text of ours alone, like the script. */
  readonly css?: string;
  readonly script?: string;
  /** Whether it shows pictures that lie beside it. */
  readonly pictures?: 'beside';
}

/** The whole document, ends with a line end. */
export function renderPage({ title, header, sections, css: more, script, pictures }: Page): string {
  const css = [COLOR_CSS, PAGE_CSS, CHART_CSS, HEAT_CSS, ...(more === undefined ? [] : [more])].join('\n');
  const head = h(
    'head',
    {},
    h('meta', { charset: 'utf-8' }),
    h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy(css, script, pictures) }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'referrer', content: 'no-referrer' }),
    h('title', {}, title),
    h('style', {}, raw(css)),
  );
  const run = script === undefined ? undefined : h('script', {}, raw(script));
  const body = h('body', {}, h('header', {}, header), h('main', {}, sections), run);
  return `<!doctype html>\n${h('html', { lang: 'en' }, head, body).text}\n`;
}

/** Nothing may be loaded or sent, but for pictures beside it where there are; the only style sheet, and the only script, are those with these hashes. */
function policy(css: string, script: string | undefined, pictures: Page['pictures']): string {
  const runs = script === undefined ? '' : ` script-src ${sourceOf(script)};`;
  return `default-src 'none'; style-src ${sourceOf(css)};${runs}${pictures ? " img-src 'self';" : ''} base-uri 'none'; form-action 'none'`;
}

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** A titled part of the page; left out when it has nothing to show. */
export function section(title: string, ...children: readonly Child[]): Markup | undefined {
  return inner(children) === '' ? undefined : h('section', {}, h('h2', {}, title), children);
}
