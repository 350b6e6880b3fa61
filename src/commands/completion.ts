import { Argument, Command } from 'commander';
import type { ExitName } from '../core/failure.ts';
import { bashCompletion } from '../render/completion/bash.ts';
import { fishCompletion } from '../render/completion/fish.ts';
import type { Flag, Word } from '../render/completion/grammar.ts';
import { zshCompletion } from '../render/completion/zsh.ts';
import { type CommandEntry, type CommandModule, examples, type Io } from './command.ts';
import { print } from './open-project.ts';

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };
type Shell = keyof typeof SHELLS;

type Commands = { readonly [name: string]: CommandEntry };

/** Not `build`: this command speaks of all the others, and their list imports it. */
export function completionOf(commands: Commands): CommandModule {
  return {
    build: (command, io, run) => {
      command
        .addArgument(new Argument('<shell>').choices(Object.keys(SHELLS)))
        .addHelpText(
          'after',
          examples(
            'eval "$(mlops completion bash)"     # in ~/.bashrc',
            'eval "$(mlops completion zsh)"      # in ~/.zshrc, after compinit',
            'mlops completion fish > ~/.config/fish/completions/mlops.fish',
          ),
        )
        .action(
          run(async (shell: Shell): Promise<ExitName> => {
            print(io, SHELLS[shell](await grammarOf(commands, io)));
            return 'ok';
          }),
        );
    },
  };
}

/** Builds every command as if it had been typed, and reads what it takes. */
function grammarOf(commands: Commands, io: Io): Promise<readonly Word[]> {
  const shown = Object.entries(commands).filter(([, entry]) => !entry.hidden);
  return Promise.all(
    shown.map(async ([name, entry]) => {
      const command = new Command(name).description(entry.summary);
      (await entry.load()).build(command, io, () => async () => {});
      return wordOf(command);
    }),
  );
}

function wordOf(command: Command): Word {
  return {
    name: command.name(),
    about: command.description(),
    flags: [
      ...command.options.map(
        (option): Flag => ({
          names: [option.short, option.long].filter((name) => name !== undefined),
          about: option.description,
          takesValue: option.required,
        }),
      ),
      { names: ['--help'], about: 'show this help', takesValue: false },
    ],
    takesStages: command.registeredArguments.some((argument) => /^(stages?|targets?)$/.test(argument.name())),
    choices: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
    subcommands: command.commands.map(wordOf),
  };
}
