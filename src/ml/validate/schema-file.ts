// schema.yaml ↔ a schema. The document is kept, so that an update changes what it has to and leaves comments alone.
import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument } from 'yaml';
import { type Failure, fail, failure, type Location, MlopsError } from '../../core/failure.ts';
import type { JsonObject } from '../../core/json.ts';
import { checkShape, type Problem } from '../../core/shape.ts';
import { digestBytes } from '../../util/digest.ts';
import { orAbsent } from '../../util/errno.ts';
import { SCHEMA_FORMAT, type Schema, schemaOf, schemaShape } from './schema.ts';
import { schemaProblems } from './schema-problems.ts';

export interface SchemaFile {
  readonly path: string;
  readonly sha256: string;
  readonly schema: Schema;
  readonly document: Document.Parsed;
}

/** @throws MlopsError (missing, config) with every problem and its line. `path` is what messages call it. */
export function readSchema(absolute: string, path: string): SchemaFile {
  const text = orAbsent(() => readFileSync(absolute, 'utf8'), undefined);
  if (text === undefined)
    fail('missing', `schema ${path} does not exist`, { help: `mlops schema infer DATA -o ${path}` });
  return parseSchema(text, path);
}

export function parseSchema(text: string, path: string): SchemaFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const at = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line, column: col, text: text.split('\n')[line - 1]?.trimEnd() ?? '' };
  };
  if (document.errors.length > 0)
    throw new MlopsError(
      document.errors.map((error) =>
        failure('config', error.message.split('\n')[0]!, { where: at(error.pos[0]) }),
      ),
    );
  const json = plainOf(document, path);
  const problems = checkShape(schemaShape, json);
  const found = problems.length > 0 ? problems : schemaProblems(schemaOf(json));
  if (found.length > 0) throw new MlopsError(found.map((each) => located(each, document, path, at)));
  return { path, sha256: digestBytes(text), schema: schemaOf(json), document };
}

/** YAML's dates stay text: the core schema knows none. */
function plainOf(document: Document.Parsed, path: string): JsonObject {
  let json: unknown;
  try {
    json = document.toJS({ maxAliasCount: 1000 });
  } catch (error) {
    fail('config', `${path}: ${(error as Error).message}`, {}, error);
  }
  if (typeof json !== 'object' || json === null || (json as JsonObject)['format'] !== SCHEMA_FORMAT)
    fail('config', `${path} is no schema of data: its first line is not "format: ${SCHEMA_FORMAT}"`, {
      help: 'mlops schema infer DATA writes one',
    });
  return json as JsonObject;
}

function located(
  { path, key, message, help }: Problem,
  document: Document.Parsed,
  file: string,
  at: (offset: number) => Location,
): Failure {
  const offset = offsetOf(document, path, key ?? false);
  const where = offset === undefined ? { file } : at(offset);
  return failure('config', message, { where, ...(help === undefined ? {} : { help }) });
}

/** Of the value at `path`, of its key, or of the nearest thing above it. */
function offsetOf(document: Document.Parsed, path: Problem['path'], key: boolean): number | undefined {
  for (let depth = path.length; depth >= 0; depth--) {
    const above = document.getIn(path.slice(0, depth - 1), true);
    const name = path[depth - 1];
    const pair = isMap(above)
      ? above.items.find((each) => isPair(each) && String(each.key) === String(name))
      : undefined;
    if (depth > 0 && key && pair && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return undefined;
}
