import { testGuidePages } from '../../support/guide-runner.ts';

testGuidePages([
  'README.md',
  'docs/guide/service.md',
  'docs/guide/api.md',
  'docs/guide/automation.md',
  'docs/guide/agents.md',
]);
