import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { ask, enrol, open, post } from '../../support/agent-service.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { startServiceProcess } from '../../support/service-process.ts';

const MIB = 1024 * 1024;
const PIECES = 1024;

test('a log of a gigabyte, streamed in, comes back byte for byte, in bounded memory', async () => {
  const service = await startServiceProcess(scratchFolder());
  const agent = await enrol(service);
  const path = `/agents/${agent.id}/backup-runs/${await post(service, agent)}/log`;
  const sent = createHash('sha256');
  const body = Readable.from(
    (function* () {
      for (let index = 0; index < PIECES; index++) {
        const piece = seededBytes(`piece ${index}`, MIB);
        sent.update(piece);
        yield piece;
      }
    })(),
  );
  const answer = await ask(service.port, 'PUT', path, { as: agent.key, body });
  expect(answer.body).toEqual({ status: 'ok', size: PIECES * MIB, complete: true });
  const received = createHash('sha256');
  const response = await open(service.port, 'GET', path, { as: agent.key });
  for await (const chunk of response) received.update(chunk as Buffer);
  expect(received.digest('hex')).toBe(sent.digest('hex'));
  expect(service.peakBytes()).toBeLessThan(400 * MIB);
});
