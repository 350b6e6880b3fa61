// Two searches beside each other, trial by trial, as the guide shows them.

const AT = [10, 20, 30, 40, 50, 60];

export interface Shown {
  readonly name: string;
  /** After each trial. */
  readonly medians: readonly number[];
}

export function searchTable(
  searches: readonly Shown[],
  last: readonly { name: string; median: number }[],
): string {
  const head = ['median after', ...AT.map((trials) => `${trials}`)];
  const rows = searches.map(({ name, medians }) => [
    name,
    ...AT.map((trials) => medians[trials - 1]!.toFixed(2)),
  ]);
  const known = last.map(({ name, median }) => [name, ...AT.slice(1).map(() => ''), median.toFixed(2)]);
  const cells = [head, ...rows, ...known];
  const widths = head.map((_, at) => Math.max(...cells.map((texts) => texts[at]!.length)));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, at) => text.padEnd(widths[at]!)).join(' | ')} |`;
  const table = [
    line(head),
    line(widths.map((width) => '-'.repeat(width))),
    ...cells.slice(1).map(line),
  ].join('\n');
  return `${table}\n\n\`\`\`text\n${curves(searches)}\n\`\`\``;
}

const LEVELS = '▁▂▃▄▅▆▇█';

/** One character a trial, on one scale for all, from the worst of the tenth trial on. */
function curves(searches: readonly Shown[]): string {
  const shown = searches.map(({ medians }) => medians.slice(AT[0]! - 1));
  const [low, high] = [Math.min(...shown.flat()), Math.max(...shown.flat())];
  const width = Math.max(...searches.map(({ name }) => name.length));
  return searches
    .map(({ name }, at) => {
      const bars = shown[at]!.map((value) => LEVELS[Math.round((7 * (value - low)) / (high - low))]);
      return `${name.padEnd(width)} ${bars.join('')} ${shown[at]!.at(-1)!.toFixed(2)}`;
    })
    .join('\n');
}
