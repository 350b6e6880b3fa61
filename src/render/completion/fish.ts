// Completions for fish: one line for each word and flag.
import type { Flag, Word } from './grammar.ts';

export function fishCompletion(words: readonly Word[]): string {
  return [
    '# fish completions for mlops: mlops completion fish > ~/.config/fish/completions/mlops.fish',
    ...words.map(({ name, about }) => line('__fish_use_subcommand', ['-a', name, '-d', quoted(about)])),
    ...words.flatMap((word) => [
      ...linesOf(word, `__fish_seen_subcommand_from ${word.name}`),
      ...word.subcommands.flatMap((sub) => subcommandLines(word, sub)),
    ]),
    '',
  ].join('\n');
}

function subcommandLines(word: Word, sub: Word): string[] {
  const names = word.subcommands.map(({ name }) => name).join(' ');
  const after = `__fish_seen_subcommand_from ${word.name}`;
  return [
    line(`${after}; and not __fish_seen_subcommand_from ${names}`, ['-a', sub.name, '-d', quoted(sub.about)]),
    ...linesOf(sub, `${after}; and __fish_seen_subcommand_from ${sub.name}`),
  ];
}

function linesOf({ flags, choices, takesStages }: Word, when: string): string[] {
  return [
    ...flags.map((flag) => line(when, flagWords(flag))),
    ...(choices.length ? [line(when, ['-f', '-a', quoted(choices.join(' '))])] : []),
    ...(takesStages ? [line(when, ['-a', quoted('(mlops _complete stages 2>/dev/null)')])] : []),
  ];
}

function flagWords({ names, about, takesValue }: Flag): string[] {
  const spelled = names.flatMap((name) =>
    name.startsWith('--') ? ['-l', name.slice(2)] : ['-s', name.slice(1)],
  );
  return [...spelled, ...(takesValue ? ['-r'] : []), ...(about === '' ? [] : ['-d', quoted(about)])];
}

function line(when: string, words: readonly string[]): string {
  return `complete -c mlops -n ${quoted(when)} ${words.join(' ')}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
