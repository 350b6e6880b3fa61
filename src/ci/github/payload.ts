// The event that started a workflow, as the runner writes it to GITHUB_EVENT_PATH. Only a few of its hundreds of keys are
// read; each is checked where it is read. Shapes: https://docs.github.com/webhooks/webhook-events-and-payloads
import { fail } from '../../core/failure.ts';
import type { CommitId } from '../../core/ids.ts';
import { isJsonObject, type JsonObject } from '../../core/json.ts';
import type { Surroundings } from '../context.ts';
import { readCommit } from '../variables.ts';

type Path = readonly string[];

export class Payload {
  readonly #file: string;
  readonly #root: JsonObject;

  /** @throws MlopsError `config` where it is missing or damaged */
  constructor({ env, read }: Surroundings) {
    this.#file = env['GITHUB_EVENT_PATH'] ?? '';
    if (this.#file === '')
      fail('config', 'GITHUB_EVENT_PATH is not set: nothing says which event this job is for', {
        help: 'in a container or a script of its own, pass the GITHUB_* variables on',
      });
    this.#root = parsed(this.#file, read);
  }

  /** Undefined where it, or what it lies in, is missing or null. @throws MlopsError `config` where it is something else */
  text(...path: Path): string | undefined {
    return this.#typed(path, 'text', (value) => typeof value === 'string');
  }

  number(...path: Path): number | undefined {
    return this.#typed(path, 'a whole number', (value) => Number.isSafeInteger(value) && Number(value) > 0);
  }

  flag(...path: Path): boolean | undefined {
    return this.#typed(path, 'true or false', (value) => typeof value === 'boolean');
  }

  has(...path: Path): boolean {
    return this.#at(path) !== undefined;
  }

  /** Undefined also for zeros. */
  commit(...path: Path): CommitId | undefined {
    const text = this.text(...path);
    const commit = readCommit(text);
    if (text !== undefined && !/^0*$/.test(text) && commit === undefined)
      this.#wrong(path, 'is no commit id');
    return commit;
  }

  /** @throws MlopsError `config` where `value`, read from `path`, is undefined */
  required<T>(value: T | undefined, ...path: Path): T {
    return value ?? this.#wrong(path, 'is missing');
  }

  #typed<T>(path: Path, kind: string, fits: (value: unknown) => boolean): T | undefined {
    const value = this.#at(path);
    if (value !== undefined && !fits(value)) this.#wrong(path, `is not ${kind}`);
    return value as T | undefined;
  }

  #at(path: Path): unknown {
    let value: unknown = this.#root;
    for (const key of path) {
      value = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    }
    return value ?? undefined;
  }

  #wrong(path: Path, what: string): never {
    return fail('config', `the event of this job (GITHUB_EVENT_PATH): ${path.join('.')} ${what}`, {
      where: { file: this.#file },
    });
  }
}

function parsed(file: string, read: (file: string) => string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(read(file));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is no JSON' : 'cannot be read';
    fail('config', `the event of this job (GITHUB_EVENT_PATH) ${why}`, { where: { file } }, error);
  }
  if (!isJsonObject(value))
    fail('config', 'the event of this job (GITHUB_EVENT_PATH) is no object', { where: { file } });
  return value;
}
