// JSON and YAML: the lists of records in them, at any depth of maps, in the order of the file, as DVC finds them.
// JSON lines: a record a line, as a stage appends them; the last line may still be on its way.
import { isJsonObject, type JsonObject } from '../core/json.ts';
import { type Points, pointsOf, type Read, unfit } from './points.ts';

export function readTree(value: unknown): Read {
  const lists = listsIn(value).filter((list) => list.length > 0);
  const records = lists.filter((list): list is readonly JsonObject[] => list.every(isJsonObject));
  if (records.length > 0) return { kind: 'points', lists: records.map((list) => pointsOf(list)) };
  if (listsIn(value).length > 0 && lists.length === 0) return { kind: 'points', lists: [pointsOf([])] };
  return unfit(
    isJsonObject(value)
      ? 'holds no list of records, only single values: mlops metrics show reads those'
      : 'holds no list of records like [{"step": 0, "loss": 1.5}, …]',
  );
}

function listsIn(value: unknown): (readonly unknown[])[] {
  if (Array.isArray(value)) return [value];
  return isJsonObject(value) ? Object.values(value).flatMap(listsIn) : [];
}

export function readLines(text: string): Points {
  const records: JsonObject[] = [];
  const notes: string[] = [];
  let wrong = 0;
  let first = 0;
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const record = parsed(line);
    if (record) records.push(record);
    else if (at === lines.length - 1) notes.push('the last line is not complete yet');
    else {
      wrong++;
      first ||= at + 1;
    }
  }
  if (wrong > 0)
    notes.push(
      `${wrong} ${wrong === 1 ? 'line is' : 'lines are'} no JSON record, the first is line ${first}`,
    );
  return pointsOf(records, notes);
}

function parsed(line: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(withoutBareNumbers(line));
    return isJsonObject(value) ? withOddOnes(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Beside a null, mlops/log says what it was: `{"loss":null,"not_finite":{"loss":"NaN"}}`. */
function withOddOnes(record: JsonObject): JsonObject {
  const { not_finite: odd, ...rest } = record;
  return isJsonObject(odd) ? { ...rest, ...odd } : record;
}

/** Python writes NaN and Infinity into JSON; they are kept as the words they are. */
export function withoutBareNumbers(json: string): string {
  if (!/NaN|Infinity/.test(json)) return json;
  return json.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (found) =>
    found.startsWith('"') ? found : `"${found}"`,
  );
}
