// How an action becomes a command. `cmd` is one already; a built-in or a module runs in a child of this same program,
// so that it is parallel, limited and killed like any other, and its memory is its own.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Failure } from '../core/failure.ts';
import type { JsonObject } from '../core/json.ts';
import type { Action } from '../core/pipeline.ts';
import { orAbsent } from '../util/errno.ts';
import { ownedFolder } from '../util/owned-folder.ts';

export interface ActionRequest {
  readonly uses: string;
  readonly options: JsonObject;
  readonly stage: string;
  /** Absolute folder that option paths are relative to. */
  readonly cwd: string;
  /** File that the answer is written to. */
  readonly answer: string;
}

export type ActionAnswer = { readonly uses: JsonObject } | { readonly failures: readonly Failure[] };

export interface ActionJob {
  readonly commands: readonly string[];
  readonly shell?: string;
  /** Added to the environment of the command. */
  readonly env: { readonly [name: string]: string };
  /** After the command ended: what it answered; undefined for a plain command or a child that died. */
  answer(): ActionAnswer | undefined;
  dispose(): void;
}

export function actionJob(
  action: Action,
  job: {
    readonly self: readonly string[];
    readonly stateDir: string;
    readonly local: string;
    readonly cwd: string;
    readonly shell?: string;
  },
): ActionJob {
  if (action.kind === 'cmd')
    return {
      commands: action.cmd,
      ...(job.shell === undefined ? {} : { shell: job.shell }),
      env: {},
      answer: () => undefined,
      dispose: () => {},
    };
  const dir = ownedFolder(`${job.stateDir}/tmp`, 'action-');
  mkdirSync(dir, { recursive: true });
  const answer = `${dir}/answer.json`;
  const request: ActionRequest = {
    uses: action.uses,
    options: action.options,
    stage: job.local,
    cwd: job.cwd,
    answer,
  };
  writeFileSync(`${dir}/request.json`, JSON.stringify(request));
  return {
    commands: [[...job.self, '_action', `${dir}/request.json`].map(quoted).join(' ')],
    // What an action puts aside while it works goes with `dir`, however it ends.
    env: { TMPDIR: dir },
    answer: () => {
      const text = orAbsent(() => readFileSync(answer, 'utf8'), undefined);
      return text === undefined ? undefined : (JSON.parse(text) as ActionAnswer);
    },
    dispose: () => rmSync(dir, { recursive: true, force: true }),
  };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
