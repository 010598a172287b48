import type { Migration } from 'kysely/migration';
import { up as customers } from './migrations/0001-customers.ts';
import { up as audit } from './migrations/0002-audit.ts';
import { up as handshakes } from './migrations/0003-handshakes.ts';
import { up as connections } from './migrations/0004-connections.ts';
import { up as boxes } from './migrations/0005-boxes.ts';
import { up as doctorReports } from './migrations/0006-doctor-reports.ts';
import { up as credentials } from './migrations/0007-credentials.ts';
import { up as vault } from './migrations/0008-vault.ts';
import { up as endpoints } from './migrations/0009-endpoints.ts';
import { up as health } from './migrations/0010-health.ts';
import { up as repairs } from './migrations/0011-repairs.ts';
import { up as receipts } from './migrations/0012-receipts.ts';
import { up as turns } from './migrations/0013-turns.ts';
import { up as notices } from './migrations/0014-notices.ts';
import { up as fleetRuns } from './migrations/0015-fleet-runs.ts';
import { up as releases } from './migrations/0016-releases.ts';
import { up as canaryEvents } from './migrations/0017-canary-events.ts';
import { up as references } from './migrations/0018-references.ts';
import { up as cases } from './migrations/0019-cases.ts';
import { up as fleetConsole } from './migrations/0020-fleet-console.ts';
import { up as reRunsLed } from './migrations/0022-re-runs-led.ts';
import { up as versionsSeen } from './migrations/0023-versions-seen.ts';
import { up as shownByTurn } from './migrations/0024-shown-by-turn.ts';
import { up as usage } from './migrations/0025-usage.ts';
import { up as usageLimits } from './migrations/0026-usage-limits.ts';
import { up as agents } from './migrations/0027-agents.ts';
import { up as usageMonths } from './migrations/0028-usage-months.ts';
import { up as asked } from './migrations/0029-asked.ts';

/**
 * Every migration, by name, in order. One that has been released is never changed: databases have it. It leaves the
 * version before it working (expand); what only that one used goes in a later release (contract).
 */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-customers': { up: customers },
  '0002-audit': { up: audit },
  '0003-handshakes': { up: handshakes },
  '0004-connections': { up: connections },
  '0005-boxes': { up: boxes },
  '0006-doctor-reports': { up: doctorReports },
  '0007-credentials': { up: credentials },
  '0008-vault': { up: vault },
  '0009-endpoints': { up: endpoints },
  '0010-health': { up: health },
  '0011-repairs': { up: repairs },
  '0012-receipts': { up: receipts },
  '0013-turns': { up: turns },
  '0014-notices': { up: notices },
  '0015-fleet-runs': { up: fleetRuns },
  '0016-releases': { up: releases },
  '0017-canary-events': { up: canaryEvents },
  '0018-references': { up: references },
  '0019-cases': { up: cases },
  '0020-fleet-console': { up: fleetConsole },
  '0022-re-runs-led': { up: reRunsLed },
  '0023-versions-seen': { up: versionsSeen },
  '0024-shown-by-turn': { up: shownByTurn },
  '0025-usage': { up: usage },
  '0026-usage-limits': { up: usageLimits },
  '0027-agents': { up: agents },
  '0028-usage-months': { up: usageMonths },
  '0029-asked': { up: asked },
};
