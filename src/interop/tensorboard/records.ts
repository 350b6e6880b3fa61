// TFRecord: each record is its length (uint64), the length's checksum, its bytes, their checksum; little endian.
// Reference: https://www.tensorflow.org/tutorials/load_data/tfrecord
import { maskedCrc32c } from './crc32c.ts';

export function recordFile(records: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(records.map(record));
}

function record(bytes: Uint8Array): Uint8Array {
  const framed = Buffer.alloc(8 + 4 + bytes.length + 4);
  framed.writeBigUInt64LE(BigInt(bytes.length), 0);
  framed.writeUInt32LE(maskedCrc32c(framed.subarray(0, 8)), 8);
  framed.set(bytes, 12);
  framed.writeUInt32LE(maskedCrc32c(bytes), 12 + bytes.length);
  return framed;
}
