// A figure → its pictures; a confusion figure has one for each revision.
import type { Figure } from '../../plots/figure.ts';
import type { Markup } from '../markup.ts';
import { barsChart } from './bars.ts';
import { confusionChart } from './confusion.ts';
import { linesChart, scatterChart } from './xy.ts';

export interface Picture {
  /** Tells the pictures of one figure apart; undefined where there is one. */
  readonly name?: string;
  readonly svg: Markup;
}

export function drawFigure(figure: Figure): readonly Picture[] {
  switch (figure.kind) {
    case 'lines':
      return [{ svg: linesChart(figure) }];
    case 'scatter':
      return [{ svg: scatterChart(figure) }];
    case 'bars':
      return [{ svg: barsChart(figure) }];
    case 'confusion':
      return figure.matrices.map(({ name }, at) => ({
        svg: confusionChart(figure, at),
        ...(figure.matrices.length > 1 ? { name } : {}),
      }));
  }
}
