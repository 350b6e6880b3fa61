// What a model file says about itself, read at wire level: ONNX Runtime for Node tells neither metadata, nodes nor labels.
import { readFileSync } from 'node:fs';
import { failure, MlopsError } from '../../core/failure.ts';
import { isErrno } from '../../util/errno.ts';
import { ProtoError, type ProtoField, readFields, readPackedInts, scanFields } from '../../util/protobuf.ts';
import {
  ATTRIBUTE,
  DIM,
  ELEMENT_TYPES,
  ENTRY,
  FLOAT32,
  GRAPH,
  INT32,
  INT64,
  MODEL,
  NODE,
  SHAPE,
  STRING,
  TENSOR,
  TENSOR_TYPE,
  TYPE,
  VALUE_INFO,
} from './schema.ts';

/** An input or output. `dtype` is null when it is no tensor; a dimension that is free is its name, or null. */
export interface ModelValue {
  readonly name: string;
  readonly dtype: string | null;
  readonly shape: readonly (number | string | null)[];
}

export interface ModelNode {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** By name, not read yet: those of a forest are most of its file. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

export interface OnnxModel {
  readonly bytes: Uint8Array;
  /** Without initializers. */
  readonly inputs: readonly ModelValue[];
  readonly outputs: readonly ModelValue[];
  readonly nodes: readonly ModelNode[];
  readonly metadata: ReadonlyMap<string, string>;
  /** Files beside the model that hold its weights, as the model names them; sorted, each once. */
  readonly external: readonly string[];
}

/** Reads a model file. @throws MlopsError when it is absent or not an ONNX model; `path` is how messages name it. */
export function readModelFile(absolute: string, path: string): OnnxModel {
  try {
    return readModel(readFileSync(absolute), path);
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR'))
      throw new MlopsError(failure('missing', `model ${path} does not exist`), { cause: error });
    if (isErrno(error, 'EISDIR'))
      throw new MlopsError(failure('config', `model ${path} is a folder`), { cause: error });
    throw error;
  }
}

export function readModel(bytes: Uint8Array, path: string): OnnxModel {
  try {
    return parse(bytes);
  } catch (error) {
    if (!(error instanceof ProtoError)) throw error;
    throw new MlopsError(
      failure('config', `${path} is not an ONNX model (${error.message})`, {
        help: 'export the model to ONNX, or give its predictions: see predictions: {path, label, scores}',
      }),
      { cause: error },
    );
  }
}

function parse(bytes: Uint8Array): OnnxModel {
  const model = readFields(bytes);
  const graphs = messages(model, MODEL.graph);
  if (graphs.length !== 1) throw new ProtoError('it has no graph');
  const graph = readFields(graphs[0]!);
  const initializers = new Set(messages(graph, GRAPH.initializer).map((each) => textOf(each, TENSOR.name)));
  const outputs = messages(graph, GRAPH.output).map(readValue);
  if (outputs.length === 0) throw new ProtoError('its graph has no output');
  return {
    bytes,
    inputs: messages(graph, GRAPH.input)
      .map(readValue)
      .filter(({ name }) => !initializers.has(name)),
    outputs,
    nodes: messages(graph, GRAPH.node).map(readNode),
    metadata: new Map(
      messages(model, MODEL.metadataProps).map((each) => [
        textOf(each, ENTRY.key),
        textOf(each, ENTRY.value),
      ]),
    ),
    external: [...new Set(externalIn(graph))].sort(),
  };
}

function readNode(bytes: Uint8Array): ModelNode {
  const fields = readFields(bytes);
  return {
    opType: textIn(fields, NODE.opType),
    inputs: messages(fields, NODE.input).map(decode),
    outputs: messages(fields, NODE.output).map(decode),
    attributes: new Map(
      messages(fields, NODE.attribute).map((each) => [firstText(each, ATTRIBUTE.name), each]),
    ),
  };
}

/** The texts of a STRINGS attribute, or the numbers of an INTS one; undefined when the node has no such attribute. */
export function listAttribute(node: ModelNode, name: string): readonly (string | number)[] | undefined {
  const attribute = node.attributes.get(name);
  if (!attribute) return undefined;
  const fields = readFields(attribute);
  const texts = messages(fields, ATTRIBUTE.strings).map(decode);
  return texts.length > 0 ? texts : integers(fields, ATTRIBUTE.ints);
}

/** The texts or whole numbers of the initializer `name`; undefined when it is not there, holds others, or lies outside. */
export function listInitializer(model: OnnxModel, name: string): readonly (string | number)[] | undefined {
  const fields = initializer(model, name);
  if (!fields) return undefined;
  const raw = messages(fields, TENSOR.rawData)[0];
  switch (integers(fields, TENSOR.dataType)[0]) {
    case STRING:
      return messages(fields, TENSOR.stringData).map(decode);
    case INT64:
      return raw ? rawIntegers(raw, 8) : integers(fields, TENSOR.int64Data);
    case INT32:
      return raw ? rawIntegers(raw, 4) : integers(fields, TENSOR.int32Data);
    default:
      return undefined;
  }
}

/** The float32 initializer `name` that our writer wrote; undefined when there is none. */
export function floatInitializer(model: OnnxModel, name: string): Float32Array | undefined {
  const fields = initializer(model, name);
  const raw = fields && messages(fields, TENSOR.rawData)[0];
  if (!raw || integers(fields, TENSOR.dataType)[0] !== FLOAT32) return undefined;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  return Float32Array.from({ length: raw.length / 4 }, (_, index) => view.getFloat32(4 * index, true));
}

function initializer(model: OnnxModel, name: string): ProtoField[] | undefined {
  const graph = messages(readFields(model.bytes), MODEL.graph)[0]!;
  const tensor = messages(readFields(graph), GRAPH.initializer).find(
    (each) => textOf(each, TENSOR.name) === name,
  );
  return tensor && readFields(tensor);
}

/** Little-endian, as ONNX has it on every machine. */
function rawIntegers(raw: Uint8Array, bytes: 4 | 8): number[] {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length);
  return Array.from({ length: raw.length / bytes }, (_, index) =>
    bytes === 4 ? view.getInt32(4 * index, true) : Number(view.getBigInt64(8 * index, true)),
  );
}

