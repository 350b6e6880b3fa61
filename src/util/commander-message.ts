// Commander's words of what is typed wrong, without its own layout.

/** `near`: `did you mean --pull?`, or ''. */
export function readCommanderMessage(text: string): { readonly message: string; readonly near: string } {
  const [message = '', ...rest] = text.replace(/^error: /, '').split('\n');
  return { message, near: rest.join(' ').replace(/^\(Did you mean (.*)\?\)$/, 'did you mean $1?') };
}
