// `status --remote`, a line for each path that is not the same on both sides.
import { formatBytes, plural } from '../../util/units.ts';
import { renderTable } from '../table.ts';
import type { Style } from '../terminal.ts';

export interface RemotePath {
  readonly path: string;
  readonly objects: number;
  readonly bytes: number;
  readonly missingHere: number;
  readonly missingThere: number;
}

export function renderRemoteStatus(paths: readonly RemotePath[], url: string, style: Style): string {
  const differing = paths.filter((each) => each.missingHere + each.missingThere > 0);
  if (differing.length === 0) return `${plural(paths.length, 'path')} here and on ${url}`;
  const rows = differing.map((each) => [each.path, formatBytes(each.bytes), whatNow(each)]);
  return renderTable([{ title: 'path' }, { title: 'size', align: 'right' }, { title: url }], rows, style);
}

function whatNow({ objects, missingHere, missingThere }: RemotePath): string {
  if (missingHere > 0 && missingThere > 0)
    return `${plural(Math.min(missingHere, missingThere), 'object')} neither here nor there: mlops repro`;
  if (missingThere > 0)
    return missingThere === objects
      ? 'not there yet: mlops push'
      : `${missingThere} of ${objects} objects not there: mlops push`;
  return missingHere === objects
    ? 'not here: mlops pull'
    : `${missingHere} of ${objects} objects not here: mlops pull`;
}
