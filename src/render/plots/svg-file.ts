// A picture as a file of its own, for a document or a slide: with its title, its legend, its paper and its colours.
import type { Figure } from '../../plots/figure.ts';
import { h, raw } from '../markup.ts';
import { truncate } from '../text-width.ts';
import { drawFigure } from './draw.ts';
import { keyKindOf, keyShape } from './marks.ts';
import { SVG_FILE_CSS } from './style.ts';

export interface SvgFile {
  /** Safe as the name of a file, unique among those of one call. */
  readonly name: string;
  readonly text: string;
}

const MARGIN = 14;
const HEAD = 22;
const ROW = 18;

export function svgFiles(figures: readonly Figure[]): SvgFile[] {
  const taken = new Set<string>();
  return figures.flatMap((figure) =>
    drawFigure(figure).map(({ name, svg }) => {
      const title = name === undefined ? figure.title : `${figure.title}, ${name}`;
      return { name: `${unique(slug(title), taken)}.svg`, text: framed(figure, title, svg.text) };
    }),
  );
}

function framed(figure: Figure, title: string, svg: string): string {
  const size = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg);
  if (!size) throw new Error('BUG: a chart without a size');
  const [width, height] = [Number(size[1]) + 2 * MARGIN, Number(size[2])];
  const legend = figure.kind === 'confusion' || figure.series.length < 2 ? [] : figure.series;
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
    h('style', {}, raw(SVG_FILE_CSS)),
    h('rect', { class: 'paper', width, height: whole }),
    h('text', { x: MARGIN, y: MARGIN + 10, 'font-size': 13, 'font-weight': 600 }, truncate(title, 50)),
    h('g', { transform: `translate(${MARGIN} ${MARGIN + HEAD})` }, raw(withoutHover(svg))),
    legend.map(({ name, color }, at) =>
      h(
        'g',
        { transform: `translate(${MARGIN + 6} ${height + HEAD + MARGIN + at * ROW + 6})` },
        keyShape(color, keyKindOf(figure)),
        h('text', { x: 32, y: 9 }, truncate(name, 46)),
      ),
    ),
  );
  return `${document.text}\n`;
}

/** The numbers that the page's script reads are of no use here. */
function withoutHover(svg: string): string {
  return svg.replace(/ data-[a-z]+="[^"]*"/g, '');
}

function slug(title: string): string {
  const safe = title.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '');
  return safe === '' ? 'plot' : safe.slice(0, 80);
}

function unique(name: string, taken: Set<string>): string {
  let free = name;
  for (let at = 2; taken.has(free.toLowerCase()); at++) free = `${name}-${at}`;
  taken.add(free.toLowerCase());
  return free;
}
