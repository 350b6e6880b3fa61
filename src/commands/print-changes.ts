// What `params diff` and `metrics diff` say.
import { renderValueChanges, type ValueChange, type ValueKind } from '../render/data/values.ts';
import type { Side } from '../run/side.ts';
import type { Io } from './command.ts';
import type { DiffFlags } from './diff.ts';
import { print, printJson } from './open-project.ts';

export function printChanges(
  io: Io,
  what: ValueKind,
  changes: readonly ValueChange[],
  [from, to]: readonly [Side, Side],
  flags: DiffFlags,
): void {
  const sides = { was: from.name, now: to.name };
  if (flags.json) printJson(io, changes);
  else if (changes.length === 0) print(io, `no ${what} differ`);
  else print(io, renderValueChanges(what, changes, sides, flags.md ? 'md' : 'text', io.outStyle));
}
