// The program: finds the command, gives it what it needs, turns what it throws into words and an exit code.
import { Command, CommanderError } from 'commander';

import type { Io, Run } from './commands/command.ts';
import { wordsForFlag } from './commands/dvc-flags.ts';
import { COMMANDS } from './commands/index.ts';
import { EXIT, type ExitName, failure, MlopsError, worstExit } from './core/failure.ts';
import { asExpected } from './core/system-trouble.ts';
import { renderError } from './render/failure.ts';
import { styleOf } from './render/terminal.ts';
import { readCommanderMessage } from './util/commander-message.ts';
import { suggest } from './util/suggest.ts';
import { VERSION } from './util/version.ts';

// A reader that went away (`| head`) is no error of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
}

/** Long work that a second run does not begin anew. */
const GOES_ON = new Set(['add', 'push', 'pull', 'fetch', 'import', 'update', 'get']);

const stop = new AbortController();
let signalled = 0;
for (const [name, exit] of [
  ['SIGINT', 'interrupted'],
  ['SIGTERM', 'terminated'],
  ['SIGHUP', 'terminated'],
] as const) {
  process.on(name, () => {
    // The first signal ends children and leaves a consistent lock; a third means now.
    if (++signalled > 2) process.exit(EXIT[exit]);
    const more = GOES_ON.has(typedCommand)
      ? { help: 'what was done stays; run it again and it goes on from there' }
      : {};
    stop.abort(new MlopsError(failure(exit, exit, more)));
  });
}

const io: Io = {
  cwd: process.cwd(),
  env: process.env,
  signal: stop.signal,
  out: process.stdout,
  err: process.stderr,
  outStyle: styleOf(process.stdout, process.env, process.platform),
  errStyle: styleOf(process.stderr, process.env, process.platform),
  input: process.stdin,
  self: [process.execPath, process.argv[1]!],
};

let exit: ExitName = 'ok';
let typedCommand = '';
/** With its subcommands: `exp queue logs`. */
let typedWords = '';
const run: Run =
  (action) =>
  async (...args) => {
    exit = (await action(...(args as never[]))) ?? 'ok';
  };

try {
  await main(process.argv.slice(2));
} catch (error) {
  exit = explain(error);
}
process.exitCode = EXIT[exit];
// A module of the user's may leave a timer or a server behind: its answer is written, nothing waits for them.
if (typedCommand === '_action') process.stdout.write('', () => process.exit());

