// The numbers of a stage on one line: `accuracy 0.833 ±0.016 (was 0.918)   f1 0.844`.
import type { GateSummary, Headline } from '../../core/event.ts';
import type { Symbols } from '../terminal.ts';
import { visible } from '../text-width.ts';

/** Numbers stand apart, words are joined: `0 of 9 columns drifted · predictions stable`. */
export function headlinesInWords(headlines: readonly Headline[], symbols: Symbols): string {
  return headlines
    .map((each, at) => {
      const gap = at === 0 ? '' : wordy(each) && wordy(headlines[at - 1]!) ? ` ${symbols.dot} ` : '   ';
      return gap + headlineInWords(each, symbols);
    })
    .join('');
}

/** The same where spaces do not stand for themselves: on pages and in Markdown. */
export function headlinesJoined(headlines: readonly Headline[], symbols: Symbols): string {
  return headlines.map((each) => headlineInWords(each, symbols)).join(` ${symbols.dot} `);
}

function wordy(headline: Headline): boolean {
  return typeof headline.value === 'string';
}

function headlineInWords({ name, value, plusMinus, was }: Headline, symbols: Symbols): string {
  const parts = [visible(name), typeof value === 'number' ? formatScore(value, symbols) : visible(value)];
  if (plusMinus !== undefined) parts.push(symbols.plusMinus + formatScore(plusMinus, symbols));
  if (was !== undefined && was !== value) parts.push(`(was ${formatScore(was, symbols)})`);
  return parts.filter((part) => part !== '').join(' ');
}

/** Three decimals where scores live, more digits for the small, fewer for the large; whole numbers as they are. */
export function formatScore(value: number, symbols: { readonly minus: string }): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value)
    ? String(size)
    : size >= 1000
      ? size.toFixed(0)
      : size >= 100
        ? size.toFixed(1)
        : size >= 10
          ? size.toFixed(2)
          : size >= 0.001
            ? size.toFixed(3)
            : size.toExponential(1);
  return value < 0 ? symbols.minus + digits : digits;
}

/** As it was written: what was chosen is not rounded. */
export function formatParam(value: number, symbols: { readonly minus: string }): string {
  return String(value).replace(/^-/, symbols.minus);
}

/** `gates 2/2`, `gates 1/1 (first run)`; of several stages the sum. */
export function gatesInWords(gates: readonly GateSummary[]): string {
  const total = gates.reduce((sum, each) => sum + each.total, 0);
  if (total === 0) return '';
  const held = gates.reduce((sum, each) => sum + each.held, 0);
  return `gates ${held}/${total}${gates.every((each) => each.firstRun) ? ' (first run)' : ''}`;
}
