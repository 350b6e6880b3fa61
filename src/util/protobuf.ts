// The protobuf wire format, as far as ONNX models and event files need it. A message is read as its list of fields, each with the bytes
// it came from, so that a rewrite keeps every field it does not know exactly as it was.
// Reference: https://protobuf.dev/programming-guides/encoding/

/** `raw` is the whole field with its tag: what a rewrite copies. */
export type ProtoField = { readonly number: number; readonly raw: Uint8Array } & (
  | { readonly kind: 'varint'; readonly value: bigint }
  | { readonly kind: 'bytes'; readonly value: Uint8Array }
  | { readonly kind: 'fixed32' | 'fixed64'; readonly value: DataView }
);

/** The bytes are not protobuf. Callers turn this into a Failure that names the file. */
export class ProtoError extends Error {}

/**
 * Calls `visit` for each field with the range of its payload, in file order, making nothing: a forest has fields by the
 * hundred thousand. `visit` returns true to stop. @throws ProtoError
 */
export function scanFields(
  message: Uint8Array,
  visit: (number: number, wire: number, start: number, end: number, from: number) => boolean | undefined,
): void {
  for (let at = 0; at < message.length; ) {
    const from = at;
    let end = endOfVarint(message, at);
    const tag = smallVarint(message, at, end);
    const number = tag >>> 3;
    if (number === 0) throw new ProtoError('it has a field numbered 0');
    let start = end;
    switch (tag & 7) {
      case 0:
        end = endOfVarint(message, start);
        break;
      case 1:
        end = start + 8;
        break;
      case 2: {
        const data = endOfVarint(message, start);
        end = data + smallVarint(message, start, data);
        start = data;
        break;
      }
      case 5:
        end = start + 4;
        break;
      default:
        throw new ProtoError(`it has a field of unknown wire type ${tag & 7}`);
    }
    if (end > message.length) throw new ProtoError('it ends inside a field');
    if (visit(number, tag & 7, start, end, from)) return;
    at = end;
  }
}

/** All fields of a message in file order. @throws ProtoError */
export function readFields(message: Uint8Array): ProtoField[] {
  const fields: ProtoField[] = [];
  scanFields(message, (number, wire, start, end, from) => {
    const raw = message.subarray(from, end);
    const payload = message.subarray(start, end);
    if (wire === 0) fields.push({ number, kind: 'varint', value: readVarint(message, start)[0], raw });
    else if (wire === 2) fields.push({ number, kind: 'bytes', value: payload, raw });
    else {
      const value = new DataView(payload.buffer, payload.byteOffset, payload.length);
      fields.push({ number, kind: wire === 1 ? 'fixed64' : 'fixed32', value, raw });
    }
    return undefined;
  });
  return fields;
}

function endOfVarint(message: Uint8Array, start: number): number {
  for (let at = start; at < start + 10; at++) {
    const byte = message[at];
    if (byte === undefined) throw new ProtoError('it ends inside a number');
    if (byte < 0x80) return at + 1;
  }
  throw new ProtoError('a number is longer than 10 bytes');
}

/** Tags and lengths: any that is beyond 2⁵³ ends outside of the message anyway. */
function smallVarint(message: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = end - 1; at >= start; at--) value = value * 128 + (message[at]! & 0x7f);
  return value;
}

/** The numbers of a packed field, as int64. @throws ProtoError */
export function readPackedInts(packed: Uint8Array): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < packed.length; ) {
    const [value, end] = readVarint(packed, at);
    numbers.push(Number(BigInt.asIntN(64, value)));
    at = end;
  }
  return numbers;
}

/** The number at `start`, and where it ends. */
function readVarint(bytes: Uint8Array, start: number): readonly [bigint, number] {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[start + index];
    if (byte === undefined) throw new ProtoError('it ends inside a number');
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return [value, start + index + 1];
  }
  throw new ProtoError('a number is longer than 10 bytes');
}

/** A message being written, as the fields in the order in which they are added. */
export class ProtoWriter {
  readonly #parts: Uint8Array[] = [];

  /** int64, bool and enum fields; negative numbers take ten bytes, as protobuf asks. */
  int(number: number, value: number | bigint): this {
    return this.#add(tagOf(number, 0), encodeVarint(value));
  }

  float(number: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#add(tagOf(number, 5), bytes);
  }

  double(number: number, value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    return this.#add(tagOf(number, 1), bytes);
  }

  text(number: number, value: string): this {
    return this.bytes(number, new TextEncoder().encode(value));
  }

  bytes(number: number, value: Uint8Array): this {
    return this.#add(tagOf(number, 2), encodeVarint(value.length), value);
  }

  message(number: number, value: ProtoWriter): this {
    return this.bytes(number, value.finish());
  }

  packedInts(number: number, values: readonly (number | bigint)[]): this {
    return this.bytes(number, concat(values.map(encodeVarint)));
  }

  packedFloats(number: number, values: readonly number[]): this {
    const bytes = new Uint8Array(4 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, index) => {
      view.setFloat32(4 * index, value, true);
    });
    return this.bytes(number, bytes);
  }

  /** A field as it was read. */
  raw(field: Uint8Array): this {
    return this.#add(field);
  }

  finish(): Uint8Array {
    return concat(this.#parts);
  }

  #add(...parts: readonly Uint8Array[]): this {
    this.#parts.push(...parts);
    return this;
  }
}

function tagOf(number: number, wire: number): Uint8Array {
  return encodeVarint((number << 3) | wire);
}

function encodeVarint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