function readValue(bytes: Uint8Array): ModelValue {
  const fields = readFields(bytes);
  const name = textIn(fields, VALUE_INFO.name);
  const type = messages(fields, VALUE_INFO.type)[0];
  const tensor = type && messages(readFields(type), TYPE.tensor)[0];
  if (!tensor) return { name, dtype: null, shape: [] };
  const about = readFields(tensor);
  const shape = messages(about, TENSOR_TYPE.shape)[0];
  const code = integers(about, TENSOR_TYPE.elemType)[0] ?? 0;
  return {
    name,
    dtype: ELEMENT_TYPES[code] ?? `type ${code}`,
    shape: shape ? messages(readFields(shape), SHAPE.dim).map(readDim) : [],
  };
}

function readDim(bytes: Uint8Array): number | string | null {
  const fields = readFields(bytes);
  const value = integers(fields, DIM.value)[0];
  if (value !== undefined) return value;
  const name = textIn(fields, DIM.param);
  return name === '' ? null : name;
}

/** Locations of external tensors: of the graph's initializers, and of tensors and graphs inside attributes. */
function externalIn(graph: readonly ProtoField[]): string[] {
  return [
    ...messages(graph, GRAPH.initializer).flatMap(locationsIn),
    ...messages(graph, GRAPH.node)
      .flatMap((node) => messages(readFields(node), NODE.attribute))
      .flatMap(externalInAttribute),
  ];
}

function externalInAttribute(attribute: Uint8Array): string[] {
  const found: string[] = [];
  scanFields(attribute, (number, wire, start, end) => {
    if (wire !== 2) return undefined;
    if (number === ATTRIBUTE.tensor || number === ATTRIBUTE.tensors)
      found.push(...locationsIn(attribute.subarray(start, end)));
    if (number === ATTRIBUTE.graph || number === ATTRIBUTE.graphs)
      found.push(...externalIn(readFields(attribute.subarray(start, end))));
    return undefined;
  });
  return found;
}

function locationsIn(tensor: Uint8Array): string[] {
  return messages(readFields(tensor), TENSOR.externalData)
    .filter((entry) => textOf(entry, ENTRY.key) === 'location')
    .map((entry) => textOf(entry, ENTRY.value));
}

/** Looks no further than the field. */
function firstText(message: Uint8Array, wanted: number): string {
  let text = '';
  scanFields(message, (number, wire, start, end) => {
    if (number !== wanted || wire !== 2) return undefined;
    text = decode(message.subarray(start, end));
    return true;
  });
  return text;
}

function messages(fields: readonly ProtoField[], number: number): Uint8Array[] {
  return fields.flatMap((field) => (field.number === number && field.kind === 'bytes' ? [field.value] : []));
}

/** Packed or one by one: both are valid protobuf. */
function integers(fields: readonly ProtoField[], number: number): number[] {
  return fields.flatMap((field) => {
    if (field.number !== number) return [];
    if (field.kind === 'varint') return [Number(BigInt.asIntN(64, field.value))];
    return field.kind === 'bytes' ? readPackedInts(field.value) : [];
  });
}

function textIn(fields: readonly ProtoField[], number: number): string {
  const found = messages(fields, number)[0];
  return found ? decode(found) : '';
}

function textOf(message: Uint8Array, number: number): string {
  return textIn(readFields(message), number);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
