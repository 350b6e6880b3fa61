// The bytes of event files; that TensorBoard reads them is test/integration/exports.test.ts.
import { describe, expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from '../../../src/interop/tensorboard/crc32c.ts';
import { scalar, summaryEvent, versionEvent } from '../../../src/interop/tensorboard/events.ts';
import { recordFile } from '../../../src/interop/tensorboard/records.ts';
import { EVENT_FILE, tensorboardFiles } from '../../../src/interop/tensorboard/write.ts';
import { readFields } from '../../../src/util/protobuf.ts';
import { FALCON, OTTER } from '../runs.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('CRC-32C', () => {
  it.each([
    // RFC 3720, B.4
    ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
    ['32 ones', Buffer.alloc(32, 0xff), 0x62a8ab43],
    ['rising bytes', Buffer.from(Array.from({ length: 32 }, (_, at) => at)), 0x46dd794e],
    ['falling bytes', Buffer.from(Array.from({ length: 32 }, (_, at) => 31 - at)), 0x113fdb5c],
    ['digits', Buffer.from('123456789'), 0xe3069283],
    ['nothing', Buffer.alloc(0), 0],
  ])('of %s', (_, bytes, sum) => {
    expect(crc32c(bytes)).toBe(sum);
  });

  it('is masked as TensorFlow does', () => {
    // The length of the first record of every event file, as TensorFlow, PyTorch and TensorBoard write it: 24.
    expect(maskedCrc32c(Buffer.from('1800000000000000', 'hex'))).toBe(0x224b7fa3);
  });
});

it('writes records and events to the byte', () => {
  const file = recordFile([
    versionEvent(1767323045.5),
    summaryEvent(1767323045.5, 3, [scalar('loss', 0.25)]),
  ]);
  // Made by TensorBoard's own protobuf and checksum of the same two events.
  expect(hex(file)).toBe(
    '1800000000000000a37f4b220900006069cd55da411a0d627261696e2e4576656e743a32fd0d1243' +
      '1a00000000000000129bd82d0900006069cd55da4110032a0d0a0b0a046c6f7373150000803effeb0cc7',
  );
});

describe('a log directory', () => {
  const files = tensorboardFiles([OTTER, FALCON]);

  it('has a file a run, and one for the table', () => {
    expect([...files.keys()]).toEqual([EVENT_FILE, `calm-otter/${EVENT_FILE}`, `on/${EVENT_FILE}`]);
  });

  it('is the same every time', () => {
    expect(tensorboardFiles([OTTER, FALCON])).toEqual(files);
  });

  it('has times of the record only: the start, then the end', () => {
    const times = records(files.get(`calm-otter/${EVENT_FILE}`) as Uint8Array).map(wallTime);
    expect([...new Set(times)]).toEqual([1767323045.678, 1767323107.178]);
  });

  it('of no run has an empty table', () => {
    expect([...tensorboardFiles([]).keys()]).toEqual([EVENT_FILE]);
  });
});

function records(file: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(file);
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at));
    found.push(bytes.subarray(at + 12, at + 12 + length));
    at += length + 16;
  }
  return found;
}

function wallTime(event: Uint8Array): number {
  const field = readFields(event).find(({ number }) => number === 1)!;
  return (field.value as DataView).getFloat64(0, true);
}
