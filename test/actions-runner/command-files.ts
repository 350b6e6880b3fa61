// The files through which a step speaks to the runner: GITHUB_OUTPUT, GITHUB_ENV, GITHUB_PATH, GITHUB_STEP_SUMMARY. Each step gets
// empty ones, which are read when it is over.
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CommandFiles {
  readonly env: { readonly [name: string]: string };
  read(): Said;
}

interface Said {
  readonly outputs: { readonly [name: string]: string };
  readonly env: { readonly [name: string]: string };
  readonly path: readonly string[];
  readonly summary: string;
}

/** A summary above 1 MiB is refused by GitHub, whole. */
const SUMMARY_LIMIT = 1024 * 1024;

export function openCommandFiles(folder: string): CommandFiles {
  const id = randomUUID();
  const file = (kind: string): string => {
    const path = join(folder, `${kind}_${id}`);
    writeFileSync(path, '');
    return path;
  };
  const [output, env, path, summary] = [
    file('set_output'),
    file('set_env'),
    file('add_path'),
    file('step_summary'),
  ];
  const text = (each: string): string => readFileSync(each, 'utf8');
  return {
    env: { GITHUB_OUTPUT: output, GITHUB_ENV: env, GITHUB_PATH: path, GITHUB_STEP_SUMMARY: summary },
    read: () => {
      if (Buffer.byteLength(text(summary)) > SUMMARY_LIMIT)
        throw new Error('the step summary is above 1 MiB');
      return {
        outputs: pairs(text(output)),
        env: pairs(text(env)),
        path: text(path)
          .split(/\r?\n/)
          .filter((line) => line !== ''),
        summary: text(summary),
      };
    },
  };
}

/** `name=value` lines, and `name<<END` … `END` for values of several lines. */
export function pairs(text: string): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  const lines = text.split(/\r?\n/);
  while (lines.length > 0) {
    const line = lines.shift()!;
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals > 0 && (heredoc === -1 || equals < heredoc))
      found[line.slice(0, equals)] = line.slice(equals + 1);
    else if (heredoc > 0) {
      const end = line.slice(heredoc + 2);
      const at = lines.indexOf(end);
      if (at === -1) throw new Error(`no ${end} ends the value of ${line.slice(0, heredoc)}`);
      found[line.slice(0, heredoc)] = lines
        .splice(0, at + 1)
        .slice(0, -1)
        .join('\n');
    } else throw new Error(`not a line of a command file: ${line}`);
  }
  return found;
}
