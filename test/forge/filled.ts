// Answers have far more fields than matter: those that the description requires and the test does not speak of are filled in.
import type { Description } from './openapi.ts';

type Json = { readonly [key: string]: unknown };

/** An object of the named schema: `given`, and every other field that it requires, as plain as may be. */
export function filled(description: Description, name: string, given: Json): Json {
  return fill(description, description.components!.schemas![name]!, given) as Json;
}

function fill(description: Description, schema: Json, given?: unknown): unknown {
  const { $ref, oneOf, type, format, nullable, properties, required } = schema as {
    readonly $ref?: string;
    readonly oneOf?: readonly Json[];
    readonly type?: string;
    readonly format?: string;
    readonly nullable?: boolean;
    readonly properties?: { readonly [name: string]: Json };
    readonly required?: readonly string[];
    readonly enum?: readonly unknown[];
  };
  if (given === null) return null;
  if ($ref !== undefined)
    return fill(description, description.components!.schemas![$ref.split('/').at(-1)!]!, given);
  if (given === undefined && nullable) return null;
  if (oneOf) return given ?? fill(description, oneOf[0]!);
  if (type === 'object' && properties) {
    const object = (given ?? {}) as Json;
    const names = new Set([...(required ?? []), ...Object.keys(object)]);
    return Object.fromEntries(
      [...names].map((name) => [
        name,
        properties[name] ? fill(description, properties[name], object[name]) : object[name],
      ]),
    );
  }
  if (type === 'array')
    return ((given ?? []) as unknown[]).map((each) => fill(description, schema['items'] as Json, each));
  if (given !== undefined) return given;
  const [first] = (schema['enum'] ?? []) as unknown[];
  return first ?? plain(type, format);
}

function plain(type: string | undefined, format: string | undefined): unknown {
  if (type === 'integer' || type === 'number') return 0;
  if (type === 'boolean') return false;
  if (type === 'object') return {};
  if (format === 'uri') return 'https://host.invalid/x';
  if (format === 'date-time') return '2026-11-26T00:00:00Z';
  return '';
}
