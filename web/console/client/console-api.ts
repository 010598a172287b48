import {
  type CaseChange,
  type CaseChoice,
  type CaseFile,
  type CaseFilter,
  type CaseGroups,
  type CaseHistory,
  type CaseList,
  caseFileSchema,
  caseGroupsSchema,
  caseHistorySchema,
  caseListSchema,
  changedSchema,
} from '../../../core/contract/cases.ts';
import { type ConnectionRun, connectionRunSchema } from '../../../core/contract/connection-run.ts';
import {
  type AuditPage,
  auditPageSchema,
  type DoctorReports,
  type Dossier,
  doctorReportsSchema,
  dossierSchema,
  type Numbers,
  numbersSchema,
  type OperatorSession,
  operatorSessionSchema,
  type Rows,
  reRunSchema,
  rowsSchema,
  type SignInWays,
  signInWaysSchema,
  visitSchema,
} from '../../../core/contract/console-api.ts';
import {
  type AskedDisconnect,
  type Disconnect,
  disconnectSchema,
} from '../../../core/contract/disconnect.ts';
import { type DoctorRun, doctorRunSchema } from '../../../core/contract/doctor-report.ts';
import {
  type Fleet,
  type FleetCustomer,
  type FleetRepairs,
  fleetCustomerSchema,
  fleetLookedSchema,
  fleetRepairRunsSchema,
  fleetRepairsSchema,
  fleetSchema,
  type ShownLooks,
  shownLooksSchema,
} from '../../../core/contract/fleet.ts';
import {
  type CustomerUsage,
  customerUsageSchema,
  type FleetUsage,
  fleetUsageSchema,
} from '../../../core/contract/fleet-usage.ts';
import type { Limit } from '../../../core/contract/limits.ts';
import { type CustomerLimits, customerLimitsSchema } from '../../../core/contract/limits-api.ts';
import {
  linkToSendSchema,
  type ManyReRun,
  manyReRunSchema,
  manyReRunsSchema,
  type ReRunPlan,
  reRunPlanSchema,
} from '../../../core/contract/re-runs.ts';
import {
  type RepairRun,
  type RepairTask,
  repairRunSchema,
  type ShownRepairs,
  shownRepairsSchema,
} from '../../../core/contract/repair-run.ts';
import { daysIn, type Found, foundSchema } from '../../../core/contract/search.ts';
import {
  type ShownRun,
  type ShownRunReport,
  type ShownRuns,
  shownRunReportSchema,
  shownRunSchema,
  shownRunsSchema,
} from '../../../core/contract/shown-runs.ts';
import { type Answer, ask, json, nothing, type Read } from '../../client/ask.ts';
import type { Clock } from '../../client/clock.ts';
import { endOfDay, startOfDay } from '../model/days.ts';
import {
  type AuditSearch,
  type Filter,
  type FleetSearch,
  queryOf,
  type UsageSearch,
} from '../model/place.ts';

/** What somebody wants of a run over the fleet. */
export type RunVerb = 'pause' | 'resume' | 'stop';

const text: Read<string> = (response) => response.text();

/** The api's routes for an operator. No method throws: a request that did not arrive is `offline`. */
export class ConsoleApi {
  readonly #origin: string;
  readonly #clock: Clock;
  readonly #onSignedOut: () => void;
  #csrf = '';

  /** `onSignedOut`: the api says that the session has ended. */
  constructor(origin: string, clock: Clock, onSignedOut: () => void) {
    this.#origin = origin;
    this.#clock = clock;
    this.#onSignedOut = onSignedOut;
  }

  ways(): Promise<Answer<SignInWays>> {
    return this.#get('sign-in', json(signInWaysSchema));
  }

  async operator(): Promise<Answer<OperatorSession>> {
    const answer = await this.#get('operator', json(operatorSessionSchema));
    if (answer.ok) this.#csrf = answer.body.csrf;
    return answer;
  }

  signIn(name: string, password: string): Promise<Answer<true>> {
    return this.#ask('POST', 'sign-in', nothing, { name, password });
  }

  signOut(): Promise<Answer<true>> {
    return this.#post('sign-out', nothing);
  }

  /** `filter.of`: of one customer alone. */
  rows(filter: Filter & { of?: string }, before: string | undefined, limit: number): Promise<Answer<Rows>> {
    return this.#get(`handshakes${queryOf({ ...filter, before, limit })}`, json(rowsSchema));
  }

  dossier(handshake: string): Promise<Answer<Dossier>> {
    return this.#get(`handshakes/${handshake}`, json(dossierSchema));
  }

  reRun(handshake: string): Promise<Answer<{ handshake: string; started: boolean }>> {
    return this.#post(`handshakes/${handshake}/re-run`, json(reRunSchema));
  }

