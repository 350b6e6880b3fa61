// Names of series: only what tells them apart. `main` and `workspace` for one file at two revisions, `loss` and
// `val_loss` for two columns, `train · main` where both differ.

export interface Told {
  readonly rev: string;
  readonly file: string;
  readonly column: string;
}

export function seriesNames(series: readonly Told[]): string[] {
  const files = shortened([...new Set(series.map(({ file }) => file))]);
  const many = (part: (told: Told) => string): boolean => new Set(series.map(part)).size > 1;
  const [columns, several, revs] = [many((t) => t.column), files.size > 1, many((t) => t.rev)];
  return series.map(({ rev, file, column }) => {
    const parts = [
      ...(several ? [files.get(file)!] : []),
      ...(columns ? [column] : []),
      ...(revs ? [rev] : []),
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
