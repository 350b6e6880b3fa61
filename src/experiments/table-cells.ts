// Columns by the names that people type.
import { type Cell, FIXED, type ValueColumn } from '../core/experiment-table.ts';
import { fail, type Location } from '../core/failure.ts';
import { suggest } from '../util/suggest.ts';

/** `trees`, `train.trees` or `params.yaml:train.trees`. @throws MlopsError `usage` for a name of none or several */
export function findColumn(columns: readonly ValueColumn[], typed: string, where?: Location): Cell {
  const place = where ? { where } : {};
  const fixed = FIXED.find((name) => name === typed);
  if (fixed) return { kind: fixed };
  const found = columns.flatMap((column, at) => (endsOf(column).includes(typed) ? [at] : []));
  // What the table calls so, then a whole key before the end of another (`loss` before `valid.loss`), then what is shown.
  const preferred = [
    found.filter((at) => columns[at]!.name === typed),
    found.filter((at) => columns[at]!.key === typed),
    found.filter((at) => columns[at]!.differs),
  ];
  const meant = preferred.find((some) => some.length === 1) ?? found;
  if (meant.length === 1) return { kind: 'value', at: meant[0]! };
  const names = columns.map(({ name }) => name);
  if (meant.length > 1)
    return fail('usage', `"${typed}" can mean ${meant.length} columns`, {
      ...place,
      help: `write one of them: ${meant.map((at) => names[at]).join(', ')}`,
    });
  const near = suggest(typed, [...columns.flatMap(endsOf), ...FIXED]);
  return fail('usage', `no column is called "${typed}"`, {
    ...place,
    help: near ? `did you mean ${near}?` : `there are ${[...names, ...FIXED].join(', ')}`,
  });
}

/** Ends of `file:key` at a dot, the shortest first. */
export function endsOf({ file, key }: Pick<ValueColumn, 'file' | 'key'>): string[] {
  const parts = key.split('.');
  const ends = parts.map((_, from) => parts.slice(parts.length - 1 - from).join('.'));
  return [...ends, `${file}:${key}`];
}
