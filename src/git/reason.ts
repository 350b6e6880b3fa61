import { withoutPassword } from './remote-urls.ts';

/** Why git failed, in its own words: what it says first, for what follows is advice. Empty where it said nothing. */
export function reasonIn(stderr: string): string {
  const said = /^(?:fatal|error): (.+)$/m.exec(stderr)?.[1] ?? stderr.trim().split('\n').at(-1) ?? '';
  return withoutPassword(said);
}
