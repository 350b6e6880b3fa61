// Why a stage ran, in words. The reasons are the diff of two fingerprints; nothing here decides anything.
import type { Artifact } from '../../core/artifact.ts';
import { isJsonObject, type Json } from '../../core/json.ts';
import type { Reason } from '../../core/verdict.ts';
import { formatBytes, formatCount, plural } from '../../util/units.ts';
import type { Symbols } from '../terminal.ts';
import { truncate, visible } from '../text-width.ts';

/** More reasons than this are counted, not listed. */
const SHOWN = 3;

/** `params.yaml train.depth 8 → 4, data/raw changed (12 → 13 files) and 3 more`. */
export function reasonsInWords(reasons: readonly Reason[], symbols: Symbols): string {
  const words = [...new Set(reasons.map((each) => reasonInWords(each, symbols)))];
  if (words.length <= SHOWN) return words.join(', ');
  return `${words.slice(0, SHOWN - 1).join(', ')} and ${words.length - SHOWN + 1} more`;
}

export function reasonInWords(reason: Reason, symbols: Symbols): string {
  switch (reason.kind) {
    case 'never-run':
      return 'never run';
    case 'out-missing':
      return `out ${visible(reason.path)} is missing`;
    case 'out-modified':
      return `out ${visible(reason.path)} was changed after it was written`;
    case 'upstream':
      return `${visible(reason.stage)} has new outs`;
    case 'forced':
      return 'forced';
    case 'always':
      return 'it always runs';
    case 'changed':
      return changedInWords(reason.field, reason.was, reason.now, symbols);
  }
}

function changedInWords(field: readonly string[], was: Json, now: Json, symbols: Symbols): string {
  const [part = '', first = '', ...rest] = field;
  switch (part) {
    case 'params':
      return valueChange(
        [first, rest.filter((key) => key !== '').join('.')].join(' ').trim(),
        was,
        now,
        symbols,
      );
    case 'deps':
      return depChange(first, was, now, symbols);
    case 'env':
      return valueChange(`env ${first}`, was, now, symbols);
    case 'outs':
      return listChange('outs', was, now);
    case 'action':
      return actionChange(field.slice(1), was, now, symbols);
    default:
      return valueChange(field.join(' '), was, now, symbols);
  }
}

function actionChange(field: readonly string[], was: Json, now: Json, symbols: Symbols): string {
  const [first, ...rest] = field;
  if (first === 'cmd') return valueChange('cmd', commandLine(was), commandLine(now), symbols);
  if (first === 'with') return valueChange(`option ${rest.join('.')}`, was, now, symbols);
  if (first === 'revision') return valueChange('revision of the action', was, now, symbols);
  return valueChange('action', first === 'uses' ? was : null, first === 'uses' ? now : null, symbols);
}

/** A list of one command reads as that command. */
function commandLine(value: Json): Json {
  return Array.isArray(value) ? value.join('; ') : value;
}

/** `name 8 → 4`, `name = 4 (new)`, `name removed (was 8)`, or just `name changed` where the values are no short words. */
function valueChange(name: string, was: Json, now: Json, symbols: Symbols): string {
  const shown = visible(name);
  const [before, after] = [shortValue(was, symbols), shortValue(now, symbols)];
  if (was === null && now === null) return `${shown} changed`;
  if (was === null) return after === undefined ? `${shown} is new` : `${shown} = ${after} (new)`;
  if (now === null) return before === undefined ? `${shown} removed` : `${shown} removed (was ${before})`;
  if (before === undefined || after === undefined || before === after) return `${shown} changed`;
  return `${shown} ${before} ${symbols.arrow} ${after}`;
}

const MAX_VALUE = 36;

/** A value that reads well inside a line; maps, long lists and long text do not. */
function shortValue(value: Json, symbols: Symbols): string | undefined {
  if (isJsonObject(value)) return undefined;
  const text = typeof value === 'string' ? visible(value) : JSON.stringify(value);
  if (Array.isArray(value)) return text.length <= MAX_VALUE ? text : undefined;
  return text === '' ? '""' : truncate(text, MAX_VALUE, symbols.ellipsis);
}

function listChange(name: string, was: Json, now: Json): string {
  const before = Array.isArray(was) ? was.map(String) : [];
  const after = Array.isArray(now) ? now.map(String) : [];
  const changes = [
    ...after.filter((each) => !before.includes(each)).map((each) => `+ ${visible(each)}`),
    ...before.filter((each) => !after.includes(each)).map((each) => `- ${visible(each)}`),
  ];
  return changes.length === 0 || changes.length > SHOWN
    ? `${name} changed`
    : `${name} changed (${changes.join(', ')})`;
}

function depChange(path: string, was: Json, now: Json, symbols: Symbols): string {
  const name = visible(path);
  if (was === null) return `${name} is a new dep`;
  if (now === null) return `${name} is no longer a dep`;
  const detail =
    isArtifact(was) && isArtifact(now)
      ? sizeChange(was as unknown as Artifact, now as unknown as Artifact, symbols)
      : '';
  return detail === '' ? `${name} changed` : `${name} changed (${detail})`;
}

function isArtifact(value: Json): boolean {
  return (
    isJsonObject(value) &&
    typeof value['bytes'] === 'number' &&
    ('file' in value || 'tree' in value || 'glob' in value)
  );
}

/** `12 → 13 files`, `1.2 MB → 1.3 MB`, or nothing where only the bytes differ and not their number. */
function sizeChange(was: Artifact, now: Artifact, symbols: Symbols): string {
  const wasFile = 'file' in was;
  const nowFile = 'file' in now;
  if (wasFile !== nowFile) return nowFile ? 'a directory became a file' : 'a file became a directory';
  if ('files' in was && 'files' in now) {
    return was.files === now.files
      ? plural(now.files, 'file')
      : `${formatCount(was.files)} ${symbols.arrow} ${plural(now.files, 'file')}`;
  }
  const [before, after] = [formatBytes(was.bytes), formatBytes(now.bytes)];
  if (before !== after) return `${before} ${symbols.arrow} ${after}`;
  const grown = now.bytes - was.bytes;
  return grown === 0 ? '' : `${grown > 0 ? '+' : symbols.minus}${plural(Math.abs(grown), 'byte')}`;
}
