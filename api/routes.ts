import { getLinkSession } from './customers/routes/connect/get-session.ts';
import { getToken } from './customers/routes/connect/get-token.ts';
import { postToken } from './customers/routes/connect/post-token.ts';
import { getContinueToken } from './customers/routes/continue/get-token.ts';
import { getAsset } from './customers/routes/get-asset.ts';
import { getIndex } from './customers/routes/get-index.ts';
import { getNoticesLink } from './customers/routes/notices/get-link.ts';
import { postNoticesLink } from './customers/routes/notices/post-link.ts';
import { postNoticesOn } from './customers/routes/notices/post-on.ts';
import { getOwnDisconnect } from './customers/routes/v1/connections/get-disconnect.ts';
import { getList } from './customers/routes/v1/connections/get-list.ts';
import { getOwnReceipt } from './customers/routes/v1/connections/get-receipt.ts';
import { getRun } from './customers/routes/v1/connections/get-run.ts';
import { postDisconnect } from './customers/routes/v1/connections/post-disconnect.ts';
import { postLabel } from './customers/routes/v1/connections/post-label.ts';
import { postModel } from './customers/routes/v1/connections/post-model.ts';
import { postModels } from './customers/routes/v1/connections/post-models.ts';
import { postOrder } from './customers/routes/v1/connections/post-order.ts';
import { postTest } from './customers/routes/v1/connections/post-test.ts';
import { postEnter } from './customers/routes/v1/continue/post-enter.ts';
import { postLook } from './customers/routes/v1/continue/post-look.ts';
import { postOpen } from './customers/routes/v1/continue/post-open.ts';
import { postStop } from './customers/routes/v1/continue/post-stop.ts';
import { getConnection } from './customers/routes/v1/get-connection.ts';
import { getContinue } from './customers/routes/v1/get-continue.ts';
import { getHandOver } from './customers/routes/v1/get-hand-over.ts';
import { getHandshake } from './customers/routes/v1/get-handshake.ts';
import { getOwnUsage } from './customers/routes/v1/get-own-usage.ts';
import { getReceiptById } from './customers/routes/v1/get-receipt-by-id.ts';
import { getSession } from './customers/routes/v1/get-session.ts';
import { postAnswer } from './customers/routes/v1/hand-over/post-answer.ts';
import { postEnd } from './customers/routes/v1/hand-over/post-end.ts';
import { postAsked } from './customers/routes/v1/handshake/post-asked.ts';
import { postCancel } from './customers/routes/v1/handshake/post-cancel.ts';
import { postCode } from './customers/routes/v1/handshake/post-code.ts';
import { postHandOver } from './customers/routes/v1/post-hand-over.ts';
import { postHandshake } from './customers/routes/v1/post-handshake.ts';
import { getCaseByPlatform } from './platform/routes/v1/cases/get-case.ts';
import { getCaseHistoryByPlatform } from './platform/routes/v1/cases/get-history.ts';
import { postCaseNoteByPlatform } from './platform/routes/v1/cases/post-note.ts';
import { postResolveCase } from './platform/routes/v1/cases/post-resolve.ts';
import { postSnoozeCase } from './platform/routes/v1/cases/post-snooze.ts';
import { getConnectionOnRecord } from './platform/routes/v1/connections/get-connection.ts';
import { deleteBox } from './platform/routes/v1/customers/boxes/delete-box.ts';
import { getBox } from './platform/routes/v1/customers/boxes/get-box.ts';
import { getCustomerBoxes } from './platform/routes/v1/customers/boxes/get-customer-boxes.ts';
import { postBox } from './platform/routes/v1/customers/boxes/post-box.ts';
import { postBoxTest } from './platform/routes/v1/customers/boxes/post-test.ts';
import { putBox } from './platform/routes/v1/customers/boxes/put-box.ts';
import { deleteConnection } from './platform/routes/v1/customers/connections/delete-connection.ts';
import { getDisconnect } from './platform/routes/v1/customers/connections/get-disconnect.ts';
import { getReceipt } from './platform/routes/v1/customers/connections/get-receipt.ts';
import { postConnection } from './platform/routes/v1/customers/connections/post-connection.ts';
import { postConnectionModels } from './platform/routes/v1/customers/connections/post-models.ts';
import { postConnectionTest } from './platform/routes/v1/customers/connections/post-test.ts';
import { putConnectionLabel } from './platform/routes/v1/customers/connections/put-label.ts';
import { putConnectionModel } from './platform/routes/v1/customers/connections/put-model.ts';
import { putConnectionOrder } from './platform/routes/v1/customers/connections/put-order.ts';
import { getConnectionRun } from './platform/routes/v1/customers/get-connection-run.ts';
import { getCustomerConnections } from './platform/routes/v1/customers/get-connections.ts';
import { getCustomer } from './platform/routes/v1/customers/get-customer.ts';
import { getCustomerLimits } from './platform/routes/v1/customers/get-limits.ts';
import { getCustomerModels } from './platform/routes/v1/customers/get-models.ts';
import { getRepairRun } from './platform/routes/v1/customers/get-repair-run.ts';
import { getRepairs } from './platform/routes/v1/customers/get-repairs.ts';
import { putCustomer } from './platform/routes/v1/customers/put-customer.ts';
import { putCustomerLimits } from './platform/routes/v1/customers/put-limits.ts';
import { postRepair } from './platform/routes/v1/customers/repairs/post-repair.ts';
import { getDoctorRun } from './platform/routes/v1/doctor/get-run.ts';
import { postDoctor } from './platform/routes/v1/doctor/post-doctor.ts';
import { getBoxes } from './platform/routes/v1/get-boxes.ts';
import { getCasesByPlatform } from './platform/routes/v1/get-cases.ts';
import { getConnections } from './platform/routes/v1/get-connections.ts';
import { getCustomers } from './platform/routes/v1/get-customers.ts';
import { getEvents } from './platform/routes/v1/get-events.ts';
import { getOpenapi } from './platform/routes/v1/get-openapi.ts';
import { getProviders } from './platform/routes/v1/get-providers.ts';
import { getReceiptKeys } from './platform/routes/v1/get-receipt-keys.ts';
import { getStatistics } from './platform/routes/v1/get-statistics.ts';
import { getUsage } from './platform/routes/v1/get-usage.ts';
import { getUsageFile } from './platform/routes/v1/get-usage-file.ts';
import { getHandshakeOnRecord } from './platform/routes/v1/handshakes/get-handshake.ts';
import { getPlanLimits } from './platform/routes/v1/plans/get-limits.ts';
import { putPlanLimits } from './platform/routes/v1/plans/put-limits.ts';
import { postConnectLinks } from './platform/routes/v1/post-connect-links.ts';
import type { Route } from './route.ts';

