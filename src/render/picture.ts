// A chart as a picture of its own: with its title, its legend, its paper and its colours.
import { h, type Markup, raw } from './markup.ts';
import { truncate } from './text-width.ts';

export interface Picture {
  readonly title: string;
  /** What it says, for those who cannot see it. */
  readonly words: string;
  /** As `chart` of chart/frame.ts draws it. */
  readonly svg: string;
  /** At most 28 by 10 each; empty where a title says enough. */
  readonly legend: readonly { readonly name: string; readonly shape: Markup }[];
  /** Of the chart and its legend; `.paper` is behind them. */
  readonly css: string;
}

const MARGIN = 14;
const HEAD = 22;
const ROW = 18;

/** An SVG document. */
export function standalone({ title, svg, legend, css }: Picture): string {
  const size = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg);
  if (!size) throw new Error('BUG: a chart without a size');
  const [width, height] = [Number(size[1]) + 2 * MARGIN, Number(size[2])];
  const whole = height + HEAD + 2 * MARGIN + legend.length * ROW;
  const document = h(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${whole}`,
      width,
      height: whole,
      class: 'chart',
      role: 'img',
      'aria-label': title,
    },
    h('title', {}, title),
    h('style', {}, raw(css)),
    h('rect', { class: 'paper', width, height: whole }),
    h('text', { x: MARGIN, y: MARGIN + 10, 'font-size': 13, 'font-weight': 600 }, truncate(title, 50)),
    h('g', { transform: `translate(${MARGIN} ${MARGIN + HEAD})` }, raw(withoutHover(svg))),
    legend.map(({ name, shape }, at) =>
      h(
        'g',
        { transform: `translate(${MARGIN + 6} ${height + HEAD + MARGIN + at * ROW + 6})` },
        shape,
        h('text', { x: 32, y: 9 }, truncate(name, 46)),
      ),
    ),
  );
  return `${document.text}\n`;
}

/** The numbers that a page's script reads are of no use here. */
function withoutHover(svg: string): string {
  return svg.replace(/ data-[a-z]+="[^"]*"/g, '');
}
