import { describe, expect, test } from 'vitest';
import type { RunView } from '../../../contracts/runs.ts';
import type { CurrentStatusView } from '../../../contracts/status.ts';
import type { ActionTaskView, MonitoredTaskView } from '../../../contracts/tasks.ts';
import type { Overview } from '../../../main/cli/service/status/gather.ts';
import { countRows, statusRows } from '../../../contracts/task-attention.ts';
import { overviewLines } from '../../../main/cli/service/status/render.ts';
import { exitCodeOf } from '../../../main/cli/service/status/status.ts';
import { durationCell, messageCell } from '../../../main/cli/service/cells.ts';
import { shownText } from '../../../main/cli/service/jobs/logs.ts';

const AT = '2026-01-15T12:00:00Z';

function monitored(task_id: string, more: Partial<MonitoredTaskView> = {}): MonitoredTaskView {
  return {
    ...{ id: 1, task_id, display_name: task_id, description: null, task_type: 'files', server_id: null },
    ...{ is_active: true, last_seen: null, created_at: AT, updated_at: AT },
    ...more,
  };
}

function action(task_id: string, state: ActionTaskView['state'], more: Partial<ActionTaskView> = {}): ActionTaskView {
  return {
    ...monitored(task_id),
    ...{ name: task_id, type: 'script', config: {}, schedule: null, time_zone: 'UTC', priority: 'normal' },
    ...{ dependencies: [], max_retries: 0, timeout: 1000, state, next_run: null, last_run: AT },
    ...{ created_by: 'anna', assigned_to: null, managed_by: null },
    ...more,
  };
}

function status(
  task_id: string,
  state: CurrentStatusView['monitoring']['state'],
  more: { since?: string; warning?: string; status?: CurrentStatusView['status'] } = {},
): CurrentStatusView {
  const { since = AT, warning = null } = more;
  return {
    ...{ task_id, status: more.status ?? 'completed', message: 'said', progress: 40, data: null, timestamp: AT },
    monitoring: { state, since, expected_at: null, usual_duration_seconds: null, warning },
  };
}

function run(task_id: string, more: Partial<RunView>): RunView {
  return {
    ...{ id: '6f1ed002-ab59-4a3e-9f3b-0d6c1f4f9f10', task_id, task_name: task_id, type: 'script', status: 'failed' },
    ...{ trigger: 'manual', requested_by: null, restart_of: null, priority: 'normal', created_at: AT, due_at: null },
    ...{ due_count: 0, catch_up: false, started_at: AT, finished_at: AT, duration_seconds: 1, attempt: 1 },
    ...{ max_attempts: 1, retry_at: null, progress: null, message: null, live: null, error: null, exit_code: null },
    ...{ signal: null, http_status: null, warnings: [], log_size: null },
    ...more,
  };
}

