// Where DuckDB puts what does not fit in its memory: a folder of this process in the temporary folder. It removes what it
// wrote when it is closed.
import { tmpdir } from 'node:os';
import { ownedFolder } from '../../util/owned-folder.ts';

/** The folder, which DuckDB makes when it needs it. */
export function spillFolder(): string {
  return ownedFolder(tmpdir(), 'mlops-spill-');
}
