/**
 * What stands beside the service: Koa, one handler, one INSERT, as durable: `plain-koa.process.ts FOLDER`. Says its port.
 * Each request waits for its own commit and its own flush (synchronous=FULL): what a first version of such a server does.
 */
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import Koa from 'koa';

const [folder = '.'] = process.argv.slice(2);
const database = new Database(join(folder, 'plain.sqlite'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec(
  'CREATE TABLE history (id INTEGER PRIMARY KEY, task TEXT, at INTEGER, status TEXT, message TEXT, progress REAL)',
);
const insert = database.prepare('INSERT INTO history (task, at, status, message, progress) VALUES (?, ?, ?, ?, ?)');

const app = new Koa();
app.use(async (context) => {
  const { status, message, progress } = (await json(context.req)) as Record<string, string | number>;
  const { lastInsertRowid } = insert.run(context.path, Date.now(), status, message, progress);
  context.status = 201;
  context.body = { id: Number(lastInsertRowid), status, message, progress };
});
const server = app.listen(0, '127.0.0.1', () => console.log(`listens at :${(server.address() as AddressInfo).port}`));
