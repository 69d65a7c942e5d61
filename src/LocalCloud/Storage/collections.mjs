// Azurite's metadata as changes: LokiJS collections in memory, which note the ids that change, to values for the journal and back.

/** Documents of one snapshot value: few enough that requests are answered between two of them. */
const SNAPSHOT_DOCUMENTS = 100;

/** An append blob's list of blocks from this length on is written as what was added to it: whole, a long one would be written again by every append. */
const LONG_LIST = 16;

/**
 * @typedef {{ $loki: number, committedBlocksInOrder?: unknown[] }} Document
 * @typedef {{ collection: string, maxId: number, put: Document[], extend: { from: number, document: Document }[], remove: number[] }} Change
 * `put` are whole documents. Those in `extend` have in `committedBlocksInOrder` only the blocks from index `from` on. `remove` are ids.
 */

/** The documents of every collection as the journal's changes leave them. */
export class SavedDocuments {
  /** @type {Map<string, { maxId: number, documents: Map<number, Document> }>} */
  #collections = new Map();

  /** @param {Change[]} changes In the order of their writing; applying one twice is the same as once. */
  apply(changes) {
    for (const { collection, maxId, put, extend, remove } of changes) {
      const saved = this.#collections.get(collection) ?? { maxId: 0, documents: new Map() };
      this.#collections.set(collection, saved);
      saved.maxId = maxId;
      for (const document of put) saved.documents.set(document.$loki, document);
      for (const { from, document } of extend) saved.documents.set(document.$loki, extended(saved.documents.get(document.$loki), from, document));
      for (const id of remove) saved.documents.delete(id);
    }
  }

  /** Lets go of them, once every database is filled. */
  clear() {
    this.#collections.clear();
  }

  /**
   * Fills a database whose collections are there and empty. Its indices are built anew.
   * @param {any} database LokiJS's.
   */
  fill(database) {
    const content = JSON.parse(database.serialize());
    for (const collection of content.collections) {
      const saved = this.#collections.get(collection.name);
      if (saved === undefined) continue;
      collection.maxId = saved.maxId;
      collection.data = [...saved.documents.values()].sort((a, b) => a.$loki - b.$loki);
    }

    database.loadJSONObject(content);
    for (const collection of database.collections) {
      collection.ensureId();
      collection.ensureAllIndexes(true);
      for (const name of collection.uniqueNames) collection.ensureUniqueIndex(name);
    }
  }
}

/** The collections of databases, and what changed in them since it was last taken. */
export class Collections {
  #databases;
  /** @type {WeakMap<Document, { blocks: unknown[], count: number }>} What the journal has of a document's blocks. */
  #written = new WeakMap();

  /** @param {any[]} databases LokiJS's, with `isIncremental` set before their collections come. */
  constructor(databases) {
    this.#databases = databases;
  }

  get isDirty() {
    return this.#all().some((collection) => collection.dirtyIds.length > 0);
  }

  /** @returns {Change[]} What changed since the last call. */
  takeChanges() {
    return this.#all().filter((collection) => collection.dirtyIds.length > 0).map((collection) => this.#takeFrom(collection));
  }

  /**
   * Every document, in parts. What changes while they are taken is in a part or in a change, or in both.
   * @returns {Generator<Change[]>}
   */
  *snapshot() {
    for (const collection of this.#all()) {
      const ids = collection.data.map((/** @type {Document} */ document) => document.$loki);
      for (let i = 0; i === 0 || i < ids.length; i += SNAPSHOT_DOCUMENTS) {
        const put = ids.slice(i, i + SNAPSHOT_DOCUMENTS).map((/** @type {number} */ id) => collection.get(id)).filter(Boolean);
        yield [{ collection: collection.name, maxId: collection.maxId, put, extend: [], remove: [] }];
      }
    }
  }

  #all() {
    return this.#databases.flatMap((database) => database.collections);
  }

  /**
   * @param {any} collection
   * @returns {Change}
   */
  #takeFrom(collection) {
    const ids = new Set(collection.dirtyIds);
    collection.dirtyIds = [];
    collection.dirty = false;
    const change = { collection: collection.name, maxId: collection.maxId, put: [], extend: [], remove: [] };
    for (const id of ids) {
      const document = collection.get(id);
      if (document) this.#add(change, document);
      else change.remove.push(id);
    }

    return change;
  }

  /**
   * @param {Change} change
   * @param {Document} document
   */
  #add(change, document) {
    const blocks = document.committedBlocksInOrder;
    const written = this.#written.get(document);
    if (Array.isArray(blocks)) this.#written.set(document, { blocks, count: blocks.length });
    if (written !== undefined && written.blocks === blocks && written.count >= LONG_LIST && written.count <= blocks.length) {
      change.extend.push({ from: written.count, document: { ...document, committedBlocksInOrder: blocks.slice(written.count) } });
    } else {
      change.put.push(document);
    }
  }
}

/**
 * @param {Document | undefined} base
 * @param {number} from
 * @param {Document} addition
 * @returns {Document}
 */
function extended(base, from, addition) {
  const blocks = base?.committedBlocksInOrder;
  if (blocks === undefined || blocks.length < from) throw new Error(`The journal extends document ${addition.$loki}, which it does not have.`);
  blocks.length = from;
  for (const block of addition.committedBlocksInOrder ?? []) blocks.push(block);
  return { ...addition, committedBlocksInOrder: blocks };
}
