// What Git's hooks say: between Git's own lines, so each starts with our name and is short.
import { plural } from '../../util/units.ts';

interface Followed {
  readonly changed: readonly string[];
  readonly files: number;
  readonly kept: readonly string[];
  readonly absent: readonly string[];
}

/** Empty when there was nothing to do. */
export function gitCheckoutLine({ changed, files, kept, absent }: Followed): string {
  const parts = [
    ...(changed.length > 0 ? [`put ${plural(files, 'file')} in place: ${named(changed)}`] : []),
    ...(kept.length > 0
      ? [`kept what you changed in ${named(kept)} (mlops checkout --force goes over it)`]
      : []),
    ...(absent.length > 0 ? [`the bytes of ${named(absent)} are not here: mlops pull`] : []),
  ];
  return parts.length === 0 ? '' : `mlops: ${parts.join('; ')}`;
}

/** Empty when every entry found its side. */
export function lockMergeLines(
  path: string,
  { conflicts, dropped }: { readonly conflicts: readonly string[]; readonly dropped: readonly string[] },
): string {
  const lines = [
    ...(dropped.length > 0 ? [`${named(dropped)} changed on both sides; repro settles it`] : []),
    ...(conflicts.length > 0
      ? [`${named(conflicts)} changed on both sides: keep one of the two lines, then git add ${path}`]
      : []),
  ];
  return lines.map((line) => `mlops: ${path}: ${line}`).join('\n');
}

function named(names: readonly string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
