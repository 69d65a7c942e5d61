// Measures the official client for so many seconds and prints one line of JSON: operations per second and their latencies in milliseconds.
//   bench.mjs <connection string> <queue> send|cycle <clients> <seconds> <bytes>
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { ServiceBusClient } from '@azure/service-bus';

const [connection, queue, kind, clients, seconds, bytes] = process.argv.slice(2);

// A queue holds 250,000 messages; together the rows of a report stay below that.
const most = 45_000;
const body = Buffer.alloc(Number(bytes), 7);
const latencies = [];

const operations = {
  send: async (client) => {
    const sender = client.createSender(queue);
    return () => sender.sendMessages({ messageId: randomUUID(), body });
  },
  cycle: async (client) => {
    const receiver = client.createReceiver(queue, { maxAutoLockRenewalDurationInMs: 0 });
    return async () => {
      const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5000 });
      if (!message) throw new Error('The queue has run empty.');
      await receiver.renewMessageLock(message);
      await receiver.completeMessage(message);
    };
  },
};

const connections = await Promise.all(Array.from({ length: Number(clients) }, async () => {
  const client = new ServiceBusClient(connection);
  const operate = await operations[kind](client);
  await operate();
  return { client, operate };
}));

const run = async (duration) => {
  const started = performance.now();
  await Promise.all(connections.map(async ({ operate }) => {
    while (performance.now() - started < duration * 1000 && latencies.length < most) {
      const before = performance.now();
      await operate();
      latencies.push(performance.now() - before);
    }
  }));
  return (performance.now() - started) / 1000;
};

// Half the time unmeasured, as for our client.
await run(Number(seconds) / 2);
latencies.length = 0;
const elapsed = await run(Number(seconds));
await Promise.all(connections.map(({ client }) => client.close()));
latencies.sort((a, b) => a - b);
const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(share * latencies.length))];
console.log(JSON.stringify({ perSecond: latencies.length / elapsed, p50: at(0.5), p99: at(0.99) }));
