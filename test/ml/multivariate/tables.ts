// Tables whose columns go together, made for tests: seeded, no files.
import type { Column, Frame } from '../../../src/ml/frame/frame.ts';
import type { TogetherInput } from '../../../src/ml/multivariate/input.ts';
import { lookTogether, type Together } from '../../../src/ml/multivariate/multivariate.ts';
import type { UsedColumn } from '../../../src/ml/multivariate/used-column.ts';
import type { Random } from '../../../src/util/random.ts';
import { categorical, normals, numeric } from '../drift/columns.ts';
import { contextIn } from '../drift/files.ts';

/** `width` numbers that share a cause more and more, and a category that goes with it. */
export function related(rows: number, width: number, random: Random): Frame {
  const cause = normals(rows, random);
  const numbers = Array.from({ length: width }, (_, k) => {
    const own = normals(rows, random);
    const weight = (k + 1) / (width + 1);
    return numeric(
      `n${k}`,
      cause.map((value, i) => weight * value + Math.sqrt(1 - weight * weight) * own[i]!),
    );
  });
  const sky = Array.from(cause, (value) =>
    value > 0.5 ? 'sun' : random.unit() < 0.1 ? null : value > -0.5 ? 'fog' : 'rain',
  );
  return frameOf([...numbers, categorical('sky', sky)]);
}

export function frameOf(columns: readonly Column[]): Frame {
  const [first] = columns;
  const rows = first!.kind === 'categorical' ? first!.codes.length : first!.values.length;
  return { rows, columns: new Map(columns.map((column) => [column.name, column])) };
}

/** Two columns with ρ = `rho`, each standard normal whatever `rho`. */
export function twins(rows: number, rho: number, random: Random): Frame {
  const a = normals(rows, random);
  const own = normals(rows, random);
  const b = a.map((value, i) => rho * value + Math.sqrt(1 - rho * rho) * own[i]!);
  return frameOf([numeric('a', a), numeric('b', b), numeric('c', normals(rows, random))]);
}

export function usedOf(frame: Frame): UsedColumn[] {
  return [...frame.columns.values()].map(({ name, kind }) => ({
    name,
    kind: kind === 'numeric' ? 'numeric' : 'categorical',
  }));
}

export function together(
  reference: Frame,
  current: Frame,
  more: Partial<TogetherInput> = {},
): Promise<Together> {
  return lookTogether({
    ...{ used: usedOf(reference), reference, current, timeParts: [], stored: null, placeOf: null },
    domainClassifier: null,
    detector: { kind: 'profile', autodeploy: false },
    ...{ correlationFloor: 0.1, alpha: 0.05, minRows: 30, seed: 0, io: contextIn('/') },
    ...more,
  });
}
