// Runs Azurite's blob service on a free loopback port, says so in one line of JSON, and ends when standard input does.
// usage: node azurite.mjs <data folder> <port or 0>; the account and its key come in AZURITE_ACCOUNTS.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [, , location, port] = process.argv;
const require = createRequire(import.meta.url);

process.argv = [
  process.argv[0], 'azurite-blob',
  '--blobHost', '127.0.0.1', '--blobPort', port, '--location', location,
  '--silent', '--skipApiVersionCheck', '--disableTelemetry',
];

const write = process.stdout.write.bind(process.stdout);
let announced = false;
process.stdout.write = (chunk, ...rest) => {
  const url = /https?:\/\/127\.0\.0\.1:\d+/.exec(String(chunk));
  if (!announced && url && /listen/i.test(String(chunk))) {
    announced = true;
    return write(JSON.stringify({ ready: true, url: url[0] }) + '\n', ...rest);
  }
  return process.stderr.write(chunk, ...rest);
};

// Ctrl-C on a terminal reaches the whole process group; the store ends after its users, when standard input does.
const once = process.once.bind(process);
process.on('SIGINT', () => {});
process.once = (event, listener) => (event === 'SIGINT' ? process : once(event, listener));

// Azurite has no lock of its own on its tables: one whose parent was killed flushes and ends within a few seconds, and is waited for.
const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};
const pidFile = path.join(location, 'pid');
const readPid = () => {
  try {
    return Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  } catch {
    return Number.NaN;
  }
};
// What it writes is for its owner alone.
process.umask(0o077);
mkdirSync(location, { recursive: true });
const earlier = readPid();
for (let i = 0; i < 100 && earlier > 0 && earlier !== process.pid && isAlive(earlier); i++) await sleep(100);
writeFileSync(pidFile, String(process.pid));
process.on('exit', () => {
  if (readPid() === process.pid) rmSync(pidFile, { force: true });
});

// Azurite flushes its tables on SIGTERM, which is emitted rather than sent: on Windows a sent one ends the process at once. The timer is for
// the case that it does not end.
process.stdin.on('end', () => {
  if (!process.emit('SIGTERM')) process.exit(0);
  setTimeout(() => process.exit(0), 8000).unref();
});
process.stdin.resume();

require('azurite/dist/src/blob/main.js');
