// What a public OpenAPI description says of one call: whether a request keeps to it, and whether an answer does. Both strictly: a
// field that the description does not name is a mistake too, as it would be one of ours.
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';

type Json = { readonly [key: string]: unknown };

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Json;
}

interface Content {
  readonly content?: { readonly [type: string]: { readonly schema?: Json } };
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: { readonly [status: string]: Content };
}

export interface Description {
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components?: { readonly schemas?: { readonly [name: string]: Json } };
}

export interface Call {
  readonly operation: string;
  /** Of the path, decoded. */
  readonly values: { readonly [name: string]: string };
  /** What the request breaks, in words; empty where nothing. */
  readonly problems: readonly string[];
  /** What an answer breaks. */
  answer(status: number, body: unknown): readonly string[];
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Parsed JSON or form fields; undefined: none. */
  readonly body: unknown;
  readonly type: string;
}

/** Undefined for a call that the description does not have. `errors`: schemas of a refusal that an operation says nothing of. */
export function checkerOf(
  description: Description,
  options: { readonly errors: readonly string[] },
): (request: Request) => Call | undefined {
  const check = validatorOf(description);
  const routes = Object.entries(description.paths).map(([path, methods]) => ({
    pattern: new RegExp(`^${path.replace(/\{(\w+)\}/g, (_, name: string) => `(?<${name}>[^/]+)`)}$`),
    methods,
  }));
  return (request) => {
    for (const { pattern, methods } of routes) {
      const match = pattern.exec(request.path);
      const operation = methods[request.method.toLowerCase()];
      if (match === null || operation === undefined) continue;
      const values = Object.fromEntries(
        Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
      );
      return {
        operation: operation.operationId,
        values,
        problems: [
          ...parameterProblems(operation, values, request.query, check),
          ...bodyProblems(operation, request, check),
        ],
        answer: (status, body) => answerProblems(operation, status, body, check, options.errors),
      };
    }
    return undefined;
  };
}

type Check = (schema: Json, value: unknown, of: string) => readonly string[];

function parameterProblems(
  { parameters = [] }: Operation,
  values: Call['values'],
  query: URLSearchParams,
  check: Check,
): string[] {
  const known = new Set(parameters.filter((each) => each.in === 'query').map(({ name }) => name));
  const strange = [...query.keys()].filter((name) => !known.has(name));
  return [
    ...strange.map((name) => `query ${name}: no such parameter`),
    ...parameters.flatMap(({ name, in: place, required, schema }) => {
      if (place === 'header') return [];
      const text = place === 'path' ? values[name] : (query.get(name) ?? undefined);
      if (text === undefined) return required ? [`${place} ${name}: missing`] : [];
      return check(schema, text, `${place} ${name}`);
    }),
  ];
}

function bodyProblems({ requestBody }: Operation, { body, type }: Request, check: Check): readonly string[] {
  if (requestBody === undefined) return body === undefined ? [] : ['a body, where none belongs'];
  if (body === undefined) return requestBody.required ? ['no body'] : [];
  const schema = requestBody.content?.[type]?.schema;
  return schema ? check(schema, body, 'body') : [`body: ${type} is not taken`];
}

function answerProblems(
  operation: Operation,
  status: number,
  body: unknown,
  check: Check,
  errors: readonly string[],
): readonly string[] {
  const described = operation.responses[String(status)];
  const schema =
    Object.values(described?.content ?? {})[0]?.schema ??
    (status >= 400 ? { anyOf: errors.map((name) => ({ $ref: `#/components/schemas/${name}` })) } : undefined);
  if (described === undefined && status < 400) return [`answer ${status}: not described`];
  if (schema === undefined) return body === undefined ? [] : [`answer ${status}: a body, where none belongs`];
  return check(schema, body, `answer ${status}`);
}

/** Text of a path or query is turned into the type that its schema names; a body is taken as it is. */
function validatorOf(description: Description): Check {
  const schemas = Object.fromEntries(
    Object.entries(description.components?.schemas ?? {}).map(([name, schema]) => [name, strict(schema)]),
  );
  const known = new Map<string, ValidateFunction>();
  const make = (schema: Json, coerceTypes: boolean): ValidateFunction => {
    const id = `${coerceTypes} ${JSON.stringify(schema)}`;
    const found = known.get(id);
    if (found) return found;
    const ajv = new Ajv({ strict: false, logger: false, allErrors: true, coerceTypes });
    formats.default(ajv);
    const made = ajv.compile({ ...(strict(schema) as Json), components: { schemas } });
    known.set(id, made);
    return made;
  };
  return (schema, value, of) => {
    const ofText = /^(path|query) /.test(of);
    const validate = make(ofText ? { type: 'object', properties: { value: schema } } : schema, ofText);
    if (validate(ofText ? { value } : value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${of}${instancePath}: ${message} ${JSON.stringify(params)}`,
    );
  };
}

/** OpenAPI 3.0 as JSON Schema: `nullable`, and no field beside those that are named. */
function strict(schema: unknown, whole = true): unknown {
  if (Array.isArray(schema)) return schema.map((each) => strict(each));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { nullable, ...rest } = schema as Json;
  const inside = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [
      key,
      key === 'properties'
        ? Object.fromEntries(Object.entries(value as Json).map(([name, each]) => [name, strict(each)]))
        : key === 'enum'
          ? value
          : key === 'allOf'
            ? (value as unknown[]).map((each) => strict(each, false))
            : strict(value),
    ]),
  );
  const closed =
    whole && inside['properties'] !== undefined && inside['additionalProperties'] === undefined
      ? { ...inside, additionalProperties: false }
      : inside;
  return nullable === true ? { anyOf: [closed, { type: 'null' }] } : closed;
}
