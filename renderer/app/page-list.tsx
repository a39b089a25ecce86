import {
  AlertFilled,
  AlertRegular,
  ClipboardTaskListLtrFilled,
  ClipboardTaskListLtrRegular,
  DatabaseFilled,
  DatabaseRegular,
  DocumentSearchFilled,
  DocumentSearchRegular,
  HistoryFilled,
  HistoryRegular,
  HomeFilled,
  HomeRegular,
  ServerFilled,
  ServerRegular,
  SettingsFilled,
  SettingsRegular,
  ShieldTaskFilled,
  ShieldTaskRegular,
} from '@fluentui/react-icons';
import { lazy, type ComponentType } from 'react';
import type { Role } from '../../contracts/access.ts';
import OverviewPage from '../features/overview/overview-page.tsx';
import type { frameTexts } from './frame/texts.ts';

export interface Page {
  /** Not one of the service's own: api, agents, docs, health, metrics (main/api/web/web-interface.ts). */
  readonly path: string;
  readonly component: ComponentType;
  /** Whose page it is; everybody's unless said. */
  readonly roles?: readonly Role[];
  /** Without the navigation around it. */
  readonly isBare?: boolean;
  /** In the navigation, under this name; none for pages that others lead to. */
  readonly nav?: {
    readonly name: keyof (typeof frameTexts)['en']['pages'];
    readonly Icon: ComponentType;
    readonly SelectedIcon: ComponentType;
    /** At the bottom. */
    readonly isLast?: boolean;
  };
}

/** Every page. Each but the first is a file of its own that is loaded when somebody goes there. */
export const PAGES: readonly Page[] = [
  {
    path: '/',
    // With the rest from the start: it is what most people open.
    component: OverviewPage,
    nav: { name: 'overview', Icon: HomeRegular, SelectedIcon: HomeFilled },
  },
  {
    path: '/tasks',
    component: lazy(() => import('../features/tasks/list/task-list-page.tsx')),
    nav: { name: 'tasks', Icon: ClipboardTaskListLtrRegular, SelectedIcon: ClipboardTaskListLtrFilled },
  },
  // Above the tray icon, in the desktop app.
  { path: '/popover', component: lazy(() => import('../features/popover/popover-page.tsx')), isBare: true },
  { path: '/tasks/detail', component: lazy(() => import('../features/tasks/detail/task-page.tsx')) },
  { path: '/tasks/new', component: lazy(() => import('../features/tasks/form/new-task-page.tsx')) },
  { path: '/tasks/edit', component: lazy(() => import('../features/tasks/form/edit-task-page.tsx')) },
  {
    path: '/restore',
    component: lazy(() => import('../features/restore/restore-page.tsx')),
    roles: ['admin', 'operator', 'viewer'],
    nav: { name: 'restore', Icon: HistoryRegular, SelectedIcon: HistoryFilled },
  },
  {
    path: '/targets',
    component: lazy(() => import('../features/targets/targets-page.tsx')),
    nav: { name: 'targets', Icon: ShieldTaskRegular, SelectedIcon: ShieldTaskFilled },
  },
  { path: '/targets/detail', component: lazy(() => import('../features/targets/target-page.tsx')) },
  {
    path: '/targets/edit',
    component: lazy(() => import('../features/protect/edit-target-page.tsx')),
    roles: ['admin'],
  },
  { path: '/protect', component: lazy(() => import('../features/protect/protect-page.tsx')), roles: ['admin'] },
  {
    path: '/repositories',
    component: lazy(() => import('../features/repositories/repositories-page.tsx')),
    nav: { name: 'repositories', Icon: DatabaseRegular, SelectedIcon: DatabaseFilled },
  },
  { path: '/repositories/detail', component: lazy(() => import('../features/repositories/repository-page.tsx')) },
  { path: '/repositories/new', component: lazy(() => import('../features/repositories/new-repository-page.tsx')) },
  {
    path: '/alerts',
    component: lazy(() => import('../features/alerts/alerts-page.tsx')),
    nav: { name: 'alerts', Icon: AlertRegular, SelectedIcon: AlertFilled },
  },
  {
    path: '/machines',
    component: lazy(() => import('../features/agents/agents-page.tsx')),
    nav: { name: 'agents', Icon: ServerRegular, SelectedIcon: ServerFilled },
  },
  {
    path: '/audit',
    component: lazy(() => import('../features/audit/audit-page.tsx')),
    roles: ['admin'],
    nav: { name: 'audit', Icon: DocumentSearchRegular, SelectedIcon: DocumentSearchFilled },
  },
  {
    path: '/settings',
    component: lazy(() => import('../features/settings/settings-page.tsx')),
    nav: { name: 'settings', Icon: SettingsRegular, SelectedIcon: SettingsFilled, isLast: true },
  },
];
