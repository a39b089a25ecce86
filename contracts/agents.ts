import { z } from 'zod';
import { TenantId } from './access.ts';
import { Instant } from './common/instant.ts';
import { paging } from './common/parameters.ts';
import { line } from './common/text.ts';

/** As Go's and most other programs take one: any version and variant; compared in lower case. */
export const Uuid = z.guid().toLowerCase();

export const AgentParams = z.object({ agentId: Uuid });

const Hostname = line(255);
const Version = line(100);

export const EnrolAgent = z
  .strictObject({
    name: line(255).meta({ description: "Unique among the tenant's agents." }),
    hostname: Hostname.nullish(),
    tenantId: TenantId.nullish().meta({
      description:
        'Only for callers of the whole installation; `default` unless given. Others enrol into their own tenant.',
    }),
  })
  .meta({ id: 'EnrolAgent', examples: [{ name: 'file server', hostname: 'fs-01.example.com' }] });
export type EnrolAgent = z.infer<typeof EnrolAgent>;

export const Agent = z
  .object({
    id: z.guid(),
    name: z.string(),
    hostname: z.string().nullable(),
    tenant_id: TenantId,
    version: z.string().nullable().meta({ description: "Of the agent's program, as its last heartbeat said." }),
    status: z
      .enum(['online', 'offline'])
      .meta({ description: 'Online: a heartbeat came within the last three minutes.' }),
    last_heartbeat: Instant.nullable(),
    created_at: Instant,
  })
  .meta({ id: 'Agent' });
export type Agent = z.infer<typeof Agent>;

export const EnrolledAgent = Agent.extend({
  api_key: z.string().meta({ description: 'For `Authorization: Bearer …`. It is shown this once only.' }),
}).meta({ id: 'EnrolledAgent' });

export const AgentListQuery = z.strictObject({ ...paging(), tenant_id: TenantId.optional() });

export const AgentList = z.object({ agents: z.array(Agent), total: z.int(), limit: z.int(), offset: z.int() });

export const Heartbeat = z
  .strictObject({ version: Version.nullish(), hostname: Hostname.nullish() })
  .meta({ id: 'Heartbeat', description: 'What is left out stays as it was.' });
export type Heartbeat = z.infer<typeof Heartbeat>;

export const HeartbeatReply = z.object({
  status: z.literal('ok'),
  server_time: Instant.meta({ description: "To notice that the agent's clock is wrong." }),
});
