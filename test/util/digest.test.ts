import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { hashSync } from 'hasha';
import { describe, expect, it } from 'vitest';
import { digestBytes, digestFile } from '../../src/util/digest.ts';

describe('digests', () => {
  it('are those of hasha for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        expect(digestBytes(bytes)).toBe(hashSync(bytes, { algorithm: 'sha256' }));
      }),
    );
  });

  it.each([0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3 << 20])(
    'of a file of %d bytes are those of its bytes',
    (bytes) => {
      const dir = mkdtempSync(join(tmpdir(), 'digest-'));
      try {
        const body = Buffer.alloc(bytes, 'mlops');
        writeFileSync(join(dir, 'file'), body);
        expect(digestFile(join(dir, 'file'))).toEqual({
          digest: hashSync(body, { algorithm: 'sha256' }),
          bytes,
        });
      } finally {
        rmSync(dir, { recursive: true });
      }
    },
  );
});
