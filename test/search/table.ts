// Two searches beside each other, trial by trial, as the guide shows them.

const AT = [10, 20, 30, 40, 50, 60];

export interface Shown {
  readonly name: string;
  /** After each trial; of others, after the last. */
  readonly medians: readonly number[];
  /** The last median of other sets of seeds. */
  readonly elsewhere: readonly number[];
}

export function searchTable(ours: readonly Shown[], others: readonly Shown[]): string {
  const head = ['median after', ...AT.map(String), 'five sets'];
  const rows = [
    ...ours.map((each) => [
      each.name,
      ...AT.map((trials) => each.medians[trials - 1]!.toFixed(2)),
      range(each),
    ]),
    ...others.map((each) => [
      each.name,
      ...AT.slice(1).map(() => ''),
      each.medians.at(-1)!.toFixed(2),
      range(each),
    ]),
  ];
  const cells = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...cells.map((texts) => texts[at]!.length)));
  const line = (texts: readonly string[]): string =>
    `| ${texts.map((text, at) => text.padEnd(widths[at]!)).join(' | ')} |`;
  const table = [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
  return `${table}\n\n\`\`\`text\n${curves(ours)}\n\`\`\``;
}

export function fiveSets({ medians, elsewhere }: Shown): readonly number[] {
  return [medians.at(-1)!, ...elsewhere];
}

function range(shown: Shown): string {
  const all = fiveSets(shown);
  return `${Math.min(...all).toFixed(2)} – ${Math.max(...all).toFixed(2)}`;
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
