// Runs Azurite's blob service on a free loopback port, says so in one line of JSON, and ends when standard input does.
// usage: node azurite.mjs <data folder> <port or 0>; the account and its key come in AZURITE_ACCOUNTS.
import { createRequire } from 'node:module';

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

// Azurite flushes its tables on SIGTERM; the timer is for the case that it does not end.
process.stdin.on('end', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(0), 8000).unref();
});
process.stdin.resume();

require('azurite/dist/src/blob/main.js');
