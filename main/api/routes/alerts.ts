import { AcknowledgeAlert, AlertList, AlertParams, AlertView, ListAlerts } from '../../../contracts/alerts.ts';
import { alertView } from '../../app/alerts/alert-view.ts';
import type { Alerts } from '../../app/alerts/alerts.ts';
import { operation, type Access, type Operation } from '../operation.ts';

const READERS: Access = { roles: ['admin', 'operator', 'viewer'] };
const COMMON = { tag: 'alerts', family: 'manager' } as const;

/** What is amiss and what was (seed 5, "Alerting"). */
export function alertOperations(alerts: Alerts): Operation[] {
  return [
    operation({
      id: 'listAlerts',
      method: 'GET',
      path: '/api/v1/alerts',
      summary: 'List alerts, open ones first',
      description: 'Of everything that GuardIT looks after. An alert is open for as long as its cause is there.',
      ...COMMON,
      access: READERS,
      query: ListAlerts,
      responses: { 200: { description: 'A page of them, and how many match.', schema: AlertList } },
      handle: async ({ query }) => {
        const { alerts: found, total } = await alerts.list(query);
        const { limit, offset } = query;
        return { status: 200, body: { alerts: found.map(alertView), total, limit, offset } };
      },
    }),
    operation({
      id: 'getAlert',
      method: 'GET',
      path: '/api/v1/alerts/{alertId}',
      summary: 'Show an alert',
      ...COMMON,
      access: READERS,
      params: AlertParams,
      responses: { 200: { description: 'The alert.', schema: AlertView } },
      errors: ['not_found'],
      handle: async ({ params }) => ({ status: 200, body: alertView(await alerts.find(params.alertId)) }),
    }),
    operation({
      id: 'acknowledgeAlert',
      method: 'POST',
      path: '/api/v1/alerts/{alertId}/acknowledge',
      summary: 'Say that somebody has seen an alert',
      description: 'It stays open until its cause is gone. A second time changes nothing.',
      ...COMMON,
      access: { roles: ['admin', 'operator'] },
      params: AlertParams,
      body: AcknowledgeAlert,
      bodyOptional: true,
      responses: { 200: { description: 'The alert.', schema: AlertView } },
      errors: ['not_found'],
      handle: async ({ caller, params, body }) => ({
        status: 200,
        body: alertView(await alerts.acknowledge(caller, params.alertId, body?.note)),
      }),
    }),
  ];
}
