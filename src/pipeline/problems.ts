import { type Failure, failure, type Location } from '../core/failure.ts';
import { settled } from './where.ts';

/**
 * Collects what is wrong, so that all of it is said at once; of one place, the first thing only. A loop that makes
 * one mistake 1,000 times made one, and what follows from a mistake is not another.
 */
export class Problems {
  readonly failures: Failure[] = [];
  readonly #places = new Set<string>();

  add(message: string, where: Location, help?: string): void {
    if (this.#spoken(where)) return;
    this.failures.push(
      failure('config', message, { where: settled(where), ...(help === undefined ? {} : { help }) }),
    );
  }

  /** Nothing more is said of this place. */
  mute(where: Location): void {
    this.#spoken(where);
  }

  #spoken({ file, line, column }: Location): boolean {
    const place = `${file}:${line}:${column}`;
    const known = this.#places.has(place);
    this.#places.add(place);
    return known;
  }

  addAll(failures: readonly Failure[]): void {
    for (const each of failures) this.failures.push(each);
  }
}
