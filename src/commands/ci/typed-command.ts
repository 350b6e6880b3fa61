// The command that a job runs, typed as one line: in this process, as cli.ts would run it.
import { Command, CommanderError } from 'commander';
import { type ExitName, type Failure, fail, failure, MlopsError } from '../../core/failure.ts';
import { asExpected } from '../../core/system-trouble.ts';
import { readCommanderMessage } from '../../util/commander-message.ts';
import { splitWords } from '../../util/split-words.ts';
import type { CommandModule, Io } from '../command.ts';

/** What a job may run: what makes results. */
const RUNNABLE: { readonly [name: string]: () => Promise<CommandModule> } = {
  repro: () => import('../repro.ts'),
  exp: () => import('../exp.ts'),
};

export interface Ended {
  readonly exit: ExitName;
  /** What it threw; a stage's failure is told by its event. */
  readonly failures: readonly Failure[];
}

/** The words of `line`, checked. `jobs` is added where it names none. @throws MlopsError `usage` */
export function commandWords(line: string, jobs: string | undefined): readonly string[] {
  const typed = splitWords(line) ?? fail('usage', `--command: a quote stays open in ${line}`);
  const words = typed[0] === 'mlops' ? typed.slice(1) : typed;
  const [name = '', verb] = words;
  if (!Object.hasOwn(RUNNABLE, name) || (name === 'exp' && verb !== 'run'))
    fail('usage', `--command ${line} is nothing that a job runs`, {
      help: 'repro or exp run, with their flags: --command "repro --pull train"',
    });
  const hasJobs = words.some((word) => /^(-j|--jobs)/.test(word));
  return jobs === undefined || hasJobs ? words : [...words, '-j', jobs];
}

/** Its failures are part of the result; only a bug is thrown. */
export async function runWords(io: Io, words: readonly string[]): Promise<Ended> {
  const name = words[0]!;
  let exit: ExitName = 'ok';
  const command = new Command(name);
  const module = await RUNNABLE[name]!();
  module.build(command, io, (action) => async (...args) => {
    exit = (await action(...(args as never[]))) ?? 'ok';
  });
  quiet(command);
  try {
    await command.parseAsync([...words.slice(1)], { from: 'user' });
    return { exit, failures: [] };
  } catch (thrown) {
    const failures = failuresOf(asExpected(thrown));
    return { exit: failures[0]!.exit, failures };
  }
}

function failuresOf(thrown: unknown): readonly Failure[] {
  if (thrown instanceof MlopsError) return thrown.failures;
  if (!(thrown instanceof CommanderError)) throw thrown;
  const { message, near } = readCommanderMessage(thrown.message);
  return [failure('usage', `--command: ${message}`, near === '' ? {} : { help: near })];
}

/** Commander prints and exits by itself; here it throws. */
function quiet(command: Command): void {
  command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {}, outputError: () => {} });
  for (const each of command.commands) quiet(each);
}
