// Names of series: only what tells them apart. `main` and `workspace` for one file at two revisions, `loss` and
// `val_loss` for two columns, `train · main` where both differ.

export interface Told {
  readonly rev: string;
  readonly revAt: number;
  readonly revs: number;
  readonly file: string;
  readonly column: string;
}

export function seriesNames(series: readonly Told[]): string[] {
  const files = shortened([...new Set(series.map(({ file }) => file))]);
  const many = (part: (told: Told) => string): boolean => new Set(series.map(part)).size > 1;
  const columns = many((told) => told.column);
  return series.map(({ rev, revs, file, column }) => {
    const parts = [
      ...(files.size > 1 ? [files.get(file)!] : []),
      ...(columns ? [column] : []),
      ...(revs > 1 ? [rev] : []),
    ];
    return parts.length > 0 ? parts.join(' · ') : column;
  });
}

/** Paths without what all share at the front and the back: train/acc.tsv and eval/acc.tsv → train and eval. */
function shortened(paths: readonly string[]): Map<string, string> {
  const parts = paths.map((path) => path.replace(/\.[^./]+$/, '').split('/'));
  const shortest = Math.min(...parts.map((each) => each.length));
  const same = (at: (each: readonly string[]) => string | undefined): boolean =>
    parts.every((each) => at(each) === at(parts[0]!));
  let front = 0;
  while (front < shortest - 1 && same((each) => each[front])) front++;
  let back = 0;
  while (back < shortest - front - 1 && same((each) => each.at(-1 - back))) back++;
  return new Map(
    paths.map((path, at) => [path, parts[at]!.slice(front, parts[at]!.length - back).join('/')]),
  );
}

/**
 * Which colour each has: a revision the same one in every figure, also where another lacks the file. What is drawn for
 * each revision is told apart by taking the next colours.
 */
export function seriesColors(series: readonly Told[]): number[] {
  const drawn = [...new Set(series.map(({ file, column }) => `${column}\0${file}`))];
  return series.map(({ file, column, revAt, revs }) => drawn.indexOf(`${column}\0${file}`) * revs + revAt);
}