/** Everything that is answered over HTTP, except the WebSocket (live/). */
export const ROUTES: readonly Route[] = [
  postConnectLinks,
  getCustomers,
  getCustomer,
  putCustomer,
  getBoxes,
  getCustomerBoxes,
  postBox,
  getBox,
  putBox,
  deleteBox,
  postBoxTest,
  getProviders,
  postConnection,
  putConnectionOrder,
  putConnectionLabel,
  postConnectionTest,
  postConnectionModels,
  putConnectionModel,
  getConnectionRun,
  deleteConnection,
  getDisconnect,
  getReceipt,
  getRepairs,
  postRepair,
  getRepairRun,
  getCustomerConnections,
  getConnections,
  getConnectionOnRecord,
  getHandshakeOnRecord,
  getCasesByPlatform,
  getCaseByPlatform,
  getCaseHistoryByPlatform,
  postResolveCase,
  postSnoozeCase,
  postCaseNoteByPlatform,
  getStatistics,
  getUsage,
  getUsageFile,
  getCustomerModels,
  getCustomerLimits,
  putCustomerLimits,
  getPlanLimits,
  putPlanLimits,
  getEvents,
  postDoctor,
  getDoctorRun,
  getToken,
  getContinueToken,
  postLook,
  postOpen,
  getContinue,
  postEnter,
  postStop,
  postHandOver,
  getHandOver,
  postAnswer,
  postEnd,
  postToken,
  getLinkSession,
  getIndex,
  getNoticesLink,
  postNoticesLink,
  postNoticesOn,
  getAsset,
  getSession,
  getHandshake,
  postHandshake,
  postCode,
  postAsked,
  postCancel,
  getConnection,
  postOrder,
  postLabel,
  postTest,
  postModels,
  postModel,
  getList,
  getOwnUsage,
  getRun,
  postDisconnect,
  getOwnDisconnect,
  getOwnReceipt,
  getReceiptById,
  getReceiptKeys,
  getOpenapi,
];