  /** What a re-run of this one would do. */
  planReRunOf(handshake: string): Promise<Answer<ReRunPlan>> {
    return this.#get(`handshakes/${handshake}/re-run`, json(reRunPlanSchema));
  }

  cancel(handshake: string): Promise<Answer<true>> {
    return this.#post(`handshakes/${handshake}/cancel`, nothing);
  }

  diagnostics(handshake: string): Promise<Answer<string>> {
    return this.#get(`handshakes/${handshake}/diagnostics`, text);
  }

  /** An asciicast. */
  recording(handshake: string, attempt: number): Promise<Answer<string>> {
    return this.#get(`handshakes/${handshake}/recordings/${attempt}`, text);
  }

  startDoctorRun(customer: string): Promise<Answer<DoctorRun>> {
    return this.#post(`customers/${customer}/doctor`, json(doctorRunSchema));
  }

  doctorRun(customer: string, run: string): Promise<Answer<DoctorRun>> {
    return this.#get(`customers/${customer}/doctor/${run}`, json(doctorRunSchema));
  }

  doctorReports(customer: string): Promise<Answer<DoctorReports>> {
    return this.#get(`customers/${customer}/doctor`, json(doctorReportsSchema));
  }

  fleet(search: FleetSearch, cursor: string | undefined, limit: number): Promise<Answer<Fleet>> {
    return this.#get(`fleet${queryOf({ ...search, cursor, limit })}`, json(fleetSchema));
  }

  /** What customers have used in a month. */
  fleetUsage(search: UsageSearch, cursor: string | undefined, limit: number): Promise<Answer<FleetUsage>> {
    return this.#get(`fleet/usage${queryOf({ ...search, cursor, limit })}`, json(fleetUsageSchema));
  }

  /** What one customer's boxes have used. */
  usage(customer: string): Promise<Answer<CustomerUsage>> {
    return this.#get(`customers/${customer}/usage`, json(customerUsageSchema));
  }

  customer(customer: string): Promise<Answer<FleetCustomer>> {
    return this.#get(`customers/${customer}`, json(fleetCustomerSchema));
  }

  /** Makes the next look at these connections due. */
  look(connections: readonly string[]): Promise<Answer<{ due: number }>> {
    return this.#post('fleet/look', json(fleetLookedSchema), { connections });
  }

  /** What is done on one box of the fleet after another, the newest first. */
  runs(cursor?: string): Promise<Answer<ShownRuns>> {
    return this.#get(`fleet/runs${queryOf({ cursor })}`, json(shownRunsSchema));
  }

  run(run: string): Promise<Answer<ShownRunReport>> {
    return this.#get(`fleet/runs/${run}`, json(shownRunReportSchema));
  }

  changeRun(run: string, verb: RunVerb, more: object = {}): Promise<Answer<ShownRun>> {
    return this.#post(`fleet/runs/${run}/${verb}`, json(shownRunSchema), more);
  }

  startConnectionTest(customer: string, connection: string): Promise<Answer<ConnectionRun>> {
    return this.#post(`customers/${customer}/connections/${connection}/test`, json(connectionRunSchema));
  }

  connectionRun(customer: string, run: string): Promise<Answer<ConnectionRun>> {
    return this.#get(`customers/${customer}/connection-runs/${run}`, json(connectionRunSchema));
  }

  /** Has a connection removed from its box, or forgotten, where that is gone for good. */
  disconnect(customer: string, connection: string, asked: AskedDisconnect = {}): Promise<Answer<Disconnect>> {
    const route = `customers/${customer}/connections/${connection}/disconnect`;
    return this.#post(route, json(disconnectSchema), asked);
  }

  disconnection(customer: string, connection: string): Promise<Answer<Disconnect>> {
    return this.#get(`customers/${customer}/connections/${connection}/disconnect`, json(disconnectSchema));
  }

  /** Has what is wrong with these connections put right, where there is a repair for it. */
  repairMany(connections: readonly string[]): Promise<Answer<FleetRepairs>> {
    return this.#post('fleet/repair', json(fleetRepairsSchema), { connections });
  }

  repairRuns(runs: readonly string[]): Promise<Answer<{ runs: RepairRun[] }>> {
    return this.#get(`fleet/repair-runs?runs=${runs.join(',')}`, json(fleetRepairRunsSchema));
  }

  /** What looks have seen of their connections, the newest first. */
  looks(customer: string): Promise<Answer<ShownLooks>> {
    return this.#get(`customers/${customer}/looks`, json(shownLooksSchema));
  }

  /** What was put right on their boxes, or would be: the last ones. */
  repairs(customer: string): Promise<Answer<ShownRepairs>> {
    return this.#get(`customers/${customer}/repairs`, json(shownRepairsSchema));
  }

