// URLs as users type them. What a URL holds is committed, shown and logged, so secrets in it are refused, unrepeated.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail } from '../core/failure.ts';

export type Place =
  | { readonly kind: 'http' | 's3'; readonly url: string }
  | { readonly kind: 'folder'; readonly path: string }
  /** Something that only Git understands: ssh://…, git@host:path. */
  | { readonly kind: 'git'; readonly url: string };

const SECRET =
  /(^|[-_])(signature|sig|token|secret|password|passwd|credential|credentials|auth|apikey|key)$/i;

/** `base`: what a relative path starts from. @throws MlopsError `usage` for a URL with a secret in it */
export function placeOf(url: string, base: string): Place {
  refuseSecrets(url);
  // A single letter before the colon is a drive of Windows.
  const scheme = /^([a-z][a-z0-9+.-]+):(?:\/\/|:)/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return { kind: 'http', url };
  if (scheme === 's3') return { kind: 's3', url };
  if (scheme === 'file') return { kind: 'folder', path: folderOf(url) };
  if (scheme === 'ssh' || scheme === 'git' || scheme === 'git+ssh') return { kind: 'git', url };
  if (scheme !== undefined)
    fail('usage', `${url}: no such kind of source`, {
      help: 'known: https://…, s3://bucket/key, file:///path, a path, and URLs of Git repositories',
    });
  if (/^[\w.-]+@[\w.-]+:/.test(url)) return { kind: 'git', url };
  if (url === '' || url.startsWith('-')) fail('usage', `"${url}" is no URL and no path`);
  return { kind: 'folder', path: resolve(base, url) };
}

function folderOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    return fail('usage', `${url}: not a path on this machine`, { help: 'write file:///path' }, error);
  }
}

function refuseSecrets(url: string): void {
  const login = /^(?:[a-z][a-z0-9+.-]*):\/\/([^/?#]*)@/i.exec(url)?.[1];
  // The user of an ssh address is no secret.
  const named = login !== undefined && /^(git\+)?ssh:/i.test(url) && !login.includes(':');
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  const secret = [...new URLSearchParams(query).keys()].find((name) => SECRET.test(name));
  if ((login !== undefined && !named) || secret !== undefined)
    fail(
      'usage',
      `the URL holds ${secret === undefined ? 'a user name or password' : `a secret ("${secret}")`}`,
      {
        help: "leave it out: Git's credential helper, an ssh key, or AWS settings give it; change it if it was shown to others",
      },
    );
}
