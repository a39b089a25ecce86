import { describe, expect, it } from 'vitest';
import { AccountNames } from '../../../main/engine/source/account-names.ts';

function names(files: Record<string, string>, directory: Record<string, string> = {}) {
  const asked: string[] = [];
  const accounts = new AccountNames({
    readFile: (database) => {
      asked.push(database);
      const text = files[database];
      if (text === undefined) throw new Error('ENOENT');
      return text;
    },
    ask: (database, id) => {
      asked.push(`${database} ${id}`);
      const line = directory[`${database} ${id}`];
      if (line === undefined) throw new Error('exit code 2');
      return line;
    },
  });
  return { accounts, asked };
}

describe('account names', () => {
  it('come from the files, the first line with an id first, read once', () => {
    const passwd =
      '# comment\nroot:x:0:0:root:/root:/bin/sh\n\nbroken line\ntoor:x:0:0::/:/bin/sh\n+::::::\nalice:x:1000:100::/:/bin/sh';
    const { accounts, asked } = names({ passwd, group: 'wheel:x:0:\nusers:x:100:alice\n' });
    expect([0, 1000, 0].map((id) => accounts.userName(id))).toEqual(['root', 'alice', 'root']);
    expect([accounts.groupName(0), accounts.groupName(100)]).toEqual(['wheel', 'users']);
    expect(asked).toEqual(['passwd', 'group']);
  });

  it('ask the directory once for what the files lack', () => {
    const { accounts, asked } = names({ passwd: '' }, { 'passwd 70000': 'ldap-user:*:70000:70000::/:/bin/sh\n' });
    expect(accounts.userName(70000)).toBe('ldap-user');
    expect(accounts.userName(70000)).toBe('ldap-user');
    expect(accounts.userName(70001)).toBeUndefined();
    expect(accounts.userName(70001)).toBeUndefined();
    expect(accounts.groupName(5)).toBeUndefined();
    expect(asked).toEqual(['passwd', 'passwd 70000', 'passwd 70001', 'group', 'group 5']);
  });

  it('stop asking before foreign ids start a process each', () => {
    const { accounts, asked } = names({ passwd: '' });
    for (let id = 0; id < 1000; id++) accounts.userName(id);
    expect(asked.length).toBeLessThan(300);
  });

  it.runIf(process.platform !== 'win32')('know the superuser of this system', () => {
    expect(new AccountNames().userName(0)).toBe('root');
  });
});
