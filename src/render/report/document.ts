// One self-contained page: no network, no script, a style sheet named by its hash. It reads on a phone, in the dark
// and on paper, and holds no time and no machine, so that equal reports make equal pages.
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
}

/** The whole document, ends with a line end. */
export function renderPage({ title, header, sections }: Page): string {
  const css = [COLOR_CSS, PAGE_CSS, CHART_CSS, HEAT_CSS].join('\n');
  const head = h(
    'head',
    {},
    h('meta', { charset: 'utf-8' }),
    h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy(css) }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'referrer', content: 'no-referrer' }),
    h('title', {}, title),
    h('style', {}, raw(css)),
  );
  const body = h('body', {}, h('header', {}, header), h('main', {}, sections));
  return `<!doctype html>\n${h('html', { lang: 'en' }, head, body).text}\n`;
}

/** Nothing may be loaded, run or sent; the only style sheet is the one with this hash. */
function policy(css: string): string {
  const hash = createHash('sha256').update(css).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

/** A titled part of the page; left out when it has nothing to show. */
export function section(title: string, ...children: readonly Child[]): Markup | undefined {
  return inner(children) === '' ? undefined : h('section', {}, h('h2', {}, title), children);
}
