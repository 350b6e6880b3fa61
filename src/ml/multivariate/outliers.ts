// The strangest current rows, by number: where to look first. No values of theirs: a row may be a person.
import type { PlaceOf } from '../frame/place.ts';
import type { OutlierRow, OutliersReport } from './report.ts';
import type { RowScores } from './row-scores.ts';

const SHOWN = 10;
const COLUMNS = 3;
/** A column with less of the error than this explains nothing. */
const WORTH_NAMING = 0.1;

export async function outliersOf(
  { by, scores, threshold, usual, columns }: RowScores,
  placeOf: PlaceOf | null,
): Promise<OutliersReport> {
  const over: number[] = [];
  scores.forEach((score, row) => {
    if (score > threshold) over.push(row);
  });
  const worst = over.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, SHOWN);
  const found = worst.length === 0 ? undefined : await columns?.(Int32Array.from(worst));
  return {
    by,
    threshold,
    count: over.length,
    expected: usual * scores.length,
    rows: worst.map((row, at) => {
      const place = placeOf?.(row);
      return {
        row: row + 1,
        file: place?.file ?? null,
        row_in_file: place?.row ?? null,
        score: scores[row]!,
        columns: found ? mainColumns(found.names, found.errors.subarray(at * found.names.length)) : [],
      };
    }),
  };
}

function mainColumns(names: readonly string[], errors: Float64Array): OutlierRow['columns'] {
  const total = names.reduce((sum, _, i) => sum + errors[i]!, 0);
  if (!(total > 0)) return [];
  return names
    .map((column, i) => ({ column, share: errors[i]! / total }))
    .filter(({ share }) => share >= WORTH_NAMING)
    .sort((a, b) => b.share - a.share)
    .slice(0, COLUMNS);
}
