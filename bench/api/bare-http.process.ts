/**
 * An HTTP server that reads a report and answers 201, and keeps nothing. What a report takes here is what the machine, Node's
 * HTTP and the load generator take. Says its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

const server = createServer((request, response) => {
  void json(request).then((report) => {
    const answer = JSON.stringify({ id: 1, ...(report as object) });
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => console.log(`listens at :${(server.address() as AddressInfo).port}`));
