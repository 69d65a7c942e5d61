// The format of the journal: frames, each with its length and a checksum, so that one that was cut off by a crash is recognised.
import { createHash } from 'node:crypto';
import { fstatSync, readSync } from 'node:fs';

/** `llllllll cccccccccccccccc payload\n`: the payload's length in bytes and the start of its SHA-256, both in hexadecimal, then JSON. */
const HEAD_BYTES = 26;
const HEAD = /^([0-9a-f]{8}) ([0-9a-f]{16}) $/;
const ANY_HEAD = /(?=[0-9a-f]{8} [0-9a-f]{16} )/g;
const BLOCK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

/** @param {Buffer} payload */
const checksum = (payload) => createHash('sha256').update(payload).digest('hex').slice(0, 16);

/**
 * @param {unknown} value Anything that JSON holds.
 * @returns {Buffer} One frame.
 */
export function encodeFrame(value) {
  const payload = Buffer.from(JSON.stringify(value));
  const head = `${payload.length.toString(16).padStart(8, '0')} ${checksum(payload)} `;
  return Buffer.concat([Buffer.from(head, 'latin1'), payload, Buffer.from([NEWLINE])]);
}

/**
 * Reads whole frames from the start of a file, one after the other.
 * @param {number} file A file descriptor.
 * @param {(value: any) => void} onFrame Gets each frame's value.
 * @returns {{ end: number, size: number, continues: boolean }} Where the last whole frame ends, the file's size, and whether a whole frame follows
 * somewhere behind the first broken one, which no crash leaves: the file is damaged.
 */
export function readFrames(file, onFrame) {
  const { size } = fstatSync(file);
  let end = 0;
  for (let frame = readFrame(file, 0, size); frame !== null; frame = readFrame(file, end, size)) {
    onFrame(JSON.parse(frame.payload.toString()));
    end = frame.end;
  }

  return { end, size, continues: end < size && hasFrame(file, end, size) };
}

/**
 * @param {number} file
 * @param {number} start
 * @param {number} size
 * @returns {{ payload: Buffer, end: number } | null} The frame that starts there; null when none does, or a broken one.
 */
function readFrame(file, start, size) {
  if (start + HEAD_BYTES > size) return null;
  const head = HEAD.exec(read(file, start, HEAD_BYTES).toString('latin1'));
  if (head === null) return null;
  const length = Number.parseInt(head[1], 16);
  const end = start + HEAD_BYTES + length + 1;
  if (end > size) return null;
  const payload = read(file, start + HEAD_BYTES, length + 1);
  if (payload[length] !== NEWLINE) return null;
  const bytes = payload.subarray(0, length);
  return checksum(bytes) === head[2] ? { payload: bytes, end } : null;
}

/**
 * @param {number} file
 * @param {number} start
 * @param {number} size
 * @returns {boolean} Whether a whole frame starts behind that byte.
 */
function hasFrame(file, start, size) {
  for (let at = start + 1; at < size; at += BLOCK_BYTES) {
    // A head may lie across the end of a block.
    const text = read(file, at, Math.min(BLOCK_BYTES + HEAD_BYTES, size - at)).toString('latin1');
    for (const head of text.matchAll(ANY_HEAD)) {
      if (readFrame(file, at + head.index, size) !== null) return true;
    }
  }

  return false;
}

/**
 * @param {number} file
 * @param {number} start
 * @param {number} length
 */
function read(file, start, length) {
  const bytes = Buffer.allocUnsafe(length);
  for (let done = 0; done < length;) {
    const count = readSync(file, bytes, done, length - done, start + done);
    if (count === 0) throw new Error('The journal became shorter while it was read.');
    done += count;
  }

  return bytes;
}
