// What stands in a hook of Git for mlops: a block of shell lines at its start, before the user's own lines, which may
// end in `exit` or `exec`. It names nothing of this machine, so that hooks which Git tracks, or which all repositories
// of a user share, can hold it: without `.git/mlops/hook` (launcher.ts), which `mlops git install` writes, it does nothing.

export type HookName = 'post-checkout' | 'post-merge' | 'pre-push';

/** In the environment of a push of ours whose bytes were sent already: the hook has nothing to do. */
export const BYTES_SENT = { MLOPS_BYTES_SENT: '1' };

const BEGIN = '# >>> mlops: kept by "mlops git install"; "mlops git uninstall" takes it out';
const END = '# <<< mlops';
const MADE = '#!/bin/sh\n# made by "mlops git install"\n';

const RUNNER = 'mlops="$(git rev-parse --git-common-dir)/mlops/hook"';

/** Each leaves what Git gives on standard input for the lines that follow. */
const BODY: { readonly [name in HookName]: readonly string[] } = {
  'post-checkout': ['if [ -f "$mlops" ]; then sh "$mlops" post-checkout "$@" </dev/null; fi'],
  'post-merge': ['if [ -f "$mlops" ]; then sh "$mlops" post-merge "$@" </dev/null; fi'],
  'pre-push': [
    'if [ -f "$mlops" ]; then',
    '  mlops_refs="$(cat)"',
    '  printf \'%s\\n\' "$mlops_refs" | sh "$mlops" pre-push "$@" || exit $?',
    '  if [ -n "$mlops_refs" ]; then',
    '    exec <<MLOPS_REFS',
    '$mlops_refs',
    'MLOPS_REFS',
    '  fi',
    'fi',
  ],
};

function blockOf(name: HookName): string {
  return [BEGIN, RUNNER, ...BODY[name], END].join('\n');
}

/** The hook where there was none. `previous`: the file name of one that no block can be put into; it runs afterwards. */
export function madeHook(name: HookName, previous?: string): string {
  return frame(`${blockOf(name)}\n`, previous);
}

function frame(block: string, previous: string | undefined): string {
  const next = `previous="$(dirname "$0")/${previous}"\nif [ -x "$previous" ]; then exec "$previous" "$@"; fi\n`;
  return `${MADE}${block}${previous === undefined ? '' : next}`;
}

/** Whether nothing but what `madeHook` writes is left in the text once the block is out. */
export function isMadeHook(text: string, previous?: string): boolean {
  return withoutBlock(text) === frame('', previous);
}

/** Puts the block after the first line where that is `#!`, or renews it. */
export function withBlock(text: string, name: HookName): string {
  const own = withoutBlock(text);
  const head = own.startsWith(MADE) ? MADE : (/^#!.*\n?/.exec(own)?.[0] ?? '');
  const block = head === '' || head.endsWith('\n') ? `${blockOf(name)}\n` : `\n${blockOf(name)}`;
  return head + block + own.slice(head.length);
}

/** The exact inverse of `withBlock`. */
export function withoutBlock(text: string): string {
  const start = text.indexOf(BEGIN);
  const end = start < 0 ? -1 : text.indexOf(`\n${END}`, start);
  if (end < 0) return text;
  const after = end + END.length + 1;
  return text[after] === '\n'
    ? text.slice(0, start) + text.slice(after + 1)
    : text.slice(0, Math.max(0, start - 1)) + text.slice(after);
}

/** Whether the block can be put into it: a script of a shell that knows POSIX. */
export function isShellScript(text: string): boolean {
  return /^#!\s*\S*\/(?:env\s+(?:-S\s+)?)?(?:\S*\/)?(?:ba|da|z|k|a)?sh(?:\s|$)/.test(text);
}