describe('the rows of guardit status', () => {
  test.each([
    ['ok', 'well'],
    ['running', 'well'],
    ['unknown', 'well'],
    ['overdue', 'wrong'],
    ['stuck', 'wrong'],
    ['failed', 'wrong'],
  ] as const)('a monitored task that is %s is %s', (state, level) => {
    const [row] = statusRows([monitored('a')], [status('a', state)], new Map());
    expect(row).toMatchObject({ level, state, progress: state === 'running' ? 40 : null });
  });

  test.each([
    ['created', 'well', 'created'],
    ['pending', 'well', 'pending'],
    ['running', 'well', 'running'],
    ['completed', 'well', 'ok'],
    ['failed', 'wrong', 'failed'],
    ['cancelled', 'warning', 'cancelled'],
  ] as const)('a task with an action that is %s is %s', (state, level, shown) => {
    expect(statusRows([action('a', state)], [], new Map())).toMatchObject([{ level, state: shown }]);
  });

  test('what is switched off is neither wrong nor a warning', () => {
    const off = { is_active: false };
    const tasks = [monitored('a', off), action('b', 'failed', off)];
    const rows = statusRows(tasks, [status('a', 'overdue')], new Map());
    expect(rows.map(({ level }) => level)).toEqual(['inactive', 'inactive']);
    expect(countRows(rows)).toEqual({ total: 2, wrong: 0, warnings: 0, running: 0 });
  });

  test('a warning comes from the monitoring, from the script, or from a run; its words win', () => {
    const tasks = [monitored('a'), monitored('b'), action('c', 'completed'), action('d', 'running')];
    const statuses = [
      status('a', 'ok', { warning: 'much shorter than usual' }),
      status('b', 'ok', { status: 'warning' }),
    ];
    const retry = run('d', { status: 'running', retry_at: AT, error: { code: 'exit_code', message: 'exit code 4' } });
    const runs = new Map([
      ['c', run('c', { status: 'completed', warnings: ['log incomplete'] })],
      ['d', retry],
    ]);
    expect(statusRows(tasks, statuses, runs)).toMatchObject([
      { task_id: 'a', level: 'warning', message: 'much shorter than usual' },
      { task_id: 'b', level: 'warning', message: 'said' },
      { task_id: 'c', level: 'warning', message: 'log incomplete' },
      { task_id: 'd', level: 'warning', state: 'waits to retry', message: 'exit code 4', next_run: AT },
    ]);
  });

  test('what is wrong for longest comes first', () => {
    const tasks = ['a', 'b', 'c'].map((id) => monitored(id));
    const statuses = [
      status('a', 'ok'),
      status('b', 'failed', { since: '2026-01-15T12:00:00Z' }),
      status('c', 'overdue', { since: '2026-01-14T12:00:00Z' }),
    ];
    expect(statusRows(tasks, statuses, new Map()).map(({ task_id }) => task_id)).toEqual(['c', 'b', 'a']);
  });
});

describe('what guardit status says', () => {
  function overview(states: readonly ActionTaskView['state'][], health: Overview['health']['status'] = 'ok'): Overview {
    const tasks = statusRows(
      states.map((state, index) => action(`task-${index}`, state)),
      [],
      new Map(),
    );
    const checks = [{ name: 'disk', status: health, problems: health === 'ok' ? [] : ['The disk is almost full.'] }];
    return {
      ...{ url: 'http://127.0.0.1:3000', health: { status: health, version: '1.0.0', uptime_seconds: 1, checks } },
      ...{ scheduler: null, all_tasks: true, counts: countRows(tasks), tasks },
    };
  }

  test.each([
    [[], 'ok', 0, 'There is no task yet'],
    [['completed'], 'ok', 0, '1 task: all is well.'],
    [['completed', 'cancelled'], 'ok', 0, '2 tasks: 1 warning.'],
    [['running', 'failed'], 'ok', 3, '2 tasks: 1 wrong, 1 running.'],
    [['completed'], 'degraded', 0, '1 task: all is well.'],
    [['failed'], 'failing', 1, '1 task: 1 wrong.'],
  ] as const)('%j with a service that is %s', (states, health, exitCode, last) => {
    const seen = overview(states, health);
    expect(exitCodeOf(seen)).toBe(exitCode);
    const lines = overviewLines(seen);
    expect(lines.at(-1)).toContain(last);
    expect(lines.join('\n').includes('The disk is almost full.')).toBe(health !== 'ok');
  });
});

describe('cells', () => {
  test('a message is one line that no terminal obeys, cut where it would fill the screen', () => {
    expect(messageCell(' first\r\nsecond')).toBe('first');
    expect(messageCell('\u001b[2Jcleared')).toBe('"\\u001b[2Jcleared"');
    expect([...messageCell('🙂'.repeat(500))]).toHaveLength(100);
    expect(messageCell(null)).toBe('');
  });

  test.each([
    [0.25, '0.3 s'],
    [119, '119 s'],
    [150, '3 min'],
    [7200, '2 h'],
    [200_000, '2 d'],
  ])('%s seconds are %s', (seconds, text) => expect(durationCell(seconds)).toBe(text));

  test('a log on a terminal shows what would command it, also where pieces cut a character', async () => {
    const bytes = Buffer.from('grün\u001b]0;title\u0007\u009b31m\ttab\r\n');
    async function* pieces() {
      for (const byte of bytes) yield Uint8Array.of(byte);
    }
    let shown = '';
    for await (const text of shownText(pieces())) shown += text;
    expect(shown).toBe('grün␛]0;title␇\ufffd31m\ttab\r\n');
  });
});
