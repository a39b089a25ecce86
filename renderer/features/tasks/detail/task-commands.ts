import { shellWord, powershellWord } from '../../../format/quoting.ts';

export interface TaskCommand {
  readonly kind: 'cli' | 'curl' | 'powershell' | 'script' | 'windows';
  readonly lines: readonly string[];
}

/** How to do what the page does from elsewhere: run a task of GuardIT's, or report on one that runs by itself. */
export function taskCommands(taskId: string, isOwn: boolean, origin: string): TaskCommand[] {
  const [word, psWord] = [shellWord(taskId), powershellWord(taskId)];
  const path = encodeURIComponent(taskId);
  if (isOwn) {
    return [
      { kind: 'cli', lines: [`guardit tasks run ${word} --wait`, `guardit jobs logs --task ${word}`] },
      {
        kind: 'curl',
        lines: [
          `curl -sS -H @guardit.header -H 'Content-Type: application/json' -d '{}' ${shellWord(`${origin}/api/tasks/${path}/execute`)}`,
        ],
      },
      {
        kind: 'powershell',
        lines: [
          "$headers = @{ Authorization = 'Bearer ' + (Get-Content guardit.key -TotalCount 1) }",
          `Invoke-RestMethod -Method Post -Uri ${powershellWord(`${origin}/api/tasks/${path}/execute`)} -Headers $headers -ContentType 'application/json' -Body '{}'`,
        ],
      },
    ];
  }
  return [
    {
      kind: 'script',
      lines: [
        `scripts/guardit-client.sh status ${word} running`,
        `scripts/guardit-client.sh status ${word} completed "All is copied" 100`,
      ],
    },
    {
      kind: 'windows',
      lines: [
        `./guardit-client.ps1 -Action Status -TaskId ${psWord} -Status running`,
        `./guardit-client.ps1 -Action Status -TaskId ${psWord} -Status completed -Message 'All is copied' -Progress 100`,
      ],
    },
    {
      kind: 'curl',
      lines: [
        `curl -sS -H 'Content-Type: application/json' -d '{"status":"completed"}' ${shellWord(`${origin}/api/status/${path}`)}`,
      ],
    },
    { kind: 'cli', lines: [`guardit tasks show ${word}`] },
  ];
}
