// What changed inside data between two sides.

/** How a table (CSV, TSV, Parquet, JSON lines, …) differs from what it was. */
export interface TableChange {
  /** Also of a file inside a directory that changed. */
  readonly path: string;
  /** Null: it was not there, is gone, or could not be read. */
  readonly rows: { readonly was: number | null; readonly now: number | null };
  /** All of them are added where the table is new, and removed where it is gone. */
  readonly columns: {
    readonly added: readonly { readonly name: string; readonly type: string }[];
    readonly removed: readonly { readonly name: string; readonly type: string }[];
    readonly retyped: readonly { readonly name: string; readonly was: string; readonly now: string }[];
  };
  /** Why it could not be looked into; null where it was. */
  readonly unavailable: string | null;
}

/** How many files of a directory differ. */
export interface FolderChange {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
  readonly modified: number;
  /** A few names of each, in order. */
  readonly examples: readonly { readonly how: 'added' | 'removed' | 'modified'; readonly name: string }[];
}
