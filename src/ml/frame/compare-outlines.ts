// How a table differs from what it was, seen from outside.
import type { TableChange } from '../../core/data-change.ts';
import type { Outline } from './outline.ts';

/** Undefined: there was none, or there is none any more. */
export function compareOutlines(
  was: Outline | undefined,
  now: Outline | undefined,
): Pick<TableChange, 'rows' | 'columns'> {
  return {
    rows: { was: was?.rows ?? null, now: now?.rows ?? null },
    columns: { added: onlyIn(now, was), removed: onlyIn(was, now), retyped: retyped(was, now) },
  };
}

function onlyIn(one: Outline | undefined, other: Outline | undefined): TableChange['columns']['added'] {
  return [...(one?.columns ?? [])]
    .filter(([name]) => !other?.columns.has(name))
    .map(([name, type]) => ({ name: shortened(name), type }));
}

/** Without a row nothing is of any type. */
function retyped(was: Outline | undefined, now: Outline | undefined): TableChange['columns']['retyped'] {
  if (!was?.rows || !now?.rows) return [];
  return [...now.columns].flatMap(([name, type]) => {
    const before = was.columns.get(name);
    return before === undefined || before === type ? [] : [{ name: shortened(name), was: before, now: type }];
  });
}

const LONGEST = 200;

/** A file may call a column anything, a megabyte long. */
function shortened(name: string): string {
  return name.length <= LONGEST ? name : `${[...name].slice(0, LONGEST - 1).join('')}…`;
}
