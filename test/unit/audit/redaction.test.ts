import { describe, expect, test } from 'vitest';
import type { AuditEntry, AuditStore } from '../../../main/app/audit/ports.ts';
import { AuditLog, SYSTEM } from '../../../main/app/audit/audit-log.ts';
import { withoutSecrets } from '../../../main/app/audit/redaction.ts';
import { newApiKey } from '../../../main/app/access/credential.ts';
import { StoppedClock } from '../../support/catalogs.ts';

describe('secrets are masked', () => {
  test.each([
    'password',
    'newPassword',
    'passphrase',
    'client_secret',
    'token',
    'Authorization',
    'Set-Cookie',
    'api_key',
    'apiKey',
    'X-Api-Key',
    'privateKey',
  ])('in a field called %s, at any depth', (name) => {
    expect(withoutSecrets({ [name]: 'hunter2' })).toEqual({ [name]: '***' });
    expect(withoutSecrets({ config: [{ headers: { [name]: 'hunter2' } }] })).toEqual({
      config: [{ headers: { [name]: '***' } }],
    });
    expect(withoutSecrets({ [name]: { is: 'hunter2' } })).toEqual({ [name]: '***' });
  });

  test('inside of texts, where they look like tokens', () => {
    const { key } = newApiKey();
    const jwt = `eyJ${'a'.repeat(20)}.eyJ${'b'.repeat(20)}.${'c'.repeat(20)}`;
    expect(withoutSecrets([`curl -H "Authorization: Bearer ${key}" x`, `?t=${jwt}&x=1`])).toEqual([
      'curl -H "Authorization: Bearer ***" x',
      '?t=***&x=1',
    ]);
  });

  test('and nothing else', () => {
    const value = {
      role: { from: 'viewer', to: 'admin' },
      token_version: 3,
      password_changed: true,
      agent_id: null,
      list: [1, 'two'],
    };
    expect(withoutSecrets(value)).toEqual(value);
  });

  test('deep and long values are cut', () => {
    let deep: Record<string, never> | { d: unknown } = {};
    for (let depth = 0; depth < 50; depth++) deep = { d: deep };
    expect(JSON.stringify(withoutSecrets(deep as never)).length).toBeLessThan(100);
    expect(withoutSecrets('x'.repeat(5_000))).toHaveLength(2_001);
  });
});

class RecordingStore implements AuditStore {
  readonly entries: AuditEntry[] = [];
  async append(entry: AuditEntry): Promise<void> {
    this.entries.push(entry);
  }
  async list(): Promise<never[]> {
    return [];
  }
  async count(): Promise<number> {
    return this.entries.length;
  }
  async removeBefore(): Promise<number> {
    return 0;
  }
}

describe('a record', () => {
  test('names the actor without what else a caller has', async () => {
    const audit = new RecordingStore();
    const clock = new StoppedClock();
    const caller = { kind: 'user', id: 'u1', name: 'anna', role: 'admin', tenantId: null, address: '::1' } as const;
    await new AuditLog(clock).record({ audit }, { caller, action: 'task.deleted', object: 'task:a' });
    expect(audit.entries).toEqual([
      {
        at: clock.now(),
        actor: { kind: 'user', id: 'u1', name: 'anna', address: '::1' },
        action: 'task.deleted',
        object: 'task:a',
        details: {},
      },
    ]);
  });

  test('is made even where the details are too much', async () => {
    const audit = new RecordingStore();
    const details = { list: Array.from({ length: 100 }, () => 'x'.repeat(1_000)) };
    await new AuditLog(new StoppedClock()).record({ audit }, { caller: SYSTEM, action: 'a.b', object: 'a:1', details });
    expect(audit.entries[0]?.details).toEqual({ left_out: expect.stringMatching(/^details of \d+ characters$/) });
  });
});
