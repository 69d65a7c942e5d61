// The file that the store's metadata is written to before a request is answered: appended to, and replaced by a shorter one now and then.
import { closeSync, constants, existsSync, fsyncSync, ftruncateSync, openSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import { encodeFrame, readFrames } from './frames.mjs';

const FORMAT = 'wrncloud-store-journal';
const VERSION = 1;

/** Opened for appending so that a write returns once it is on disk, in one call; Windows has no such flag, and syncs after it. */
const APPEND = constants.O_DSYNC === undefined ? 'a' : constants.O_WRONLY | constants.O_APPEND | constants.O_DSYNC;

/** How much of a replacement may wait for the disk at once: more would hold the writers' own syncs up. */
const SYNC_EVERY_BYTES = 1 << 20;

/** An error whose message says what to do, and needs no stack. */
export class StoreError extends Error {}

/** An append-only file of frames. What was appended is on disk, power loss included, once the promise resolves. */
export class Journal {
  #path;
  #handle;
  #bytes;
  #compactBytes;

  /**
   * @param {string} file
   * @param {import('node:fs/promises').FileHandle} handle
   * @param {number} bytes
   */
  constructor(file, handle, bytes) {
    this.#path = file;
    this.#handle = handle;
    this.#bytes = bytes;
    this.#compactBytes = bytes;
  }

  /** Bytes in the file. */
  get bytes() {
    return this.#bytes;
  }

  /** Bytes that it had when it was last replaced or opened. */
  get compactBytes() {
    return this.#compactBytes;
  }

  /**
   * Opens the journal, or starts one, and reads it. An unfinished frame at its end, which was never acknowledged, is cut off.
   * @param {string} file
   * @param {(value: any) => void} onValue Gets every appended value, oldest first.
   */
  static async open(file, onValue) {
    rmSync(replacementOf(file), { force: true });
    if (!existsSync(file)) await Journal.create(file, []);
    const bytes = load(file, onValue);
    return new Journal(file, await open(file, APPEND), bytes);
  }

  /**
   * Writes a journal at once.
   * @param {string} file
   * @param {unknown[]} values
   */
  static async create(file, values) {
    const journal = new Replacement(file, await open(replacementOf(file), 'w'));
    for (const value of values) await journal.append(encodeFrame(value));
    await journal.commit();
  }

  /** @param {Buffer} frame From {@link encodeFrame}. */
  async append(frame) {
    await writeAll(this.#handle, frame);
    if (constants.O_DSYNC === undefined) await this.#handle.datasync();
    this.#bytes += frame.length;
  }

  /** Starts a file that takes this one's place once it is committed. */
  async replace() {
    return new Replacement(this.#path, await open(replacementOf(this.#path), 'w'));
  }

  /**
   * Goes on in the replacement, which holds everything that this file holds. A crash leaves the one or the other.
   * @param {Replacement} replacement
   */
  async switchTo(replacement) {
    await this.#handle.close();
    this.#bytes = await replacement.commit();
    this.#compactBytes = this.#bytes;
    this.#handle = await open(this.#path, APPEND);
  }

  async close() {
    await this.#handle.close();
  }
}

/** A journal in the making. */
export class Replacement {
  #path;
  #handle;
  #bytes = 0;
  #unsynced = 0;

  /**
   * @param {string} file The journal whose place it takes.
   * @param {import('node:fs/promises').FileHandle} handle
   */
  constructor(file, handle) {
    this.#path = file;
    this.#handle = handle;
  }

  /** @param {Buffer} frame From {@link encodeFrame}. */
  async append(frame) {
    if (this.#bytes === 0) await this.#write(encodeFrame({ format: FORMAT, version: VERSION }));
    await this.#write(frame);
  }

  /** Puts it in place, and returns its size in bytes. */
  async commit() {
    if (this.#bytes === 0) await this.#write(encodeFrame({ format: FORMAT, version: VERSION }));
    await this.#handle.sync();
    await this.#handle.close();
    await rename(replacementOf(this.#path), this.#path);
    syncFolder(path.dirname(this.#path));
    return this.#bytes;
  }

  /** @param {Buffer} frame */
  async #write(frame) {
    await writeAll(this.#handle, frame);
    this.#bytes += frame.length;
    this.#unsynced += frame.length;
    if (this.#unsynced < SYNC_EVERY_BYTES) return;
    await this.#handle.datasync();
    this.#unsynced = 0;
  }
}

/**
 * Makes the names in a folder durable; Windows has no such call, and keeps them by itself.
 * @param {string} folder
 */
export function syncFolder(folder) {
  if (process.platform === 'win32') return;
  const file = openSync(folder, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** @param {string} file */
const replacementOf = (file) => `${file}.new`;

/**
 * @param {string} file
 * @param {(value: any) => void} onValue
 * @returns {number} The size that is left.
 */
function load(file, onValue) {
  const opened = openSync(file, 'r+');
  try {
    let isFirst = true;
    const { end, size, continues } = readFrames(opened, (value) => {
      if (isFirst) requireFormat(file, value);
      else onValue(value);
      isFirst = false;
    });
    if (continues || end === 0) {
      throw new StoreError(`${file} is damaged at byte ${end}. Nothing was changed. Put the state folder back from a copy, or start on another with --state.`);
    }

    if (end < size) {
      ftruncateSync(opened, end);
      fsyncSync(opened);
      console.error(`Cut ${size - end} bytes of an unfinished write off the end of ${file}.`);
    }

    return end;
  } finally {
    closeSync(opened);
  }
}

/**
 * @param {string} file
 * @param {{ format?: unknown, version?: unknown }} header
 */
function requireFormat(file, header) {
  if (header.format === FORMAT && header.version === VERSION) return;
  throw new StoreError(`${file} has the format ${header.format} ${header.version}; this program reads ${FORMAT} ${VERSION}. Use the newer program.`);
}

/**
 * @param {import('node:fs/promises').FileHandle} handle
 * @param {Buffer} bytes
 */
async function writeAll(handle, bytes) {
  for (let done = 0; done < bytes.length;) done += (await handle.write(bytes, done)).bytesWritten;
}
