// Completions for bash: a function with one case a command. Stage names are asked of the program when they are needed.
import type { Word } from './grammar.ts';

export function bashCompletion(words: readonly Word[]): string {
  return `# bash completions for mlops: eval "$(mlops completion bash)" in ~/.bashrc
_mlops() {
  local current="\${COMP_WORDS[COMP_CWORD]}" command="" sub="" words="" stages="" at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "\${COMP_WORDS[at]}" in
      -*) ;;
      *) if [ -z "$command" ]; then command="\${COMP_WORDS[at]}"; elif [ -z "$sub" ]; then sub="\${COMP_WORDS[at]}"; fi ;;
    esac
  done
  case "$command $sub" in
    " ") words="${words.map(({ name }) => name).join(' ')} --help --version" ;;
${words.flatMap(casesOf).join('\n')}
  esac
  if [ -n "$stages" ] && [[ "$current" != -* ]]; then words="$words $(mlops _complete stages 2>/dev/null)"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _mlops mlops
`;
}

/** A subcommand before its command, whose pattern matches both. */
function casesOf(word: Word): string[] {
  return [
    ...word.subcommands.map((sub) => caseOf(`${word.name} ${sub.name}`, sub, [])),
    caseOf(
      word.name,
      word,
      word.subcommands.map(({ name }) => name),
    ),
  ];
}

function caseOf(typed: string, { flags, choices, takesStages }: Word, more: readonly string[]): string {
  const words = [...more, ...choices, ...flags.flatMap(({ names }) => names)].join(' ');
  return `    "${typed} "*|"${typed}") words="${words}"${takesStages ? '; stages=1' : ''} ;;`;
}
