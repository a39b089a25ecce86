import type { Role, UserRole } from '../../../../contracts/access.ts';

export interface AccessTables {
  tenants: TenantTable;
  users: UserTable;
  api_keys: ApiKeyTable;
  revoked_tokens: RevokedTokenTable;
}

interface TenantTable {
  id: string;
  name: string;
  created_at: number;
}

interface UserTable {
  id: string;
  username: string;
  username_key: string;
  role: UserRole;
  tenant_id: string | null;
  password_hash: string;
  disabled: 0 | 1;
  token_version: number;
  created_at: number;
  updated_at: number;
  last_login_at: number | null;
}

interface ApiKeyTable {
  id: string;
  name: string;
  role: Role;
  agent_id: string | null;
  tenant_id: string | null;
  secret_hash: Buffer;
  created_by: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
}

interface RevokedTokenTable {
  id: string;
  expires_at: number;
}
