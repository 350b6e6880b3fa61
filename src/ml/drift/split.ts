// Both sides cut into chunks, to be looked at one after another: by rows or by time.

export type Side = 'reference' | 'current';

/** Neighbouring rows of one side. */
export interface Chunk {
  readonly side: Side;
  /** The day it starts, or the number of its first row. */
  readonly label: string;
  /** Row indexes, in the order of time. */
  readonly rows: Int32Array;
}
