// One command, disturbed once: what it does when nobody disturbs it, and what must be true at the fault and after the
// next run. Everything wrong is a line that says how to see it again.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Broken } from './commands.ts';
import type { Ended, Fault, Ground, Place } from './ground.ts';
import { differences, lost, unfinished, type Workspace, workspaceOf } from './keeping.ts';

export interface Undisturbed {
  /** The calls by which it changes files, in order: `rename /repo/a → /repo/b`. */
  readonly calls: readonly string[];
  readonly ms: number;
  readonly before: Workspace;
  readonly after: Workspace;
}

/** Runs the command in peace, and proves that its checks are content then. `counting`: which calls. */
export async function watch(ground: Ground, command: Broken, counting: Fault = {}): Promise<Undisturbed> {
  const place = await ground.take(command.from);
  const before = workspaceOf(place);
  const start = performance.now();
  expect(
    await place.mlops(command.args, { fault: { ...counting, log: join(place.dir, 'calls') } }),
  ).toMatchObject({
    exit: 0,
  });
  const ms = performance.now() - start;
  const logs = readdirSync(place.dir).filter((name) => name.startsWith('calls.'));
  const calls = logs.flatMap((name) => readFileSync(join(place.dir, name), 'utf8').trim().split('\n'));
  const after = workspaceOf(place);
  expect([...atTheFault(command, { before, after }, place), ...(await command.check(place))]).toEqual([]);
  place.remove();
  return { calls: calls.map((each) => each.replaceAll(place.dir, '')), ms, before, after };
}

/**
 * One fault, the next run, and what was wrong, a line each. `strike` returns what was wrong with the disturbed run;
 * `proof`: commands that must be content at the end.
 */
export async function trial(
  ground: Ground,
  command: Broken,
  undisturbed: Undisturbed,
  words: string,
  strike: (place: Place) => Promise<readonly string[]>,
  proof: readonly (readonly string[])[] = [],
): Promise<string[]> {
  const place = await ground.take(command.from);
  const wrong = [...(await strike(place)), ...atTheFault(command, undisturbed, place)];
  const again = await place.mlops(command.args);
  wrong.push(...(await afterwards(command, undisturbed, place, again)));
  for (const line of proof) {
    const { exit, said } = await place.mlops(line);
    if (exit !== 0) wrong.push(`${line.join(' ')}: exit ${exit}: ${said}`);
  }
  const keep = wrong.length > 0 && process.env['MLOPS_FAULTS_KEEP'] !== undefined;
  if (!keep) place.remove();
  const lines = wrong.map((line) => `${command.name}, ${words}${keep ? ` (${place.dir})` : ''}: ${line}`);
  const told = lines.slice(0, 5);
  for (const line of told) console.log(line); // at once: the suite is long
  return told;
}

type States = Pick<Undisturbed, 'before' | 'after'>;

/** At the moment of the fault. */
function atTheFault(command: Broken, states: States, place: Place): string[] {
  return [
    ...disturbed(command, states, workspaceOf(place)),
    ...lost(theirs(command, states.before), place).map(
      (path) => `the bytes of ${path} are lost at the fault`,
    ),
    ...(command.always?.(place) ?? []),
  ];
}

/** When the command was run again. */
async function afterwards(command: Broken, states: States, place: Place, again: Ended): Promise<string[]> {
  const after = workspaceOf(place);
  return [
    ...(again.exit === 0 ? [] : [`exit ${again.exit} of the next one: ${again.said}`]),
    ...differences(states.after, after),
    ...lost(theirs(command, states.before), place).map((path) => `the bytes of ${path} are lost`),
    ...(command.leaves ? [] : unfinishedFiles(place)),
    ...setAside(place),
    ...claimed(place),
    ...(await command.check(place)),
  ];
}

/** What the command does not edit, and Git does not have: its bytes are to be found at every moment. */
function theirs({ edits, inGit = [] }: Broken, before: Workspace): Workspace {
  return new Map([...before].filter(([path]) => !edits.includes(path) && !inGit.includes(path)));
}

/** Files that are neither as before nor as after, and not under way. */
function disturbed(command: Broken, { before, after }: States, now: Workspace): string[] {
  const within = (path: string, folders: readonly string[]): boolean =>
    folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
  const free = [...unfinished(now), ...command.edits, ...(command.halfWritten ?? [])];
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((path) => {
    const is = now.get(path);
    if (within(path, free)) return [];
    const right = within(path, command.writes)
      ? [before.get(path), after.get(path), undefined].includes(is)
      : is === before.get(path);
    return right ? [] : [`${path} is ${is ?? 'gone'} at the fault, was ${before.get(path) ?? 'absent'}`];
  });
}

/** Unfinished files, in the workspace and in the store. A command that lives to say what went wrong takes them away. */
export function unfinishedFiles(place: Place): string[] {
  const inStore = namesIn(join(place.store, 'tmp')).map((name) => `store/tmp/${name}`);
  return [...unfinished(workspaceOf(place)), ...inStore].map((name) => `${name} is left over`);
}

/** Outs that were set aside and not put back. */
function setAside(place: Place): string[] {
  return namesIn(join(place.repo, '.git/mlops/aside')).map((name) => `aside/${name} is left over`);
}

/** Claims on paths and stages; the table and the locks' own are numbered on for ever. */
function claimed(place: Place): string[] {
  return namesIn(join(place.repo, '.git/mlops/claims'))
    .filter((name) => !/^(table|lock(%3A.*)?)-|^\./.test(name))
    .map((name) => `claims/${name} is left over`);
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** A command that the system refused something says what and where; one that can do without is right to succeed. */
export function honest({ exit, said }: Ended, { what }: Fault): string[] {
  if (exit === 0) return [];
  const wrong: string[] = [];
  if (exit === 70 || /^\s+at .*:\d+:\d+\)?$/m.test(said))
    wrong.push(`is called a bug (exit ${exit}): ${said}`);
  else if (![4, 6].includes(exit)) wrong.push(`exit ${exit}: ${said}`);
  else if (!said.includes(what!)) wrong.push(`does not say ${what}: ${said}`);
  else if (!said.split('\n').some((line) => line.includes(what!) && /[/\\]\S/.test(line)))
    wrong.push(`does not say where: ${said}`);
  return wrong;
}
