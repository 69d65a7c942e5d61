// Tests of the store's journal, run by StoreScriptTests with `node --test`. WRN_STORE is the folder with the scripts and Azurite's packages.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const load = (name) => import(pathToFileURL(path.join(process.env.WRN_STORE, name)).href);
const { Journal, StoreError } = await load('journal.mjs');
const { encodeFrame } = await load('frames.mjs');
const { Collections, SavedDocuments } = await load('collections.mjs');
const { GroupCommit } = await load('commit.mjs');
const { createStore } = await load('store.mjs');
const Loki = createRequire(path.join(process.env.WRN_STORE, 'store.mjs'))('lokijs');

const folder = mkdtempSync(path.join(tmpdir(), 'wrncloud-store-'));
after(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = () => path.join(folder, `journal-${files++}.log`);
const noFailure = (error) => assert.fail(error);

const opened = [];
after(() => Promise.allSettled(opened.map((journal) => journal.close())));

/** Opens a journal and returns it with what it holds. */
async function read(file) {
  const values = [];
  const journal = await Journal.open(file, (value) => values.push(value));
  opened.push(journal);
  return { journal, values };
}

/** A journal of three values, its last frame's bytes among them. */
async function written() {
  const file = newFile();
  const { journal } = await read(file);
  const last = encodeFrame({ three: 'ü'.repeat(20) });
  for (const frame of [encodeFrame('one'), encodeFrame([2]), last]) await journal.append(frame);
  await journal.close();
  return { file, last, size: readFileSync(file).length };
}

test('a last frame that was cut off anywhere is dropped, and the journal goes on', async () => {
  const { file, last, size } = await written();
  const whole = readFileSync(file);
  for (let cut = 1; cut <= last.length; cut++) {
    writeFileSync(file, whole.subarray(0, size - cut));
    const { journal, values } = await read(file);
    assert.deepEqual(values, ['one', [2]], `cut by ${cut} bytes`);
    await journal.append(encodeFrame('four'));
    await journal.close();
    const again = await read(file);
    assert.deepEqual(again.values, ['one', [2], 'four']);
    await again.journal.close();
  }
});

test('any bit that is wrong in the last frame drops it, and any before it is refused', async () => {
  const { file, last, size } = await written();
  const whole = readFileSync(file);
  for (let byte = 0; byte < size; byte++) {
    const damaged = Buffer.from(whole);
    damaged[byte] ^= 1 << (byte % 8);
    writeFileSync(file, damaged);
    if (byte >= size - last.length) {
      const { journal, values } = await read(file);
      assert.deepEqual(values, ['one', [2]], `byte ${byte}`);
      await journal.close();
    } else {
      await assert.rejects(read(file), StoreError, `byte ${byte}`);
      assert.deepEqual(readFileSync(file), damaged);
    }
  }
});

test('zeros and rubbish behind the last frame are cut off', async () => {
  for (const rubbish of [Buffer.alloc(5000), Buffer.from('0000000a 0123\n\n'), Buffer.alloc(70_000, '\n')]) {
    const { file, size } = await written();
    appendFileSync(file, rubbish);
    const { journal, values } = await read(file);
    assert.equal(values.length, 3);
    assert.equal(readFileSync(file).length, size);
    await journal.close();
  }
});

test('a journal of a newer program is refused, and so is an empty file', async () => {
  const file = newFile();
  writeFileSync(file, encodeFrame({ format: 'wrncloud-store-journal', version: 2 }));
  await assert.rejects(read(file), /Use the newer program/);
  truncateSync(file);
  await assert.rejects(read(file), /damaged at byte 0/);
});

test('a replacement counts once it is in place, and not before', async () => {
  const { file } = await written();
  writeFileSync(`${file}.new`, 'half a replacement');
  const { journal, values } = await read(file);
  assert.equal(values.length, 3);
  assert.ok(!existsSync(`${file}.new`));
  const replacement = await journal.replace();
  await replacement.append(encodeFrame('all'));
  await journal.append(encodeFrame('four'));
  assert.equal(readFileSync(file, 'utf8').trimEnd().split('\n').length, 5);
  await journal.switchTo(replacement);
  await journal.append(encodeFrame('more'));
  assert.deepEqual((await read(file)).values, ['all', 'more']);
});

/** A database as Azurite makes it. */
function newDatabase() {
  const database = new Loki('unused', { persistenceMethod: 'memory' });
  database.isIncremental = true;
  database.addCollection('services', { unique: ['accountName'] });
  database.addCollection('blobs', { indices: ['accountName', 'containerName', 'name', 'snapshot'] });
  return database;
}

/** Numbers from a seed, as good as needed here. */
function randomOf(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** One random change, as Azurite's handlers make them. */
function change(database, random, step) {
  const blobs = database.getCollection('blobs');
  const name = `blob-${random(200)}`;
  const blob = blobs.findOne({ name, accountName: 'a', containerName: 'c', snapshot: '' });
  const content = () => ({ name, accountName: 'a', containerName: 'c', snapshot: '', properties: { etag: `${step}`, lastModified: new Date(step) } });
  switch (random(8)) {
    case 0:
      if (blob) blobs.remove(blob);
      return;
    case 1:
      blobs.findAndRemove({ accountName: 'a', containerName: 'c', name });
      return;
    case 2:
      if (blob) blobs.remove(blob);
      blobs.insert(content());
      return;
    case 3:
      database.getCollection('services').findAndRemove({ accountName: 'a' });
      database.getCollection('services').insert({ accountName: 'a', cors: step });
      return;
    default:
      if (!blob) {
        blobs.insert(content());
        return;
      }

      blob.committedBlocksInOrder ??= [];
      for (let i = random(8); i >= 0; i--) blob.committedBlocksInOrder.push({ size: step, persistency: { id: `${step}-${i}`, offset: i } });
      blob.properties.etag = `${step}`;
      blobs.update(blob);
  }
}

/** What a database holds, as JSON has it. */
function contentOf(database) {
  const collections = database.collections.map(({ name, maxId, data, idIndex }) => ({ name, maxId, data, ids: idIndex ?? data.map((d) => d.$loki) }));
  return JSON.parse(JSON.stringify(collections));
}

for (const [seed, growthBytes] of [[1, undefined], [2, 20_000], [3, 1]]) {
  test(`2,000 random changes come back exactly (seed ${seed}, compaction after ${growthBytes ?? 'the usual'} bytes)`, async () => {
    const file = newFile();
    const random = randomOf(seed);
    const database = newDatabase();
    const { journal } = await read(file);
    const commit = new GroupCommit(journal, new Collections([database]), { beforeWrite: () => {}, onFailure: noFailure, growthBytes });
    for (let step = 0; step < 2000; step++) {
      change(database, random, step);
      if (random(4) === 0) void commit.flush();
      if (random(8) === 0) await commit.flush();
      if (random(50) === 0) await new Promise(setImmediate);
    }

    await commit.close();
    const saved = new SavedDocuments();
    const reopened = await Journal.open(file, (changes) => saved.apply(changes));
    const second = newDatabase();
    saved.fill(second);
    assert.deepEqual(contentOf(second), contentOf(database));
    for (const { name } of database.getCollection('blobs').data) {
      assert.equal(second.getCollection('blobs').find({ name, snapshot: '' }).length, 1);
    }

    assert.deepEqual(second.getCollection('services').by('accountName', 'a')?.cors, database.getCollection('services').by('accountName', 'a')?.cors);
    assert.ok(second.getCollection('blobs').insert({ name: 'next' }).$loki > database.getCollection('blobs').maxId);
    await reopened.close();
  });
}

test('callers at once share a write', async () => {
  const file = newFile();
  const { journal } = await read(file);
  const database = newDatabase();
  const commit = new GroupCommit(journal, new Collections([database]), { beforeWrite: () => {}, onFailure: noFailure });
  const flushes = [];
  for (let i = 0; i < 100; i++) {
    database.getCollection('blobs').insert({ name: `${i}` });
    flushes.push(commit.flush());
  }

  await Promise.all(flushes);
  await commit.close();
  const { values } = await read(file);
  assert.ok(values.length <= 2, `${values.length} writes`);
  assert.equal(values.flatMap((changes) => changes[0].put).length, 100);
});

test('nothing is replaced any more once it is closed', async () => {
  const file = newFile();
  const { journal } = await read(file);
  const database = newDatabase();
  const commit = new GroupCommit(journal, new Collections([database]), { beforeWrite: () => {}, onFailure: noFailure, growthBytes: 1 });
  for (let i = 0; i < 100; i++) database.getCollection('blobs').insert({ name: `${i}`, rest: 'x'.repeat(1000) });

  await commit.close();

  const closed = statSync(file);
  await sleep(200);
  assert.equal(statSync(file).ino, closed.ino);
  assert.ok(!existsSync(`${file}.new`));
  assert.equal((await read(file)).values.flatMap((changes) => changes[0].put).length, 100);
});

test('a failed write is acknowledged to nobody', async () => {
  const database = newDatabase();
  const failures = [];
  const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  const { journal } = await read(newFile());
  await journal.close();
  const commit = new GroupCommit(journal, new Collections([database]), { beforeWrite: () => { throw full; }, onFailure: (e) => failures.push(e) });
  database.getCollection('blobs').insert({ name: 'one' });
  let isAcknowledged = false;
  void commit.flush().then(() => { isAcknowledged = true; });
  await sleep(50);
  assert.deepEqual(failures, [full]);
  void commit.flush().then(() => { isAcknowledged = true; });
  await sleep(50);
  assert.ok(!isAcknowledged);
});

test('bytes without an entry are deleted at the start, and unreferenced ones by Azurite, for good', async () => {
  const data = path.join(folder, 'store');
  const bytes = path.join(data, '__blobstorage__');
  const unreferenced = '00000000-0000-4000-8000-000000000001';
  const orphan = '00000000-0000-4000-8000-000000000002';
  mkdirSync(bytes, { recursive: true });
  const entry = { id: unreferenced, locationId: 'Default', path: unreferenced, size: 3, LastModifyInMS: 1, $loki: 7, meta: {} };
  await Journal.create(path.join(data, 'journal.log'), [[{ collection: '$EXTENTS_COLLECTION$', maxId: 7, put: [entry], extend: [], remove: [] }]]);
  for (const id of [unreferenced, orphan]) writeFileSync(path.join(bytes, id), 'abc');
  process.env.AZURITE_ACCOUNTS ??= `a:${Buffer.alloc(64).toString('base64')}`;
  const { server, commit } = await createStore(data, '0', noFailure);
  await server.start();
  assert.ok(!existsSync(path.join(bytes, orphan)));
  while (existsSync(path.join(bytes, unreferenced))) await sleep(20);
  await server.close();
  await commit.close();
  const saved = new SavedDocuments();
  opened.push(await Journal.open(path.join(data, 'journal.log'), (changes) => saved.apply(changes)));
  const database = new Loki('unused', { persistenceMethod: 'memory' });
  database.addCollection('$EXTENTS_COLLECTION$');
  saved.fill(database);
  assert.equal(database.getCollection('$EXTENTS_COLLECTION$').count(), 0);
});
