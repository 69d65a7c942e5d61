// Drives the official Service Bus client on behalf of the tests: one JSON command a line on standard input, one JSON answer a line on standard output.
// Ends when its standard input does.
import readline from 'node:readline';
import Long from 'long';
import { ServiceBusClient } from '@azure/service-bus';

const objects = new Map();
let last = 0;

const keep = (object) => {
  objects.set(++last, object);
  return last;
};

const find = (handle) => {
  if (!objects.has(handle)) throw new Error(`No object ${handle}.`);
  return objects.get(handle);
};

// Everything of a message that a test may ask for.
const show = (m) => ({
  handle: keep(m),
  body: m.body,
  messageId: m.messageId,
  contentType: m.contentType,
  correlationId: m.correlationId,
  subject: m.subject,
  to: m.to,
  replyTo: m.replyTo,
  timeToLive: m.timeToLive,
  applicationProperties: m.applicationProperties,
  sequenceNumber: String(m.sequenceNumber),
  deliveryCount: m.deliveryCount,
  lockToken: m.lockToken,
  lockedUntil: m.lockedUntilUtc?.getTime(),
  enqueuedAt: m.enqueuedTimeUtc?.getTime(),
  scheduledFor: m.scheduledEnqueueTimeUtc?.getTime(),
  state: m.state,
  deadLetterReason: m.deadLetterReason,
  deadLetterErrorDescription: m.deadLetterErrorDescription,
  deadLetterSource: m.deadLetterSource,
});

const operations = {
  open: ({ connection }) =>
    keep(new ServiceBusClient(connection, { retryOptions: { maxRetries: 1, retryDelayInMs: 100, timeoutInMs: 10_000 } })),
  close: ({ object }) => find(object).close(),
  receiver: ({ client, queue, mode, deadLetters }) =>
    keep(find(client).createReceiver(queue, {
      receiveMode: mode,
      subQueueType: deadLetters ? 'deadLetter' : undefined,
      maxAutoLockRenewalDurationInMs: 0,
    })),
  send: async ({ client, queue, messages }) => {
    for (const m of messages) if (m.scheduledEnqueueTimeUtc) m.scheduledEnqueueTimeUtc = new Date(m.scheduledEnqueueTimeUtc);
    const sender = find(client).createSender(queue);
    try {
      await sender.sendMessages(messages.length === 1 ? messages[0] : messages);
    } finally {
      await sender.close();
    }
  },
  sendLarge: async ({ client, queue, bytes, count }) => {
    const sender = find(client).createSender(queue);
    try {
      const messages = Array.from({ length: count }, (_, i) => ({ messageId: `large-${i}`, body: Buffer.alloc(bytes, 7) }));
      await sender.sendMessages(messages);
    } finally {
      await sender.close();
    }
  },
  receive: async ({ receiver, count, wait }) => (await find(receiver).receiveMessages(count, { maxWaitTimeInMs: wait })).map(show),
  settle: ({ receiver, message, how, properties, reason, description }) => {
    const [link, m] = [find(receiver), find(message)];
    switch (how) {
      case 'complete': return link.completeMessage(m);
      case 'abandon': return link.abandonMessage(m, properties);
      case 'defer': return link.deferMessage(m, properties);
      case 'deadLetter': return link.deadLetterMessage(m, { deadLetterReason: reason, deadLetterErrorDescription: description, ...properties });
      default: throw new Error(`No way to settle '${how}'.`);
    }
  },
  renew: async ({ receiver, message }) => (await find(receiver).renewMessageLock(find(message))).getTime(),
  peek: async ({ receiver, count }) => {
    return (await find(receiver).peekMessages(count)).map(show);
  },
  receiveDeferred: async ({ receiver, sequenceNumbers }) => {
    return (await find(receiver).receiveDeferredMessages(sequenceNumbers.map((n) => Long.fromString(n)))).map(show);
  },
  schedule: async ({ client, queue, messages, at }) => {
    const sender = find(client).createSender(queue);
    try {
      return (await sender.scheduleMessages(messages, new Date(at))).map(String);
    } finally {
      await sender.close();
    }
  },
  cancel: async ({ client, queue, sequenceNumbers }) => {
    const sender = find(client).createSender(queue);
    try {
      await sender.cancelScheduledMessages(sequenceNumbers.map((n) => Long.fromString(n)));
    } finally {
      await sender.close();
    }
  },
  // As a service does it: messages come by themselves, locks are renewed, and completion follows the handler.
  process: async ({ client, queue, count, concurrency, work, renewal }) => {
    const receiver = find(client).createReceiver(queue, { maxAutoLockRenewalDurationInMs: renewal });
    const done = [];
    const errors = [];
    await new Promise((resolve) => {
      receiver.subscribe({
        processMessage: async (m) => {
          await new Promise((r) => setTimeout(r, work));
          done.push({ messageId: m.messageId, deliveryCount: m.deliveryCount });
          if (done.length === count) setTimeout(resolve, 500);
        },
        processError: async ({ error }) => {
          errors.push(`${error.code ?? error.name}: ${error.message}`);
        },
      }, { maxConcurrentCalls: concurrency });
    });
    await receiver.close();
    return { done, errors };
  },
  // Connects, looks into the queue and disconnects again, in so many rounds of so many at once.
  connects: async ({ connection, queue, rounds, atOnce }) => {
    const one = async () => {
      const client = new ServiceBusClient(connection, { retryOptions: { maxRetries: 0, timeoutInMs: 15_000 } });
      const receiver = client.createReceiver(queue);
      await receiver.peekMessages(1);
      await client.close();
    };
    for (let i = 0; i < rounds; i++) await Promise.all(Array.from({ length: atOnce }, one));
    return rounds * atOnce;
  },
};

const answer = async (line) => {
  const { id, op, ...rest } = JSON.parse(line);
  try {
    return { id, result: (await operations[op](rest)) ?? null };
  } catch (error) {
    const cause = error.code ? error : (error.errors?.[0] ?? error);
    return { id, error: { code: cause.code ?? cause.name, message: cause.message } };
  }
};

const input = readline.createInterface({ input: process.stdin });
input.on('line', async (line) => process.stdout.write(`${JSON.stringify(await answer(line))}\n`));
input.on('close', () => process.exit(0));
