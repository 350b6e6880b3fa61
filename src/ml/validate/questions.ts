// Numbers asked of a data set, gathered and answered in one pass over it.
import type { Database } from '../frame/duckdb.ts';

export class Questions {
  readonly #asked: string[] = [];
  #answers: readonly unknown[] = [];

  /** `sql` is an aggregate. Returns what tells its value once all is answered; null where there is none. */
  ask(sql: string): () => number | null {
    const at = this.#asked.push(`(${sql})::DOUBLE`) - 1;
    return () => this.#answers[at] as number | null;
  }

  /** `from`: what stands behind FROM. */
  async answer(database: Database, from: string): Promise<void> {
    if (this.#asked.length > 0)
      this.#answers = (await database.rows(`SELECT ${this.#asked.join(', ')} FROM ${from}`))[0]!;
  }
}
