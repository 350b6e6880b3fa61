// How much room the parts of a remote take, by listing.
import type { Remote } from './remote.ts';

const REMOTE_PARTS = ['objects', 'packs', 'index', 'runs', 'attempts', 'capsules', 'logs', 'gc'] as const;

export type RemoteUsage = {
  readonly [part in (typeof REMOTE_PARTS)[number]]: { readonly files: number; readonly bytes: number };
};

export async function remoteUsage(remote: Remote): Promise<RemoteUsage> {
  const parts: [string, { files: number; bytes: number }][] = [];
  for (const part of REMOTE_PARTS) {
    const usage = { files: 0, bytes: 0 };
    for await (const { bytes } of remote.list(`${part}/`)) {
      usage.files++;
      usage.bytes += bytes;
    }
    parts.push([part, usage]);
  }
  return Object.fromEntries(parts) as RemoteUsage;
}
