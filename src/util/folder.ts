// Waiting for something to happen in a folder. Not every system can watch one, and none tells all; so every wait ends
// after a while by itself.
import { watch } from 'node:fs';

export interface Folder {
  /** Resolves at the next change of a file that concerns, after `atMostMs`, or when the signal aborts. */
  change(concerns: (file: string) => boolean, atMostMs: number, signal?: AbortSignal): Promise<void>;
  close(): void;
}

export function watchFolder(dir: string): Folder {
  let changed: (file: string) => void = () => {};
  const watcher = openWatcher(dir, (file) => changed(file));
  return {
    close: () => watcher?.close(),
    change: (concerns, atMostMs, signal) =>
      new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer);
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const timer = setTimeout(end, atMostMs);
        signal?.addEventListener('abort', end);
        changed = (file) => {
          if (concerns(file)) end();
        };
      }),
  };
}

/** Undefined where the system cannot watch, or no more: then polling has to do. */
function openWatcher(dir: string, onChange: (file: string) => void) {
  try {
    const watcher = watch(dir, (_, file) => onChange(file ?? ''));
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
