// Completions for zsh: what bash completes, with a description beside each word.
import type { Flag, Word } from './grammar.ts';

export function zshCompletion(words: readonly Word[]): string {
  return `#compdef mlops
# zsh completions for mlops: eval "$(mlops completion zsh)" in ~/.zshrc, after compinit
_mlops() {
  local -a words_here typed
  local stages="" found=1
  typed=(\${\${words[2,CURRENT-1]}:#-*})
  case "\${typed[1]} \${typed[2]}" in
    " ") words_here=(${words.map(({ name, about }) => entry(name, about)).join(' ')}) ;;
${words.flatMap(casesOf).join('\n')}
  esac
  _describe 'mlops' words_here && found=0
  if [[ -n "$stages" ]]; then
    local -a names
    names=(\${(f)"$(mlops _complete stages 2>/dev/null)"})
    compadd -a names && found=0
  fi
  (( found )) && _files
}
compdef _mlops mlops
`;
}

function casesOf(word: Word): string[] {
  const subcommands = word.subcommands.map(({ name, about }) => entry(name, about));
  return [
    ...word.subcommands.map((sub) => caseOf(`${word.name} ${sub.name}`, sub, [])),
    caseOf(word.name, word, subcommands),
  ];
}

function caseOf(typed: string, { flags, choices, takesStages }: Word, more: readonly string[]): string {
  const entries = [...more, ...choices.map((choice) => entry(choice, '')), ...flags.flatMap(entriesOf)].join(
    ' ',
  );
  return `    "${typed} "*) words_here=(${entries})${takesStages ? '; stages=1' : ''} ;;`;
}

function entriesOf({ names, about }: Flag): string[] {
  return names.map((name) => entry(name, about));
}

/** `name:what it does`, in single quotes; a colon would end the name. */
function entry(name: string, about: string): string {
  const text = `${name}:${about.replaceAll(':', ' –')}`;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
