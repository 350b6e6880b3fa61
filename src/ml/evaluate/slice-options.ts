// How slices are asked for: a list of columns, or an expression, which columns may cross.
import { MlopsError } from '../../core/failure.ts';
import { isJsonObject, type Json } from '../../core/json.ts';
import { either, list, object, type Problem, type Shape, text } from '../../core/shape.ts';
import { columnsOf, parseWhere, type Where } from '../frame/where.ts';

export interface SliceWanted {
  /** Every combination of their values is a slice. */
  readonly columns: readonly string[];
  readonly where: Where | null;
  /** Stands for the expression in reports and gates. */
  readonly name: string | null;
}

export const slicesShape: Shape = list(
  either(
    'a column, a list of columns, or {where: expression}',
    text,
    list(text, 1),
    object({ where: text, name: text, by: list(text, 1) }, ['where']),
  ),
);

/** Parses what `slicesShape` has checked. */
export function slicesOf(written: Json | undefined): readonly SliceWanted[] {
  if (!Array.isArray(written)) return [];
  return written.map((each: Json) => {
    if (!isJsonObject(each))
      return { columns: [each as string | readonly string[]].flat(), where: null, name: null };
    return {
      columns: (each['by'] as readonly string[] | undefined) ?? [],
      where: parseWhere(each['where'] as string),
      name: (each['name'] as string | undefined) ?? null,
    };
  });
}

/** Whether a text is an expression rather than the name of a column. */
export function isExpression(written: string): boolean {
  return /[<>=]|\sin\s*\(/i.test(written);
}

export function columnsOfSlices(slices: readonly SliceWanted[]): readonly string[] {
  return slices.flatMap(({ columns, where }) => [...columns, ...(where ? columnsOf(where) : [])]);
}

/** Expressions that cannot be read, and names that stand for two. Paths lead from the options. */
export function sliceProblems(written: Json | undefined): readonly Problem[] {
  if (!Array.isArray(written)) return [];
  const names = new Set<string>();
  return written.flatMap((each: Json, index: number): Problem[] => {
    if (typeof each === 'string' && isExpression(each))
      return [
        {
          path: ['slices', index],
          message: `"${each}" is an expression, not a column`,
          help: `{ where: ${JSON.stringify(each)} }`,
        },
      ];
    if (!isJsonObject(each)) return [];
    const { where, name, by } = each;
    const called = JSON.stringify([name ?? where, by ?? []]);
    if (names.has(called))
      return [{ path: ['slices', index], message: `a slice before it is "${String(name ?? where)}" too` }];
    names.add(called);
    try {
      parseWhere(where as string);
      return [];
    } catch (error) {
      if (!(error instanceof MlopsError)) throw error;
      const { message, help } = error.failures[0]!;
      return [{ path: ['slices', index, 'where'], message, ...(help === undefined ? {} : { help }) }];
    }
  });
}
