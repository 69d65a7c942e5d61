// Runs Azurite's blob service on a loopback port, says so in one line of JSON, and ends when standard input does.
// usage: node azurite.mjs <data folder> <port or 0> [bytes the journal grows by before it is compacted]
// The account and its key come in AZURITE_ACCOUNTS.
import { claimFolder } from './folder.mjs';
import { StoreError } from './journal.mjs';
import { createStore } from './store.mjs';

/** How long a stop may take before the process ends without it: nothing acknowledged is lost by that. */
const STOP_MS = 8000;

const [, , folder, port, growthBytes] = process.argv;

/** @param {Error} error */
function fail(error) {
  const isFull = /** @type {NodeJS.ErrnoException} */ (error).code === 'ENOSPC';
  if (isFull) console.error(`The disk of ${folder} is full. Free some space and start again; nothing acknowledged is lost.`);
  else console.error(error instanceof StoreError ? error.message : error.stack);
  process.exit(1);
}

// A parent that was killed reads no more: that is no reason to end without a flush.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// Ctrl-C on a terminal, and its end, reach the whole process group; the store ends after its users, when standard input does.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});

// What it writes is for its owner alone.
process.umask(0o077);

await claimFolder(folder).catch(fail);
const { server, commit } = await createStore(folder, port, fail, growthBytes && Number(growthBytes)).catch(fail);
let isStopping = false;

/** @param {number} code */
async function stop(code) {
  if (isStopping) return;
  isStopping = true;
  setTimeout(() => process.exit(code), STOP_MS).unref();
  if (server.getStatus() === 'Running') await close();
  await commit.close();
  process.exit(code);
}

const close = server.close.bind(server);

// Azurite closes itself when its collection of garbage fails; without its process ending nobody would notice.
server.close = () => stop(1);
process.on('SIGTERM', () => void stop(0));
for (const event of ['end', 'close', 'error']) process.stdin.on(event, () => void stop(0));
process.stdin.resume();
await server.start().catch(fail);
console.log(JSON.stringify({ ready: true, url: server.getHttpServerAddress() }));
