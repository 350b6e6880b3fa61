// Findings from outside: what a module returned or a command wrote, checked before it is believed.

import { fail } from '../../core/failure.ts';
import type { Finding } from '../../core/finding.ts';
import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';
import { any, checkShape, list, object, text, word } from '../../core/shape.ts';

const findingShape = object(
  {
    check: text,
    subject: text,
    status: word('pass', 'warn', 'fail', 'skipped', 'error'),
    message: text,
    value: any,
    limit: any,
  },
  ['status', 'message'],
);

/**
 * A list of findings, or a map with `findings`. `subject`, `value` and `limit` may be left out, `check` is then `name`.
 * @param from who said it, for the error
 */
export function findingsFrom(json: Json | undefined, name: string, from: string): readonly Finding[] {
  const given = isJsonObject(json) && 'findings' in json ? json['findings']! : json;
  if (given === undefined)
    fail('stage', `${from} gave no findings`, {
      help: 'findings are a list, empty where there is nothing to say: [{status, message, …}]',
    });
  const [wrong] = checkShape(list(findingShape), given);
  if (wrong)
    fail(
      'stage',
      `${from} gave something that is no list of findings: ${place(wrong.path)}${wrong.message}`,
      {
        help: 'a finding is {check, subject, status: pass|warn|fail|skipped|error, message, value, limit}',
      },
    );
  return (given as readonly JsonObject[]).map((each) => ({
    check: (each['check'] as string | undefined) ?? name,
    subject: (each['subject'] as string | undefined) ?? '',
    status: each['status'] as Finding['status'],
    message: each['message'] as string,
    value: each['value'] ?? null,
    limit: each['limit'] ?? null,
  }));
}

function place(path: readonly (string | number)[]): string {
  return path.length === 0
    ? ''
    : `findings[${path[0]}]${path
        .slice(1)
        .map((key) => `.${key}`)
        .join('')}: `;
}
