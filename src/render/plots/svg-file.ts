// Plots as files of their own, for a document or a slide.
import type { Figure } from '../../plots/figure.ts';
import { type Picture, standalone } from '../picture.ts';
import { drawFigure } from './draw.ts';
import { findingOf } from './finding.ts';
import { keyKindOf, keyShape } from './marks.ts';
import { SVG_FILE_CSS } from './style.ts';

export interface SvgFile {
  /** Safe as the name of a file, unique among those of one call. */
  readonly name: string;
  readonly text: string;
}

export function svgFiles(figures: readonly Figure[]): SvgFile[] {
  const taken = new Set<string>();
  return figures.flatMap(plotPictures).map((picture) => ({
    name: `${unique(slug(picture.title), taken)}.svg`,
    text: standalone(picture),
  }));
}

/** With its title and its legend; a confusion figure has one for each revision. */
export function plotPictures(figure: Figure): Picture[] {
  const series = figure.kind === 'confusion' || figure.series.length < 2 ? [] : figure.series;
  const legend = series.map(({ name, color }) => ({ name, shape: keyShape(color, keyKindOf(figure)) }));
  return drawFigure(figure).map(({ name, svg }) => ({
    title: name === undefined ? figure.title : `${figure.title}, ${name}`,
    words: findingOf(figure),
    svg: svg.text,
    legend,
    css: SVG_FILE_CSS,
  }));
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
