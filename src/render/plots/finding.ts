// What a figure says, in words: for those who cannot see it, and for a terminal.
import type { Figure } from '../../plots/figure.ts';
import { formatScore } from '../run/headline.ts';

const MINUS = { minus: '−' };

export function scoreText(value: number): string {
  return formatScore(value, MINUS);
}

export function findingOf(figure: Figure): string {
  switch (figure.kind) {
    case 'lines':
    case 'scatter':
      return figure.series
        .map(({ name, summary, auc }) =>
          summary === undefined
            ? `${name}: nothing`
            : auc !== undefined
              ? `${name}: area ${scoreText(auc)}`
              : `${name}: from ${scoreText(summary.min)} to ${scoreText(summary.max)}, last ${scoreText(summary.last)}`,
        )
        .join('; ');
    case 'bars':
      return figure.series
        .map(
          ({ name, values }) =>
            `${name}: ${figure.categories
              .slice(0, 5)
              .map((each, at) => `${each} ${values[at] === null ? '–' : scoreText(values[at]!)}`)
              .join(', ')}`,
        )
        .join('; ');
    case 'confusion':
      return figure.matrices
        .map(({ name, counts }) => `${name}: ${(100 * rightShare(counts)).toFixed(1)} % on the diagonal`)
        .join('; ');
  }
}

/** Share of rows that were taken for what they are. */
export function rightShare(counts: readonly (readonly number[])[]): number {
  const all = counts.flat().reduce((sum, count) => sum + count, 0);
  const right = counts.reduce((sum, row, at) => sum + row[at]!, 0);
  return all > 0 ? right / all : 0;
}
