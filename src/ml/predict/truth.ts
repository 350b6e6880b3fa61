import type { Label } from '../evaluate/report.ts';
import type { Column } from '../frame/frame.ts';

/**
 * Which of `labels` a cell of the truth is: spelled the same, or the same in lower case (True for true); true and false
 * also are the labels 1 and 0, as frameworks write them. The answer is an index, or undefined for no label.
 */
export function labelFinder(labels: readonly Label[], truth: Column): (text: string) => number | undefined {
  const index = new Map(labels.map((label, at) => [String(label), at]));
  if (truth.kind === 'boolean' && !index.has('true') && index.has('1') && index.has('0')) {
    index.set('true', index.get('1')!);
    index.set('false', index.get('0')!);
  }
  return (text) => index.get(text) ?? index.get(text.toLowerCase());
}
