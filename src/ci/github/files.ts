// The files through which a step hands things on: its summary, and outputs for later steps.

import { appendFileSync, statSync } from 'node:fs';
import type { Environment } from '../../core/environment.ts';
import { orAbsent } from '../../util/errno.ts';

/** In bytes: a summary that is larger is not shown at all; all parts of a step count together. */
export const SUMMARY = 1024 * 1024;

const CUT = '\n\n_The rest of this report is in its folder._\n';

/** Nothing where the host has no such file. */
export function addSummary(env: Environment, markdown: string): void {
  const file = env['GITHUB_STEP_SUMMARY'];
  if (!file) return;
  const room = SUMMARY - orAbsent(() => statSync(file).size, 0) - 1;
  const bytes = Buffer.from(`${markdown.trimEnd()}\n`);
  if (bytes.length <= room) appendFileSync(file, bytes);
  else if (room > CUT.length) appendFileSync(file, `${cutAt(bytes, room - CUT.length)}${CUT}`);
}

/** Whole characters, up to the end of a line. */
function cutAt(bytes: Buffer, most: number): string {
  const text = bytes
    .subarray(0, most)
    .toString()
    .replace(/\uFFFD+$/, '');
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** `random`: a word that no value can hold. */
export function setOutputs(
  env: Environment,
  outputs: { readonly [name: string]: string },
  random: string,
): void {
  const file = env['GITHUB_OUTPUT'];
  if (!file) return;
  const lines = Object.entries(outputs).map(([name, value]) => `${name}<<${random}\n${value}\n${random}\n`);
  appendFileSync(file, lines.join(''));
}
