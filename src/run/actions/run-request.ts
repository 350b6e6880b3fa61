// The child's side of an action: reads the request, runs the built-in or the module, writes the answer.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ActionContext, ActionResult } from '../../core/action.ts';
import { type Failure, failure, MlopsError } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { writeAtomic } from '../../util/atomic-write.ts';
import type { ActionAnswer, ActionRequest } from '../action-job.ts';
import { actions } from './registry.ts';

/** Whether it succeeded. A Failure goes into the answer; anything else is thrown on. */
export async function runRequest(
  path: string,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<boolean> {
  const request = JSON.parse(readFileSync(path, 'utf8')) as ActionRequest;
  const answer = await answerTo(request, { stage: request.stage, cwd: request.cwd, signal, log });
  writeAtomic(request.answer, JSON.stringify(answer), { durable: false });
  return 'uses' in answer;
}

async function answerTo(request: ActionRequest, context: ActionContext): Promise<ActionAnswer> {
  try {
    const { uses } = await run(request, context);
    return { uses };
  } catch (error) {
    if (!(error instanceof MlopsError)) throw error;
    return { failures: error.failures };
  }
}

function run(request: ActionRequest, context: ActionContext): Promise<ActionResult> {
  const builtIn = actions.find(request.uses);
  return builtIn ? builtIn.run(request.options, context) : runModule(request, context);
}

/** `uses: ./file.mjs`: its default export gets the options and the context, as a built-in does. */
async function runModule({ uses, options }: ActionRequest, context: ActionContext): Promise<ActionResult> {
  const module = (await import(pathToFileURL(resolve(context.cwd, uses)).href)) as {
    default?: (options: JsonObject, context: ActionContext) => Promise<unknown>;
  };
  if (typeof module.default !== 'function') throw new MlopsError(notAnAction(uses));
  const result = await module.default(options, context);
  return { uses: isUses(result) ? result.uses : {} };
}

function isUses(result: unknown): result is ActionResult {
  return typeof result === 'object' && result !== null && 'uses' in result && typeof result.uses === 'object';
}

function notAnAction(uses: string): Failure {
  return failure('config', `${uses} has no default export that is a function`, {
    help: 'export default async function (options, context) { … }',
  });
}
