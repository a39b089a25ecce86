import { describe, expect, test } from 'vitest';
import { MASK } from '../../../contracts/actions.ts';
import { ChannelView } from '../../../contracts/channels.ts';
import { placeOf } from '../../../renderer/features/alerts/alert-place.ts';
import { channelBody, channelDraftOf, EMPTY_CHANNEL } from '../../../renderer/features/alerts/channel-draft.ts';
import {
  EMPTY_SOURCE,
  sourceConfig,
  sourceDraftOf,
  sourceProblems,
} from '../../../renderer/features/protect/source-draft.ts';
import { EMPTY_REPOSITORY, repositoryBody } from '../../../renderer/ui/repository/repository-draft.ts';
import {
  retentionDraftOf,
  retentionPolicyOf,
  USUAL_RETENTION,
} from '../../../renderer/ui/retention/retention-draft.ts';
import { retentionSummary } from '../../../renderer/ui/retention/retention-summary.ts';
import { retentionTexts } from '../../../renderer/ui/retention/texts.ts';

describe('what is protected', () => {
  const config = {
    paths: ['/srv/data', '/etc'],
    excludes: ['*.tmp'],
    exclude_larger_than: '500M',
    pre_command: ['dump', '--all'],
  };

  test('comes back as it was, with what the form does not show', () => {
    const draft = sourceDraftOf({ kind: 'files', name: 'data', config });
    expect(draft).toMatchObject({ paths: '/srv/data\n/etc', excludes: '*.tmp', excludeLargerThan: '500M' });
    expect(sourceConfig(draft)).toEqual(config);
    expect(sourceProblems(draft)).toEqual({});
  });

  test('what the API would refuse is refused at its field', () => {
    expect(sourceProblems(EMPTY_SOURCE)).toHaveProperty('name');
    expect(sourceProblems(EMPTY_SOURCE)).toHaveProperty(['config.paths']);
    const bad = { ...EMPTY_SOURCE, name: 'x', paths: '/srv', excludeLargerThan: 'much' };
    expect(Object.keys(sourceProblems(bad))).toEqual(['config.exclude_larger_than']);
    const escaping = { ...EMPTY_SOURCE, kind: 'scenarios' as const, name: 'x', folder: '/srv', metadataFile: '../x' };
    expect(Object.keys(sourceProblems(escaping))).toEqual(['config.metadata_file']);
  });

  test('lines that are empty are no paths', () => {
    expect(sourceConfig({ ...EMPTY_SOURCE, paths: '\n /a \n\n', excludeCaches: false })).toEqual({ paths: ['/a'] });
  });
});

describe('how long backups are kept', () => {
  test('the usual, everything and rules of one’s own', () => {
    expect(retentionPolicyOf(USUAL_RETENTION).policy).toEqual({ daily: 7, weekly: 5, monthly: 12 });
    expect(retentionPolicyOf(retentionDraftOf(null)).policy).toBeNull();
    expect(retentionDraftOf({ monthly: 12, daily: 7, weekly: 5 })).toBe(USUAL_RETENTION);
  });

  test('rules that the form does not show stay', () => {
    const policy = { last: 3, hourly: 24, within: '7d' };
    expect(retentionPolicyOf(retentionDraftOf(policy))).toEqual({ policy, problems: {} });
  });

  test('rules that keep nothing, or are no numbers, are refused', () => {
    const own = retentionDraftOf({ last: 3 });
    expect(retentionPolicyOf({ ...own, rules: { ...own.rules, last: '0' } }).problems).toHaveProperty('retention');
    expect(retentionPolicyOf({ ...own, rules: { ...own.rules, last: 'x' } }).problems).toHaveProperty([
      'retention.last',
    ]);
  });

  test('in a line', () => {
    expect(retentionSummary({ last: 1, daily: 7, within: '1y' }, retentionTexts.en)).toBe(
      'the newest, 7 daily, all within 1y',
    );
    expect(retentionSummary(null, retentionTexts.de)).toBe('Alles bleibt');
  });
});

describe('a repository', () => {
  test('a password is needed to connect one, not to make one', () => {
    const draft = { ...EMPTY_REPOSITORY, name: 'NAS', path: '/mnt/nas', immutableDays: '30' };
    expect(repositoryBody(draft)).toEqual({
      body: { name: 'NAS', kind: 'local', location: { path: '/mnt/nas' }, immutable_days: 30 },
      problems: {},
    });
    expect(repositoryBody({ ...draft, way: 'connect' }).problems).toHaveProperty('password');
    expect(repositoryBody({ ...draft, path: 'nas' }).problems).toHaveProperty(['location.path']);
  });
});

describe('a channel', () => {
  const stored = ChannelView.parse({
    channel_id: 1,
    name: 'Chat',
    kind: 'slack',
    config: { url: MASK },
    enabled: true,
    min_severity: 'warning',
    kinds: null,
    notify_resolved: true,
    last_sent_at: null,
    problem: null,
    failing_since: null,
    created_at: '2026-01-01T00:00:00.000Z',
    updated_at: '2026-01-01T00:00:00.000Z',
  });

  test('a stored secret is not shown, and stays when its field is left empty', () => {
    const draft = channelDraftOf(stored);
    expect(draft.fields.url).toBeUndefined();
    expect(channelBody(draft)).toMatchObject({ body: { config: { url: MASK } }, problems: {} });
    const changed = { ...draft, fields: { ...draft.fields, url: 'https://example.com/hook' } };
    expect(channelBody(changed).body).toMatchObject({ config: { url: 'https://example.com/hook' } });
  });

  test('a secret may be named', () => {
    const draft = { ...EMPTY_CHANNEL, kind: 'teams' as const, name: 'T', fields: { url: '{"$secret": "teams"}' } };
    expect(channelBody(draft)).toMatchObject({ body: { config: { url: { $secret: 'teams' } } }, problems: {} });
  });

  test('is for all kinds of alerts, or for some, at least one', () => {
    expect(channelBody(channelDraftOf(stored)).body).toMatchObject({ kinds: null });
    const draft = channelDraftOf({ ...stored, kinds: ['overdue'] });
    expect(channelBody(draft)).toMatchObject({ body: { kinds: ['overdue'] }, problems: {} });
    expect(channelBody({ ...draft, alertKinds: [] }).problems).toHaveProperty('kinds');
  });

  test('each kind has its own fields', () => {
    const fields = { ...EMPTY_CHANNEL.fields, host: 'mail.example.com', from: 'a@example.com', to: 'b@example.com\n' };
    expect(channelBody({ ...EMPTY_CHANNEL, name: 'Mail', fields })).toMatchObject({
      body: { config: { host: 'mail.example.com', port: 587, security: 'starttls', to: ['b@example.com'] } },
      problems: {},
    });
    expect(Object.keys(channelBody(EMPTY_CHANNEL).problems)).toEqual(
      expect.arrayContaining(['name', 'config.host', 'config.from', 'config.to']),
    );
  });
});

test('an alert leads to what it is about', () => {
  expect(placeOf({ object: 'repository:office-nas', task_id: null })).toBe('/repositories/detail?id=office-nas');
  expect(placeOf({ object: 'target:a:b', task_id: null })).toBe('/targets/detail?id=a%3Ab');
  expect(placeOf({ object: 'task:x', task_id: 'x/y' })).toBe('/tasks/detail?id=x%2Fy');
  expect(placeOf({ object: 'catalog:1', task_id: null })).toBeNull();
});
