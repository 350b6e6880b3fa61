// Bytes that come from elsewhere: a URL, a bucket, a folder, a path in another repository. A source says what is there
// now, and brings it into a store. `import`, `update` and `get` know nothing more of it.

import type { Config } from '../config/config.ts';
import type { StoredArtifact } from '../core/artifact.ts';
import type { Environment } from '../core/environment.ts';
import type { Report } from '../core/event.ts';
import type { JsonObject } from '../core/json.ts';
import type { RemoteConfig } from '../remote/config.ts';
import type { Store } from '../store/store.ts';

export interface Source {
  /** For messages: what was typed, without anything secret. */
  readonly shown: string;
  /**
   * What the lock says of where it came from (`from`), asked for without its bytes. Equal records are equal bytes;
   * undefined where nothing there tells one version from the next.
   */
  look(): Promise<JsonObject | undefined>;
  /** Every object of it is in `store`, durable, when it resolves. */
  bring(store: Store): Promise<Brought>;
  /** Gives back what it holds on disk. */
  close(): void;
}

export interface Brought {
  readonly artifact: StoredArtifact;
  readonly from: JsonObject;
}

/** What was asked for. `path` makes `url` a repository. */
export interface SourceSpec {
  readonly url: string;
  readonly path?: string;
  readonly rev?: string;
  /** Of a repository: the name of one of its remotes, or the URL of another. */
  readonly remote?: string;
}

export interface SourceContext {
  /** Folder that relative paths start from. */
  readonly base: string;
  /** A folder of this process's own, for what is half way here; it is made when needed. */
  readonly scratch: string;
  /** Stores of this machine that are looked into before anything is downloaded. */
  readonly stores: readonly Store[];
  /** Settings of a bucket that this project has a remote in. */
  readonly bucketSettings?: (bucket: string) => RemoteConfig | undefined;
  /** This project, whose settings need not be those of its work tree. */
  readonly own?: { readonly top: string; readonly config: Config };
  readonly env: Environment;
  readonly report?: Report;
  readonly signal?: AbortSignal;
}
