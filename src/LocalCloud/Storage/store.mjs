// Azurite's blob service over the journal: it answers a request only when all that the answer tells of is on disk.
import { createRequire } from 'node:module';
import { Collections, SavedDocuments } from './collections.mjs';
import { GroupCommit } from './commit.mjs';
import { adoptTables, bytesOf, deleteOrphans, journalOf } from './folder.mjs';
import { Journal, syncFolder } from './journal.mjs';

const require = createRequire(import.meta.url);
const azurite = (/** @type {string} */ module) => require(`azurite/dist/src/${module}.js`);

/**
 * A server that is not started yet, and its commits.
 * @param {string} folder
 * @param {string} port
 * @param {(error: Error) => void} onFailure The journal can't be written.
 * @param {number} [growthBytes] See {@link GroupCommit}.
 */
export async function createStore(folder, port, onFailure, growthBytes) {
  await adoptTables(folder);
  const saved = new SavedDocuments();
  const journal = await Journal.open(journalOf(folder), (changes) => saved.apply(changes));

  /** @type {GroupCommit} */
  let commit;
  answerAfter(() => commit.flush());
  const server = await createServer(folder, port);
  const extents = new ExtentHooks(server, folder);
  const databases = [server.metadataStore.db, server.extentMetadataStore.db];
  commit = new GroupCommit(journal, new Collections(databases), { beforeWrite: () => extents.sync(), onFailure, growthBytes });
  for (const database of databases) persistBy(commit, database);
  for (const store of [server.metadataStore, server.extentMetadataStore]) {
    wrap(store, 'init', async (init) => {
      await init();
      saved.fill(store.db);
    });
  }

  extents.attach(commit, () => saved.clear());
  return { server, commit };
}

/** Azurite's files of bytes and their entries, where they touch durability. */
class ExtentHooks {
  #server;
  #folder;
  #hasNewFile = false;

  /**
   * @param {any} server
   * @param {string} folder
   */
  constructor(server, folder) {
    this.#server = server;
    this.#folder = folder;
  }

  /** Azurite syncs the bytes of each write itself, but not the name of a new file. */
  sync() {
    if (this.#hasNewFile) syncFolder(bytesOf(this.#folder));
    this.#hasNewFile = false;
  }

  /**
   * @param {GroupCommit} commit
   * @param {() => void} onLoaded All databases are filled.
   */
  attach(commit, onLoaded) {
    const { extentStore, extentMetadataStore } = this.#server;
    const isKnown = (/** @type {string} */ id) =>
      extentMetadataStore.db.getCollection(extentMetadataStore.EXTENTS_COLLECTION).findOne({ id }) !== null;
    wrap(extentStore, 'init', async (init) => {
      await init();
      onLoaded();
      deleteOrphans(this.#folder, isKnown);
    });
    wrap(extentMetadataStore, 'updateExtent', async (update, extent) => {
      this.#hasNewFile ||= !isKnown(extent.id);

      // Azurite's collection of garbage spares what changed lately by this field, which Azurite sets from a file's second write on only.
      extent.LastModifyInMS = extent.lastModifiedInMS;
      await update(extent);
    });
    wrap(extentStore, 'deleteExtents', async (deleteExtents, ids) => {
      // Until the deletion of the last blob that refers to them is on disk, a crash brings that blob back.
      await commit.flush();
      return deleteExtents(ids);
    });
  }
}

/**
 * Every answer, a read's and an error's too, since it may tell of a change that another request has made and that a crash could still undo.
 * @param {() => Promise<void>} flush
 */
function answerAfter(flush) {
  const { prototype } = azurite('blob/generated/ExpressMiddlewareFactory').default;
  for (const name of ['createSerializerMiddleware', 'createErrorMiddleware']) {
    wrap(prototype, name, function create(original) {
      const middleware = original();

      // Express tells error handlers by their four parameters.
      return middleware.length === 4
        ? (error, request, response, next) => void flush().then(() => middleware(error, request, response, next)).catch(next)
        : (request, response, next) => void flush().then(() => middleware(request, response, next)).catch(next);
    });
  }
}

/**
 * @param {string} folder
 * @param {string} port
 */
async function createServer(folder, port) {
  const arguments_ = ['--blobHost', '127.0.0.1', '--blobPort', port, '--location', folder, '--silent', '--skipApiVersionCheck', '--disableTelemetry'];
  process.argv = [process.argv[0], 'azurite-blob', ...arguments_];
  const { BlobServerFactory } = azurite('blob/BlobServerFactory');
  const server = await new BlobServerFactory().createServer();
  azurite('common/Logger').configLogger(false);
  azurite('common/Telemetry').AzuriteTelemetryClient.init(folder, false);
  return server;
}

/**
 * Takes a database from LokiJS's own saving, which writes all of it every five seconds, and has it note the ids that change.
 * @param {GroupCommit} commit
 * @param {any} database
 */
function persistBy(commit, database) {
  database.autosaveDisable();
  database.autosave = false;
  database.isIncremental = true;
  database.persistenceAdapter = {
    mode: 'incremental',
    loadDatabase: (/** @type {string} */ _, /** @type {(content: null) => void} */ done) => done(null),
    saveDatabase: (/** @type {string} */ _, /** @type {unknown} */ __, /** @type {(error: unknown) => void} */ done) =>
      commit.flush().then(() => done(null), done),
  };
}

/**
 * @param {any} target
 * @param {string} name
 * @param {(original: (...values: any[]) => any, ...values: any[]) => any} wrapper
 */
function wrap(target, name, wrapper) {
  const original = target[name];
  if (typeof original !== 'function') throw new Error(`This version of Azurite has no ${name}.`);
  target[name] = function wrapped(...values) {
    return wrapper((...arguments_) => original.apply(this, arguments_), ...values);
  };
}
