// What else lies in the store's folder: the running program's id, tables of the former format, and bytes that no table knows.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Journal, StoreError } from './journal.mjs';

const BLOBS = '__azurite_db_blob__.json';
const EXTENTS = '__azurite_db_blob_extent__.json';
const BYTES = '__blobstorage__';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Stands where the tables were, so that a program that knows only them ends with an error rather than with an empty store. */
const NOTE = 'The tables are in journal.log since a newer version of this program; go on with that one.\n';

/** Tenths of a second that an earlier program has to end. */
const PATIENCE = 100;

/**
 * Waits for an earlier program on the folder, whose parent was killed, to end, and takes its place.
 * @param {string} folder
 */
export async function claimFolder(folder) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'pid');
  const earlier = readPid(file);
  for (let i = 0; earlier !== process.pid && isStore(earlier); i++) {
    if (i === PATIENCE) throw new StoreError(`Process ${earlier} still runs the store in ${folder}. End it first.`);
    await sleep(100);
  }

  writeFileSync(file, String(process.pid));
  process.on('exit', () => {
    if (readPid(file) === process.pid) rmSync(file, { force: true });
  });
}

/** @param {string} folder */
export const journalOf = (folder) => path.join(folder, 'journal.log');

/** @param {string} folder */
export const bytesOf = (folder) => path.join(folder, BYTES);

/**
 * Carries Azurite's own tables over into a journal, where the folder has none yet.
 * @param {string} folder
 */
export async function adoptTables(folder) {
  const tables = [BLOBS, EXTENTS].map((name) => path.join(folder, name));
  if (!existsSync(journalOf(folder))) {
    const contents = tables.filter((file) => existsSync(file)).map((file) => readFileSync(file, 'utf8'));
    const hasBytes = existsSync(bytesOf(folder)) && readdirSync(bytesOf(folder)).length > 0;
    if (contents.includes(NOTE) || contents.length === 1 || (contents.length === 0 && hasBytes)) {
      throw new StoreError(`${journalOf(folder)} is missing, though the store was used. Put the folder back from a copy, or delete it to begin anew.`);
    }

    if (contents.length > 0) await Journal.create(journalOf(folder), contents.flatMap((content) => changesOf(folder, content)));
  }

  writeFileSync(tables[0], NOTE);
  rmSync(tables[1], { force: true });
}

/**
 * @param {string} folder
 * @param {string} table What LokiJS saved.
 * @returns {import('./collections.mjs').Change[][]}
 */
function changesOf(folder, table) {
  try {
    const { collections } = JSON.parse(table);
    return collections.map(({ name, maxId, data }) => [{ collection: name, maxId, put: data, extend: [], remove: [] }]);
  } catch (error) {
    throw new StoreError(`The tables in ${folder} can't be read (${error}). Put the folder back from a copy, or delete it to begin anew.`);
  }
}

/**
 * Deletes files of bytes that a crash left without an entry: nothing refers to them, and Azurite's own collection looks at entries only.
 * @param {string} folder
 * @param {(id: string) => boolean} isKnown
 */
export function deleteOrphans(folder, isKnown) {
  for (const name of readdirSync(bytesOf(folder))) {
    if (UUID.test(name) && !isKnown(name)) rmSync(path.join(bytesOf(folder), name), { force: true });
  }
}

/** @param {string} file */
function readPid(file) {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10);
  } catch {
    return Number.NaN;
  }
}

/**
 * Whether a process lives and may be a store's: after a restart of the machine another program can have the id.
 * @param {number} pid
 */
function isStore(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }

  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('azurite.mjs');
  } catch {
    return true;
  }
}
