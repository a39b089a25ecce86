/** What a script asks for, by the names of the PowerShell parameters. */
export interface ClientCall {
  /** Also the name of the golden request. */
  readonly name: string;
  readonly action: 'Register' | 'Status' | 'Get' | 'List' | 'Update' | 'Delete' | 'History';
  readonly given: Readonly<Record<string, string>>;
}

const CONTROL_CHARACTERS = Array.from({ length: 31 }, (_, index) => String.fromCharCode(index + 1)).join('');

export const CALLS: readonly ClientCall[] = [
  {
    name: 'register-seed',
    action: 'Register',
    given: {
      TaskID: 'prod-01-db',
      DisplayName: 'Production Server 1 - Database Backup',
      TaskType: 'database',
      Description: 'Daily SQL Server full backup',
    },
  },
  {
    name: 'register-everything',
    action: 'Register',
    given: {
      // Not in the order of the wire, which is the client's affair.
      IsActive: 'true',
      MaxDurationMinutes: '90',
      GraceMinutes: '0',
      ExpectedSchedule: 'daily at 2:00',
      ServerID: 'srv "1"',
      Description: '',
      TaskType: 'files',
      DisplayName: 'Größe – 备份 💾',
      TaskID: 'Abteilung/Süd 1',
    },
  },
  { name: 'status-seed', action: 'Status', given: status('running', 'Backup in progress - 45% complete', '45') },
  { name: 'status-only', action: 'Status', given: { TaskID: 'prod-01-db', Status: 'unknown' } },
  { name: 'status-negative', action: 'Status', given: status('running', '', '-1') },
  {
    name: 'status-quotes',
    action: 'Status',
    given: status('failed', `"C:\\Backups\\new" isn't there; $HOME \`id\` %s %d {0} @file #x`, '30'),
  },
  { name: 'status-lines', action: 'Status', given: status('error', 'first\r\nsecond\n\n\tthird \n', '0') },
  { name: 'status-control', action: 'Status', given: status('warning', `${CONTROL_CHARACTERS}\u007f`, '1') },
  {
    name: 'status-unicode',
    action: 'Status',
    given: status('completed', '¡ÿĀ߿ࠀ￿\ufeff\u2028\u2029𐀀\u{10ffff} e\u0301 שלום', '100'),
  },
  {
    name: 'status-data',
    action: 'Status',
    given: {
      ...status('completed', 'done', '100'),
      Data: ' {"bytes": 1.5e+10, "files": [1, -2, {}, [], null, true, false],\n\t"path": "C:\\\\x\\u00e4\\n\\"ü" }\n',
    },
  },
  { name: 'status-data-text', action: 'Status', given: { ...status('running', '@message', '2'), Data: '"text"' } },
  {
    name: 'status-path',
    action: 'Status',
    given: { TaskID: "a/b c%d?e#f&g+h=i~j_k.l-m!*'()[]ü💾", Status: 'running' },
  },
  { name: 'get', action: 'Get', given: { TaskID: 'prod-01-db' } },
  { name: 'list', action: 'List', given: {} },
  { name: 'list-type', action: 'List', given: { TaskType: 'database/full' } },
  {
    name: 'update-seed',
    action: 'Update',
    given: {
      TaskID: 'prod-01-db',
      DisplayName: 'Production Server 1 - Database Backup (Updated)',
      Description: 'Daily SQL Server full backup with compression',
      IsActive: 'true',
    },
  },
  { name: 'update-inactive', action: 'Update', given: { TaskID: 'prod-01-db', IsActive: 'false', GraceMinutes: '15' } },
  { name: 'delete', action: 'Delete', given: { TaskID: 'prod-01-db' } },
  { name: 'history', action: 'History', given: { TaskID: 'prod-01-db' } },
  { name: 'history-page', action: 'History', given: { TaskID: 'prod-01-db', Page: '2', Limit: '50' } },
];

function status(word: string, message: string, progress: string): Record<string, string> {
  return { TaskID: 'prod-01-db', Status: word, Message: message, Progress: progress };
}

/** `MaxDurationMinutes` becomes `--max-duration-minutes`. */
export function shellOption(parameter: string): string {
  if (parameter === 'GuardITURL') return '--url';
  if (parameter === 'TimeoutSec') return '--timeout';
  if (parameter === 'RetryDelaySec') return '--retry-delay';
  return `--${parameter
    .replace(/ID$/, 'Id')
    .replaceAll(/(?<=[a-z])[A-Z]/g, '-$&')
    .toLowerCase()}`;
}

export function shellArguments(call: ClientCall): string[] {
  const options = Object.entries(call.given).map(([parameter, value]) => `${shellOption(parameter)}=${value}`);
  return ['--action', call.action.toLowerCase(), ...options];
}
