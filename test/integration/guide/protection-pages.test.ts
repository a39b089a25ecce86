import { testGuidePages } from '../../support/guide-runner.ts';

testGuidePages(['docs/guide/repositories.md', 'docs/guide/backups.md', 'docs/guide/restore.md']);