  /** Has a repair done now, or undone. */
  askForRepair(customer: string, repair: string, task: RepairTask): Promise<Answer<RepairRun>> {
    return this.#post(`customers/${customer}/repairs/${repair}`, json(repairRunSchema), { task });
  }

  /** What they may use, how far it is used up, and what is out of use by it. */
  limits(customer: string): Promise<Answer<CustomerLimits>> {
    return this.#get(`customers/${customer}/limits`, json(customerLimitsSchema));
  }

  /** Sets all that are theirs alone. */
  setLimits(customer: string, limits: readonly Limit[]): Promise<Answer<CustomerLimits>> {
    return this.#post(`customers/${customer}/limits`, json(customerLimitsSchema), { limits });
  }

  repairRun(customer: string, run: string): Promise<Answer<RepairRun>> {
    return this.#get(`customers/${customer}/repair-runs/${run}`, json(repairRunSchema));
  }

  /** A day begins and ends in this browser's zone. */
  search(q: string): Promise<Answer<Found>> {
    const days = daysIn(q);
    const bounds = days && { since: startOfDay(days.from), until: endOfDay(days.to) };
    return this.#get(`search${queryOf({ q, ...bounds })}`, json(foundSchema));
  }

  cases(filter: CaseFilter, cursor: string | undefined, limit: number): Promise<Answer<CaseList>> {
    return this.#get(`cases${queryOf({ ...filter, cursor, limit })}`, json(caseListSchema));
  }

  caseGroups(filter: CaseFilter): Promise<Answer<CaseGroups>> {
    return this.#get(`case-groups${queryOf(filter)}`, json(caseGroupsSchema));
  }

  case(id: string): Promise<Answer<CaseFile>> {
    return this.#get(`cases/${id}`, json(caseFileSchema));
  }

  /** What has happened to a case, the newest first; `isNotes`: its notes alone. */
  caseHistory(id: string, isNotes: boolean, cursor: string | undefined): Promise<Answer<CaseHistory>> {
    const query = queryOf({ cursor, notes: isNotes ? 'true' : undefined });
    return this.#get(`cases/${id}/history${query}`, json(caseHistorySchema));
  }

  changeCases(of: CaseChoice, change: CaseChange): Promise<Answer<{ changed: number }>> {
    return this.#post('cases/change', json(changedSchema), { of, change });
  }

  noteCase(id: string, text: string): Promise<Answer<true>> {
    return this.#post(`cases/${id}/notes`, nothing, { text });
  }

  /** What a re-run of these would do. */
  planReRun(of: CaseChoice): Promise<Answer<ReRunPlan>> {
    return this.#post('re-runs/plan', json(reRunPlanSchema), { of });
  }

  startReRun(of: CaseChoice): Promise<Answer<ManyReRun>> {
    return this.#post('re-runs', json(manyReRunSchema), { of });
  }

  reRuns(): Promise<Answer<{ runs: ManyReRun[] }>> {
    return this.#get('re-runs', json(manyReRunsSchema));
  }

  stopReRun(id: string): Promise<Answer<ManyReRun>> {
    return this.#post(`re-runs/${id}/stop`, json(manyReRunSchema));
  }

  /** A link that lets a customer in, to send to them. */
  connectLink(customer: string): Promise<Answer<{ url: string; expiresAt: string }>> {
    return this.#post(`customers/${customer}/connect-link`, json(linkToSendSchema));
  }

  visit(customer: string): Promise<Answer<{ url: string }>> {
    return this.#post(`customers/${customer}/visit`, json(visitSchema));
  }

  numbers(): Promise<Answer<Numbers>> {
    return this.#get('numbers', json(numbersSchema));
  }

  audit(search: AuditSearch, before: string | undefined, limit: number): Promise<Answer<AuditPage>> {
    return this.#get(`audit${queryOf({ ...search, before, limit })}`, json(auditPageSchema));
  }

  #get<Body>(route: string, read: Read<Body>): Promise<Answer<Body>> {
    return this.#ask('GET', route, read);
  }

  /** Signing in again in another tab makes a new session: we ask for ours again, once. */
  async #post<Body>(route: string, read: Read<Body>, body: object = {}): Promise<Answer<Body>> {
    const answer = await this.#ask('POST', route, read, body);
    if (answer.ok || answer.why !== 'origin_refused') return answer;
    const session = await this.operator();
    return session.ok ? this.#ask('POST', route, read, body) : session;
  }

  async #ask<Body>(
    method: 'GET' | 'POST',
    route: string,
    read: Read<Body>,
    body?: object,
  ): Promise<Answer<Body>> {
    const address = `${this.#origin}/api/v1/${route}`;
    const answer = await ask({
      method,
      address,
      clock: this.#clock,
      read,
      ...(body && { body, csrf: this.#csrf }),
    });
    if (!answer.ok && answer.why === 'operator_not_signed_in') this.#onSignedOut();
    return answer;
  }
}
