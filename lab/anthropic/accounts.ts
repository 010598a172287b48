/** Somebody who signs in at the stand-in. */
export interface Account {
  email: string;
  uuid: string;
  organization: { name: string; uuid: string };
}

/** Who signs in unless a test says otherwise. */
export const CUSTOMER: Account = {
  email: 'customer@example.com',
  uuid: '11111111-1111-4111-8111-111111111111',
  organization: { name: 'Stand-in', uuid: '21111111-1111-4111-8111-111111111111' },
};

/** Somebody else, with a subscription of their own. */
export const SOMEBODY_ELSE: Account = {
  email: 'somebody.else@example.com',
  uuid: '12222222-2222-4222-8222-222222222222',
  organization: { name: 'Another', uuid: '22222222-2222-4222-8222-222222222222' },
};

/** `GET /api/oauth/profile`, which Claude Code asks after `auth login`. */
export function profileOf({ email, uuid, organization }: Account): object {
  return {
    account: {
      uuid,
      email,
      full_name: 'Stand-in Customer',
      display_name: 'Stand-in',
      has_claude_max: true,
      has_claude_pro: false,
    },
    organization: {
      ...organization,
      organization_type: 'claude_max',
      billing_type: 'stripe_subscription',
      rate_limit_tier: 'default_claude_max_20x',
      has_extra_usage_enabled: false,
    },
  };
}

/** `GET /api/oauth/claude_cli/roles`, which it asks next. */
export function rolesOf({ organization }: Account): object {
  return {
    organization_uuid: organization.uuid,
    organization_name: organization.name,
    organization_role: 'admin',
    workspace_role: null,
    workspace_uuid: null,
    workspace_name: null,
  };
}
