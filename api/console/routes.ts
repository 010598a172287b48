import type { Route } from '../route.ts';
import { getConsole } from './routes/get-index.ts';
import { getOidc } from './routes/sign-in/get-oidc.ts';
import { getCallback } from './routes/sign-in/oidc/get-callback.ts';
import { getAuditExport } from './routes/v1/audit/get-export.ts';
import { getCase } from './routes/v1/cases/get-case.ts';
import { getCaseHistory } from './routes/v1/cases/get-history.ts';
import { postCaseChange } from './routes/v1/cases/post-change.ts';
import { postCaseNote } from './routes/v1/cases/post-note.ts';
import { getConnectionRunByOperator } from './routes/v1/customers/connection-runs/get-run.ts';
import { getDisconnectByOperator } from './routes/v1/customers/connections/get-disconnect.ts';
import { getReceiptByOperator } from './routes/v1/customers/connections/get-receipt.ts';
import { postDisconnectByOperator } from './routes/v1/customers/connections/post-disconnect.ts';
import { postConnectionTestByOperator } from './routes/v1/customers/connections/post-test.ts';
import { getDoctorRunByOperator } from './routes/v1/customers/doctor/get-run.ts';
import { getFleetCustomer } from './routes/v1/customers/get-customer.ts';
import { getDoctorReports } from './routes/v1/customers/get-doctor.ts';
import { getLimitsByOperator } from './routes/v1/customers/get-limits.ts';
import { getLooks } from './routes/v1/customers/get-looks.ts';
import { getRepairsByOperator } from './routes/v1/customers/get-repairs.ts';
import { getCustomerUsage } from './routes/v1/customers/get-usage.ts';
import { postConnectLinkByOperator } from './routes/v1/customers/post-connect-link.ts';
import { postDoctorByOperator } from './routes/v1/customers/post-doctor.ts';
import { postLimits } from './routes/v1/customers/post-limits.ts';
import { postVisit } from './routes/v1/customers/post-visit.ts';
import { getRepairRunByOperator } from './routes/v1/customers/repair-runs/get-run.ts';
import { postRepairByOperator } from './routes/v1/customers/repairs/post-repair.ts';
import { getCustomerUsageExport } from './routes/v1/customers/usage/get-export.ts';
import { getFleetExport } from './routes/v1/fleet/get-export.ts';
import { getFleetRepairRuns } from './routes/v1/fleet/get-repair-runs.ts';
import { getFleetRuns } from './routes/v1/fleet/get-runs.ts';
import { getFleetUsage } from './routes/v1/fleet/get-usage.ts';
import { postLooks } from './routes/v1/fleet/post-look.ts';
import { postFleetRepairs } from './routes/v1/fleet/post-repairs.ts';
import { getFleetRun } from './routes/v1/fleet/runs/get-run.ts';
import { postPauseRun } from './routes/v1/fleet/runs/post-pause.ts';
import { postResumeRun } from './routes/v1/fleet/runs/post-resume.ts';
import { postStopRun } from './routes/v1/fleet/runs/post-stop.ts';
import { getFleetUsageExport } from './routes/v1/fleet/usage/get-export.ts';
import { getAudit } from './routes/v1/get-audit.ts';
import { getCaseExport } from './routes/v1/get-case-export.ts';
import { getCaseGroups } from './routes/v1/get-case-groups.ts';
import { getCases } from './routes/v1/get-cases.ts';
import { getFleet } from './routes/v1/get-fleet.ts';
import { getHandshakes } from './routes/v1/get-handshakes.ts';
import { getNumbers } from './routes/v1/get-numbers.ts';
import { getOperator } from './routes/v1/get-operator.ts';
import { getSearch } from './routes/v1/get-search.ts';
import { getSignIn } from './routes/v1/get-sign-in.ts';
import { getDiagnostics } from './routes/v1/handshakes/get-diagnostics.ts';
import { getDossier } from './routes/v1/handshakes/get-handshake.ts';
import { getReRunOfHandshake } from './routes/v1/handshakes/get-re-run.ts';
import { postCancelByOperator } from './routes/v1/handshakes/post-cancel.ts';
import { postReRun } from './routes/v1/handshakes/post-re-run.ts';
import { getRecording } from './routes/v1/handshakes/recordings/get-recording.ts';
import { postSignIn } from './routes/v1/post-sign-in.ts';
import { postSignOut } from './routes/v1/post-sign-out.ts';
import { getReRun } from './routes/v1/re-runs/get-re-run.ts';
import { getReRuns } from './routes/v1/re-runs/get-re-runs.ts';
import { postReRunPlan } from './routes/v1/re-runs/post-plan.ts';
import { postReRuns } from './routes/v1/re-runs/post-re-runs.ts';
import { postReRunStop } from './routes/v1/re-runs/post-stop.ts';

/** Everything that is answered over HTTP at the console's host, except its WebSockets and /queues. */
export const CONSOLE_ROUTES: readonly Route[] = [
  getConsole,
  getSignIn,
  postSignIn,
  getOidc,
  getCallback,
  postSignOut,
  getOperator,
  getAudit,
  getAuditExport,
  getSearch,
  getCases,
  getCaseExport,
  getCaseGroups,
  getCase,
  getCaseHistory,
  postCaseChange,
  postCaseNote,
  getReRuns,
  getReRun,
  postReRunPlan,
  postReRuns,
  postReRunStop,
  getFleet,
  getFleetExport,
  getFleetUsage,
  getFleetUsageExport,
  postLooks,
  postFleetRepairs,
  getFleetRepairRuns,
  getFleetRuns,
  getFleetRun,
  postPauseRun,
  postResumeRun,
  postStopRun,
  getFleetCustomer,
  postConnectLinkByOperator,
  postConnectionTestByOperator,
  getConnectionRunByOperator,
  getLooks,
  getCustomerUsage,
  getCustomerUsageExport,
  getRepairsByOperator,
  postRepairByOperator,
  getRepairRunByOperator,
  getLimitsByOperator,
  postLimits,
  getDoctorReports,
  getDoctorRunByOperator,
  postDoctorByOperator,
  postVisit,
  postDisconnectByOperator,
  getDisconnectByOperator,
  getReceiptByOperator,
  getHandshakes,
  getNumbers,
  getDiagnostics,
  getDossier,
  postCancelByOperator,
  getReRunOfHandshake,
  postReRun,
  getRecording,
];
