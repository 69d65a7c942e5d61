// Group commit: whoever needs the changes so far on disk shares one write of the journal with all others who do.
import { encodeFrame } from './frames.mjs';

/** The journal is replaced once it has grown by this much, or doubled, whichever is more. */
const DEFAULT_GROWTH_BYTES = 4 << 20;

/** Brings the collections' changes to the journal. */
export class GroupCommit {
  #journal;
  #collections;
  #beforeWrite;
  #onFailure;
  #growthBytes;
  /** The writes of the journal, one after the other. */
  #chain = Promise.resolve();
  /** @type {Promise<void> | null} The write that will take the changes of now. */
  #next = null;
  /** @type {Promise<void> | null} */
  #compaction = null;
  /** @type {Buffer[] | null} What was appended since the compaction began. */
  #tail = null;
  #isClosing = false;

  /**
   * @param {import('./journal.mjs').Journal} journal
   * @param {import('./collections.mjs').Collections} collections
   * @param {object} options
   * @param {() => void} options.beforeWrite Makes durable what the changes speak of.
   * @param {(error: Error) => void} options.onFailure Ends the process: what is in memory can't be promised any more.
   * @param {number} [options.growthBytes]
   */
  constructor(journal, collections, { beforeWrite, onFailure, growthBytes = DEFAULT_GROWTH_BYTES }) {
    this.#journal = journal;
    this.#collections = collections;
    this.#beforeWrite = beforeWrite;
    this.#onFailure = onFailure;
    this.#growthBytes = growthBytes;
  }

  /** Resolves when every change made before the call is on disk, whoever made it. */
  flush() {
    if (!this.#collections.isDirty) return this.#chain;
    this.#next ??= this.#enqueue(async () => {
      this.#next = null;
      await this.#write();
    });
    return this.#next;
  }

  /** Writes all documents to a new journal while requests go on, and puts it in the old one's place. */
  compact() {
    this.#compaction ??= this.#replace().catch(this.#onFailure).finally(() => {
      this.#compaction = null;
    });
    return this.#compaction;
  }

  /** Ends once nothing is left to write. */
  async close() {
    // The last write must not start a compaction that outlives the journal.
    this.#isClosing = true;
    await this.flush();
    await this.#compaction;
    await this.#journal.close();
  }

  async #write() {
    const changes = this.#collections.takeChanges();
    if (changes.length === 0) return;
    const frame = encodeFrame(changes);
    this.#beforeWrite();
    await this.#journal.append(frame);
    this.#tail?.push(frame);
    const growth = this.#journal.bytes - this.#journal.compactBytes;
    if (!this.#isClosing && growth > Math.max(this.#growthBytes, this.#journal.compactBytes)) void this.compact();
  }

  async #replace() {
    this.#tail = [];
    const replacement = await this.#journal.replace();
    for (const changes of this.#collections.snapshot()) await replacement.append(encodeFrame(changes));
    await this.#enqueue(async () => {
      // What changed while the parts were taken has to be in the tail too, or a part would hold half of it.
      await this.#write();
      for (const frame of this.#tail ?? []) await replacement.append(frame);
      this.#tail = null;
      await this.#journal.switchTo(replacement);
    });
  }

  /** @param {() => Promise<void>} write */
  #enqueue(write) {
    const written = this.#chain.then(write).catch((error) => {
      this.#onFailure(error);
      return new Promise(() => {});
    });
    this.#chain = /** @type {Promise<void>} */ (written);
    return this.#chain;
  }
}