async function main(argv: readonly string[]): Promise<void> {
  const args = takeDirectory(argv);
  const first = args.find((arg) => !arg.startsWith('-'));
  if (args[0] === '--version' || args[0] === '-V') {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  if (first === undefined || (first === 'help' && args.length === 1)) return help(args);
  const typed = first === 'help' ? args[args.indexOf('help') + 1]! : first;
  const name = COMMANDS[typed]
    ? typed
    : Object.keys(COMMANDS).find((each) => COMMANDS[each]!.alias === typed);
  if (name === undefined) throw unknownCommand(typed);
  typedCommand = name;
  typedWords = name;
  const entry = COMMANDS[name]!;
  const command = new Command(name).description(entry.summary);
  styled(command);
  (await entry.load()).build(command, io, run);
  styleAll(command);
  // A flag after a subcommand is that one's, also where the command above has one of the same name.
  const program = styled(new Command('mlops')).enablePositionalOptions().addCommand(command);
  await program.parseAsync(
    first === 'help'
      ? [name, ...args.slice(args.indexOf('help') + 2), '--help']
      : [name, ...args.filter((_, at) => at !== args.indexOf(first))],
    { from: 'user' },
  );
}

/** Commander prints and exits by itself; here it throws, and `explain` words it. */
function styled(command: Command): Command {
  return command
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .configureHelp({ helpWidth: Math.min(100, io.outStyle.width) })
    .showSuggestionAfterError(true)
    .helpOption('-h, --help', 'show this help')
    .hook('preSubcommand', (_, next) => {
      typedWords = wordsOf(next);
    });
}

function wordsOf(command: Command): string {
  const above = command.parent?.parent ? `${wordsOf(command.parent)} ` : '';
  return above + command.name();
}

/** `mlops exp queue status` is three levels deep. */
function styleAll(command: Command): void {
  for (const each of command.commands) styleAll(styled(each));
}

/** `mlops -C DIR …` as in git: run as if started there. */
function takeDirectory(argv: readonly string[]): readonly string[] {
  if (argv[0] !== '-C' && argv[0] !== '--cd') return argv;
  try {
    process.chdir(argv[1] ?? '');
  } catch (error) {
    throw new MlopsError(failure('usage', `cannot change to ${argv[1] ?? '(nothing)'}`), { cause: error });
  }
  (io as { cwd: string }).cwd = process.cwd();
  return argv.slice(2);
}

function help(args: readonly string[]): void {
  const unknown = args.find((arg) => arg.startsWith('-') && !['-h', '--help'].includes(arg));
  if (unknown !== undefined)
    throw new MlopsError(failure('usage', `unknown option ${unknown}`, { help: 'mlops --help' }));
  const { color } = io.outStyle;
  const groups = new Map<string, string[]>();
  for (const [name, { group, summary, hidden }] of Object.entries(COMMANDS)) {
    if (!hidden)
      groups.set(group, [...(groups.get(group) ?? []), `  ${color.bold(name.padEnd(11))} ${summary}`]);
  }
  const body = [...groups].map(([group, lines]) => `${group}\n${lines.join('\n')}`).join('\n\n');
  process.stdout.write(
    `mlops ${VERSION} – Git-native MLOps pipelines\n\nUsage: mlops <command> [options]\n\n${body}\n\n"mlops <command> --help" shows a command's flags and examples; "mlops demo" plays the tour.\n`,
  );
}

function unknownCommand(typed: string): MlopsError {
  const foreign: { readonly [dvc: string]: string } = {
    run: 'mlops stage add, then mlops repro',
    'import-url': 'mlops import URL',
    'get-url': 'mlops get URL',
    'list-url': 'aws s3 ls, or ls',
    'ls-url': 'aws s3 ls, or ls',
    queue: 'mlops exp queue status; mlops exp run --all',
    cache: 'mlops du says what is in the store; mlops config --local store.dir DIR moves it',
    unprotect: 'nothing to do: files are copies that you may change',
    root: 'git rev-parse --show-toplevel',
    version: 'mlops --version',
    install: 'mlops git install',
    smoke: 'a stage: smoke: {model: model.onnx, data: test.csv}',
    notebook: 'a stage: notebook: {path: explore.ipynb}',
    check: 'a stage: check: {uses: ./check.mjs, data: data.csv}; schema checks: mlops validate DATA',
    profile: 'mlops data profile DATA; a stage for drift to compare with: profile: {data: DATA}',
    monitor: 'mlops drift REFERENCE CURRENT',
    shap: 'mlops explain --methods shap',
    slice: 'mlops evaluate --slice COLUMN',
    'git-hook': 'mlops git install writes hooks that call what they need',
  };
  const near = suggest(
    typed,
    Object.keys(COMMANDS).filter((name) => !COMMANDS[name]!.hidden),
  );
  const words =
    foreign[typed] ?? (near ? `did you mean "mlops ${near}"?` : 'mlops --help lists the commands');
  return new MlopsError(failure('usage', `unknown command "${typed}"`, { help: words }));
}

function explain(thrown: unknown): ExitName {
  const error = asExpected(thrown);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 'ok';
    process.stderr.write(renderError(usageError(error), io.errStyle));
    return 'usage';
  }
  process.stderr.write(renderError(error, io.errStyle));
  return error instanceof MlopsError ? worstExit(error.failures.map((each) => each.exit)) : 'bug';
}

/** Commander's words in our form, with the name that a flag of DVC has here. */
function usageError(error: CommanderError): MlopsError {
  if (error.code === 'commander.help')
    return new MlopsError(
      failure('usage', `"mlops ${typedWords}" is half a command`, {
        help: `mlops ${typedWords} --help lists how it goes on`,
      }),
    );
  const { message, near } = readCommanderMessage(error.message);
  const choice = /value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\./.exec(message);
  if (choice)
    return new MlopsError(failure('usage', `there is no ${choice[2]} "${choice[1]}"`, { help: choice[3]! }));
  const flag = /unknown option '([^']+)'/.exec(message)?.[1];
  const known = flag === undefined ? undefined : wordsForFlag(typedCommand, flag);
  return new MlopsError(failure('usage', message, { help: known ?? (near || `mlops ${typedWords} --help`) }));
}
